"""A point in words: over its picture at the foot, or alone on the ground with its number."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.drawing.cards.counting import stands_alone, write_number
from portevoix.drawing.cards.shade import shade
from portevoix.drawing.cards.sheet import GROWTH, STEPS, TITLE_SIZES, Box, Look, Sheet, StyledLines, Words
from portevoix.drawing.frame import Drawing, TextTooLong
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import Point
from portevoix.timeline.cards_of import point_card

# Of a title over a picture, by step, in hundredths of the short side: the picture comes first.
OVER_PICTURE = {
    "wide": (5.8,) * STEPS,
    "square": (7.0, 6.8, 6.6, 6.5, 6.4),
    "portrait": (8.6, 8.1, 7.6, 7.1, 6.6),
    "story": (10.4, 9.5, 8.6, 7.7, 6.8),
}
# Of a title alone on the ground of a wide frame: nothing else fills it.
ALONE = {**TITLE_SIZES, "wide": (10.8, 9.6, 8.4, 7.2, 6.0)}
NUMBER = {"wide": 22, "square": 24, "portrait": 27, "story": 31}  # of a number alone on its line, where it has room
TEXT_ALONE = {"wide": 6.0}  # a text beside it, 5.2 in other frames
LONGEST_LINE = 26  # of a text, in parts of the size
MOST_LINES = 7
DISC = 13  # behind a number, in hundredths of the short side


def _words(card: Point, job: Job, code: str) -> Words:
    point = job.points[card.number]
    return point.title.get(code, ""), point.text.get(code, "")


def _marks(card: Point) -> Words:
    shade = [str(card.shade)] if card.shade is not None else []
    pane = [f"{edge:.4f}" for edge in card.pane or ()]
    return card.figure, "over" if card.over_picture else "alone", *shade, *pane


def draw(sheet: Sheet, card: Point, words: Words) -> Drawing:
    """Title and text; the picture, where there is one, stays free above them or beside them."""
    title, text = words
    if card.over_picture and not card.pane:
        return _over(sheet, title, text, card.shade)
    return _alone(sheet, title, text, card)


def _over(sheet: Sheet, title: str, text: str, opacity: int | None) -> Drawing:
    """At the foot, on a shade of the ground or in a panel."""
    u, frame, panel = sheet.u, sheet.frame, sheet.look.titles == "panel"
    pad = round(3 * u) if panel else 0
    inset = pad + sheet.stripe if panel else 0
    column = (sheet.end - sheet.start) * (0.72 if frame.name == "wide" else 1.0) - inset - pad
    body = sheet.grown("text", 4.7, "on_ground", "bold" if not title else "regular")
    above, style = sheet.broken(title, OVER_PICTURE[frame.name], column, 4) if title else ([], body)
    for spare in (1, 0):
        longest = min(column, body.size * LONGEST_LINE * 1.3)
        below = sheet.paragraphs(text, body, longest, MOST_LINES, spare) if text else []
        gap = round(2.4 * u) if above and below else 0
        height = sheet.pitch(style, 1.18) * len(above) + gap + sheet.pitch(body, 1.42) * len(below)
        top = sheet.bottom - height - (2 * pad if panel else sheet.rule)
        if top >= frame.height * 0.38:
            break
    else:
        raise TextTooLong(f"{(title or text)!r} leaves no room for its picture in {frame.name}; shorten it")
    if panel:
        widest = max(sheet.width(above, style), sheet.width(below, body))
        sheet.panel(sheet.start, top, widest + inset + pad, height + 2 * pad)
    else:
        shade(sheet, frame.height - top + round(2 * u), "bottom", opacity)
        sheet.accent_rule(sheet.start, top)
    start, y = sheet.start + inset, sheet.bottom - height - pad
    y = sheet.write(TextBlock(above, style, 1.18), start, start + column, y) + gap
    sheet.write(TextBlock(below, body, 1.42), start, start + column, y)
    return sheet.drawing()


def _alone(sheet: Sheet, title: str, text: str, card: Point) -> Drawing:
    """In the middle of the ground, or of what a photo leaves of it; its number above it."""
    if not card.pane:
        sheet.fill()
    u, frame, number = sheet.u, sheet.frame, card.figure
    column = (sheet.end - sheet.start) * (0.8 if frame.name == "wide" and not card.pane else 1.0)
    body = sheet.grown("text", TEXT_ALONE.get(frame.name, 5.2), "on_ground", "bold" if not title else "regular")
    above, style = _title_alone(sheet, title, column) if title else ([], body)
    for spare in (1, 0):
        longest = min(column, body.size * LONGEST_LINE)
        below = sheet.paragraphs(text, body, longest, MOST_LINES, spare) if text else []
        gap = round(2.4 * u) if above and below else 0
        height = sheet.pitch(style, 1.18) * len(above) + gap + sheet.pitch(body, 1.42) * len(below)
        if height + round(18 * sheet.growth * u) <= sheet.bottom - sheet.top:
            break
    else:
        raise TextTooLong(f"{(title or text)!r} does not fit {frame.name}; shorten it")
    figure = sheet.grown("title", 15, "accent_on_ground") if sheet.strokes else sheet.grown("title", 7.4, "on_accent")
    head = round((16.5 if sheet.strokes else DISC + 4) * sheet.growth * u) if number else sheet.rule
    y = (sheet.top + sheet.bottom - height - head) // 2
    if number and sheet.strokes:
        sheet.write(TextBlock([number], figure, 1.1), sheet.start, sheet.end, y - round(2 * u), "figure")
    elif number:
        disc = round(DISC * sheet.growth * u)
        sheet.box(Box(sheet.start, y, disc, disc), "accent", radius=disc / 2, part="figure")
        line = sheet.identity.type.line(number, figure)
        x = sheet.x(sheet.start, disc) + (disc - line.width) // 2
        sheet.lay("figure", line.image, x, y + (disc - line.image.height) // 2)
    else:
        sheet.accent_rule(sheet.start, y)
    y += head
    if len(above) == 1 and stands_alone(above[0]):
        y = write_number(sheet, (above, style), sheet.start, y, 1.18) + gap
    else:
        y = sheet.write(TextBlock(above, style, 1.18), sheet.start, sheet.start + column, y) + gap
    sheet.write(TextBlock(below, body, 1.42), sheet.start, sheet.start + column, y)
    return sheet.drawing()


def _title_alone(sheet: Sheet, title: str, column: float) -> StyledLines:
    """A title on the ground; a number by itself is what the point says, as large as its line allows."""
    if not stands_alone(title):
        return sheet.broken(title, ALONE[sheet.frame.name], column, 4)
    size = NUMBER[sheet.frame.name] * sheet.growth / GROWTH[sheet.frame.name]
    wide = sheet.width([title], sheet.style("title", size, "on_ground"))
    style = sheet.style("title", size * min(1, column / max(1, wide)), "on_ground")
    return sheet.fit(title, style, column + 1, 1), style


def _alike(card: Point, job: Job) -> list[Point]:
    if card.pane:
        return [card]
    cards = [point_card(job, number) for number, point in enumerate(job.points) if point.title or point.text]
    return [other for other in cards if other.over_picture == card.over_picture]


LOOK = Look(draw, _words, _marks, alike=_alike)
