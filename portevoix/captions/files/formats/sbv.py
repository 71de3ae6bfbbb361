"""SBV, YouTube's own: two times with a comma between them, then words up to a blank line."""

from __future__ import annotations

import re

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.markup import read_marks
from portevoix.captions.files.formats.times import lenient_time, make_cue
from portevoix.captions.files.reading import Reading

TIMES = re.compile(r"\s*(\d+:\d{1,2}:\d{1,2}(?:\.\d+)?)\s*,\s*(\d+:\d{1,2}:\d{1,2}(?:\.\d+)?)\s*")


def read_sbv(text: str, reading: Reading) -> list[Cue]:
    """The cues of an SBV file; `[br]` is a line's end, as YouTube writes it."""
    lines = text.split("\n")
    starts = [place for place, line in enumerate(lines) if TIMES.fullmatch(line)]
    _say_stray(lines[: starts[0]], 1, reading)
    cues = []
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        end = next((place for place in range(start + 1, stop) if not lines[place].strip()), stop)
        _say_stray(lines[end:stop], end + 1, reading)
        match = TIMES.fullmatch(lines[start])
        assert match is not None
        try:
            times = lenient_time(match[1]), lenient_time(match[2])
        except ValueError as error:
            reading.fault(start + 1, str(error))
            continue
        words, place = read_marks("\n".join(lines[start + 1 : end]).replace("[br]", "\n"))
        cue = make_cue(times, words, start + 1, reading, place)
        if cue:
            cues.append(cue)
    return cues


def _say_stray(lines: list[str], first: int, reading: Reading) -> None:
    for number, line in enumerate(lines, first):
        if line.strip():
            reading.fault(
                number, f"{line.strip()[:60]!r} stands in no cue; delete the blank line above it or the words"
            )
