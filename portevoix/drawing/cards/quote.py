"""A quotation as typography, line by line, over a darkened picture; who said it below the last line."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.drawing.cards.shade import veil
from portevoix.drawing.cards.sheet import Look, Sheet, Words
from portevoix.drawing.frame import Drawing, TextTooLong
from portevoix.drawing.identity import TextBlock
from portevoix.drawing.text import Style
from portevoix.timeline.cards import Quote

SIZES = {  # by step, in hundredths of the short side
    "wide": (8.0, 7.2, 6.4, 5.7, 5.0),
    "square": (9.0, 8.0, 7.1, 6.2, 5.4),
    "portrait": (10.6, 9.2, 8.0, 6.8, 5.6),
    "story": (12.6, 10.8, 9.2, 7.6, 6.0),
}
MOST_LINES = {"wide": 5, "square": 6, "portrait": 8, "story": 10}
LEADING = 1.24


def _words(card: Quote, job: Job, code: str) -> Words:
    speaker = job.speakers.get(job.quoted)
    name, role = (speaker.name.get(code, ""), speaker.role.get(code, "")) if speaker else ("", "")
    return job.quote.get(code, ""), name, role


def _marks(card: Quote) -> Words:
    return card.piece, *([str(card.shade)] if card.shade is not None else [])


def draw(sheet: Sheet, card: Quote, words: Words) -> Drawing:
    """The whole of it, or one piece."""
    text, name, role = words
    identity, shown = sheet.identity, card.piece
    lines, style = quoted(sheet, text)
    u = sheet.u
    height = sheet.pitch(style, LEADING) * len(lines)
    below = round(14 * sheet.growth * u) if name else 0
    top = max(sheet.top + round(13 * sheet.growth * u), (sheet.top + sheet.bottom - height - below) // 2 + round(4 * u))
    if shown in ("ground", "all"):
        veil(sheet, card.shade)
        sign = sheet.grown("title", 22, "accent_on_ground")
        # The opening mark of the language, large, hanging above the first line.
        mark = identity.type.line(sheet.language.quotes.opening, sign)
        sheet.lay(
            "figure", mark.image, sheet.x(sheet.start, mark.width), max(0, top - round(3 * u) - mark.image.height)
        )
    for number, line in enumerate(lines):
        if shown in (str(number + 1), "all"):
            y = top + sheet.pitch(style, LEADING) * number
            sheet.write(TextBlock([line], style, LEADING, of=lines), sheet.start, sheet.end, y)
    if shown in ("name", "all") and name:
        _name(sheet, name, role, top + height + round(3.4 * u))
    return sheet.drawing()


def _name(sheet: Sheet, name: str, role: str, y: int) -> None:
    """Who said it, from `y` down."""
    u = sheet.u
    if sheet.strokes:
        sheet.accent_rule(sheet.start, y)
        y += round(2.2 * u)
    big, small = sheet.grown("text", 4.2, "on_ground"), sheet.grown("text", 3.3, "muted", "regular")
    y = sheet.write(TextBlock(sheet.fit(name, big, sheet.end - sheet.start, 2), big, 1.35), sheet.start, sheet.end, y)
    if role:
        sheet.write(
            TextBlock(sheet.fit(role, small, sheet.end - sheet.start, 2), small, 1.35), sheet.start, sheet.end, y
        )


def quoted(sheet: Sheet, text: str) -> tuple[list[str], Style]:
    """The quotation's lines: large, but not at the price of a broken phrase."""
    if not text.strip():
        raise TextTooLong("the quotation has no words; write them under `quote`")
    name = sheet.frame.name
    lines, style = sheet.broken(text, SIZES[name], sheet.end - sheet.start, MOST_LINES[name])
    room = sheet.bottom - sheet.top - 30 * sheet.growth * sheet.u
    if sheet.pitch(style, LEADING) * len(lines) <= room:
        return lines, style
    raise TextTooLong(f"the quotation {text!r} does not fit {name} in {MOST_LINES[name]} lines; shorten it")


def _alike(card: Quote, job: Job) -> list[Quote]:
    return [Quote()]


LOOK = Look(draw, _words, _marks, alike=_alike)
