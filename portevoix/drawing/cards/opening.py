"""The title over the first seconds: on a shade of the ground from the side where reading starts, or in a panel."""

from __future__ import annotations

from dataclasses import replace

from portevoix.authoring.job import Job
from portevoix.drawing.captions import GAP, caption_top
from portevoix.drawing.cards.shade import shade
from portevoix.drawing.cards.sheet import Label, Look, Sheet, StyledLines, Words
from portevoix.drawing.frame import Drawing
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import Opening, TitlePlace

LEADING = 1.16
NAME = 16  # what a name takes at the foot, with the room round it, in hundredths of the short side


def _words(card: Opening, job: Job, code: str) -> Words:
    return job.title.get(code, ""), job.kicker.get(code, "")


def _marks(card: Opening) -> Words:
    return card.place, *([str(card.shade)] if card.shade is not None else [])


def draw(sheet: Sheet, card: Opening, words: Words) -> Drawing:
    """Title and kicker: below the logo, in the wide format in the middle; or at the head or foot of the safe zone."""
    title, kicker = words
    return (_on_shade if sheet.look.titles == "shade" else _in_panel)(sheet, title, kicker, card)


def _on_shade(sheet: Sheet, title: str, kicker: str, card: Opening) -> Drawing:
    place = card.place
    u, wide = sheet.u, sheet.frame.name == "wide"
    aside = wide and not place  # beside the picture's middle; elsewhere above or below it
    column = _column(sheet, card)
    lines, style = _title(sheet, title, column)
    small = sheet.grown("text", 3.2, "muted")
    above = sheet.fit(sheet.capitals(kicker), small, column, 1) if kicker else []
    height = sheet.pitch(style, LEADING) * len(lines) + sheet.rule + sheet.pitch(small, 1.8) * len(above)
    y = _top(sheet, height, place)
    widest = max(sheet.width(lines, style), sheet.width(above, small))
    if place in ("foot", "raised"):
        shade(sheet, round(2 * u) + sheet.frame.height - y, "bottom", card.shade)
    else:
        shade(
            sheet,
            round(2 * u) + (sheet.start + widest if aside else y + height),
            "start" if aside else "top",
            card.shade,
        )
    sheet.accent_rule(sheet.start, y)
    y = sheet.write(TextBlock(above, small, 1.8), sheet.start, sheet.start + column, y + sheet.rule)
    sheet.write(TextBlock(lines, style, LEADING), sheet.start, sheet.start + column, y)
    return sheet.drawing()


def _in_panel(sheet: Sheet, title: str, kicker: str, card: Opening) -> Drawing:
    """The kicker stands on the panel's upper edge where the kit's accent is a fill, else inside."""
    u, place = sheet.u, card.place
    pad = round(3.2 * u)
    column = _column(sheet, card)
    lines, style = _title(sheet, title, column - 2 * pad - sheet.stripe)
    label = sheet.label_height() if kicker else 0
    out = 0 if sheet.strokes else label // 2  # of the label, above the panel
    head = round((1.6 if sheet.strokes else -0.8) * u) + label - out if label else 0
    height = 2 * pad + head + sheet.pitch(style, LEADING) * len(lines)
    y = _top(sheet, height + out, place) + out
    width = max(sheet.width(lines, style) + 2 * pad + sheet.stripe, round(24 * u))
    sheet.panel(sheet.start, y, width, height)
    start = sheet.start + sheet.stripe + pad
    if kicker:
        sheet.label(Label(kicker), start, sheet.start + column - pad, y - out if out else y + pad)
    sheet.write(TextBlock(lines, style, LEADING), start, sheet.start + width - pad, y + pad + head)
    return sheet.drawing()


def _title(sheet: Sheet, title: str, width: float) -> StyledLines:
    return sheet.title(title, width, 5 if sheet.frame.name == "wide" else 4)


def _alike(card: Opening, job: Job) -> list[Opening]:
    return [replace(card, shade=None)]


def _column(sheet: Sheet, card: Opening) -> float:
    """How wide the title and what is round it may be."""
    beside = 0.5 if sheet.look.titles == "shade" else 0.56
    part = 1.0 if sheet.frame.name != "wide" else 0.78 if card.place else beside
    return (sheet.end - sheet.start) * part


def _top(sheet: Sheet, height: int, place: TitlePlace) -> int:
    """Where words of that height begin."""
    if place in ("foot", "raised"):
        above = caption_top(sheet.language, sheet.frame) - round(GAP * sheet.u)
        return above - height - (round(NAME * sheet.u) if place == "raised" else 0)
    if place == "head":
        return sheet.top
    if sheet.frame.name == "wide":
        return (sheet.frame.height - height) // 2 - round(4 * sheet.u)
    return sheet.top + sheet.identity.bug_size(sheet.frame)[1] + round(5 * sheet.u)


LOOK = Look(draw, _words, _marks, alike=_alike)
