"""Captions in the rhythm of the words: which one to four words stand together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from portevoix.authoring.language import Language
from portevoix.captions.breaks import line_ends, words_of
from portevoix.captions.sense import is_weak, sense_of, shown

MOST_WORDS = 4
MOST_PAGES = 60  # of one text
FULL = 0.5  # of an upright line's letters: what a page has at best
ACROSS_SENTENCE, ACROSS_COMMA = 1.5, 0.4  # what a page costs that goes on after a sentence, after a comma
WEAK_PAGE = 2.0  # an article or a few letters alone
SENTENCE_ENDS, COMMAS = ".!?…؟。！？।", ",;:،؛，、；："


def pages_of(flat: str, language: Language, fits: Callable[[int, int], bool]) -> list[tuple[int, int]]:
    """A flattened text as stretches of one to four words, which stand one after another.

    They end where the sense does, never within what holds together, and are of like length. `fits` says whether a
    stretch fits a line; what belongs together and is wider stands alone.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for turn in flat.split("\n"):
        pages = _Turn(turn, language, lambda a, b, start=start: fits(a + start, b + start)).pages()  # type: ignore[misc]
        found += [(a + start, b + start) for a, b in pages]
        start += len(turn) + 1
    return found


@dataclass(frozen=True)
class _Turn:
    """What one speaker says."""

    text: str
    language: Language
    fits: Callable[[int, int], bool]

    def pages(self) -> list[tuple[int, int]]:
        """The cheapest pages."""
        units = self._units()
        best: list[tuple[float, list[tuple[int, int]]]] = [(0.0, [])]
        for end in range(1, len(units) + 1):
            options = []
            for start in range(max(0, end - MOST_WORDS), end):
                cost = self._cost(units[start:end])
                if cost is not None:
                    options.append((best[start][0] + cost, [*best[start][1], _whole(units[start:end])]))
            best.append(min(options))
        return best[-1][1]

    def _units(self) -> list[list[tuple[int, int]]]:
        """The words, those that hold together in one list."""
        places = line_ends(self.text, self.language, self.fits)
        units: list[list[tuple[int, int]]] = []
        for word in words_of(self.text, self.language):
            if units and not any(units[-1][-1][1] <= place <= word[0] for place in places):
                units[-1].append(word)
            else:
                units.append([word])
        return units

    def _cost(self, units: list[list[tuple[int, int]]]) -> float | None:
        """What a page costs; None where it has too many words, or is wider than a line."""
        start, end = _whole(units)
        alone = len(units) == 1
        if not alone and (sum(len(unit) for unit in units) > MOST_WORDS or not self.fits(start, end)):
            return None
        words, following = self.text[start:end], self.text[end:].lstrip()
        full = FULL * self.language.characters_per_line["story"]
        cost = (self.language.length(words) / full - 1) ** 2
        cost += WEAK_PAGE if is_weak(words, self.language) else 0
        cost += sense_of(shown(words, following), following, self.language) if following else 0
        return cost + sum(self._across(one[-1], other[0]) for one, other in pairwise(units))

    def _across(self, word: tuple[int, int], following: tuple[int, int]) -> float:
        last = self.text[word[0] : word[1]].rstrip('»”"’)] \u202f')[-1:]
        if last and last in SENTENCE_ENDS:
            return ACROSS_SENTENCE
        return ACROSS_COMMA if last and last in COMMAS else 0.0


def _whole(units: list[list[tuple[int, int]]]) -> tuple[int, int]:
    return units[0][0][0], units[-1][-1][1]
