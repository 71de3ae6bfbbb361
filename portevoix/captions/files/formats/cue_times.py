"""Times and cues as every format needs them."""

from __future__ import annotations

import re
from fractions import Fraction

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.webvtt_parser import Settings
from portevoix.captions.files.marked_text import MarkedText
from portevoix.captions.files.report import FileReport

MOST_CUE_CHARACTERS = 2_000  # characters; a minute of speech has under 1,200
MOST_MARKUP_CHARACTERS = 10 * MOST_CUE_CHARACTERS  # characters of a cue with its tags; more is no caption
LIKE_TIMES = re.compile(r"\s*\d{1,3}:\d\d[:.,]\d+\S*\s*\S{0,3}\s*\d{1,3}:\d\d[:.,]\d+\S*\s*")
ANY_TIME = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:([.,:;])(\d{1,9}))?")


def lenient_time(text: str, example: str = "00:01:02.500") -> Fraction:
    """Seconds of a time as tools write it: comma, point or colon before the decimals, short fields. Raises ValueError.

    A fraction is decimal: `1,5` is a second and a half. Two digits after a colon or semicolon count frames, which
    only the film's rate could tell.
    """
    match = ANY_TIME.fullmatch(text)
    if match is None or int(match[2]) > 59 or int(match[3]) > 59:
        raise ValueError(f"{text[:40]!r} is not a time; write {example}")
    hours, minutes, seconds, mark, decimals = match.groups()
    if mark == ";" or (mark == ":" and len(decimals) != 3):
        raise ValueError(f"{text[:40]!r} counts frames; write {example}")
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + Fraction(int(decimals or 0), 10 ** len(decimals or ""))


def make_cue(
    times: tuple[Fraction, Fraction],
    words: MarkedText,
    line: int,
    report: FileReport,
    settings: Settings = (),
    identifier: str = "",
) -> Cue | None:
    """The cue whose times stand in `line`; None, with the reason in `report`, where it can be none."""
    start_s, end_s = times
    if not words.text:
        report.repair(line, "cue without words; left out")
    elif len(words.text) > MOST_CUE_CHARACTERS:
        # The words begin on the line after the times.
        report.fault(
            line + 1, f"has {len(words.text):,} characters in one cue; at most {MOST_CUE_CHARACTERS:,} are read"
        )
    elif end_s <= start_s:
        report.fault(
            line,
            f"ends ({float(end_s):g} s) no later than it starts ({float(start_s):g} s); correct the times",
        )
    else:
        return Cue(
            start_s, end_s, words.text, line, settings, words.speaker, identifier, words.word_times, words.italics
        )
    return None


def report_missing_arrows(lines: list[str], first: int, report: FileReport) -> None:
    """Report each line that looks like times but has no arrow: it would be read as words."""
    for number, line in enumerate(lines, first):
        if LIKE_TIMES.fullmatch(line):
            report.fault(number, f"{line.strip()!r} looks like times without their arrow; write -->")
