"""SBV, YouTube's own: two times with a comma between them, then words up to a blank line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.cue_times import lenient_time, make_cue
from portevoix.captions.files.formats.format import Content, Format, Writing
from portevoix.captions.files.formats.markup import read_marks, with_direction_mark, without_marks
from portevoix.captions.files.report import FileReport
from portevoix.timing import clock

TIMES = re.compile(r"\s*(\d+:\d{1,2}:\d{1,2}(?:\.\d+)?)\s*,\s*(\d+:\d{1,2}:\d{1,2}(?:\.\d+)?)\s*")


def read_sbv(content: Content, report: FileReport) -> list[Cue]:
    """The cues of an SBV file; `[br]` is a line's end, as YouTube writes it."""
    lines = content.text.split("\n")
    starts = [place for place, line in enumerate(lines) if TIMES.fullmatch(line)]
    _say_stray(lines[: starts[0]], 1, report)
    cues = []
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = next((place for place in range(start + 1, stop) if not lines[place].strip()), stop)
        _say_stray(lines[end:stop], end + 1, report)
        match = TIMES.fullmatch(lines[start])
        assert match is not None
        try:
            times = lenient_time(match[1]), lenient_time(match[2])
        except ValueError as error:
            report.fault(start + 1, str(error))
            continue
        words, place = read_marks("\n".join(lines[start + 1 : end]).replace("[br]", "\n"), start + 2, report)
        cue = make_cue(times, words, start + 1, report, place)
        if cue:
            cues.append(cue)
    return cues


def _say_stray(lines: list[str], first: int, report: FileReport) -> None:
    for number, line in enumerate(lines, first):
        if line.strip():
            report.fault(number, f"{line.strip()[:60]!r} stands in no cue; delete the blank line above it or the words")


def sbv_text(cues: Sequence[Cue], _: str, direction: str) -> str:
    """The cues as SBV."""

    def lines(cue: Cue) -> str:
        return "\n".join(with_direction_mark(line, direction) for line in without_marks(cue.text).split("\n"))

    return "\n".join(f"{_time(cue.start_s)},{_time(cue.end_s)}\n{lines(cue)}\n" for cue in cues)


def _time(second: Fraction) -> str:
    return clock(second).removeprefix("0")


def _recognises(text: str, _: str) -> bool:
    return any(TIMES.fullmatch(line) for line in text.split("\n"))


SBV = Format("an SBV file", (".sbv",), read_sbv, _recognises, written=Writing((".sbv",), sbv_text))
