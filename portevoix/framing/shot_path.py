"""From sightings to one calm path for each shot. Pure.

One path serves every format: it is made for the narrowest window, a story's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from statistics import median

from portevoix.framing.path import FARTHEST_TOGETHER, Key, ShotPath
from portevoix.framing.tracks import Sighting, Track

LARGEST_SPEED = 0.4  # parts of the picture's width a second
LARGEST_ACCELERATION = 0.5  # parts of the picture's width per second squared
DEAD_ZONES = (0.2, 0.1)  # parts of a story's width to each side: a face may move so far before the camera does
HELD = 0.28  # parts of a story's width to each side: a face so near the middle is held
WORTH_A_PAN = 0.02  # of a shot's looks: a camera that moves must hold the face so much better than one that stands
PLACES = 64  # between the leftmost and the rightmost sighting, where a camera may stand
SHORTEST_PAN_S = 1.0
SHORTEST_REST_S = 1.0  # between two pans; a shorter one makes them a single pan
STORY = 9 / 16
TOGETHER = 0.5  # of the first person's sightings: one who is there for less of the shot only passes by
PARTNER = 0.5  # of the first person's weight: a smaller one stands in the background


def shot_path(start_s: Fraction, end_s: Fraction, people: Sequence[Track], aspect: float) -> ShotPath:
    """The path through one shot. `people`: whom to keep first; `aspect`: the picture's width in parts of its height.

    Speed stays below LARGEST_SPEED and acceleration below LARGEST_ACCELERATION.
    """
    if not people:
        return ShotPath(start_s, end_s, "nobody", (Key(float(start_s), 0.5, 0.5),))
    window = min(1.0, STORY / aspect)
    first = people[0]
    partners = [p for p in people[1:] if first.together(p) >= TOGETHER and p.weight >= PARTNER * first.weight]
    for other in partners:
        if abs(first.x - other.x) > FARTHEST_TOGETHER * window:
            both = tuple(sorted(((first.x, first.y), (other.x, other.y))))
            return ShotPath(start_s, end_s, "apart", (Key(float(start_s), first.x, first.y),), both)
    group = sorted(person.x for person in (first, *partners))
    held_together = group[-1] - group[0] <= FARTHEST_TOGETHER * window
    shift = (group[0] + group[-1]) / 2 - first.x if held_together else 0.0
    seen = sorted(_one_after_another(people), key=lambda s: s.second)
    seconds, xs, y = [float(s.second) for s in seen], [x + shift for x in _calm(seen)], median(s.y for s in seen)
    paths = [
        (Key(float(start_s), _resting_place(xs, HELD * window), y),),
        _walk(seconds, xs, y),
        *(_keys(_runs(seconds, xs, 2 * zone * window), y, float(start_s), float(end_s)) for zone in DEAD_ZONES),
    ]

    def worth(keys: tuple[Key, ...]) -> float:
        path = ShotPath(start_s, end_s, "follow", keys)
        off = (path.at(second)[0] - x for second, x in zip(seconds, xs, strict=True))
        return _held(off, HELD * window) / len(xs) - WORTH_A_PAN * (len(keys) // 2)

    return ShotPath(start_s, end_s, "follow", max(filter(None, paths), key=worth))


def _one_after_another(people: Sequence[Track]) -> Iterable[Sighting]:
    """The first person's sightings, and those of whoever is there when they are not."""
    kept: list[Track] = []
    for track in people:
        if not any(track.overlaps(other) for other in kept):
            kept.append(track)
    return (sighting for track in kept for sighting in track.sightings)


def _calm(seen: Sequence[Sighting]) -> list[float]:
    """Each sighting's x as the middle one, by score, of itself and its neighbours: one gone astray moves nothing."""
    return [_middle(seen[max(0, i - 1) : i + 2]) for i in range(len(seen))]


def _middle(seen: Sequence[Sighting]) -> float:
    half, passed = sum(s.score for s in seen) / 2, 0.0
    ordered = sorted(seen, key=lambda s: s.x)
    for sighting in ordered:
        passed += sighting.score
        if passed >= half:
            return sighting.x
    return ordered[-1].x


@dataclass(frozen=True)
class _Run:
    """A time in which one still window holds the face."""

    first_s: float
    last_s: float
    x: float


def _runs(seconds: Sequence[float], xs: Sequence[float], widest: float) -> list[_Run]:
    runs: list[_Run] = []
    start = 0
    for end in range(1, len(xs) + 1):
        if end == len(xs) or max(xs[start : end + 1]) - min(xs[start : end + 1]) > widest:
            inside = xs[start:end]
            runs.append(_Run(seconds[start], seconds[end - 1], (max(inside) + min(inside)) / 2))
            start = end
    return runs


def _held(off: Iterable[float], reach: float) -> float:
    """For how many looks a face is held, each counting less the further from the middle it stands (`off`)."""
    return sum(max(0.0, 1 - (distance / reach) ** 2) for distance in off)


def _resting_place(xs: Sequence[float], reach: float) -> float:
    """Where a camera that stands still holds the face best."""
    left, right = min(xs), max(xs)
    places = [left + (right - left) * n / PLACES for n in range(PLACES + 1)]
    return max(places, key=lambda place: _held((place - x for x in xs), reach))


def _walk(seconds: Sequence[float], xs: Sequence[float], y: float) -> tuple[Key, ...]:
    """One pan from the first sighting to the last; none where the time is too short."""
    calm = seconds[-1] - seconds[0] >= _shortest_pan(xs[-1] - xs[0])
    return (Key(seconds[0], xs[0], y), Key(seconds[-1], xs[-1], y)) if calm else ()


def _shortest_pan(distance: float) -> float:
    """Seconds that a pan needs: a smoothstep over d in T has at most 1.5 d/T of speed and 6 d/T² of acceleration."""
    distance = abs(distance)
    return max(1.5 * distance / LARGEST_SPEED, sqrt(6 * distance / LARGEST_ACCELERATION), SHORTEST_PAN_S)


def _keys(runs: list[_Run], y: float, start_s: float, end_s: float) -> tuple[Key, ...]:
    """Pans between the runs; a run that leaves no time for a rest or a slow pan is passed over."""
    runs = list(runs)
    while len(runs) > 1:
        pans = [_pan(a, b, start_s, end_s) for a, b in pairwise(runs)]
        hurried = next((i for i, (a, b) in enumerate(pairwise(pans), 1) if b[0] - a[1] < SHORTEST_REST_S), None)
        if hurried is None and all(start_s <= a and b <= end_s for a, b in pans):
            return tuple(
                key
                for (a, b), (first, second) in zip(pans, pairwise(runs), strict=True)
                for key in (Key(a, first.x, y), Key(b, second.x, y))
            )
        if hurried is None:  # a pan that is longer than the shot
            hurried = min(range(len(runs)), key=lambda i: runs[i].last_s - runs[i].first_s)
        del runs[hurried]
    return (Key(start_s, runs[0].x, y),)


def _pan(before: _Run, after: _Run, start_s: float, end_s: float) -> tuple[float, float]:
    """When the camera leaves one run's place and when it reaches the next one's, inside the shot where it fits."""
    length = max(_shortest_pan(after.x - before.x), after.first_s - before.last_s)
    first = (before.last_s + after.first_s - length) / 2
    first = max(start_s, min(first, end_s - length))
    return first, first + length
