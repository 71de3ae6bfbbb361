"""Where a text may be broken: lines, words and sentences by Unicode's rules, syllables by dictionaries.

The one module that uses icu4py and pyphen. Offsets count characters, as everywhere.
"""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from typing import Any

import pyphen
from icu4py.breakers import LineBreaker, SentenceBreaker, WordBreaker

from portevoix.authoring.language import Language

LEAST_BESIDE_HYPHEN = 4  # letters: less at a line's edge is not recognised as part of its word


def line_places(text: str, language: Language) -> list[int]:
    """Offsets at which a line of `text` may end, without its own end: ICU's, kept to the language's own signs.

    Where a language writes no spaces, only between words; in Japanese and Korean between phrases (`lw=phrase`).
    """
    places = [end for _, end in _segments(LineBreaker, text, f"{language.code}@lw=phrase")]
    if language.line_breaker == "dictionary":
        words = {end for _, end in _segments(WordBreaker, text, language.code)}
        places = [place for place in places if place in words]
    return [
        place
        for place in places
        if 0 < place < len(text)
        and text[place] not in language.never_begins_line
        and text[:place].rstrip()[-1:] not in tuple(language.never_ends_line)
    ]


def unicode_sentences(text: str, language: Language) -> list[str]:
    """The text in ICU's sentences (Unicode annex 29), each with the spaces after it."""
    return [text[start:end] for start, end in _segments(SentenceBreaker, text, language.code)]


def words_of(text: str, language: Language) -> list[tuple[int, int]]:
    """The words of a text as half-open ranges that a speaker says one by one; signs belong to the word beside them.

    Between spaces, or where a language writes none, between ICU's words (in Japanese its phrases: a word's ending is no
    word). The ranges touch no space and no line break.
    """
    if language.line_breaker == "spaces":
        pieces, start = [], None
        for place, character in enumerate(text + " "):
            if character.isspace() and start is not None:
                pieces.append((start, place))
                start = None
            elif not character.isspace() and start is None:
                start = place
    else:
        phrases = language.script == "Jpan"
        kind, locale = (LineBreaker, f"{language.code}@lw=phrase") if phrases else (WordBreaker, language.code)
        pieces = [_trimmed(text, a, b) for a, b in _segments(kind, text, locale) if not text[a:b].isspace()]
    found: list[tuple[int, int]] = []
    opening: int | None = None  # a sign before its word
    for start, end in pieces:
        spoken = any(unicodedata.category(c)[0] in "LNSM" for c in text[start:end])
        if spoken:
            found.append((start if opening is None else opening, end))
            opening = None
        elif found and not _opens(text[start]) and "\n" not in text[found[-1][1] : start]:
            found[-1] = (found[-1][0], end)
        elif opening is None:
            opening = start
    if opening is not None and found:
        found[-1] = (found[-1][0], pieces[-1][1])
    return found


def syllables(word: str, language: Language) -> list[int]:
    """Offsets at which a hyphen may divide `word`; none where no dictionary of the language is there."""
    code = pyphen.language_fallback(language.code.replace("-", "_"))
    if code is None or language.line_breaker == "dictionary":
        return []
    places: list[int] = pyphen.Pyphen(lang=code).positions(word)
    return [p for p in places if LEAST_BESIDE_HYPHEN <= p <= len(word) - LEAST_BESIDE_HYPHEN]


def _segments(breaker: Any, text: str, locale: str) -> list[tuple[int, int]]:
    # ICU counts UTF-16 units: a character beyond the first plane (an emoji) is two.
    found = [(segment[0], segment[1]) for segment in breaker(text, locale).segments()]
    if text.isascii() or max(text) < "\U00010000":
        return found
    place, unit = {0: 0}, 0
    for number, character in enumerate(text, 1):
        unit += 2 if character > "\uffff" else 1
        place[unit] = number
    edges = sorted({place[edge] for pair in found for edge in pair if edge in place})
    return list(pairwise(edges))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return end - len(words.lstrip()), start + len(words.rstrip())


def _opens(character: str) -> bool:
    return unicodedata.category(character) in {"Ps", "Pi"} or character == "¿" or character == "¡"
