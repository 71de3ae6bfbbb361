"""The title over the first seconds: on a shade of the ground from the side where reading starts, or in a panel."""

from __future__ import annotations

from dataclasses import replace

from portevoix.authoring.job import Job
from portevoix.drawing.captions import GAP, caption_top
from portevoix.drawing.cards.shade import shade
from portevoix.drawing.cards.sheet import Label, Look, Sheet, StyledLines, Words
from portevoix.drawing.frame import Drawing
from portevoix.drawing.identity import TextBlock
from portevoix.timeline.cards import Opening

LEADING = 1.16
# On a cover, in hundredths of the short side: it is seen as small as a stamp.
COVER_SIZES = {
    "wide": (16.5, 14.4, 12.4, 10.4, 8.4),
    "square": (15.0, 13.2, 11.4, 9.6, 7.8),
    "portrait": (15.6, 13.6, 11.6, 9.6, 7.8),
    "story": (16.5, 14.2, 12.0, 9.8, 7.8),
}
BELOW_LOGO = 5  # hundredths of the short side
NAME = 16  # what a name takes at the foot, with the room round it, in hundredths of the short side


def _words(card: Opening, job: Job, code: str) -> Words:
    return job.title.get(code, ""), job.kicker.get(code, "")


def _marks(card: Opening) -> Words:
    shaded = [str(card.shade)] if card.shade is not None else []
    pane = [f"{edge:.4f}" for edge in card.pane or ()]
    below = [f"below-{card.below}"] if card.below else []
    return card.place, *shaded, *(["cover"] if card.cover else []), *pane, *below


def draw(sheet: Sheet, card: Opening, words: Words) -> Drawing:
    """Title and kicker: below the logo, in the wide format in the middle; or at the head or foot of the safe zone."""
    title, kicker = words
    return (_on_shade if sheet.look.titles == "shade" else _in_panel)(sheet, title, kicker, card)


def _on_shade(sheet: Sheet, title: str, kicker: str, card: Opening) -> Drawing:
    place = card.place
    u, wide = sheet.u, sheet.frame.name == "wide"
    aside = wide and place in ("", "end")  # beside the picture's middle; elsewhere above or below it
    column = _column(sheet, card)
    lines, style = _title(sheet, title, column, card)
    small = sheet.grown("text", 3.2, "muted")
    above = sheet.fit(sheet.capitals(kicker), small, column, 1) if kicker else []
    height = sheet.pitch(style, LEADING) * len(lines) + sheet.rule + sheet.pitch(small, 1.8) * len(above)
    y = _top(sheet, height, card)
    widest = max(sheet.width(lines, style), sheet.width(above, small))
    start = sheet.end - widest if place == "end" else sheet.start
    if not card.pane:
        edge, reach = "top", y + height
        if place in ("foot", "raised", "low"):
            edge, reach = "bottom", sheet.frame.height - y
        elif aside:
            edge, reach = place or "start", sheet.start + widest
        shade(sheet, round(2 * u) + reach, edge, card.shade)
    sheet.accent_rule(start, y)
    y = sheet.write(TextBlock(above, small, 1.8), start, start + column, y + sheet.rule)
    sheet.write(TextBlock(lines, style, LEADING), start, start + column, y)
    return sheet.drawing()


def _in_panel(sheet: Sheet, title: str, kicker: str, card: Opening) -> Drawing:
    """The kicker stands on the panel's upper edge where the kit's accent is a fill, else inside."""
    u = sheet.u
    pad = round(3.2 * u)
    column = _column(sheet, card)
    lines, style = _title(sheet, title, column - 2 * pad - sheet.stripe, card)
    label = sheet.label_height() if kicker else 0
    out = 0 if sheet.strokes else label // 2  # of the label, above the panel
    head = round((1.6 if sheet.strokes else -0.8) * u) + label - out if label else 0
    height = 2 * pad + head + sheet.pitch(style, LEADING) * len(lines)
    y = _top(sheet, height + out, card) + out
    width = max(sheet.width(lines, style) + 2 * pad + sheet.stripe, round(24 * u))
    edge = sheet.end - width if card.place == "end" else sheet.start
    sheet.panel(edge, y, width, height)
    start = edge + sheet.stripe + pad
    if kicker:
        sheet.label(Label(kicker), start, edge + column - pad, y - out if out else y + pad)
    sheet.write(TextBlock(lines, style, LEADING), start, edge + width - pad, y + pad + head)
    return sheet.drawing()


def _title(sheet: Sheet, title: str, width: float, card: Opening) -> StyledLines:
    most = 5 if sheet.frame.name == "wide" else 4
    return (
        sheet.broken(title, COVER_SIZES[sheet.frame.name], width, most)
        if card.cover
        else sheet.title(title, width, most)
    )


def _alike(card: Opening, job: Job) -> list[Opening]:
    return [replace(card, shade=None)]


def _column(sheet: Sheet, card: Opening) -> float:
    """How wide the title and what is round it may be."""
    beside = 0.5 if sheet.look.titles == "shade" else 0.56
    part = 1.0 if sheet.frame.name != "wide" or card.pane else 0.78 if card.place not in ("", "end") else beside
    return (sheet.end - sheet.start) * part


def _top(sheet: Sheet, height: int, card: Opening) -> int:
    """Where words of that height begin."""
    place = card.place
    if place == "low" or (place == "foot" and card.cover):
        return sheet.bottom - height
    if place in ("foot", "raised"):
        above = caption_top(sheet.language, sheet.frame) - round(GAP * sheet.u)
        return above - height - (round(NAME * sheet.u) if place == "raised" else 0)
    least = card.below + round(GAP * sheet.u) if card.below else sheet.top
    if place == "head":
        return least
    if sheet.frame.name == "wide":
        return (sheet.frame.height - height) // 2 - round(4 * sheet.u)
    logo = sheet.top + sheet.identity.bug_size(sheet.frame)[1]
    above_captions = caption_top(sheet.language, sheet.frame) - round(GAP * sheet.u) - height
    return max(least, min(logo + round(BELOW_LOGO * sheet.u), max(logo + round(GAP * sheet.u), above_captions)))


LOOK = Look(draw, _words, _marks, alike=_alike)
