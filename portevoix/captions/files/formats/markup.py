"""Marks within SRT, SBV and ASS text: HTML's tags and references, ASS's overrides and escapes, as programs leave them.

And the marks that every written format needs: of direction, and of a place at the top.
"""

from __future__ import annotations

import html
import re
import unicodedata
from fractions import Fraction

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.webvtt_parser import Settings
from portevoix.captions.files.marked_text import MarkedText, MarkedTextBuilder
from portevoix.captions.files.report import FileReport

WORD_JOINER = "\u2060"  # between `<` and a letter it keeps players from seeing a tag
_TAGS = {"i", "em", "b", "strong", "u", "s", "strike", "font", "span", "c", "v", "ruby", "rt", "lang", "br", "p", "div"}
# A line end or a space as ASS writes it; a path of Windows (C:\\new) has none.
_ESCAPE = r"[A-Za-z]:\\\S*|\\(?P<escape>[Nnh])"
_REFERENCE = r"(?P<reference>&(?:[a-zA-Z]{2,8}\d{0,2}|#\d{1,7}|#x[0-9a-fA-F]{1,6});)"
ESCAPE, REFERENCE = re.compile(_ESCAPE), re.compile(_REFERENCE)
_MARK = re.compile(
    r"<(?P<slash>/?)(?P<tag>[a-z]+)(?P<rest>(?:[.\s][^<>]*)?)/?>|<(?:\d+:)?\d\d:\d\d\.\d{3}>"
    r"|\{(?P<override>\\[^{}]*)\}|\{(?P<microdvd>[ycfsp]:[^{}]*)\}"
    rf"|{_ESCAPE}|{_REFERENCE}",
    re.IGNORECASE,
)
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u00ad\u2060"  # no ink, and a meaning
RIGHT_TO_LEFT_MARK = "\u200f"
TOP_LINES = {"0", "0%"}  # WebVTT's `line` of a cue at the top
MARK_BROKEN = re.compile(rf"(<|\{{|--|&|\\){WORD_JOINER}")
_LIKE_MARK = re.compile(r"<(?=/?[a-z]|\d)|\{(?=\\|[ycfsp]:)|--(?=>)|&(?=#?\w+;)|\\(?=[Nnh])", re.IGNORECASE)
# ASS's `\anN` counts as the number pad does; WebVTT's words for the same places. The bottom row is every player's own.
_ROWS = {"7": "0", "8": "0", "9": "0", "4": "50%", "5": "50%", "6": "50%"}
_SIDES = {"1": "left", "4": "left", "7": "left", "3": "right", "6": "right", "9": "right"}
_OLD_PLACES = {"1": "1", "2": "2", "3": "3", "5": "7", "6": "8", "7": "9", "9": "4", "10": "5", "11": "6"}


def read_marks(text: str, line: int, report: FileReport) -> tuple[MarkedText, Settings]:
    """The words of SRT text that begins in `line`, and what `{\\an8}` says of their place. Tags that nobody knows
    stay as words.
    """
    builder = MarkedTextBuilder()
    settings: Settings = ()
    place = 0
    for match in _MARK.finditer(text):
        tag = (match["tag"] or "").lower()
        if (tag and tag not in _TAGS) or (match[0][1:2] == ":"):
            continue
        builder.add(MARK_BROKEN.sub(r"\1", text[place : match.start()]))
        place = match.end()
        if match["escape"] or match["reference"]:
            builder.add(meant_by(match[0], line, report))
        elif tag in {"i", "em"}:
            builder.slant(not match["slash"])
        elif tag == "br":
            builder.add("\n")
        elif tag == "v":
            builder.say(" ".join(match["rest"].split()))
        elif match["override"]:
            settings = follow_override(match["override"], builder) or settings
        elif (match["microdvd"] or "").lower() == "y:i":
            builder.slant(True)
    builder.add(MARK_BROKEN.sub(r"\1", text[place:]))
    return builder.build(), settings


def meant_by(mark: str, line: int, report: FileReport) -> str:
    """What an escape of ASS or a reference of HTML stands for, which is said; one that names no character stays."""
    if mark.startswith("\\"):
        report.repair(line, f"{mark} is ASS's mark for {'a space' if mark[1] == 'h' else 'a new line'}; read so")
        return "\u00a0" if mark[1] == "h" else "\n"
    sign = html.unescape(mark)
    if sign == mark or not sign or sign == "\ufffd" or not (sign.isprintable() or sign.isspace() or sign in _UNSEEN):
        report.repair(line, f"{mark!r} names no character; kept as it stands")
        return mark
    report.repair(line, f"{mark!r} is HTML's way to write {sign!r}; read so")
    return sign


def without_marks(text: str) -> str:
    """`text` so that `read_marks`, and players, see nothing but words in it."""
    return _LIKE_MARK.sub(lambda match: match[0] + WORD_JOINER, text)


def follow_override(override: str, builder: MarkedTextBuilder) -> Settings:
    """Italics go to the builder; the settings are those of a place, where the override names one."""
    for code, value in re.findall(r"\\(i)(\d*)(?![a-zA-Z])", override):
        builder.slant(code == "i" and value not in {"", "0"})
    found = re.findall(r"\\(an?)(\d+)", override)
    if not found:
        return ()
    code, number = found[-1]
    key = number if code == "an" else _OLD_PLACES.get(number, "2")
    row, side = _ROWS.get(key), _SIDES.get(key)
    return ((("line", row),) if row else ()) + ((("align", side),) if side else ())


def centiseconds(text: str) -> Fraction:
    """Seconds of ASS's karaoke durations."""
    return Fraction(int(text), 100)


def stands_at_top(cue: Cue) -> bool:
    """Whether the file asks for the top of the picture."""
    return dict(cue.settings).get("line", "").split(",")[0] in TOP_LINES


def with_direction_mark(line: str, direction: str) -> str:
    """Players take a line's direction from its first letter: an Arabic line that begins in Latin needs a mark."""
    first = next((unicodedata.bidirectional(c) for c in line if unicodedata.bidirectional(c) in {"L", "R", "AL"}), "")
    starts_neutral = bool(line) and unicodedata.bidirectional(line[0]) not in {"R", "AL"}
    return RIGHT_TO_LEFT_MARK + line if direction == "rtl" and (first == "L" or starts_neutral) else line
