"""Where the camera looks, second by second: from sightings to one calm path for each shot. Pure.

Points are parts of the picture's width and height inside its black bars, as a job's `focus` is; seconds count from the
source's first picture. One path serves every format: it is made for the narrowest window, a story's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from statistics import median
from typing import Literal

from portevoix.framing.tracks import Sighting, Track
from portevoix.timing import decimal, frame_at

LARGEST_SPEED = 0.4  # parts of the picture's width a second
LARGEST_ACCELERATION = 0.5  # parts of the picture's width per second squared
DEAD_ZONES = (0.2, 0.1)  # parts of a story's width to each side: a face may move so far before the camera does
HELD = 0.28  # parts of a story's width to each side: a face so near the middle is held
WORTH_A_PAN = 0.02  # of a shot's looks: a camera that moves must hold the face so much better than one that stands
PLACES = 64  # between the leftmost and the rightmost sighting, where a camera may stand
SHORTEST_PAN_S = 1.0
SHORTEST_REST_S = 1.0  # between two pans; a shorter one makes them a single pan
STORY = 9 / 16
FARTHEST_TOGETHER = 0.6  # of a window's width: faces nearer than this are held together by one window
HEADROOM = 0.1  # of a window's height: a face stands so far above the middle, where the picture allows it
HALF_A_FACE = 0.05  # of the picture's width, and the air beside it
TOGETHER = 0.5  # of the first person's sightings: one who is there for less of the shot only passes by
PARTNER = 0.5  # of the first person's weight: a smaller one stands in the background

Verdict = Literal["follow", "nobody", "apart"]
Point = tuple[float, float]


@dataclass(frozen=True)
class Key:
    """Where the camera looks at a second. Between two keys it eases in and out (smoothstep)."""

    second: float
    x: float
    y: float


@dataclass(frozen=True)
class ShotPath:
    """The camera's path through one shot. One key stands still. `people`: both faces where the verdict is `apart`."""

    start_s: Fraction
    end_s: Fraction
    verdict: Verdict
    keys: tuple[Key, ...]
    people: tuple[Point, ...] = ()

    def at(self, second: float) -> Point:
        """The point looked at; before the first key and after the last one it is theirs."""
        for a, b in pairwise(self.keys):
            if a.second <= second < b.second:
                part = _eased((second - a.second) / (b.second - a.second))
                return a.x + (b.x - a.x) * part, a.y + (b.y - a.y) * part
        key = self.keys[0] if second < self.keys[0].second else self.keys[-1]
        return key.x, key.y


@dataclass(frozen=True)
class CameraPath:
    """Shots in order, end to end."""

    shots: tuple[ShotPath, ...]

    def within(self, window: Point) -> CameraPath:
        """The path of a window of this size (parts of the picture) that never reaches over the edge.

        The keys are moved, not the way between them: a pan that met the edge half way would stop with a jerk. Two
        people whom this window holds together are not apart in it: it looks between them. What is looked at stands
        HEADROOM above the middle.
        """
        (low_x, high_x), (low_y, high_y) = ((min(side, 1) / 2, 1 - min(side, 1) / 2) for side in window)

        def held(shot: ShotPath) -> ShotPath:
            if shot.verdict == "apart" and _distance(shot.people) <= FARTHEST_TOGETHER * window[0]:
                (one_x, one_y), (other_x, other_y) = shot.people
                between = Key(shot.keys[0].second, (one_x + other_x) / 2, (one_y + other_y) / 2)
                shot = replace(shot, verdict="follow", keys=(between,), people=())
            keys = (
                Key(k.second, min(max(k.x, low_x), high_x), min(max(k.y + HEADROOM * window[1], low_y), high_y))
                for k in shot.keys
            )
            return replace(shot, keys=tuple(keys))

        return CameraPath(tuple(held(shot) for shot in self.shots))

    def stretches(self, first_s: Fraction, fps: Fraction, frame_count: int) -> tuple[tuple[int, int, ShotPath], ...]:
        """First and end frame, counted from the one that shows `first_s`, of each shot among `frame_count` frames."""
        starts = [frame_at(shot.start_s - first_s, fps) for shot in self.shots]
        ends = [*starts[1:], frame_count]
        starts[0], ends[-1] = min(0, starts[0]), max(frame_count, ends[-1])
        return tuple(
            (max(start, 0), min(end, frame_count), shot)
            for start, end, shot in zip(starts, ends, self.shots, strict=True)
            if max(start, 0) < min(end, frame_count)
        )

    def points(self, first_s: Fraction, fps: Fraction, frame_count: int) -> list[Point]:
        """What `x_expression` and `y_expression` give, frame by frame."""
        return [
            shot.at(float(first_s + number / fps))
            for first, end, shot in self.stretches(first_s, fps, frame_count)
            for number in range(first, end)
        ]


def window_of(picture: tuple[int, int], frame: tuple[int, int]) -> Point:
    """The part of a picture's width and height that a frame shows of it (both as width and height in pixels)."""
    wider = Fraction(picture[0] * frame[1], picture[1] * frame[0])
    return (float(1 / wider), 1.0) if wider > 1 else (1.0, float(wider))


def pane_of(people: Sequence[Point], picture: tuple[int, int], frame: tuple[int, int]) -> Literal["stack", "beside"]:
    """Whether a split frame's two panes stand one over the other, or side by side where the other face would be in
    both.
    """
    stacked = window_of(picture, (frame[0], frame[1] // 2))[0]
    return "stack" if _distance(people) >= stacked / 2 + HALF_A_FACE else "beside"


def _distance(people: Sequence[Point]) -> float:
    return abs(people[0][0] - people[-1][0])


def still(start_s: Fraction, end_s: Fraction, x: float, y: float) -> CameraPath:
    """A point that somebody chose, held all the time."""
    return CameraPath((ShotPath(start_s, end_s, "follow", (Key(float(start_s), x, y),)),))


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
    ways = [
        (Key(float(start_s), _resting_place(xs, HELD * window), y),),
        _walk(seconds, xs, y),
        *(_keys(_runs(seconds, xs, 2 * zone * window), y, float(start_s), float(end_s)) for zone in DEAD_ZONES),
    ]

    def worth(keys: tuple[Key, ...]) -> float:
        way = ShotPath(start_s, end_s, "follow", keys)
        off = (way.at(second)[0] - x for second, x in zip(seconds, xs, strict=True))
        return _held(off, HELD * window) / len(xs) - WORTH_A_PAN * (len(keys) // 2)

    return ShotPath(start_s, end_s, "follow", max(filter(None, ways), key=worth))


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


def _eased(part: float) -> float:
    return part * part * (3 - 2 * part)


def x_expression(path: CameraPath, first_s: Fraction, fps: Fraction, frame_count: int) -> str:
    """The middle's x for ffmpeg's crop filter, by frame number `n` of a chunk that starts at `first_s`.

    `fps`: output frames for each second of the source (the output's rate by the clip's tempo).
    """
    return _expression(path, first_s, fps, frame_count, 0)


def y_expression(path: CameraPath, first_s: Fraction, fps: Fraction, frame_count: int) -> str:
    """As `x_expression`, of y."""
    return _expression(path, first_s, fps, frame_count, 1)


def _expression(path: CameraPath, first_s: Fraction, fps: Fraction, frame_count: int, axis: int) -> str:
    parts = [
        (end, _shot_expression(shot, first_s, fps, first, end, axis))
        for first, end, shot in path.stretches(first_s, fps, frame_count)
    ]
    text = parts[-1][1]
    for end, part in reversed(parts[:-1]):
        text = f"if(lt(n,{end}),{part},{text})"
    return text


def _shot_expression(shot: ShotPath, first_s: Fraction, fps: Fraction, first: int, end: int, axis: int) -> str:
    def frame(key: Key) -> Fraction:
        return (Fraction(key.second) - first_s) * fps

    def value(key: Key) -> float:
        return (key.x, key.y)[axis]

    # Only what moves between the first and the last frame is written.
    inside = [
        (a, b) for a, b in pairwise(shot.keys) if frame(b) > first and frame(a) < end - 1 and value(a) != value(b)
    ]
    if not inside:
        return f"{shot.at(float(first_s + first / fps))[axis]:.6f}"
    text = f"{value(inside[-1][1]):.6f}"
    for a, b in reversed(inside):
        part = f"clip((n-({decimal(frame(a))}))/{decimal(frame(b) - frame(a))},0,1)"
        eased = f"{value(a):.6f}+({value(b) - value(a):.6f})*st(0,{part})*ld(0)*(3-2*ld(0))"
        text = f"if(lt(n,{decimal(frame(b))}),{eased},{text})"
    return text
