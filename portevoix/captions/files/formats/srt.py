"""SRT, which has no specification, in the dialects that tools write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.cue_times import (
    LIKE_TIMES,
    MOST_MARKUP_CHARACTERS,
    lenient_time,
    make_cue,
    report_missing_arrows,
)
from portevoix.captions.files.formats.format import Content, Format, Writing
from portevoix.captions.files.formats.markup import read_marks, stands_at_top, with_direction_mark, without_marks
from portevoix.captions.files.formats.webvtt_parser import CUE_SETTINGS
from portevoix.captions.files.leftovers import look_behind_blank_line
from portevoix.captions.files.report import FileReport
from portevoix.timing import clock

_EXACT = re.compile(r"\d+:\d\d?:\d\d?[.,:]\d{3}")
_NUMBER = re.compile(r"\d{1,9}")
_ARROW = re.compile(r"\d\s*-->|-->\s*\d")  # an arrow alone ends a comment of Markdown
_PLACE = re.compile(r"[XY][12]:-?\d+", re.IGNORECASE)


def read_srt(content: Content, report: FileReport) -> list[Cue]:
    """Every line with an arrow begins a cue; the figure above it is its number."""
    lines = content.text.split("\n")
    starts = [place for place, line in enumerate(lines) if "-->" in line]
    if not starts:
        report_missing_arrows(lines, 1, report)
        return []
    numbers = _numbers(lines, starts, report)
    heads = [start if number is None else number for start, number in zip(starts, numbers, strict=True)]
    _look_before(lines[: heads[0]], report)
    cues = []
    for start, stop in zip(starts, [*heads[1:], _end(lines, starts, numbers, report)], strict=True):
        body = lines[start + 1 : stop]
        report_missing_arrows(body, start + 2, report)
        times = _times(lines[start], start + 1, report)
        cue = _cue(times, body, start + 1, _settings(lines[start], start + 1, report), report) if times else None
        if cue:
            cues.append(cue)
    return cues


def _numbers(lines: list[str], starts: list[int], report: FileReport) -> list[int | None]:
    """The place of each cue's number. Where few cues have one, none has: a figure is words there (2026)."""
    found: list[int | None] = []
    floor = 0
    for start in starts:
        place = start - 1
        while place > floor and not lines[place].strip():
            place -= 1
        alone = place == start - 1 or place <= floor or not lines[place - 1].strip()
        found.append(place if place >= floor and alone and _NUMBER.fullmatch(lines[place].strip()) else None)
        floor = start + 1
    if sum(number is not None for number in found) * 2 <= len(starts):
        return [found[0], *[None] * (len(starts) - 1)]
    latest: int | None = None
    for index, number in enumerate(found):
        if number is None:
            continue
        value = int(lines[number])
        blank_above = number == 0 or not lines[number - 1].strip() or "-->" in lines[number - 1]
        if index and not blank_above and latest is not None and value not in {latest, latest + 1}:
            found[index] = None
            report.repair(number + 1, f"{lines[number].strip()!r} is no cue's number in its turn; kept as words")
        else:
            latest = value
    return found


def _end(lines: list[str], starts: list[int], numbers: list[int | None], report: FileReport) -> int:
    """Where the last cue's words end: before the number of a cue that never came, where a file was cut."""
    place = max(place for place, line in enumerate(lines) if line.strip())
    number = numbers[-1]
    cut = number is not None and place > starts[-1] + 1 and not lines[place - 1].strip()
    if number is None or not cut or lines[place].strip() != str(int(lines[number]) + 1):
        return len(lines)
    report.repair(
        place + 1, f"{lines[place].strip()!r} is the number of a cue that does not follow; is the file whole?"
    )
    return place


def _look_before(lines: list[str], report: FileReport) -> None:
    report_missing_arrows(lines, 1, report)
    for number, line in enumerate(lines, 1):
        if line.strip() and not LIKE_TIMES.fullmatch(line):
            report.fault(number, f"{line.strip()[:60]!r} stands before the first cue; delete it or give it times")


def _times(line: str, number: int, report: FileReport) -> tuple[Fraction, Fraction] | None:
    left, right = line.split("-->", 1)
    found = []
    for text in (left.strip(), (right.split() or [""])[0]):
        try:
            found.append(lenient_time(text, "00:01:02,500"))
        except ValueError as error:
            report.fault(number, str(error), line.find(text) + 1)
            return None
        if not _EXACT.fullmatch(text):
            report.repair(number, f"time {text!r} is read as {float(found[-1]):g} s")
    return found[0], found[1]


def _settings(line: str, number: int, report: FileReport) -> tuple[tuple[str, str], ...]:
    found = {}
    for word in line.split("-->", 1)[1].split()[1:]:
        name, _, value = word.partition(":")
        if name in CUE_SETTINGS and CUE_SETTINGS[name].fullmatch(value):
            found[name] = value
        elif _PLACE.fullmatch(word):
            report.repair(number, "coordinates behind the times are left out: the recipe places captions")
        else:
            report.repair(number, f"{word[:40]!r} behind the times is left out")
    return tuple(found.items())


def _cue(
    times: tuple[Fraction, Fraction],
    body: list[str],
    line: int,
    settings: tuple[tuple[str, str], ...],
    report: FileReport,
) -> Cue | None:
    text = "\n".join(body)
    if len(text) > MOST_MARKUP_CHARACTERS:
        report.fault(line + 1, f"has {len(text):,} characters in one cue; a caption has a few dozen")
        return None
    look_behind_blank_line(body, line + 1, report)
    words, place = read_marks(text, line + 1, report)
    return make_cue(times, words, line, report, settings or place)


def srt_text(cues: Sequence[Cue], _: str, direction: str) -> str:
    """The cues as SRT. The library that writes WebVTT drops words in angle brackets from SRT, so it is not used."""
    blocks = (
        f"{number}\n{clock(cue.start_s, ',')} --> {clock(cue.end_s, ',')}\n{_marked_up(cue, direction)}\n"
        for number, cue in enumerate(cues, 1)
    )
    return "\n".join(blocks)


def _marked_up(cue: Cue, direction: str) -> str:
    place = 0
    text = "{\\an8}" if stands_at_top(cue) else ""
    for start, end in cue.italics:
        text += f"{without_marks(cue.text[place:start])}<i>{without_marks(cue.text[start:end])}</i>"
        place = end
    text += without_marks(cue.text[place:])
    return "\n".join(with_direction_mark(line, direction) for line in text.split("\n"))


def _recognises(text: str, _: str) -> bool:
    return any(_ARROW.search(line) for line in text.split("\n"))


SRT = Format(
    "an SRT", (".srt",), read_srt, _recognises, written=Writing((".srt",), srt_text, frozenset({"top", "italics"}))
)
