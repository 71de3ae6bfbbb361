"""Straight quotes and apostrophes as the language writes them; addresses, handles and code stay as they were typed."""

from __future__ import annotations

import re
import unicodedata

from portevoix.authoring.language import Language
from portevoix.captions.holding import MARKS, held_in

STRAIGHT = "\"'"
GERSHAYIM, GERESH = "\u05f4", "\u05f3"
CODE = re.compile(r"`[^`\n]*`")
DECADE = re.compile(r"'\d\ds?\b")  # '90s
_OPENS_AFTER = "([{«“„‘‚「『（《〈-–—/¿¡"


def own_quotes(text: str, language: Language) -> list[str]:
    """Each character of a text, every straight mark as the language's own.

    A mark after a space opens, else it closes; where no spaces are written, they take turns. A mark after a figure is
    one of measure (5' 10") and stays. Where the language's narrow space belongs beside a mark, `tidy` sets it.
    """
    characters = list(text)
    if language.straight_quotes == "kept" or not any(mark in text for mark in STRAIGHT):
        return characters
    left_alone = {place for found in CODE.finditer(text) for place in range(*found.span())}
    left_alone |= {place for one in held_in(text, language) if one.isolated for place in range(one.start, one.end)}
    open_marks: list[str] = []
    for place, character in enumerate(text):
        if character in STRAIGHT and place not in left_alone:
            characters[place] = _own(text, place, language, open_marks)
    return characters


def _own(text: str, place: int, language: Language, open_marks: list[str]) -> str:
    """The mark that is meant at a place; `open_marks` are the straight ones that have been opened so far."""
    mark, before, after = text[place], _beside(text, place, -1), _beside(text, place, 1)
    if language.script == "Hebr" and _is_hebrew(before) and (mark == "'" or _is_hebrew(after)):
        return GERESH if mark == "'" else GERSHAYIM
    if mark == "'" and before.isalpha() and (after.isalpha() or mark not in open_marks):
        return language.apostrophe
    if before.isdigit() and mark not in open_marks:
        return mark
    if mark == "'" and mark not in open_marks and DECADE.match(text, place):
        return language.apostrophe
    if _opens(before, after, mark, language, open_marks):
        open_marks.append(mark)
        return language.quotes.opening if mark == '"' else language.quotes.inner_opening
    if mark in open_marks:
        open_marks.remove(mark)
    return language.quotes.closing if mark == '"' else language.quotes.inner_closing


def _opens(before: str, after: str, mark: str, language: Language, open_marks: list[str]) -> bool:
    if language.line_breaker == "dictionary" and after:
        return mark not in open_marks
    return bool(after) and not after.isspace() and (not before or before.isspace() or before in _OPENS_AFTER + STRAIGHT)


def _beside(text: str, place: int, step: int) -> str:
    """The nearest character on one side that is no mark of direction; empty at the text's edge."""
    place += step
    while 0 <= place < len(text) and text[place] in MARKS:
        place += step
    return text[place] if 0 <= place < len(text) else ""


def _is_hebrew(character: str) -> bool:
    return bool(character) and unicodedata.bidirectional(character) == "R"
