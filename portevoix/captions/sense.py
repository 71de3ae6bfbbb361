"""What it costs to end a line at a place: less after a sentence or a phrase, more within one."""

from __future__ import annotations

import functools
import re

from portevoix.authoring.language import Language

SOFT_HYPHEN = "\u00ad"
NO_BREAK = "\u00a0", "\u202f"
AFTER_COMMA, AFTER_SENTENCE = 0.25, 0.9  # a title breaks after its colon although its lines are then unequal
# In Chinese it alone shows where a phrase ends: 鼠标坏了就用不了电脑，/真让人沮丧！ No line more is worth it.
AFTER_HAN_COMMA = 0.49
# Chinese conjunctions that begin a line well: 它因在其中工作的人/而生生不息. Less than any sign is worth.
HAN_CONJUNCTIONS, BEFORE_HAN_CONJUNCTION = tuple("而但却卻且则則或并並"), 0.1
BAD_END = 1.6  # a line that ends with a word that belongs to the next one
WEAK_LETTERS = 3  # a word of so many letters at most says nothing alone
BROKEN_WORD = 1.5  # a line that ends at a soft hyphen
BROKEN_AT_HYPHEN = 1.0  # a line that ends within a word, at its own hyphen: Que peut-/on faire
BROKEN_TOKEN = 3.0  # a line that ends within what holds together: a telephone number, « ne … pas »
NUMBER_END = 0.5  # a line that ends with a number whose noun, month or next digits begin the next one
PARTICLE_END = 0.5  # a line that ends with a sign that leads to the next word: 人人可用的/网络


def break_in_word(before: str) -> float:
    """What it costs to end a line within a word, or within words that hold together."""
    if before.endswith(NO_BREAK):
        return BROKEN_TOKEN
    if before.endswith(SOFT_HYPHEN):
        return BROKEN_WORD
    return BROKEN_AT_HYPHEN if re.search(r"\w[-‐]$", before) else 0.0


def sense_of(line: str, following: str, language: Language) -> float:
    """What it costs to end a line here: less after a sentence or a phrase, more within one."""
    cost = 0.0
    word = re.split(r"[\s'’]", line.casefold().rstrip("'’"))[-1]
    next_word = (following.split() or [""])[0].casefold().rstrip(".,;:!?…")
    if word in _folded(language.keep_with_next) or next_word in language.keep_with_previous:
        cost += BAD_END
    elif re.fullmatch(r"[(\[+]?\d[\d.,٫٬]*", word) or (
        not language.nouns_with_capitals and _within_a_name(line, following)
    ):
        cost += NUMBER_END
    elif language.line_breaker == "dictionary" and line.endswith(tuple(language.keep_with_next)):
        cost += PARTICLE_END
    if following.startswith(HAN_CONJUNCTIONS) and language.line_breaker == "dictionary":
        cost -= BEFORE_HAN_CONJUNCTION
    if line[-1:] == "，" and language.line_breaker == "dictionary":
        cost -= AFTER_HAN_COMMA
    elif line[-1:] in ",،，、" and line:
        cost -= AFTER_COMMA
    elif (
        line[-1:] in ".;:!?…؛؟。；：！？।" and line and not re.search(r"\d\.$", line)
    ):  # „12. März“ is no end of a sentence
        cost -= AFTER_SENTENCE
    return cost


def is_weak(line: str, language: Language) -> bool:
    """Whether a line is one word that says nothing alone: one that belongs to its neighbour, or a few letters."""
    words = line.casefold().split()
    if len(words) != 1 or language.line_breaker != "spaces":
        return False
    word = words[0].strip(".,;:!?…«»“”\"'’()")
    letters = sum(c.isalpha() for c in word)
    return (
        word in _folded(language.keep_with_next) or word in language.keep_with_previous or 0 < letters <= WEAK_LETTERS
    )


@functools.cache
def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.rstrip("'").casefold() for word in words)


def _within_a_name(line: str, following: str) -> bool:
    """Whether two words with capitals stand on both sides, as in Jean | Dupont."""
    before, after = (line.split() or [""])[-1], (following.split() or [""])[0]
    return len(line.split()) > 1 and before[:1].isupper() and before[1:].islower() and after[:1].isupper()


def shown(line: str, following: str) -> str:
    """A line as it is drawn: a soft hyphen is seen only where the line ends at it."""
    line = line.strip()
    hyphenated = following and re.search(rf"\S{SOFT_HYPHEN}$", line)
    return line.replace(SOFT_HYPHEN, "").strip() + ("-" if hyphenated else "")
