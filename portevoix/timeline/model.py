"""The timeline: a job's scenes and cards in exact output frames. Picture and language apart; nothing is drawn here.

`scenes.py` makes it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from portevoix.timeline.cards import TimedCard
from portevoix.timeline.pictures import AnyPicture, ClipPicture, StingPicture
from portevoix.timing import frames_within

GOP_S = 2  # the longest distance of key frames that every placement takes (Facebook: 2 to 5 s; closed)
CHUNK_GOPS = 1  # one GOP: a correction redoes 2 s and words in a scene cost only the GOPs that they stand in


@dataclass(frozen=True)
class Span:
    """Frames of the programme."""

    first_frame: int
    frame_count: int

    @property
    def end_frame(self) -> int:
        """The first frame after it."""
        return self.first_frame + self.frame_count


@dataclass(frozen=True)
class SceneTransition:
    """How one picture goes over `into` the next: `how` is crossfade, dip or wipe."""

    into: AnyPicture
    how: str


@dataclass(frozen=True)
class Scene:
    """A stretch of one picture on the output, or of its `transition` into the next."""

    first_frame: int
    frame_count: int
    picture: AnyPicture
    transition: SceneTransition | None = None

    @property
    def end_frame(self) -> int:
        """The first frame after the scene."""
        return self.first_frame + self.frame_count

    @property
    def into(self) -> AnyPicture | None:
        """The picture that the first one goes over into."""
        return self.transition.into if self.transition else None

    @property
    def clip(self) -> int | None:
        """The number of the clip that is seen first; None for a photo, the ground or a sting."""
        return self.picture.number if isinstance(self.picture, ClipPicture) else None


@dataclass(frozen=True)
class Chunk:
    """Whole GOPs of one scene: what is encoded alone."""

    scene: int
    first_frame: int
    frame_count: int


WhyOff = Literal["beatless", "short", "spoken"]


@dataclass(frozen=True)
class OffBeat:
    """The end of clip `number` (from 1) that lies `off_s` from the nearest beat: none falls there, the clip would be
    too short, or somebody would be cut short in a word.
    """

    number: int
    off_s: float
    why: WhyOff


@dataclass(frozen=True)
class CutsOnBeat:
    """How many of the ends of clips lie on a beat of the `music`, and which do not. `beats`: whether it has any."""

    music: str
    beats: bool
    met: int = 0
    off: tuple[OffBeat, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """Scenes end to end, and what lies over them in every language alike. `on_beat`: how the clips' ends meet the
    music's beats, where the recipe asks for that.
    """

    fps: Fraction
    scenes: tuple[Scene, ...]
    cards: tuple[TimedCard, ...]
    tempo: tuple[Fraction, ...]  # per shot: how much faster than filmed it plays (1.001 for 23.976 at 24)
    clips: tuple[Span, ...]  # per clip: where its frames stand in the programme
    on_beat: CutsOnBeat | None = None

    @property
    def frame_count(self) -> int:
        return self.scenes[-1].end_frame

    def frames_of(self, shot: int) -> int:
        """How many frames of a clip or sting are used, from the first of them that its author gives on."""
        seen = [(one, scene.frame_count) for scene in self.scenes for one in (scene.picture, scene.into) if one]
        seen += [(picture.beside, count) for picture, count in seen if picture.beside]
        footage = [(one, count) for one, count in seen if isinstance(one, ClipPicture | StingPicture)]
        return max((one.offset + count for one, count in footage if one.number == shot), default=1)

    @property
    def gop_frames(self) -> int:
        """Frames of a GOP: the most that last no longer than `GOP_S`."""
        return frames_within(Fraction(GOP_S), self.fps)

    def chunks(self, points: Collection[int] = ()) -> tuple[Chunk, ...]:
        """The programme cut at scene ends, within a scene on a grid of whole GOPs, and at `points`, where parts begin.

        The grid does not begin anew at a point: the chunks round it stay those of the whole programme.
        """
        size = self.gop_frames * CHUNK_GOPS
        found = []
        for number, scene in enumerate(self.scenes):
            own = {point for point in points if scene.first_frame < point < scene.end_frame}
            edges = sorted({*range(scene.first_frame, scene.end_frame, size), *own, scene.end_frame})
            found += [Chunk(number, first, end - first) for first, end in pairwise(edges)]
        return tuple(found)
