"""Which part of a programme this is, `1/3`: small, by the logo."""

from __future__ import annotations

from portevoix.authoring.brand import SHADE
from portevoix.authoring.colours import rgb
from portevoix.drawing.cards.sheet import Box, Look, Sheet, Words
from portevoix.drawing.frame import Drawing
from portevoix.drawing.text import Style
from portevoix.timeline.cards import PartMark


def _marks(card: PartMark) -> Words:
    return card.number, card.count, card.place, *(["lower"] if card.lower else [])


def draw(sheet: Sheet, card: PartMark, words: Words) -> Drawing:
    """Figures in their own order whatever the language's direction; the place is mirrored."""
    identity, frame, place = sheet.identity, sheet.frame, card.place
    u, text = sheet.u, card.label
    # The same in all languages of a direction, so that they share the picture under it.
    named = identity.kit.fonts.of("text")
    own = [named["Latn"]] if "Latn" in named else []
    families = identity.fonts.families([*own, *named.values()], "Latn")
    style = Style(families, "bold", round(3.4 * u), rgb(identity.kit.colours.on_ground), "ltr")
    identity.check(text, style)
    line = identity.type.line(text, style)
    (logo, logo_height), height = identity.bug_size(frame), round(5.2 * u)
    at_end = identity.kit.bug_side(frame.name) == "end"
    if place == "beside" and not at_end:
        place = "corner"  # the other one: where reading starts, the source of the pictures stands beside the logo
    width = max(line.width + round(3.2 * u), logo) if place == "below" else line.width + round(3.2 * u)
    aside = logo + max(round(1.8 * u), identity.clear_space(logo_height)) if place == "beside" else 0
    below = logo_height + max(round(u), identity.clear_space(logo_height))
    top = sheet.top + {"beside": (logo_height - height) // 2, "below": below, "corner": 0}[place]
    top += identity.lower(frame) if card.lower and place != "corner" else 0
    start = sheet.start if place == "below" and not at_end else sheet.end - aside - width
    sheet.box(Box(start, top, width, height), "ground", SHADE, radius=min(sheet.radius, round(0.8 * u)))
    x = sheet.x(start, width)
    sheet.lay("line", line.image, x + (width - line.width) // 2, round(top + (height - line.image.height) / 2))
    return sheet.cut_out(x, top, round(width), height)


LOOK = Look(draw, marks=_marks, wordless=True)
