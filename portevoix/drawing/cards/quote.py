"""A quotation as typography, line by line, over a darkened picture; who said it below the last line."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portevoix.authoring.job import Job
from portevoix.drawing.cards.names import name_lines
from portevoix.drawing.cards.shade import shade, veil
from portevoix.drawing.cards.sheet import Look, Sheet, Words
from portevoix.drawing.frame import Drawing, TextTooLong
from portevoix.drawing.identity import TextBlock
from portevoix.drawing.text import Line, Style
from portevoix.timeline.cards import Quote

SIZES = {  # by step, in hundredths of the short side
    "wide": (8.0, 7.2, 6.4, 5.7, 5.0),
    "square": (9.0, 8.0, 7.1, 6.2, 5.4),
    "portrait": (10.6, 9.2, 8.0, 6.8, 5.6),
    "story": (12.6, 10.8, 9.2, 7.6, 6.0),
}
MOST_LINES = {"wide": 5, "square": 6, "portrait": 8, "story": 10}
MORE = 2  # lines, in a pane of its own
LEADING = 1.24
FADE = 26  # in hundredths of the short side: how soon the shade of words at its foot ends, so that faces stay bright
MARK, ABOVE = 22, 13  # size of the mark of quotation, and the room for it, in hundredths of the short side
LOW = 0.6  # what both are reduced to below a picture
HIGHEST, COLUMN = 0.36, 0.56  # of the frame: where words at its foot begin; of a line: how wide those at its start are
AIR = 4  # below a picture, in hundredths of the short side; beside one, as much as at the frame's edge


def _words(card: Quote, job: Job, code: str) -> Words:
    speaker = job.speakers.get(job.quoted)
    name, role = (speaker.name.get(code, ""), speaker.role.get(code, "")) if speaker else ("", "")
    return job.quote.get(code, ""), name, role


def _marks(card: Quote) -> Words:
    pane = [f"{edge:.4f}" for edge in card.pane or ()]
    return card.piece, *([str(card.shade)] if card.shade is not None else []), *filter(None, [card.place]), *pane


@dataclass(frozen=True)
class _Room:
    """Where the words may stand, between two places of the line, from `top` to `bottom`.

    `kept`: what stays free of lines, in hundredths of the short side; `mark`: the size of the mark in parts of its
    usual one.
    """

    start: float
    end: float
    top: int
    bottom: int
    kept: float = 30
    mark: float = 1


def _room(sheet: Sheet, card: Quote) -> _Room:
    """The safe zone, or the part of it in the card's own pane."""
    room = _Room(sheet.start, sheet.end, sheet.top, sheet.bottom)
    if card.place == "foot":
        return replace(room, top=round(HIGHEST * sheet.frame.height), kept=24)
    if card.place == "start":
        return replace(room, end=sheet.start + (sheet.end - sheet.start) * COLUMN)
    if not card.pane:
        return room
    frame, air, margin = sheet.frame, round(AIR * sheet.u), sheet.frame.zone[0]
    left, top, right, bottom = card.pane
    near, far = (1 - right, 1 - left) if sheet.mirrored else (left, right)
    start, end = max(room.start, near * frame.width + margin), min(room.end, far * frame.width - margin)
    first, last = max(room.top, round(top * frame.height) + air), min(room.bottom, round(bottom * frame.height) - air)
    return _Room(start, end, first, last, 25, LOW) if top else _Room(start, end, first, last)


def draw(sheet: Sheet, card: Quote, words: Words) -> Drawing:
    """The whole of it, or one piece."""
    text, name, role = words
    shown = card.piece
    lines, style = quoted(sheet, text, card)
    u, room = sheet.u, _room(sheet, card)
    height = sheet.pitch(style, LEADING) * len(lines)
    below = round(14 * sheet.growth * u) if name else 0
    middle = (room.top + room.bottom - height - below) // 2
    top = max(room.top + round(ABOVE * room.mark * sheet.growth * u), middle + round(4 * u))
    if card.place == "foot":
        top = room.bottom - height - (_name(sheet.unseen(), name, role, room, 0) if name else 0)
    if shown in ("ground", "all"):
        _darken(sheet, card, top, room.start + sheet.width(lines, style))
        mark = _mark(sheet, MARK * room.mark)
        sheet.lay("figure", mark.image, sheet.x(room.start, mark.width), max(0, top - round(3 * u) - mark.image.height))
    for number, line in enumerate(lines):
        if shown in (str(number + 1), "all"):
            y = top + sheet.pitch(style, LEADING) * number
            sheet.write(TextBlock([line], style, LEADING, of=lines), room.start, room.end, y)
    if shown in ("name", "all") and name:
        _name(sheet, name, role, room, top + height)
    return sheet.drawing()


def _mark(sheet: Sheet, size: float) -> Line:
    """The language's opening mark, large, to hang above the first line. In Arabic it is the title's Latin family's:
    those of Arabic fonts are mere strokes when they are so large.
    """
    identity, sign = sheet.identity, sheet.grown("title", size, "accent_on_ground")
    if sheet.language.script == "Arab":
        own = identity.kit.fonts.of("title").get("Latn")
        sign = replace(sign, families=identity.fonts.families([own] if own else [], "Latn"))
    return identity.type.line(sheet.language.quotes.opening, sign)


def _darken(sheet: Sheet, card: Quote, top: int, end: float) -> None:
    """The shade behind words that begin at `top` and end at `end` of the line; none in a pane of their own."""
    if card.place == "foot":
        above = round((ABOVE * sheet.growth - 6) * sheet.u)
        shade(sheet, sheet.frame.height - top + above, "bottom", card.shade, FADE)
    elif card.place == "start":
        shade(sheet, round(end + 2 * sheet.u), "start", card.shade)
    elif not card.pane:
        veil(sheet, card.shade)


def _name(sheet: Sheet, name: str, role: str, room: _Room, y: int) -> int:
    """Who said it, below `y`. Returns the y after it."""
    u, start, end = sheet.u, room.start, room.end
    y += round(3.4 * u)
    if sheet.strokes:
        sheet.accent_rule(start, y)
        y += round(2.2 * u)
    small = sheet.grown("text", 3.3, "muted", "regular")
    lines, big = name_lines(sheet, name, 4.2 * sheet.growth, end - start)
    y = sheet.write(TextBlock(lines, big, 1.35), start, end, y)
    return sheet.write(TextBlock(sheet.fit(role, small, end - start, 2), small, 1.35), start, end, y) if role else y


def quoted(sheet: Sheet, text: str, card: Quote) -> tuple[list[str], Style]:
    """The quotation's lines: large, but not at the price of a broken phrase."""
    if not text.strip():
        raise TextTooLong("the quotation has no words; write them under `quote`")
    name, room = sheet.frame.name, _room(sheet, card)
    lines, style = sheet.broken(text, SIZES[name], room.end - room.start, MOST_LINES[name] + MORE * bool(card.pane))
    if sheet.pitch(style, LEADING) * len(lines) <= room.bottom - room.top - room.kept * sheet.growth * sheet.u:
        return lines, style
    raise TextTooLong(f"the quotation {text!r} does not fit {name} in {MOST_LINES[name]} lines; shorten it")


def _alike(card: Quote, job: Job) -> list[Quote]:
    return [Quote(place=card.place, pane=card.pane)]


LOOK = Look(draw, _words, _marks, alike=_alike)
