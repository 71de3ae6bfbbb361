"""An urgent notice in words: a band of its colour, the headline, what to do, whom to call, and who says so."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from portevoix.authoring.job import Job
from portevoix.captions.holding import before_dialled, dialled, written
from portevoix.captions.sentences import sentences_of
from portevoix.drawing.cards.ground import fill, head, is_low, pane_box, sign
from portevoix.drawing.cards.sheet import STEPS, TITLE_SIZES, Box, Label, Look, Sheet, StyledLines, Words
from portevoix.drawing.frame import Drawing, TextTooLong
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import Notice

LONGEST_LINE = 30  # of the text, in parts of the size: some 60 letters, as far as the eye finds back
MOST_LINES, MOST_OF_TITLE = 9, 4
LEADING, HEADING, NUMBER = 1.42, 1.16, 1.2  # heights of a line: of the text, the headline, the number
BETWEEN, APART = (
    1.1,
    3,
)  # from one sentence to the next, from the text to what is round it: hundredths of the short side
LARGER = 1.15  # than the headline the number may be
SMALLER = (1, 0.93, 0.87)  # at the last step, of the text: rather than to leave out the number by itself
LEAST_INSET = 0.2  # of a square: below so small a picture, long words leave the number to the text
LOOK_OF = "6"  # raise when it looks otherwise


def _words(card: Notice, job: Job, code: str) -> Words:
    title, text, kicker = (words.get(code, "") for words in (job.title, job.text, job.kicker))
    if not job.issued:
        return title, text, kicker, "", ""
    return title, text, kicker, job.issued.at.isoformat(), str(job.issued.update or "")


def _marks(card: Notice) -> Words:
    return LOOK_OF, *(f"{edge:.4f}" for edge in card.pane or ())


def draw(sheet: Sheet, card: Notice, words: Words) -> Drawing:
    """Kicker and time of issue, headline, each sentence by itself, the number to call large on its own line, and the
    identity at the foot, or at the head where the words have little height.
    """
    fill(sheet, card.pane, marked=False)
    stripe, room = round(2.4 * sheet.u) if sheet.strokes else 0, pane_box(sheet, card.pane)
    if stripe:
        sheet.box(Box(room.start, room.y, stripe, room.height), "urgent", part="stripe")
    start, end = sheet.start + stripe, sheet.end
    y, signed = _head(sheet, words, start, end)
    y += _apart(sheet)
    foot = sheet.bottom if signed else sign(sheet, start, end, card.pane) - _apart(sheet)
    space = foot - y
    body = _body_within(sheet, words, end - start, space, card)
    if (height := body.height(sheet)) > space:
        raise TextTooLong(
            f"the notice {words[0]!r} needs {height} pixels of {sheet.frame.name}'s {space}; shorten its text"
        )
    body.write(sheet, start, end, y + (space - height) // 2)
    return sheet.drawing()


def _pictured(card: Notice) -> bool:
    """Whether a picture stands there that may still give way to the words."""
    return card.pane is not None and card.pane[1] != LEAST_INSET


def _apart(sheet: Sheet) -> int:
    """The room between the text and what is round it."""
    return round(APART * (0.7 if is_low(sheet) else 1) * sheet.u)


def _head(sheet: Sheet, words: Words, start: float, end: float) -> tuple[int, bool]:
    """The label, and beside it when the notice was issued; below it where there is no room. Returns the y after it, and
    whether the identity stands there too.
    """
    kicker, issued, update = words[2:]
    number = sheet.language.update.format(number=sheet.language.figures(int(update))) if update else ""
    text, gap = " · ".join(part for part in (kicker, number) if part), round(2.4 * sheet.u)
    small = sheet.grown("text", 3.1, "muted", "regular")
    time = sheet.fit(written(datetime.fromisoformat(issued), sheet.language), small, end - start, 1) if issued else []
    block = TextBlock(time, small, 1.4)
    if not text:
        return sheet.write(block, start, end, sheet.top + gap // 2) if time else sheet.top, False
    above = head(sheet, Label(text, 3.2 if is_low(sheet) else 3.6, "urgent"), start, end)
    if not time:
        return above.foot, above.signed
    if above.end + gap + sheet.width(time, small) + gap * above.signed <= above.free:
        beside = above.y + (above.height - sheet.pitch(small, 1.4)) // 2
        sheet.write(block, above.end + gap, above.free, beside)
        return above.foot, above.signed
    return sheet.write(block, start, end, above.foot + gap // 2), above.signed


@dataclass(frozen=True)
class _Body:
    """What stands between the label and the signature: the headline, then the sentences, last the number to call."""

    heading: StyledLines
    sentences: tuple[StyledLines, ...]
    number: StyledLines | None

    def height(self, sheet: Sheet) -> int:
        """Pixels from the headline's top to the last line's foot."""
        return self.write(sheet.unseen(), 0, sheet.frame.width, 0)

    def write(self, sheet: Sheet, start: float, end: float, y: int) -> int:
        """All of it from `y` down, in the turns in which it comes. Returns the y after it."""
        lines, style = self.heading
        y = sheet.write(TextBlock(lines, style, HEADING), start, end, y) + _apart(sheet)
        for turn, (lines, style) in enumerate(self.sentences, 1):
            y += round(BETWEEN * sheet.u) if turn > 1 else 0
            y = sheet.write(TextBlock(lines, style, LEADING, turn=turn), start, end, y)
        if self.number:
            lines, style = self.number
            y += _apart(sheet)
            block = TextBlock(lines, style, NUMBER, turn=len(self.sentences) + 1)
            y = sheet.write(block, start, end, y, "figure")
        return y


def _body_within(sheet: Sheet, words: Words, width: float, space: int, card: Notice) -> _Body:
    """The body in its usual type; at the last step in rather smaller text, with a headline of fewer lines, however they
    break, or without the number by itself, where no more fits a `space` of so many pixels.
    """
    number, heading = dialled(words[1]), sheet.title(words[0], width, MOST_OF_TITLE)
    body = _body(sheet, words, heading, width, number)
    if sheet.step < STEPS - 1 or body.height(sheet) <= space:
        return body
    tight = [heading]
    with suppress(TextTooLong):
        tight.append(sheet.title(words[0], width, len(heading[0]) - 1))
    for title, smaller in product(tight, SMALLER):
        body = _body(sheet, words, title, width, number, smaller)
        if body.height(sheet) <= space:
            return body
    # It is left in its sentence; a picture gives way to it.
    return body if _pictured(card) else _body(sheet, words, heading, width, "")


def _body(sheet: Sheet, words: Words, heading: StyledLines, width: float, number: str, smaller: float = 1) -> _Body:
    """`number`: to be set large; the sentence that ends with it leaves it to that line."""
    size = 4.3 if sheet.frame.name == "wide" else 4.0 if is_low(sheet) else 4.6
    style = sheet.grown("text", size * smaller, "on_ground", "regular")
    said = [sentence.strip() for part in words[1].split("\n") for sentence in sentences_of(part, sheet.language)]
    column = min(width, style.size * LONGEST_LINE)
    if said:
        said[-1] = before_dialled(said[-1], number)
    sentences = tuple((sheet.fit(one, style, column, MOST_LINES), style) for one in said if one)
    return _Body(heading, sentences, _number(sheet, number, width) if number else None)


def _number(sheet: Sheet, number: str, width: float) -> StyledLines:
    """The number to call, on one line as large as that allows."""
    size = TITLE_SIZES[sheet.frame.name][sheet.step] * (1 if is_low(sheet) else LARGER)
    wide = sheet.width([number], sheet.style("title", size, "accent_on_ground"))
    return [number], sheet.style("title", size * min(1, width / max(1, wide)), "accent_on_ground")


def _alike(card: Notice, job: Job) -> list[Notice]:
    return [card]


LOOK = Look(draw, _words, _marks, signed=True, alike=_alike)
