"""Marks within SRT, SBV and ASS text: HTML's tags, ASS's overrides. None of these formats has character references.

And the marks that every written format needs: of direction, and of a place at the top.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.webvtt_parser import Settings
from portevoix.captions.files.marked_text import MarkedText, MarkedTextBuilder

WORD_JOINER = "\u2060"  # between `<` and a letter it keeps players from seeing a tag
_TAGS = {"i", "em", "b", "strong", "u", "s", "strike", "font", "span", "c", "v", "ruby", "rt", "lang", "br", "p", "div"}
_MARK = re.compile(
    r"<(?P<slash>/?)(?P<tag>[a-z]+)(?P<rest>(?:[.\s][^<>]*)?)/?>|<(?:\d+:)?\d\d:\d\d\.\d{3}>"
    r"|\{(?P<override>\\[^{}]*)\}|\{(?P<microdvd>[ycfsp]:[^{}]*)\}",
    re.IGNORECASE,
)
RIGHT_TO_LEFT_MARK = "\u200f"
TOP_LINES = {"0", "0%"}  # WebVTT's `line` of a cue at the top
MARK_BROKEN = re.compile(rf"(<|\{{|--){WORD_JOINER}")
_LIKE_MARK = re.compile(r"<(?=/?[a-z]|\d)|\{(?=\\|[ycfsp]:)|--(?=>)", re.IGNORECASE)
# ASS's `\anN` counts as the number pad does; WebVTT's words for the same places. The bottom row is every player's own.
_ROWS = {"7": "0", "8": "0", "9": "0", "4": "50%", "5": "50%", "6": "50%"}
_SIDES = {"1": "left", "4": "left", "7": "left", "3": "right", "6": "right", "9": "right"}
_OLD_PLACES = {"1": "1", "2": "2", "3": "3", "5": "7", "6": "8", "7": "9", "9": "4", "10": "5", "11": "6"}


def read_marks(text: str) -> tuple[MarkedText, Settings]:
    """The words of SRT text and what `{\\an8}` says of their place. Tags that nobody knows stay as words."""
    builder = MarkedTextBuilder()
    settings: Settings = ()
    place = 0
    for match in _MARK.finditer(text):
        tag = (match["tag"] or "").lower()
        if tag and tag not in _TAGS:
            continue
        builder.add(MARK_BROKEN.sub(r"\1", text[place : match.start()]))
        place = match.end()
        if tag in {"i", "em"}:
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
