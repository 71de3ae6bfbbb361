"""An untimed script split into cues: at its author's breaks, at sentence ends, at commas, at last between words."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from portevoix.authoring.language import Language
from portevoix.captions.breaks import line_places
from portevoix.captions.cue import Block
from portevoix.captions.sentences import Ending, ending_of, goes_on, sentences_of

FILLED = 0.9  # of the letters that a cue's lines could hold: words do not fill a line to its last letter
WORD_COST, BAD_END_COST, COMMA_COST = 0.5, 1.2, 0.0  # where a long sentence is split; its balance costs up to about 1
LONGEST_WORD = 60  # characters before a place that are looked at
SPARE_CUE_COST = 0.3  # a cue more than needed


@dataclass(frozen=True)
class UntimedCue:
    """The words of one cue, and what stands at their end: there the speaker may pause, or hardly will."""

    text: str
    line: int
    ending: Ending


def untimed_cues(blocks: Sequence[Block], language: Language) -> list[UntimedCue]:
    """The script in cues that fit into every format, in order; no character is lost, added or moved.

    A block that fits is one cue. Else, and in a script without paragraphs, each of its lines begins a new one.
    """
    room = _room(language)
    units: list[Block] = []
    for block in blocks:
        whole = len(blocks) > 1 and language.length(block.text) <= room
        lines = [block.text] if whole else block.text.split("\n")
        units += [Block(text, block.line + number) for number, text in enumerate(lines)]
    cues: list[UntimedCue] = []
    for unit, following in pairwise([*units, Block(" ", 0)]):
        *before, last = _split_block(unit.text, room, language)
        cues += [UntimedCue(text, unit.line, ending_of(text, language)) for text in before]
        # An author's break is a pause, but for a sentence that plainly goes on.
        cues.append(
            UntimedCue(last, unit.line, ending_of(last, language) if following.text[0].islower() else "sentence")
        )
    return cues


def split_again(cue: UntimedCue, language: Language) -> list[UntimedCue]:
    """A cue in two or three, at the best places between its words; alone where it has no such place."""
    *before, last = _split(cue.text, 2, math.inf, language)
    return [*(UntimedCue(text, cue.line, ending_of(text, language)) for text in before), replace(cue, text=last)]


def _room(language: Language) -> float:
    """How many characters a cue of this language may have, so that it fits into the lines of every format."""
    return FILLED * min(language.characters_per_line[name] * language.lines[name] for name in language.lines)


def _split_block(text: str, room: float, language: Language) -> list[str]:
    if language.length(text) <= room:
        return [text]
    pieces: list[str] = []
    shortest = language.shortest_cue_s * language.reading_speed_cps
    gap = ""
    for sentence in sentences_of(text, language):
        words = sentence.rstrip()
        joined = pieces[-1] + gap + words if pieces else ""
        brief = pieces and min(language.length(pieces[-1]), language.length(words)) < shortest
        if brief and language.length(joined) <= room:
            pieces[-1] = joined
        else:
            pieces += _split(words, math.ceil(language.length(words) / room), room, language)
        gap = sentence[len(words) :]
    return pieces


def _split(text: str, count: int, room: float, language: Language) -> list[str]:
    """`text` in `count` pieces or a few more, each within `room`, split where the sense allows and of like length.

    A word longer than `room` stays whole: the drawing names it.
    """
    if count == 1:
        return [text]
    places = [place for place in line_places(text, language) if text[:place].strip()]
    best: tuple[float, list[str]] | None = None
    for number in range(count, min(count + 2, len(places) + 1) + 1):
        found = _best_split(text, places, number, room, language)
        if found and (best is None or found[0] + SPARE_CUE_COST * (number - count) < best[0]):
            best = (found[0] + SPARE_CUE_COST * (number - count), found[1])
    if best:
        return best[1]
    if not places:
        return [text]
    return [text[a:b].strip() for a, b in pairwise([0, *_packed(text, places, room, language), len(text)])]


def _packed(text: str, places: list[int], room: float, language: Language) -> list[int]:
    """Places that fill cue after cue, where no even split stays within `room`."""
    kept: list[int] = []
    for place, following in pairwise([*places, len(text)]):
        start = kept[-1] if kept else 0
        if language.length(text[start:following].strip()) > room:
            kept.append(place)
    return kept


def _best_split(
    text: str, places: list[int], count: int, room: float, language: Language
) -> tuple[float, list[str]] | None:
    """The cost and the pieces of the best way to have exactly `count`; None where none stays within `room`."""
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
    if goes_on(before, language):
        return BAD_END_COST
    if ending_of(before, language) != "word":
        return COMMA_COST
    word = re.split(r"[\s'’]", before.casefold().strip().rstrip("'’"))[-1]
    holds = {kept.rstrip("'").casefold() for kept in language.keep_with_next}
    return BAD_END_COST if word in holds or word.isdigit() else WORD_COST
