"""Which lines and which cues a text takes: broken where the sense breaks, balanced, within a width in pixels."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from portevoix.authoring.language import Language
from portevoix.captions.breaks import joiner_of, line_ends
from portevoix.captions.dialogue import WORD_JOIN, turns_of, with_dashes
from portevoix.captions.holding import joined
from portevoix.captions.quotes import own_quotes
from portevoix.captions.sense import AFTER_COMMA, AFTER_SENTENCE, SOFT_HYPHEN, break_in_word, is_weak, sense_of, shown
from portevoix.captions.spaces import single_spaces

NARROW_SPACE = "\u202f"
AUTHORS_BREAK = 0.35  # what an author's own line break is worth: more than balance, less than a broken phrase
TOP_HEAVY = 0.12
LONELY_WORD = 0.5  # a short word alone on its line
WEAK_WORD_ALONE = 2.0  # an article, a pronoun or a few letters alone on a line
SPARE_LINE = 0.5  # a line more than needed: for the sense, not for balance alone
SPARE_CUE = 0.5  # a cue more than needed
MID_PHRASE = 0.4  # a cue that ends where nobody would pause
SHORT_CUE, SHORT_SHARE = 4.0, 0.6  # a cue of a few words between longer ones: a flash
CUE_END = 2.0  # a break between cues weighs more than one between lines: the eye cannot go back
MOST_CUES = 12  # of one text; more is no caption
COLONS = (":", "：")
STOPS, HALF_STOPS, COMMAS = ".!?…؟。！？।", ";:؛；：", ",،，、"

WidthOf = Callable[[str], int]


@dataclass(frozen=True)
class SetLine:
    """A line as it is drawn, and the stretch of the text that it shows."""

    text: str
    start: int
    end: int


def tidy(text: str, language: Language) -> str:
    """Dashes, quotes and spaces as the language sets them: a dialogue's dash, its own marks for straight ones, French
    narrow spaces before tall punctuation, one space between words, which does not break within what holds together.
    """
    text = "".join(own_quotes(with_dashes("".join(single_spaces(text)), language), language))
    if language.narrow_space_before:
        tall = re.escape(language.narrow_space_before)
        text = re.sub(rf"(?<=\S) ([{tall}])", NARROW_SPACE + r"\1", text)
        text = re.sub(r"(?<=\S) :", WORD_JOIN + ":", text)
        text = re.sub(r"(?<=\S)(?<!\u202f)»", NARROW_SPACE + "»", text)
        text = re.sub(r"«[ \u202f]?", "«" + NARROW_SPACE, text)
    return joined(text, language)


def flattened(text: str, language: Language) -> tuple[str, frozenset[int]]:
    """The text in one line, and the offsets at which its author broke it.

    A line break stays only before another speaker's turn: there every layout breaks.
    """
    lines = text.split("\n")
    turns = turns_of(lines, language) if len(lines) > 1 else frozenset()
    hints, flat = set(), ""
    for number, line in enumerate(lines):
        if number in turns:
            flat += "\n"
        elif flat:
            flat += joiner_of(flat, line, language)
            hints.add(len(flat))
        flat += line
    return flat, frozenset(hints)


def best_lines(
    text: str, language: Language, width_of: WidthOf, limit_px: int, most_lines: int, spare: int = 0
) -> tuple[list[str], float] | None:
    """The best lines of at most `limit_px`, and what they cost: 0 for a single line, less where breaks fall with the
    sense. None where more than `most_lines` would be needed.

    The fewest lines win, but that `spare` more are taken where their breaks are worth it; among as many the balanced
    ones, the lower line rather longer.
    """
    lines: list[str] = []
    cost = 0.0
    for _, turn in _turns(text, language, width_of, limit_px):
        found = turn.lines(0, len(turn.flat), most_lines - len(lines), spare)
        if found is None or len(lines) + len(found[0]) > most_lines:
            return None
        lines += [line.text for line in found[0]]
        cost += found[1]
    return lines, cost


def best_cues(
    text: str, language: Language, width_of: WidthOf, limit_px: int, most_lines: int, advance_of: WidthOf | None = None
) -> list[list[SetLine]] | None:
    """The lines of each of the cues that a text takes; None where a word is wider than `limit_px`.

    One cue where its lines allow it. Else as few as do, split where another speaker begins, at the end of a sentence or
    a phrase rather than in the middle, and then of like length. Offsets count in `flattened` text. `advance_of` gives
    the width of a stretch with its spaces: with it, words are measured once each; without, every line that is
    considered is measured whole.
    """
    cues: list[list[SetLine]] = []
    for start, turn in _turns(text, language, width_of, limit_px):
        found = _cues_of_turn(turn, most_lines, advance_of)
        if found is None:
            return None
        found = [[replace(line, start=line.start + start, end=line.end + start) for line in cue] for cue in found]
        if cues and len(found) == 1 and len(cues[-1]) + len(found[0]) <= most_lines:
            cues[-1] += found[0]
        else:
            cues += found
    return cues


def _turns(text: str, language: Language, width_of: WidthOf, limit_px: int) -> Iterator[tuple[int, _Text]]:
    """The text of each speaker's turn, with its offset in the flattened text; one turn in most texts."""
    flat, hints = flattened(text, language)
    start = 0
    for words in flat.split("\n"):
        own = frozenset(hint - start for hint in hints if start < hint < start + len(words))
        yield start, _Text(words, own, language, width_of, limit_px)
        start += len(words) + 1


def _cues_of_turn(turn: _Text, most_lines: int, advance_of: WidthOf | None) -> list[list[SetLine]] | None:
    for measure in (advance_of, None) if advance_of else (None,):
        cues = replace(turn, advance_of=measure).cues(most_lines)
        # What was added up from words may be a pixel or two off: then, and only then, every line is measured.
        if cues is None or all(turn.width_of(line.text) <= turn.limit_px for cue in cues for line in cue):
            break
    return cues


@dataclass
class _Text:
    """A text and its possible lines."""

    flat: str
    hints: frozenset[int]
    language: Language
    width_of: WidthOf
    limit_px: int
    advance_of: WidthOf | None = None
    _places: list[int] = field(init=False)
    _sums: dict[int, int] = field(default_factory=dict, init=False)
    _known: dict[tuple[int, int], tuple[list[SetLine], float] | None] = field(default_factory=dict, init=False)
    _broken: bool = field(default=False, init=False)

    def _prepare(self) -> None:
        if self._broken:
            return
        self._broken = True
        self._places = line_ends(self.flat, self.language, self._fits)
        if self.advance_of:
            total = 0
            self._sums[0] = 0
            for start, end in pairwise([0, *self._places, len(self.flat)]):
                total += self.advance_of(self.flat[start:end].replace(SOFT_HYPHEN, ""))
                self._sums[end] = total

    def _fits(self, start: int, end: int) -> bool:
        return self.width_of(self._line(start, end).text) <= self.limit_px

    def _line(self, start: int, end: int) -> SetLine:
        return SetLine(shown(self.flat[start:end], self.flat[end:]), start, end)

    def _width(self, start: int, end: int) -> int:
        line = self._line(start, end).text
        if not self.advance_of or start not in self._sums or end not in self._sums:
            return self.width_of(line)
        stretch = self.flat[start:end]
        spaces = stretch[len(stretch.rstrip()) :]
        width = self._sums[end] - self._sums[start] - (self.advance_of(spaces) if spaces else 0)
        return width + (self.advance_of("-") if stretch.rstrip().endswith(SOFT_HYPHEN) and end < len(self.flat) else 0)

    def lines(self, start: int, end: int, most: int, spare: int = 0) -> tuple[list[SetLine], float] | None:
        """The best lines of a stretch, and their cost; None where they are more than `most`."""
        if self._width(start, end) <= self.limit_px:
            return [self._line(start, end)], 0.0
        self._prepare()
        found: list[tuple[list[SetLine], float]] = []
        for count in range(2, most + 1):
            best = self._best(start, end, count)
            if best:
                found.append((best[0], best[1] + SPARE_LINE * len(found)))
            if len(found) > spare:
                break
        best = min(found, key=lambda option: option[1], default=None)
        if best and spare and (headed := self._headed(start, end, len(best[0]), spare)):
            cost = headed[1] + SPARE_LINE * (len(headed[0]) - len(found[0][0]))
            return (headed[0] if cost < best[1] else best[0]), best[1]  # what is better is no reason for smaller type
        return best

    def _headed(self, start: int, end: int, most: int, spare: int) -> tuple[list[SetLine], float] | None:
        """What a colon announces below what stands before it, which may be short; None where no colon ends a line."""
        for place in self._places:
            if start < place < end and (head := self._line(start, place)).text.endswith(COLONS):
                rest = self.lines(place, end, most - 1, spare) if self._width(start, place) <= self.limit_px else None
                return rest and ([head, *rest[0]], rest[1] + sense_of(head.text, self.flat[place:end], self.language))
        return None

    def cues(self, most: int) -> list[list[SetLine]] | None:
        """The whole text in one cue or in several of at most `most` lines each."""
        whole = self.lines(0, len(self.flat), most)
        if whole:
            return [whole[0]]
        self._prepare()
        fewest = max(2, -(-self._width(0, len(self.flat)) // (self.limit_px * most)))
        found: list[tuple[float, list[int]]] = []
        for count in range(fewest, fewest + MOST_CUES):
            split = self._split(count, most)
            if split:
                found.append((split[0] + SPARE_CUE * len(found), split[1]))
            if len(found) == 2:
                break
        if not found:
            return None
        _, edges = min(found)
        stretches = (self._lines_once(start, end, most) for start, end in pairwise(edges))
        return [lines[0] for lines in stretches if lines]

    def _lines_once(self, start: int, end: int, most: int) -> tuple[list[SetLine], float] | None:
        if (start, end) not in self._known:
            fits = self._width(start, end) <= self.limit_px * most
            self._known[(start, end)] = self.lines(start, end, most) if fits else None
        return self._known[(start, end)]

    def _split(self, count: int, most: int) -> tuple[float, list[int]] | None:
        """Cost and edges of the best `count` cues."""
        ends = [*self._places, len(self.flat)]
        target = self.language.length(self.flat) / count
        cheapest: list[dict[int, tuple[float, list[int]]]] = [{0: (0.0, [0])}]
        for number in range(1, count + 1):
            row: dict[int, tuple[float, list[int]]] = {}
            for start, (cost, edges) in cheapest[-1].items():
                for end in ends:
                    if end <= start or (number == count and end != len(self.flat)):
                        continue
                    if self._width(start, end) > self.limit_px * most:
                        break
                    lines = self._lines_once(start, end, most)
                    if lines is None:
                        continue
                    share = self.language.length(self.flat[start:end]) / target
                    flash = max(0.0, SHORT_SHARE - share) / SHORT_SHARE
                    balance = (share - 1) ** 2 + SHORT_CUE * flash**2
                    total = cost + lines[1] + balance + CUE_END * self._end_cost(start, end)
                    if end not in row or total < row[end][0]:
                        row[end] = (total, [*edges, end])
            cheapest.append(row)
        return cheapest[count].get(len(self.flat))

    def _end_cost(self, start: int, end: int) -> float:
        if end == len(self.flat):
            return 0.0
        line = shown(self.flat[start:end], self.flat[end:])
        cost = sense_of(line, self.flat[end:], self.language)
        if (line[-1:] or " ") not in STOPS + HALF_STOPS + COMMAS:
            cost += MID_PHRASE
        elif line[-1] in HALF_STOPS:
            cost += AFTER_SENTENCE - AFTER_COMMA  # what a colon or a semicolon announces is best read with it
        return cost + break_in_word(self.flat[:end])

    def _best(self, first: int, last: int, count: int) -> tuple[list[SetLine], float] | None:
        ends = [place for place in self._places if first < place < last] + [last]
        target = max(1.0, self._width(first, last) / count)
        # cheapest[n][end]: cost and start of the best way to set the stretch up to `end` in n lines
        cheapest: list[dict[int, tuple[float, int]]] = [{first: (0.0, first)}]
        for number in range(1, count + 1):
            row: dict[int, tuple[float, int]] = {}
            for start, (cost, _) in cheapest[-1].items():
                for end in (e for e in ends if e > start and (number < count or e == last)):
                    width = self._width(start, end)
                    if width > self.limit_px:
                        break
                    total = cost + self._line_cost(start, end, last, number, width / target)
                    if end not in row or total < row[end][0]:
                        row[end] = (total, start)
            cheapest.append(row)
        if last not in cheapest[count]:
            return None
        lines, end = [], last
        for number in range(count, 0, -1):
            start = cheapest[number][end][1]
            lines.append(self._line(start, end))
            end = start
        return lines[::-1], cheapest[count][last][0]

    def _line_cost(self, start: int, end: int, last: int, number: int, share: float) -> float:
        line = shown(self.flat[start:end], self.flat[end:])
        cost = (share - 1) ** 2 * 2 + (TOP_HEAVY if number == 1 and share > 1 else 0)
        if len(line.split()) == 1 and share < 0.6 and self.language.line_breaker == "spaces":
            cost += LONELY_WORD
        if share < 0.6 and is_weak(line, self.language):
            cost += WEAK_WORD_ALONE
        if end < last:
            cost += sense_of(line, self.flat[end:last], self.language)
            cost -= AUTHORS_BREAK if end in self.hints else 0
            cost += break_in_word(self.flat[:end])
        return cost
