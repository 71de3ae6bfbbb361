"""Sightings of faces joined through a shot, and those among them that are people. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

LEAST_VOTES = 6
LEAST_VOTES_PER_LOOK = 1.5
ENOUGH_VOTES = 20  # however long the shot: somebody may be there for a part of it
LEAST_VOTERS = 2  # a pattern deceives one cascade again and again, seldom two
LOW = 2 / 3  # of the height: a face whose middle lies lower counts for half
LEAST_SHARE = 0.25  # of the first person's score: less is somebody in the background


@dataclass(frozen=True)
class Sighting:
    """What may be a face in one picture: its middle and width in parts of the picture.

    `votes`: the windows that were passed there; `voters`: by which cascades.
    """

    second: Fraction
    x: float
    y: float
    width: float
    votes: int
    voters: frozenset[str]


@dataclass(frozen=True)
class Track:
    """One face through a shot, in the order of time."""

    sightings: tuple[Sighting, ...]

    @property
    def votes(self) -> int:
        return sum(s.votes for s in self.sightings)

    @property
    def voters(self) -> frozenset[str]:
        return frozenset[str]().union(*(s.voters for s in self.sightings))

    @property
    def x(self) -> float:
        return median(s.x for s in self.sightings)

    @property
    def y(self) -> float:
        return median(s.y for s in self.sightings)

    @property
    def score(self) -> float:
        """How much speaks for a person: votes, more of them the more cascades agree, fewer low in the picture."""
        return self.votes * len(self.voters) * (0.5 if self.y > LOW else 1)

    def overlaps(self, other: Track) -> bool:
        """Whether both were there at one time."""
        return (
            self.sightings[0].second <= other.sightings[-1].second
            and other.sightings[0].second <= self.sightings[-1].second
        )


def tracks(looks: Sequence[Sequence[Sighting]]) -> list[Track]:
    """Sightings of successive looks joined: each track goes on where the face last stood; most votes choose first."""
    begun: list[list[Sighting]] = []
    for seen in looks:
        free = sorted(seen, key=lambda s: -s.votes)
        for track in sorted(begun, key=lambda t: -sum(s.votes for s in t)):
            near = [s for s in free if _same_face(track[-1], s)]
            if near:
                free.remove(near[0])
                track.append(near[0])
        begun += [[s] for s in free]
    return [Track(tuple(track)) for track in begun]


def _same_face(last: Sighting, now: Sighting) -> bool:
    """Whether it can be: of like size, and not further off than a head moves in the time between."""
    reach = max(last.width, now.width) * min(2.0, 0.6 + float(now.second - last.second))
    near = abs(now.x - last.x) < reach and abs(now.y - last.y) < 3 * reach
    return near and 0.5 < now.width / last.width < 2


def people(looks: Sequence[Sequence[Sighting]]) -> list[Track]:
    """The tracks of a shot that are people, the one to keep first; nobody in the background."""
    needed = min(ENOUGH_VOTES, max(LEAST_VOTES, LEAST_VOTES_PER_LOOK * len(looks)))
    found = [t for t in tracks(looks) if t.votes >= needed and len(t.voters) >= LEAST_VOTERS]
    found.sort(key=lambda t: -t.score)
    return [t for t in found if t.score >= LEAST_SHARE * found[0].score]
