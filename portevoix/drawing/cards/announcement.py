"""What happens, when, where and with whom; the identity at the foot."""

from __future__ import annotations

from dataclasses import dataclass

from portevoix.authoring.job import Job
from portevoix.drawing.cards.ground import band, fill, head, is_low, sign, signature_size
from portevoix.drawing.cards.sheet import STEPS, Box, Label, Look, Sheet, StyledLines, Words
from portevoix.drawing.frame import Drawing, TextTooLong
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import Announcement, Pane

SMALLER = 0.86  # what details are reduced to below a picture in a square
MOST_LINES, HEADING = 5, 1.16  # of the title; the height of each, in parts of its size


def _words(card: Announcement, job: Job, code: str) -> Words:
    return (job.title.get(code, ""), job.kicker.get(code, ""), *(line.get(code, "") for line in job.details))


def draw(sheet: Sheet, card: Announcement, words: Words) -> Drawing:
    """The first detail (the date) is the largest after the title."""
    title, kicker, *details = words
    if not card.bare:
        fill(sheet, card.pane)
    above = head(sheet, Label(kicker), sheet.start, sheet.end) if kicker else None
    y, signed = (above.foot, above.signed) if above else (sheet.top, False)
    column = (sheet.end - sheet.start) * (0.78 if sheet.frame.name == "wide" and not card.pane else 1.0)
    layout = _Layout(title, [detail for detail in details if detail], column, y, signed)
    if sheet.look.ground == "band":
        _on_band(sheet, layout, card.pane)
    else:
        _beside_stripe(sheet, layout)
    return sheet.drawing()


@dataclass(frozen=True)
class _Layout:
    """A title and the details under it, in a `column` of so many pixels from `y` down. `signed`: the identity stands
    above them already.
    """

    title: str
    details: list[str]
    column: float
    y: int
    signed: bool


def _blocks(sheet: Sheet, details: list[str], width: float, colours: tuple[str, str]) -> tuple[list[StyledLines], int]:
    """The details' lines, and their height."""
    size = SMALLER if is_low(sheet) else 1
    first = sheet.grown("text", 5.2 * size, colours[0])
    others = sheet.grown("text", 4.2 * size, colours[1], "regular")
    styles = [first, *[others] * len(details)]
    blocks = [(sheet.fit(text, style, width, 2), style) for text, style in zip(details, styles, strict=False)]
    return blocks, sum(sheet.pitch(style, 1.45) * len(lines) for lines, style in blocks)


def _heading(sheet: Sheet, layout: _Layout, room: int) -> StyledLines:
    """The title; in the smallest type in no more lines than there is room for, however they break."""
    heading, style = sheet.title(layout.title, layout.column, MOST_LINES)
    pitch = sheet.pitch(style, HEADING)
    if pitch * len(heading) > room and sheet.step == STEPS - 1:
        heading, style = sheet.title(layout.title, layout.column, max(1, room // pitch))
    height = pitch * len(heading)
    if height <= room:
        return heading, style
    raise TextTooLong(
        f"the announcement {layout.title!r} needs {height} pixels of {sheet.frame.name}'s {room}; shorten it"
    )


def _beside_stripe(sheet: Sheet, layout: _Layout) -> None:
    """Details under the title, along a stripe of the accent."""
    u, gap, end = sheet.u, round(4.4 * sheet.u), sheet.start + layout.column
    inset = round(3.4 * u) if sheet.strokes else 0
    blocks, tall = _blocks(sheet, layout.details, layout.column - inset, ("on_ground", "muted"))
    foot = sheet.bottom if layout.signed else sign(sheet, sheet.start, sheet.end) - round(3 * u)
    room = foot - layout.y
    heading, style = _heading(sheet, layout, room - gap - tall - round((2 if is_low(sheet) else 4) * u))
    y = layout.y + (room - sheet.pitch(style, HEADING) * len(heading) - gap - tall) // 2
    y = sheet.write(TextBlock(heading, style, HEADING), sheet.start, end, y) + gap
    if inset:
        sheet.box(Box(sheet.start, y, 0.8 * u, tall), "accent", part="stripe")
    _write(sheet, blocks, sheet.start + inset, end, y)


def _on_band(sheet: Sheet, layout: _Layout, pane: Pane | None) -> None:
    """Details in white on the band, over the signature."""
    u, gap, end = sheet.u, round(3.6 * sheet.u), sheet.start + layout.column
    blocks, tall = _blocks(sheet, layout.details, layout.column, ("on_accent", "on_accent"))
    signature = 0 if layout.signed else gap + sheet.identity.logo_size(signature_size(sheet), sheet.frame)[1]
    top = band(sheet, tall + signature, pane)
    room = top - round(3 * u) - layout.y
    heading, style = _heading(sheet, layout, room - round(2 * u))
    height = sheet.pitch(style, HEADING) * len(heading)
    above = layout.y + (room + round(3 * u) - height) // 2
    sheet.write(TextBlock(heading, style, HEADING), sheet.start, end, above)
    if not layout.signed:
        sign(sheet, sheet.start, sheet.end, pane)
    _write(sheet, blocks, sheet.start, end, sheet.bottom - signature - tall)


def _write(sheet: Sheet, blocks: list[StyledLines], start: float, end: float, y: int) -> None:
    for lines, style in blocks:
        y = sheet.write(TextBlock(lines, style, 1.45), start, end, y)


def _marks(card: Announcement) -> Words:
    return card.label, *(f"{edge:.4f}" for edge in card.pane or ())


def _alike(card: Announcement, job: Job) -> list[Announcement]:
    return [card]


LOOK = Look(draw, _words, _marks, signed=True, alike=_alike)
