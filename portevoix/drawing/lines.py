"""Where lines break: at ICU's positions, where the sense breaks, balanced. The one module that uses icu4py."""

from __future__ import annotations

import re
from collections.abc import Callable

from icu4py.breakers import LineBreaker, WordBreaker

from portevoix.authoring.language import Language

NARROW_SPACE, WORD_JOIN = "\u202f", "\u00a0"
AUTHORS_BREAK = 0.35  # what an author's own line break is worth: more than balance, less than a broken phrase
AFTER_COMMA, AFTER_SENTENCE = 0.25, 0.9  # a title breaks after its colon although its lines are then unequal
BAD_END = 0.8  # a line that ends with a word that belongs to the next one
TOP_HEAVY = 0.12


def tidy(text: str, language: Language) -> str:
    """Spaces as the language sets them: French narrow ones before its tall punctuation, numbers held to their units."""
    if language.narrow_space_before:
        tall = re.escape(language.narrow_space_before)
        text = re.sub(rf"(?<=\S) ([{tall}])", NARROW_SPACE + r"\1", text)
        text = re.sub(r"(?<=\S) :", WORD_JOIN + ":", text)
        text = re.sub(r"« ?", "«" + NARROW_SPACE, text)
    return re.sub(r"(?<=\d) (?=(?:%|€|km|kg|m|h|min|°C)\b|[%€])", WORD_JOIN, text)


def break_lines(
    text: str, language: Language, width_of: Callable[[str], int], limit_px: int, most_lines: int
) -> list[str] | None:
    """The best lines of at most `limit_px`; None where more than `most_lines` would be needed.

    The fewest lines win; among those the balanced ones, the lower line rather longer, broken where the sense breaks.
    """
    joiner = "" if language.line_breaker == "dictionary" else " "
    hints, flat = set(), ""
    for part in text.split("\n"):
        if flat:
            flat += joiner
            hints.add(len(flat))
        flat += part
    if width_of(flat) <= limit_px:
        return [flat]
    places = _places(flat, language)
    for count in range(2, most_lines + 1):
        best = _best(flat, places, hints, count, language, width_of, limit_px)
        if best:
            return best
    return None


def _places(text: str, language: Language) -> list[int]:
    places = [segment[1] for segment in LineBreaker(text, language.code).segments()]
    if language.line_breaker == "dictionary":
        words = {segment[1] for segment in WordBreaker(text, language.code).segments()}
        places = [place for place in places if place in words]
    return [place for place in places if 0 < place < len(text) and text[place] not in language.never_begins_line]


def _best(text: str, places: list[int], hints: set[int], count: int, language: Language,
          width_of: Callable[[str], int], limit_px: int) -> list[str] | None:  # fmt: skip
    ends = [*places, len(text)]
    target = width_of(text) / count
    # cheapest[n][end]: cost and start of the best way to set text[:end] in n lines
    cheapest: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for number in range(1, count + 1):
        row: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in cheapest[-1].items():
            for end in (e for e in ends if e > start and (number < count or e == len(text))):
                line = text[start:end].strip()
                width = width_of(line)
                if width > limit_px:
                    break
                total = cost + _cost(line, width / target, end in hints, end == len(text), number, language)
                if end not in row or total < row[end][0]:
                    row[end] = (total, start)
        cheapest.append(row)
    if len(text) not in cheapest[count]:
        return None
    lines, end = [], len(text)
    for number in range(count, 0, -1):
        start = cheapest[number][end][1]
        lines.append(text[start:end].strip())
        end = start
    return lines[::-1]


def _cost(line: str, share: float, hinted: bool, last: bool, number: int, language: Language) -> float:
    cost = (share - 1) ** 2 * 2 + (TOP_HEAVY if number == 1 and share > 1 else 0)
    if last:
        return cost
    word = re.split(r"[\s'’]", line.casefold().rstrip("'’"))[-1]
    if word in {w.rstrip("'").casefold() for w in language.keep_with_next}:
        cost += BAD_END
    if hinted:
        cost -= AUTHORS_BREAK
    if line[-1] in ",،，、":
        cost -= AFTER_COMMA
    elif line[-1] in ".;:!?…؛؟。；：！？":
        cost -= AFTER_SENTENCE
    return cost
