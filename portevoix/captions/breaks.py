"""Where a text may be broken: lines, words and sentences by Unicode's rules, syllables by dictionaries.

The one module that uses icu4py and pyphen. Offsets count characters, as everywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pyphen
from icu4py.breakers import LineBreaker, SentenceBreaker, WordBreaker

from portevoix.authoring.language import Language
from portevoix.captions.holding import held_in, kept_places, loosened

LEAST_BESIDE_HYPHEN = 4  # letters: less at a line's edge is not recognised as part of its word

MOST_SIGNS = 4  # of a Han word that ICU does not know; a longer run may be broken
HAN_FIGURES = "〇零一二三四五六七八九十百千万萬亿億兩两"
HAN_DATES = "年月日号號"  # after figures: 二〇一九年
HAN_COUNTED = HAN_DATES + "秒分天周週岁歲元次倍个個名位人种種项項条條页頁届屆"  # what is counted: 三十秒
# Han signs that are words by themselves: a line may end before and after each of them.
HAN_WORDS = frozenset(
    "的地得了着著过過吗嗎呢吧啊呀们們把被在是和与與或及也都就不没沒很最更又再而但因所从從到对對向为為以于於由给給让讓使要会會能可将將已曾正"
    "还還只才我你您他她它这這那此该該每各某有说說去来來并並跟同比等后後前里裡中上下内內外时時年月日个個次名位"
)


def line_places(text: str, language: Language) -> list[int]:
    """Offsets at which a line of `text` may end, without its own end: ICU's, kept to the language's own signs.

    Where a language writes no spaces, only between words; in Japanese and Korean between phrases (`lw=phrase`). Never
    within what holds together (`holding.py`).
    """
    return kept_places(text, _unicode_places(text, language), language)


def line_ends(text: str, language: Language, fits: Callable[[int, int], bool]) -> list[int]:
    """`line_places` for lines of a width: what holds together is parted where no line is wide enough for it, the
    longest stretches first. `fits` says whether a stretch fits a line.
    """
    kept: list[tuple[int, int]] = []
    for one in sorted(held_in(text, language), key=lambda held: held.start - held.end):
        touching = [span for span in kept if span[0] < one.end and one.start < span[1]]
        whole = min([one.start, *(a for a, _ in touching)]), max([one.end, *(b for _, b in touching)])
        if fits(*whole):
            kept = [*(span for span in kept if span not in touching), whole]
    places = _unicode_places(loosened(text, language), language)
    return [place for place in places if not any(start < place < end for start, end in kept)]


def _unicode_places(text: str, language: Language) -> list[int]:
    places = [end for _, end in _segments(LineBreaker, text, f"{language.code}@lw=phrase")]
    if language.line_breaker == "dictionary":
        words = {end for _, end in _segments(WordBreaker, text, language.code)}
        places = [place for place in places if place in words]
        places = _without_broken_han(text, places)
    return [
        place
        for place in places
        if 0 < place < len(text)
        and text[place] not in language.never_begins_line
        and text[:place].rstrip()[-1:] not in tuple(language.never_ends_line)
    ]


def joiner_of(before: str, after: str, language: Language) -> str:
    """What joins two lines: a space; where the language writes none, only between words of another script."""
    if language.line_breaker != "dictionary" or language.script == "Thai":
        return " "
    ends = before[-1] in ",.;:!?%)'’" or _is_narrow_letter(before[-1])
    return " " if ends and (after[:1] in tuple("($€#@'‘") or _is_narrow_letter(after[:1])) else ""


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


def _without_broken_han(text: str, places: list[int]) -> list[int]:
    """The places but for those within words that ICU's dictionary lacks: it gives them back sign by sign (升|温)."""
    edges = [0, *(place for place in places if place < len(text)), len(text)]
    segments = [*(text[start:end] for start, end in pairwise(edges)), ""]
    kept: list[int] = []
    run = 0  # loose signs in a row so far
    for number, place in enumerate(edges[1:-1]):
        before, after, following = segments[number : number + 3]
        counted = text[place - 2 : place - 1] in HAN_FIGURES and text[place - 1] in HAN_COUNTED and place > 1
        run = run + 1 if _is_loose(before) and not counted else 0
        if counted or not _is_one_word(before, after, following, run):
            kept.append(place)
    return kept


def _is_one_word(before: str, after: str, following: str, run: int) -> bool:
    """Whether two of ICU's segments are one word: 升温, 二〇, 联合国, 言いました."""
    if not _is_han(before[-1:]):
        return False
    if before[-1] in HAN_FIGURES and after[0] in HAN_FIGURES + HAN_COUNTED:
        return True
    if _is_loose(before):
        return "\u3041" <= after[0] <= "\u309f" or (_is_loose(after) and run % MOST_SIGNS != 0)
    return len(before) > 1 and _is_loose(after) and not _is_loose(following)


def _is_loose(segment: str) -> bool:
    """One Han sign that is no word of its own, with the marks behind it."""
    signs = [character for character in segment if character.isalnum()]
    return len(signs) == 1 and segment[0] == signs[0] and _is_han(signs[0]) and signs[0] not in HAN_WORDS


def _is_han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character == "〇"


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return end - len(words.lstrip()), start + len(words.rstrip())


def _opens(character: str) -> bool:
    return unicodedata.category(character) in {"Ps", "Pi"} or character == "¿" or character == "¡"


def _is_narrow_letter(character: str) -> bool:
    return character.isalnum() and unicodedata.east_asian_width(character) not in {"W", "F"}
