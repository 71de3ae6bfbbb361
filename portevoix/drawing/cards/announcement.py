"""What happens, when, where and with whom; the identity at the foot."""

from __future__ import annotations

from portevoix.authoring.job import Job
from portevoix.drawing.cards.ground import band, fill, is_low, sign, signature_size
from portevoix.drawing.cards.sheet import Box, Label, Look, Sheet, StyledLines, Words
from portevoix.drawing.frame import Drawing, TextTooLong
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import Announcement, Pane

SMALLER = 0.86  # what details are reduced to below a picture in a square


def _words(card: Announcement, job: Job, code: str) -> Words:
    return (job.title.get(code, ""), job.kicker.get(code, ""), *(line.get(code, "") for line in job.details))


def draw(sheet: Sheet, card: Announcement, words: Words) -> Drawing:
    """The first detail (the date) is the largest after the title."""
    title, kicker, *details = words
    if not card.bare:
        fill(sheet, card.pane)
    y = sheet.top
    if kicker:
        y += sheet.label(Label(kicker), sheet.start, sheet.end, y)[1]
    column = (sheet.end - sheet.start) * (0.78 if sheet.frame.name == "wide" and not card.pane else 1.0)
    given = [detail for detail in details if detail]
    if sheet.look.ground == "band":
        _on_band(sheet, title, given, column, y, card.pane)
    else:
        _beside_stripe(sheet, title, given, column, y)
    return sheet.drawing()


def _blocks(sheet: Sheet, details: list[str], width: float, colours: tuple[str, str]) -> tuple[list[StyledLines], int]:
    """The details' lines, and their height."""
    size = SMALLER if is_low(sheet) else 1
    first = sheet.grown("text", 5.2 * size, colours[0])
    others = sheet.grown("text", 4.2 * size, colours[1], "regular")
    styles = [first, *[others] * len(details)]
    blocks = [(sheet.fit(text, style, width, 2), style) for text, style in zip(details, styles, strict=False)]
    return blocks, sum(sheet.pitch(style, 1.45) * len(lines) for lines, style in blocks)


def _heading(sheet: Sheet, title: str, column: float, room: int, least_air: int) -> StyledLines:
    heading, style = sheet.title(title, column, 5)
    height = sheet.pitch(style, 1.16) * len(heading)
    if height <= room - least_air:
        return heading, style
    raise TextTooLong(
        f"the announcement {title!r} needs {height} pixels of {sheet.frame.name}'s {room - least_air}; shorten it"
    )


def _beside_stripe(sheet: Sheet, title: str, details: list[str], column: float, y: int) -> None:
    """Details under the title, along a stripe of the accent."""
    u, gap = sheet.u, round(4.4 * sheet.u)
    inset = round(3.4 * u) if sheet.strokes else 0
    blocks, tall = _blocks(sheet, details, column - inset, ("on_ground", "muted"))
    foot = sign(sheet, sheet.start, sheet.end)
    room = foot - round(3 * u) - y
    heading, style = _heading(sheet, title, column, room - gap - tall, round((2 if is_low(sheet) else 4) * u))
    y += (room - sheet.pitch(style, 1.16) * len(heading) - gap - tall) // 2
    y = sheet.write(TextBlock(heading, style, 1.16), sheet.start, sheet.start + column, y) + gap
    if inset:
        sheet.box(Box(sheet.start, y, 0.8 * u, tall), "accent", part="stripe")
    _write(sheet, blocks, sheet.start + inset, sheet.start + column, y)


def _on_band(sheet: Sheet, title: str, details: list[str], column: float, y: int, pane: Pane | None) -> None:
    """Details in white on the band, over the signature."""
    u, gap = sheet.u, round(3.6 * sheet.u)
    blocks, tall = _blocks(sheet, details, column, ("on_accent", "on_accent"))
    signature = sheet.identity.logo_size(signature_size(sheet), sheet.frame)[1]
    top = band(sheet, tall + gap + signature, pane)
    room = top - round(3 * u) - y
    heading, style = _heading(sheet, title, column, room, round(2 * u))
    height = sheet.pitch(style, 1.16) * len(heading)
    sheet.write(
        TextBlock(heading, style, 1.16), sheet.start, sheet.start + column, y + (room + round(3 * u) - height) // 2
    )
    sign(sheet, sheet.start, sheet.end, pane)
    _write(sheet, blocks, sheet.start, sheet.start + column, sheet.bottom - signature - gap - tall)


def _write(sheet: Sheet, blocks: list[StyledLines], start: float, end: float, y: int) -> None:
    for lines, style in blocks:
        y = sheet.write(TextBlock(lines, style, 1.45), start, end, y)


def _marks(card: Announcement) -> Words:
    return card.label, *(f"{edge:.4f}" for edge in card.pane or ())


def _alike(card: Announcement, job: Job) -> list[Announcement]:
    return [card]


LOOK = Look(draw, _words, _marks, signed=True, alike=_alike)
