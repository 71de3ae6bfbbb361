"""An untimed script in pieces of one cue each: at its author's breaks, at sentence ends, at commas, at last between
words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Literal

from portevoix.authoring.language import Language
from portevoix.captions.breaks import line_places, sentences
from portevoix.captions.cue import Block

FILLED = 0.9  # of the letters that a cue's lines could hold: words do not fill a line to its last letter
WORD_COST, BAD_END_COST, COMMA_COST = 0.5, 1.2, 0.0  # where a long sentence is parted; its balance costs up to about 1
LONGEST_WORD = 60  # characters before a place that are looked at
PART_COST = 0.3  # a part more than needed
CLOSING = "\"'»”’)]」』）"
SENTENCE_MARKS, COMMA_MARKS = ".!?…。！？؟।", ",;:،؛，；、：—–"
# Followed by more of their sentence; one that may end a sentence (etc., no.) is left to ICU.
ABBREVIATIONS = frozenset(
    {
        "m",
        "mm",
        "mme",
        "mlle",
        "mgr",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "ste",
        "vs",
        "cf",
        "n°",
        "sr",
        "sra",
        "srta",
        "ud",
        "uds",
        "hr",
        "fr",
        "nr",
        "bzw",
        "vgl",
        "гг",
        "ул",
        "им",
        "тов",
    }
)
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
        pieces += [Piece(text, unit.line, ending_of(text, language)) for text in before]
        # An author's break is a pause, but for a sentence that plainly goes on.
        pieces.append(Piece(last, unit.line, ending_of(last, language) if following.text[0].islower() else "sentence"))
    return pieces


def parted(piece: Piece, language: Language) -> list[Piece]:
    """A piece in two or three, at the best places between its words; alone where it has no such place."""
    *before, last = _cut(piece.text, 2, math.inf, language)
    return [*(Piece(part, piece.line, ending_of(part, language)) for part in before), replace(piece, text=last)]


def _room(language: Language) -> float:
    """How many characters a cue of this language may have, so that it fits into the lines of every format."""
    return FILLED * min(language.characters_per_line[name] * language.lines[name] for name in language.lines)


def _parts_of(text: str, room: float, language: Language) -> list[str]:
    if language.length(text) <= room:
        return [text]
    parts: list[str] = []
    shortest = language.shortest_cue_s * language.reading_speed_cps
    gap = ""
    for sentence in _sentences(text, language):
        words = sentence.rstrip()
        joined = parts[-1] + gap + words if parts else ""
        brief = parts and min(language.length(parts[-1]), language.length(words)) < shortest
        if brief and language.length(joined) <= room:
            parts[-1] = joined
        else:
            parts += _cut(words, math.ceil(language.length(words) / room), room, language)
        gap = sentence[len(words) :]
    return parts


def _sentences(text: str, language: Language) -> list[str]:
    """ICU's sentences (Unicode annex 29) with the space after them, but an initial, a title, an abbreviation and a
    German ordinal end none.
    """
    found: list[str] = []
    for part in sentences(text, language):
        if found and (part[0].islower() or part[0] in CLOSING or _goes_on(found[-1], language)):
            found[-1] += part
        else:
            found.append(part)
    return found


def _goes_on(sentence: str, language: Language) -> bool:
    match = re.search(r"([^\W_]+|n°)\.\s*$", sentence.casefold())
    if match is None:
        return False
    word = match[1]
    return (len(word) == 1 and word.isalpha()) or word in ABBREVIATIONS or (word.isdigit() and language.code == "de")


def ending_of(text: str, language: Language) -> Ending:
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
    places = [place for place in line_places(text, language) if text[:place].strip()]
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


def _best_cut(
    text: str, places: list[int], count: int, room: float, language: Language
) -> tuple[float, list[str]] | None:
    """The cost and the parts of the best way to have exactly `count`; None where none stays within `room`."""
    edges = [0, *places, len(text)]
    segments = [text[a:b] for a, b in pairwise(edges)]
    begins = [0.0, *accumulate(language.length(segment) for segment in segments)]
    ends = [0.0, *(a + language.length(s.rstrip()) for a, s in zip(begins, segments, strict=False))]
    costs = [0.0, *(_place_cost(text[max(0, place - LONGEST_WORD) : place], language) for place in places), 0.0]
    target, last = ends[-1] / count, len(edges) - 1
    rows: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]
    for number in range(1, count + 1):
        row: dict[int, tuple[float, int]] = {}
        for start, (cost, _) in rows[-1].items():
            for end in range(start + 1, last + 1):
                length = ends[end] - begins[start]
                if length > room:
                    break
                if (number == count) != (end == last) or ends[-1] - begins[end] > (count - number) * room:
                    continue
                total = cost + (length / target - 1) ** 2 * 2 + costs[end]
                if end not in row or total < row[end][0]:
                    row[end] = (total, start)
        rows.append(row)
    if last not in rows[-1]:
        return None
    cuts = [last]
    for row in reversed(rows[1:]):
        cuts.append(row[cuts[-1]][1])
    return rows[-1][last][0], [text[edges[a] : edges[b]].strip() for a, b in pairwise(reversed(cuts))]


def _place_cost(before: str, language: Language) -> float:
    if _goes_on(before, language):
        return BAD_END_COST
    if ending_of(before, language) != "word":
        return COMMA_COST
    word = re.split(r"[\s'’]", before.casefold().strip().rstrip("'’"))[-1]
    holds = {kept.rstrip("'").casefold() for kept in language.keep_with_next}
    return BAD_END_COST if word in holds or word.isdigit() else WORD_COST
