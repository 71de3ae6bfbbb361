"""Where a text may part, by Unicode's rules: lines, words, sentences. The one module that uses icu4py."""

from __future__ import annotations

import unicodedata

from icu4py.breakers import LineBreaker, SentenceBreaker, WordBreaker

from portevoix.authoring.language import Language


def line_places(text: str, language: Language) -> list[int]:
    """Offsets at which a line of `text` may end, without its own end: ICU's, kept to the language's own signs.

    Where a language writes no spaces, only between words; in Japanese and Korean between phrases (`lw=phrase`).
    """
    places = [segment[1] for segment in LineBreaker(text, f"{language.code}@lw=phrase").segments()]
    if language.line_breaker == "dictionary":
        words = {segment[1] for segment in WordBreaker(text, language.code).segments()}
        places = [place for place in places if place in words]
    return [
        place
        for place in places
        if 0 < place < len(text)
        and text[place] not in language.never_begins_line
        and text[:place].rstrip()[-1:] not in tuple(language.never_ends_line)
    ]


def sentences(text: str, language: Language) -> list[str]:
    """The text in ICU's sentences (Unicode annex 29), each with the spaces after it."""
    return [text[segment[0] : segment[1]] for segment in SentenceBreaker(text, language.code).segments()]


def words_of(text: str, language: Language) -> list[tuple[int, int]]:
    """The words of a text as half-open ranges that a speaker says one by one; signs belong to the word beside them.

    Between spaces, or where a language writes none, between ICU's words. The ranges touch no space and no line break.
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
        segments = [(segment[0], segment[1]) for segment in WordBreaker(text, language.code).segments()]
        pieces = [(start, end) for start, end in segments if not text[start:end].isspace()]
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


def _opens(character: str) -> bool:
    return unicodedata.category(character) in {"Ps", "Pi"} or character == "¿" or character == "¡"
