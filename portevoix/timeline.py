"""The timeline: a job's scenes and layers in exact output frames. Picture and language apart; nothing is drawn here."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from portevoix.authoring.job import Clip, Job
from portevoix.authoring.recipe import Recipe
from portevoix.captions.cue import Cue
from portevoix.sources.probe import Source
from portevoix.timing import frame_at, nearest, seconds_at

GOP_S = 2  # the longest distance of key frames that every placement takes (Facebook: 2 to 5 s; closed)
CHUNK_GOPS = 1  # one GOP: a correction redoes 2 s and words in a scene cost only the GOPs that they stand in
SHORTEST_SHOWN_FRAMES = 2


@dataclass(frozen=True)
class Scene:
    """A stretch of one picture on the output: a clip, or (`clip` None) the brand's ground under a card."""

    first_frame: int
    frame_count: int
    clip: int | None

    @property
    def end_frame(self) -> int:
        """The first frame after the scene."""
        return self.first_frame + self.frame_count


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
class Timeline:
    """Scenes end to end, and what lies over them in every language alike."""

    fps: Fraction
    scenes: tuple[Scene, ...]
    cards: tuple[Shown, ...]
    tempo: tuple[Fraction, ...]  # per clip: how much faster than filmed it plays (1.001 for 23.976 at 24)

    @property
    def frame_count(self) -> int:
        return self.scenes[-1].end_frame

    @property
    def gop_frames(self) -> int:
        """Frames of a GOP: the most that last no longer than `GOP_S`."""
        return int(self.fps * GOP_S)

    def chunks(self) -> tuple[Chunk, ...]:
        """The programme cut at scene ends and, within a scene, on a grid of whole GOPs."""
        size = self.gop_frames * CHUNK_GOPS
        return tuple(
            Chunk(number, first, min(size, scene.end_frame - first))
            for number, scene in enumerate(self.scenes)
            for first in range(scene.first_frame, scene.end_frame, size)
        )


def choose_rate(asked: Fraction | None, sources: list[tuple[Source, Fraction]]) -> Fraction:
    """The output's frames a second: what was asked, else the rate of the source that is used longest, made standard.

    24, 25 and 30 stay; 50 and 60 are halved; 23.976, 29.97 and 59.94 play at 24, 30 and 30; a slower rate is multiplied
    until it reaches 24 (placements refuse less than 23), and anything else becomes 30.
    """
    if asked is not None:
        return asked
    by_rate: dict[Fraction, Fraction] = {}
    for source, used_s in sources:
        by_rate[source.fps] = by_rate.get(source.fps, Fraction(0)) + used_s
    rate = max(by_rate, key=lambda fps: by_rate[fps])
    nominal = Fraction(nearest(rate)) if abs(rate - nearest(rate)) < Fraction(1, 8) else rate
    if nominal in (48, 50, 60):
        return nominal / 2
    if nominal in (24, 25, 30):
        return nominal
    if nominal < 24:
        multiple = nominal * -(-24 // nominal)
        return multiple if multiple in (24, 25, 30) else Fraction(30)
    return Fraction(30)


def tempo_of(source: Source, fps: Fraction) -> Fraction:
    """How much faster a clip plays: 1.001 where an NTSC rate plays at its whole number, else 1."""
    nominal = nearest(source.fps)
    ntsc = source.fps.denominator == 1001
    return Fraction(nominal) / source.fps if ntsc and fps.denominator == 1 and nominal % fps == 0 else Fraction(1)


def lay_out(job: Job, recipe: Recipe, sources: list[Source]) -> Timeline:
    """Place the job's clips and the recipe's cards on output frames."""
    used = [(s, (c.end_s or s.duration_s) - c.start_s) for s, c in zip(sources, job.clips, strict=True)]
    asked = job.fps or recipe.fps or (sources[0].fps if recipe.frame == "source" else None)
    fps = choose_rate(asked, used)
    tempo = tuple(tempo_of(source, fps) for source in sources)
    scenes: list[Scene] = []
    cards: list[Shown] = []
    at = 0
    for number, (clip, source) in enumerate(zip(job.clips, sources, strict=True)):
        length = _frames_of(clip, source, fps, tempo[number])
        scenes.append(Scene(at, length, number))
        if recipe.lower_third and clip.speaker and not any(c.detail == clip.speaker for c in cards):
            first = at + frame_at(recipe.lower_third.start_s, fps)
            end = min(first + frame_at(recipe.lower_third.duration_s, fps), at + length)
            if end - first >= fps:  # a name that stands for less than a second cannot be read
                cards.append(Shown(first, end, "lower_third", clip.speaker))
        at += length
    if recipe.opening and at:
        first = frame_at(recipe.opening.start_s, fps)
        cards.append(Shown(first, min(first + frame_at(recipe.opening.duration_s, fps), at), "opening"))
    for name, span in (("closing", recipe.closing), ("notice", recipe.notice)):
        if span:
            length = frame_at(span.duration_s, fps)
            scenes.append(Scene(at, length, None))
            cards.append(Shown(at, at + length, name))
            at += length
    return Timeline(fps, tuple(scenes), tuple(sorted(cards, key=lambda c: c.first_frame)), tempo)


def _frames_of(clip: Clip, source: Source, fps: Fraction, tempo: Fraction) -> int:
    end = min(clip.end_s, source.duration_s) if clip.end_s is not None else source.duration_s
    return max(1, nearest((end - clip.start_s) / tempo * fps))


@dataclass(frozen=True)
class PlacedCue:
    """A cue on output frames. `words`: from which frame on the word at an offset of `text` is spoken, where it is known."""

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
        scene = timeline.scenes[number]
        clip, tempo = job.clips[number], timeline.tempo[number]
        if job.cue_times == "programme":
            low, high, offset_s, tempo = 0, timeline.frame_count, Fraction(0), Fraction(1)
        else:
            low, high, offset_s = scene.first_frame, scene.end_frame, clip.start_s
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


def retimed(timeline: Timeline, placed: PlacedCues) -> list[Cue]:
    """The cues as they stand in the delivered file, for its sidecar."""
    return [
        Cue(seconds_at(c.first_frame, timeline.fps), seconds_at(c.end_frame, timeline.fps), c.text, 0)
        for c in placed.cues
    ]
