"""One space between two words, whatever was typed."""

from __future__ import annotations

import re

from portevoix.captions.quotes import CODE

_DOUBLE = re.compile(r"(?<=\S)  +(?=\S)")


def single_spaces(text: str) -> list[str]:
    """Each character of a text, of several spaces in a row the first alone; within a line, and not in code."""
    characters = list(text)
    code = [found.span() for found in CODE.finditer(text)]
    for found in _DOUBLE.finditer(text):
        first, end = found.span()
        if not any(start <= first < stop for start, stop in code):
            characters[first + 1 : end] = [""] * (end - first - 1)
    return characters
