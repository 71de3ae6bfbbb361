"""A person's name in lines: rather smaller than parted from its particle."""

from __future__ import annotations

from itertools import pairwise

from portevoix.captions.holding import NO_BREAK
from portevoix.drawing.cards.sheet import Sheet, StyledLines

SIZES = (1, 0.94, 0.88, 0.82, 0.76)  # of a name's usual size
MOST_LINES = 2  # unlike other words a name cannot be shortened


def name_lines(sheet: Sheet, name: str, hundredths: float, width: float) -> StyledLines:
    """A name at the first size at which no line ends within what holds together (Marie | de La Rochefoucauld), where
    there is one; `hundredths`: its usual size, of the short side.
    """
    text, usual = sheet.identity.tidy(name, sheet.language), sheet.style("text", hundredths, "on_ground")
    lines = sheet.fit(name, usual, width, MOST_LINES)
    if not _is_parted(lines, text):
        return lines, usual
    for size in SIZES[1:]:
        style = sheet.style("text", hundredths * size, "on_ground")
        smaller = sheet.fit(name, style, width, MOST_LINES)
        if not _is_parted(smaller, text):
            return smaller, style
    return lines, usual


def _is_parted(lines: list[str], text: str) -> bool:
    return any(f"{one}{NO_BREAK}{other}" in text for one, other in pairwise(lines))
