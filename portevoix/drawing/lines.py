"""Where lines break: at ICU's positions, where the sense breaks, balanced. The one module that uses icu4py."""

from __future__ import annotations

import re
from collections.abc import Callable

from icu4py.breakers import LineBreaker, WordBreaker

from portevoix.authoring.language import Language

NARROW_SPACE, WORD_JOIN, SOFT_HYPHEN = "\u202f", "\u00a0", "\u00ad"
AUTHORS_BREAK = 0.35  # what an author's own line break is worth: more than balance, less than a broken phrase
AFTER_COMMA, AFTER_SENTENCE = 0.25, 0.9  # a title breaks after its colon although its lines are then unequal
BAD_END = 0.8  # a line that ends with a word that belongs to the next one
PARTED_WORD = 1.5  # a line that ends at a soft hyphen
NUMBER_END = 0.5  # a line that ends with a number whose noun, month or next digits begin the next one
TOP_HEAVY = 0.12
SPARE_LINE = 0.3  # a line more than needed


def tidy(text: str, language: Language) -> str:
    """Spaces as the language sets them: French narrow ones before its tall punctuation, numbers held to their units."""
    if language.narrow_space_before:
        tall = re.escape(language.narrow_space_before)
        text = re.sub(rf"(?<=\S) ([{tall}])", NARROW_SPACE + r"\1", text)
        text = re.sub(r"(?<=\S) :", WORD_JOIN + ":", text)
        text = re.sub(r"« ?", "«" + NARROW_SPACE, text)
    text = re.sub(r"((?:№|\b[Nn]°|\bNr\.|\bM\.|\bMme|\bDr\.)) (?=\S)", r"\1" + WORD_JOIN, text)
    return re.sub(r"(?<=\d) (?=(?:%|€|km|kg|m|h|min|°C)\b|[%€])", WORD_JOIN, text)


def break_lines(
    text: str, language: Language, width_of: Callable[[str], int], limit_px: int, most_lines: int
) -> list[str] | None:
    """The best lines of at most `limit_px`; None where more than `most_lines` would be needed.

    The fewest lines win; among those the balanced ones, the lower line rather longer, broken where the sense breaks.
    """
    found = best_lines(text, language, width_of, limit_px, most_lines)
    return found[0] if found else None


def best_lines(
    text: str, language: Language, width_of: Callable[[str], int], limit_px: int, most_lines: int, spare: int = 0
) -> tuple[list[str], float] | None:
    """The lines of `break_lines` and what they cost: 0 for a single line, less where breaks fall with the sense.

    `spare` lines more than the fewest are taken where their breaks are worth it.
    """
    joiner = "" if language.line_breaker == "dictionary" else " "
    hints, flat = set(), ""
    for part in text.split("\n"):
        if flat:
            flat += joiner
            hints.add(len(flat))
        flat += part
    if width_of(_shown(flat, "")) <= limit_px:
        return [_shown(flat, "")], 0.0
    places = _places(flat, language)
    found: list[tuple[list[str], float]] = []
    for count in range(2, most_lines + 1):
        best = _best(flat, places, hints, count, language, width_of, limit_px)
        if best:
            found.append((best[0], best[1] + SPARE_LINE * len(found)))
        if len(found) > spare:
            break
    return min(found, key=lambda option: option[1], default=None)


def _places(text: str, language: Language) -> list[int]:
    places = [segment[1] for segment in LineBreaker(text, language.code).segments()]
    if language.line_breaker == "dictionary":
        words = {segment[1] for segment in WordBreaker(text, language.code).segments()}
        places = [place for place in places if place in words]
    return [place for place in places if 0 < place < len(text) and text[place] not in language.never_begins_line]


def _best(text: str, places: list[int], hints: set[int], count: int, language: Language,
          width_of: Callable[[str], int], limit_px: int) -> tuple[list[str], float] | None:  # fmt: skip
    ends = [*places, len(text)]
    target = width_of(_shown(text, "")) / count
    # cheapest[n][end]: cost and start of the best way to set text[:end] in n lines
    cheapest: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for number in range(1, count + 1):
        row: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in cheapest[-1].items():
            for end in (e for e in ends if e > start and (number < count or e == len(text))):
                line = _shown(text[start:end], text[end:])
                width = width_of(line)
                if width > limit_px:
                    break
                total = cost + _cost(line, width / target, text[end:], number, language)
                total -= AUTHORS_BREAK if end in hints else 0
                total += PARTED_WORD if text[end - 1] == SOFT_HYPHEN else 0
                if end not in row or total < row[end][0]:
                    row[end] = (total, start)
        cheapest.append(row)
    if len(text) not in cheapest[count]:
        return None
    lines, end = [], len(text)
    for number in range(count, 0, -1):
        start = cheapest[number][end][1]
        lines.append(_shown(text[start:end], text[end:]))
        end = start
    return lines[::-1], cheapest[count][len(text)][0]


def _shown(line: str, following: str) -> str:
    """A line as it is drawn: a soft hyphen is seen only where the line ends at it."""
    line = line.strip()
    parted = following and line.endswith(SOFT_HYPHEN)
    return line.replace(SOFT_HYPHEN, "") + ("-" if parted else "")


def _cost(line: str, share: float, following: str, number: int, language: Language) -> float:
    cost = (share - 1) ** 2 * 2 + (TOP_HEAVY if number == 1 and share > 1 else 0)
    if not following:
        return cost
    word = re.split(r"[\s'’]", line.casefold().rstrip("'’"))[-1]
    if word in {w.rstrip("'").casefold() for w in language.keep_with_next}:
        cost += BAD_END
    elif re.fullmatch(r"[(\[+]?\d+\.?", word):
        cost += NUMBER_END
    if line[-1] in ",،，、":
        cost -= AFTER_COMMA
    elif line[-1] in ".;:!?…؛؟。；：！？" and not re.search(r"\d\.$", line):  # „12. März“ is no end of a sentence
        cost -= AFTER_SENTENCE
    return cost
