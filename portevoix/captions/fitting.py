"""A text in lines of one size, by the widths that its letters have there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from portevoix.authoring.language import Language
from portevoix.captions.breaks import syllables
from portevoix.captions.lines import SetLine, WidthOf, best_cues, flattened
from portevoix.captions.rhythm import pages_of
from portevoix.captions.sense import SOFT_HYPHEN, shown

PAGE_LINES = 2  # of a page of them, where a word alone is wider than a line


@dataclass(frozen=True)
class Breaks:
    """Where captions of one size are broken."""

    language: Language
    width: WidthOf
    limit: int
    advance: WidthOf

    def cues(self, text: str, most_lines: int) -> list[list[SetLine]] | None:
        """Full lines; None where a word is wider than one."""
        return best_cues(text, self.language, self.width, self.limit, most_lines, self.advance)

    def pages(self, text: str) -> list[list[SetLine]] | None:
        """A few words at once; None where a word is wider than a line."""
        flat, _ = flattened(text, self.language)
        found: list[list[SetLine]] = []

        def fits(start: int, end: int) -> bool:
            return self.width(shown(flat[start:end], flat[end:])) <= self.limit

        for start, end in pages_of(flat, self.language, fits):
            pages = self.cues(flat[start:end], PAGE_LINES)
            if pages is None:
                return None
            found += [[replace(x, start=x.start + start, end=x.end + start) for x in page] for page in pages]
        return found


def hyphenated_text(text: str, language: Language, width: Callable[[str], int], limit: int) -> str:
    """The text with soft hyphens in the words that are wider than `limit`."""

    def broken(word: re.Match[str]) -> str:
        whole = word[0]
        if SOFT_HYPHEN in whole or width(whole) <= limit:
            return whole
        edges = [0, *syllables(whole, language), len(whole)]
        return SOFT_HYPHEN.join(whole[start:end] for start, end in pairwise(edges))

    return re.sub(rf"[^\W\d_]+(?:{SOFT_HYPHEN}[^\W\d_]+)*", broken, text)


def without_hyphens(line: SetLine, hyphenated: str, text: str) -> SetLine:
    """The line with its place in `text`, which has not the hyphens that were added."""
    place, at = [], 0
    for character in hyphenated:
        place.append(at)
        at += at < len(text) and (text[at] == character)
    return SetLine(line.text, [*place, at][line.start], [*place, at][line.end])
