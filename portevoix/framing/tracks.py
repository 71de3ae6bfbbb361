"""Sightings of faces joined through a shot, and those among them that are people. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any

LEAST_SIGHTINGS = 3
LEAST_PRESENCE = 0.25  # of the shot's looks
ENOUGH_S = 2  # however long the shot: somebody may be there for a part of it
LEAST_SHARE = 0.25  # of the first person's weight: less is somebody in the background


@dataclass(frozen=True)
class Features:
    """Where the eyes and the corners of the mouth of a face are, x and y of each in parts of the picture."""

    eyes: tuple[float, float, float, float]
    mouth: tuple[float, float, float, float]


@dataclass(frozen=True)
class Sighting:
    """A face in one picture: its middle and width in parts of the picture, the detector's score (0 to 1), and its
    features where they are known.
    """

    second: Fraction
    x: float
    y: float
    width: float
    score: float
    features: Features | None = None


def face_written(face: Sighting) -> list[Any]:
    """A face without its second, for the store."""
    features = face.features and [[round(at, 4) for at in marks] for marks in (face.features.eyes, face.features.mouth)]
    return [round(face.x, 4), round(face.y, 4), round(face.width, 4), round(face.score, 3), features]


def face_read(second: Fraction, written: Sequence[Any]) -> Sighting:
    """A face as it was written."""
    x, y, width, score, features = written
    known = Features(*(tuple(marks) for marks in features)) if features else None
    return Sighting(second, x, y, width, score, known)


@dataclass(frozen=True)
class Track:
    """One face through a shot, in the order of time."""

    sightings: tuple[Sighting, ...]

    @property
    def x(self) -> float:
        return median(s.x for s in self.sightings)

    @property
    def y(self) -> float:
        return median(s.y for s in self.sightings)

    @property
    def seconds(self) -> Fraction:
        """From the first sighting to the last."""
        return self.sightings[-1].second - self.sightings[0].second

    @property
    def weight(self) -> float:
        """How much a shot is about this person: often seen, surely, and large."""
        return sum(s.score * s.width for s in self.sightings)

    def together(self, other: Track) -> float:
        """The share of this face's sightings in which the other one is seen too."""
        others = {s.second for s in other.sightings}
        return sum(s.second in others for s in self.sightings) / len(self.sightings)

    def overlaps(self, other: Track) -> bool:
        """Whether both were there at one time."""
        return (
            self.sightings[0].second <= other.sightings[-1].second
            and other.sightings[0].second <= self.sightings[-1].second
        )


def tracks(looks: Sequence[Sequence[Sighting]]) -> list[Track]:
    """Sightings of successive looks joined: each track goes on where its face last stood; the longest chooses first."""
    begun: list[list[Sighting]] = []
    for seen in looks:
        free = list(seen)
        for track in sorted(begun, key=lambda t: -len(t)):
            last = track[-1]
            near = [s for s in free if _same_face(last, s)]
            if near:
                nearest = min(near, key=lambda s: abs(s.x - last.x) + abs(s.y - last.y))
                free.remove(nearest)
                track.append(nearest)
        begun += [[s] for s in free]
    return [Track(tuple(track)) for track in begun]


def _same_face(last: Sighting, now: Sighting) -> bool:
    """Whether it can be: of like size, and not further off than a head moves in the time between."""
    reach = max(last.width, now.width) * min(2.0, 0.6 + float(now.second - last.second))
    near = abs(now.x - last.x) < reach and abs(now.y - last.y) < 3 * reach
    return near and 0.5 < now.width / last.width < 2


def people(looks: Sequence[Sequence[Sighting]]) -> list[Track]:
    """The tracks of a shot that are people, the one to keep first; nobody in the background."""
    found = [t for t in tracks(looks) if len(t.sightings) >= LEAST_SIGHTINGS and _stays(t, len(looks))]
    found.sort(key=lambda t: -t.weight)
    return [t for t in found if t.weight >= LEAST_SHARE * found[0].weight]


def _stays(track: Track, look_count: int) -> bool:
    return len(track.sightings) >= LEAST_PRESENCE * look_count or track.seconds >= ENOUGH_S
