"""The timeline: a job's scenes and layers in exact output frames. Picture and language apart; nothing is drawn here.

`laying.py` makes it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from portevoix.authoring.job import Job
from portevoix.captions.cue import Cue
from portevoix.timing import frame_at, seconds_at

GOP_S = 2  # the longest distance of key frames that every placement takes (Facebook: 2 to 5 s; closed)
CHUNK_GOPS = 1  # one GOP: a correction redoes 2 s and words in a scene cost only the GOPs that they stand in
SHORTEST_SHOWN_FRAMES = 2


@dataclass(frozen=True)
class Picture:
    """What a scene shows: clip, photo or sting `number`, from its frame `offset` of `total` on; or the brand's ground.

    `drift`: the ground with the house's mark, slowly there and back within `total` frames. `beside`: the picture that
    shares the frame. `voice`: the clip that is heard where it is not the one that is seen.
    """

    kind: Literal["clip", "photo", "ground", "drift", "sting"]
    number: int = 0
    offset: int = 0
    total: int = 0
    beside: Picture | None = None
    voice: Picture | None = None

    @property
    def of_house(self) -> bool:
        """Whether the house itself is seen: no logo, title or headline stands over that."""
        return self.kind in ("ground", "drift", "sting")

    @property
    def heard(self) -> int | None:
        """The number of the clip that is heard; None for silence."""
        voice = self.voice or self
        return voice.number if voice.kind in ("clip", "sting") else None

    def later(self, frames: int) -> Picture:
        """The same picture so many frames later."""
        if self.kind == "ground":
            return self
        beside, voice = (one and one.later(frames) for one in (self.beside, self.voice))
        return replace(self, offset=self.offset + frames, beside=beside, voice=voice)


@dataclass(frozen=True)
class Scene:
    """A stretch of one picture on the output, or of one going over `into` another."""

    first_frame: int
    frame_count: int
    picture: Picture
    into: Picture | None = None
    how: str = "cut"

    @property
    def end_frame(self) -> int:
        """The first frame after the scene."""
        return self.first_frame + self.frame_count

    @property
    def clip(self) -> int | None:
        """The number of the clip that is seen first; None for a photo, the ground or a sting."""
        return self.picture.number if self.picture.kind == "clip" else None


@dataclass(frozen=True)
class Shown:
    """Something on screen from `first_frame` up to, not including, `end_frame`."""

    first_frame: int
    end_frame: int
    what: str
    detail: str = ""


@dataclass(frozen=True)
class Chunk:
    """Whole GOPs of one scene: what is encoded alone."""

    scene: int
    first_frame: int
    frame_count: int


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
class Timeline:
    """Scenes end to end, and what lies over them in every language alike."""

    fps: Fraction
    scenes: tuple[Scene, ...]
    cards: tuple[Shown, ...]
    tempo: tuple[Fraction, ...]  # per shot: how much faster than filmed it plays (1.001 for 23.976 at 24)
    clips: tuple[Span, ...]  # per clip: where its frames stand in the programme

    @property
    def frame_count(self) -> int:
        return self.scenes[-1].end_frame

    def frames_of(self, shot: int) -> int:
        """How many frames of a clip or sting are used, from the first of them that its author gives on."""
        seen = [
            (picture, scene.frame_count) for scene in self.scenes for picture in (scene.picture, scene.into) if picture
        ]
        seen += [(picture.beside, count) for picture, count in seen if picture.beside]
        used = (p.offset + count for p, count in seen if p.kind in ("clip", "sting") and p.number == shot)
        return max(used, default=1)

    @property
    def gop_frames(self) -> int:
        """Frames of a GOP: the most that last no longer than `GOP_S`."""
        return int(self.fps * GOP_S)

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


@dataclass(frozen=True)
class PlacedCue:
    """A cue on output frames. `words`: from which frame on the word at an offset of `text` is spoken, where it is
    known.
    """

    first_frame: int
    end_frame: int
    text: str
    line: int
    speaker: str = ""
    top: bool = False
    words: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class PlacedCues:
    """One language's cues on output frames, and a sentence for each cue that was trimmed or left out."""

    cues: tuple[PlacedCue, ...]
    notes: tuple[str, ...]


def place_cues(timeline: Timeline, job: Job, per_clip: list[tuple[Cue, ...]], file: str) -> PlacedCues:
    """Cues, timed on their clip (or on the programme), on output frames; trimmed at the clip's edges."""
    placed: list[PlacedCue] = []
    notes: list[str] = []
    for number, cues in enumerate(per_clip):
        span = timeline.clips[number]
        clip, tempo = job.clips[number], timeline.tempo[number]
        if job.cue_times == "programme":
            low, high, offset_s, tempo = 0, timeline.frame_count, Fraction(0), Fraction(1)
        else:
            low, high, offset_s = span.first_frame, span.end_frame, clip.start_s
        for cue in cues:

            def frame_of(second: Fraction) -> int:
                return low + frame_at((second - offset_s) / tempo, timeline.fps)  # noqa: B023 - called in this turn

            first, end = frame_of(cue.start_s), frame_of(cue.end_s)
            kept = max(first, low), min(end, high)
            if kept[1] - kept[0] < SHORTEST_SHOWN_FRAMES:
                notes.append(f"{file}:{cue.line}: cue {cue.text!r} lies outside the part that is used; left out")
                continue
            if kept != (first, end):
                notes.append(f"{file}:{cue.line}: cue {cue.text!r} is cut at the edge of the part that is used")
            words = tuple((offset, frame_of(second)) for offset, second in cue.word_times)
            placed.append(PlacedCue(*kept, cue.text, cue.line, cue.speaker, _at_the_top(cue), words))
    return PlacedCues(tuple(placed), tuple(notes))


def _at_the_top(cue: Cue) -> bool:
    """Whether the file asks for the upper half: a line counted from the top, or in the first half in per cent."""
    line = dict(cue.settings).get("line", "").split(",")[0]
    if line.endswith("%"):
        return float(line[:-1]) < 50
    return line.isdigit() and int(line) < 5


def retimed(timeline: Timeline, placed: PlacedCues, span: Span) -> list[Cue]:
    """The cues as they stand in the delivered file, which shows a span of the programme, for its sidecar."""
    first, fps = span.first_frame, timeline.fps
    return [
        Cue(seconds_at(c.first_frame - first, fps), seconds_at(c.end_frame - first, fps), c.text, 0)
        for c in placed.cues
        if first <= c.first_frame < span.end_frame
    ]
