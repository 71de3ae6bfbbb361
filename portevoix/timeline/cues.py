"""Cues on the programme's frames, and back on seconds for a delivered file's captions."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from portevoix.authoring.job import Job
from portevoix.captions.cue import Cue
from portevoix.timeline.model import Span, Timeline
from portevoix.timing import frame_at, seconds_at

SHORTEST_CUE_FRAMES = 2


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


@dataclass(frozen=True)
class Clock:
    """How a script's seconds become frames: second `offset_s` is frame `low`; nothing is shown from `high` on."""

    low: int
    high: int
    offset_s: Fraction
    tempo: Fraction
    fps: Fraction

    def frame(self, second: Fraction) -> int:
        return self.low + frame_at((second - self.offset_s) / self.tempo, self.fps)


def place_cues(timeline: Timeline, job: Job, per_clip: Sequence[tuple[Cue, ...]], files: Sequence[str]) -> PlacedCues:
    """Cues, timed on their clip (or on the programme), on output frames; trimmed at the clip's edges. `files`: the name
    of each clip's script; clips that share one leave out only what none of them shows.
    """
    placed: list[PlacedCue] = []
    shown: set[tuple[str, int]] = set()
    notes: dict[tuple[str, int], str] = {}
    for number, (cues, file) in enumerate(zip(per_clip, files, strict=True)):
        clock = clock_of(timeline, job, number)
        for cue in cues:
            first, end = clock.frame(cue.start_s), clock.frame(cue.end_s)
            kept = max(first, clock.low), min(end, clock.high)
            if kept[1] - kept[0] < SHORTEST_CUE_FRAMES:
                continue
            shown.add((file, cue.line))
            if kept != (first, end):
                cut = f"{file}:{cue.line}: cue {cue.text!r} is cut at the edge of the part that is used"
                notes[file, cue.line] = cut
            words = tuple((offset, clock.frame(second)) for offset, second in cue.word_times)
            placed.append(PlacedCue(*kept, cue.text, cue.line, cue.speaker, _at_the_top(cue), words))
    for file, cues in dict(zip(files, per_clip, strict=True)).items():
        notes |= _left_out(file, cues, shown)
    in_order = sorted(notes.items(), key=lambda note: (files.index(note[0][0]), note[0][1]))
    return PlacedCues(tuple(placed), tuple(note for _, note in in_order))


def _left_out(file: str, cues: Sequence[Cue], shown: Set[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """A sentence for each run of cues of a file that is shown nowhere, by its first cue's file and line."""
    found = {}
    for is_shown, run in groupby(cues, lambda cue: (file, cue.line) in shown):
        away = tuple(run)
        at, text, last = f"{file}:{away[0].line}", away[0].text, away[-1].text
        if not is_shown:
            found[file, away[0].line] = (
                f"{at}: {len(away)} cues, from {text!r} to {last!r}, lie outside the part that is used; left out"
                if len(away) > 1
                else f"{at}: cue {text!r} lies outside the part that is used; left out"
            )
    return found


def clock_of(timeline: Timeline, job: Job, clip: int) -> Clock:
    """How the seconds of a clip's script become frames of the programme."""
    if job.cue_times == "programme":
        return Clock(0, timeline.frame_count, Fraction(0), Fraction(1), timeline.fps)
    span = timeline.clips[clip]
    return Clock(span.first_frame, span.end_frame, job.clips[clip].start_s, timeline.tempo[clip], timeline.fps)


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
