"""An untimed script in pieces of one cue each: at its author's breaks, at sentence ends, at commas, at last between words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from icu4py.breakers import LineBreaker, SentenceBreaker, WordBreaker

from portevoix.authoring.language import Language
from portevoix.captions.cue import Block

FILLED = 0.9  # of the letters that a cue's lines could hold: words do not fill a line to its last letter
WORD_COST, BAD_END_COST, COMMA_COST = 0.5, 1.2, 0.0  # where a long sentence is parted; its balance costs up to about 1
PART_COST = 0.3  # a part more than needed
CLOSING = "\"'»”’)]」』）"
SENTENCE_MARKS, COMMA_MARKS = ".!?…。！？؟।", ",;:،؛，；、：—–"
# Followed by more of their sentence; one that may end a sentence (etc., no.) is left to ICU.
ABBREVIATIONS = frozenset({
    "m", "mm", "mme", "mlle", "mgr", "mr", "mrs", "ms", "dr", "prof", "st", "ste", "vs", "cf", "n°",
    "sr", "sra", "srta", "ud", "uds", "hr", "fr", "nr", "bzw", "vgl", "гг", "ул", "им", "тов",
})  # fmt: skip
Ending = Literal["sentence", "comma", "word"]


@dataclass(frozen=True)
class Piece:
    """The words of one cue, and what stands at their end: there the speaker may pause, or hardly will."""

    text: str
    line: int
    ending: Ending


def pieces_of(blocks: Sequence[Block], language: Language) -> list[Piece]:
    """The script in pieces that fit into a cue of every format, in order; no character is lost, added or moved.

    A block that fits is one piece. Else, and in a script without paragraphs, each of its lines begins a new one.
    """
    room = _room(language)
    units: list[Block] = []
    for block in blocks:
        whole = len(blocks) > 1 and language.length(block.text) <= room
        lines = [block.text] if whole else block.text.split("\n")
        units += [Block(text, block.line + number) for number, text in enumerate(lines)]
    pieces: list[Piece] = []
    for unit, following in pairwise([*units, Block(" ", 0)]):
        *before, last = _parts_of(unit.text, room, language)
        pieces += [Piece(text, unit.line, _ending(text, language)) for text in before]
        # An author's break is a pause, but for a sentence that plainly goes on.
        pieces.append(Piece(last, unit.line, _ending(last, language) if following.text[0].islower() else "sentence"))
    return pieces


def parted(piece: Piece, language: Language) -> list[Piece]:
    """A piece in two or three, at the best places between its words; alone where it has no such place."""
    *before, last = _cut(piece.text, 2, math.inf, language)
    return [*(Piece(part, piece.line, _ending(part, language)) for part in before), replace(piece, text=last)]


def _room(language: Language) -> float:
    """How many characters a cue of this language may have, so that it fits into the lines of every format."""
    return FILLED * min(language.characters_per_line[name] * language.lines[name] for name in language.lines)


def _parts_of(text: str, room: float, language: Language) -> list[str]:
    if language.length(text) <= room:
        return [text]
    parts: list[str] = []
    shortest = float(language.shortest_cue_s * language.reading_speed_cps)
    for sentence in _sentences(text, language):
        if parts and min(language.length(s) for s in (parts[-1], sentence)) < shortest:
            joined = parts[-1] + _gap(language) + sentence
            if language.length(joined) <= room:
                parts[-1] = joined
                continue
        parts += _cut(sentence, math.ceil(language.length(sentence) / room), room, language)
    return parts


def _gap(language: Language) -> str:
    return "" if language.line_breaker == "dictionary" else " "


def _sentences(text: str, language: Language) -> list[str]:
    """ICU's sentences (Unicode annex 29), but an initial, a title, an abbreviation and a German ordinal end none."""
    found: list[str] = []
    for segment in SentenceBreaker(text, language.code).segments():
        part = text[segment[0] : segment[1]]
        if found and (part[0].islower() or part[0] in CLOSING or _goes_on(found[-1], language)):
            found[-1] += part
        else:
            found.append(part)
    return [part.strip() for part in found if part.strip()]


def _goes_on(sentence: str, language: Language) -> bool:
    match = re.search(r"([^\W_]+|n°)\.\s*$", sentence.casefold())
    if match is None:
        return False
    word = match[1]
    return (len(word) == 1 and word.isalpha()) or word in ABBREVIATIONS or (word.isdigit() and language.code == "de")


def _ending(text: str, language: Language) -> Ending:
    if text.rstrip().endswith(" -"):
        return "comma"
    if _goes_on(text, language):
        return "word"
    last = text.rstrip(CLOSING + " \u00a0\u202f")[-1:]
    return "sentence" if last and last in SENTENCE_MARKS else "comma" if last and last in COMMA_MARKS else "word"


def _cut(text: str, count: int, room: float, language: Language) -> list[str]:
    """`text` in `count` parts or a few more, each within `room`, cut where the sense allows and of like length.

    A word longer than `room` stays whole: the drawing names it.
    """
    if count == 1:
        return [text]
    places = _places(text, language)
    best: tuple[float, list[str]] | None = None
    for number in range(count, min(count + 2, len(places) + 1) + 1):
        found = _best_cut(text, places, number, room, language)
        if found and (best is None or found[0] + PART_COST * (number - count) < best[0]):
            best = (found[0] + PART_COST * (number - count), found[1])
    if best:
        return best[1]
    if not places:
        return [text]
    return [text[a:b].strip() for a, b in pairwise([0, *_packed(text, places, room, language), len(text)])]


def _packed(text: str, places: list[int], room: float, language: Language) -> list[int]:
    """Places that fill part after part, where no even cut stays within `room`."""
    kept: list[int] = []
    for place, following in pairwise([*places, len(text)]):
        start = kept[-1] if kept else 0
        if language.length(text[start:following].strip()) > room:
            kept.append(place)
    return kept


def _best_cut(text: str, places: list[int], count: int, room: float, language: Language) -> tuple[float, list[str]] | None:  # fmt: skip
    target = language.length(text) / count
    ends = [*places, len(text)]
    costs = {end: 0.0 if end == len(text) else _place_cost(text[:end], language) for end in ends}
    row: dict[int, tuple[float, list[str]]] = {0: (0.0, [])}
    for number in range(1, count + 1):
        following: dict[int, tuple[float, list[str]]] = {}
        for start, (cost, parts) in row.items():
            for end in ends:
                if end <= start or (number == count) != (end == len(text)):
                    continue
                part = text[start:end].strip()
                length = language.length(part)
                if length > room:
                    break
                total = cost + (length / target - 1) ** 2 * 2 + costs[end]
                if end not in following or total < following[end][0]:
                    following[end] = (total, [*parts, part])
        row = following
    return row.get(len(text))


def _places(text: str, language: Language) -> list[int]:
    places = [segment[1] for segment in LineBreaker(text, language.code).segments()]
    if language.line_breaker == "dictionary":
        words = {segment[1] for segment in WordBreaker(text, language.code).segments()}
        places = [place for place in places if place in words]
    return [p for p in places if 0 < p < len(text) and text[p] not in language.never_begins_line and text[:p].strip()]


def _place_cost(before: str, language: Language) -> float:
    if _goes_on(before, language):
        return BAD_END_COST
    if _ending(before, language) != "word":
        return COMMA_COST
    word = re.split(r"[\s'’]", before.casefold().strip().rstrip("'’"))[-1]
    holds = {kept.rstrip("'").casefold() for kept in language.keep_with_next}
    return BAD_END_COST if word in holds or word.isdigit() else WORD_COST
