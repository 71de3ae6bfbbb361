"""The logo in an upper corner of the picture."""

from __future__ import annotations

from PIL import Image, ImageFilter

from portevoix.authoring.brand import PANEL
from portevoix.authoring.colours import LEAST_CONTRAST, contrast, rgb
from portevoix.drawing.cards.sheet import Look, Sheet, Words
from portevoix.drawing.frame import Drawing
from portevoix.drawing.identity import Identity
from portevoix.drawing.shapes import rounded
from portevoix.timeline.cards import Bug

# Opacity of the soft shadow right beside the logo, and how fast it gets there: 3:1 (WCAG 2, 1.4.11) or more with a
# white logo on white, where a gain of 1 leaves 1.2 to 1.5.
SHADOW, GAIN = 0.7, 2.4


def _marks(card: Bug) -> Words:
    return (*([card.ground] if card.ground else []), *(["lower"] if card.lower else []))


def draw(sheet: Sheet, card: Bug, words: Words) -> Drawing:
    """The logo itself is never mirrored; its corner is. On a plate of the ground, else with a soft shadow round it."""
    identity, frame = sheet.identity, sheet.frame
    size = identity.logo_size(identity.kit.logo.size, frame)
    plate = identity.kit.logo.plate or card.ground == "plate"
    edge = identity.plate_edge(size[1]) if plate else round(2 * frame.unit)
    logo = _logo(identity, card, plate).resize(size, Image.Resampling.LANCZOS)
    image = Image.new("RGBA", (size[0] + 2 * edge, size[1] + 2 * edge), (*rgb(_under(identity, card, plate)), 0))
    if plate:
        shape = rounded(*image.size, identity.kit.cards.corner * frame.unit)
        image.putalpha(shape.point(lambda a: a * PANEL // 255))
    else:
        ink = Image.new("L", image.size, 0)
        ink.paste(logo.getchannel("A"), (edge, edge))
        # So that a white logo is seen on a white sky, and a dark one in the night.
        shadow = ink.filter(ImageFilter.GaussianBlur(edge / 2))
        image.putalpha(shadow.point(lambda a: round(min(255, a * GAIN) * SHADOW)))
    image.alpha_composite(logo, (edge, edge))
    # A kit's plate is the logo's place; a shadow, and a plate where a picture asks for one, lie outside of it.
    out = 0 if identity.kit.logo.plate else edge
    left = sheet.mirrored != (identity.kit.bug_side(frame.name) == "start")
    x = frame.zone[0] if left else frame.zone[2] - image.width + 2 * out
    lower = identity.lower(frame) if card.lower else 0
    if card.ground == "plate":  # its edge stands below the end of the progress
        x += lower if left else -lower
    return Drawing(image, x - out, frame.zone[1] - out + lower)


def _logo(identity: Identity, card: Bug, plate: bool) -> Image.Image:
    if plate:
        return identity.logo_on(identity.kit.colours.ground)
    return identity.other_logo() if card.ground == "other" else identity.logo_over_pictures()


def _under(identity: Identity, card: Bug, plate: bool) -> str:
    """The plate's colour; a shadow's: whichever of dark and light the logo is not."""
    ground = identity.kit.colours.ground
    if plate:
        return ground
    if (identity.kit.logo.over_pictures == "dark") != (card.ground == "other"):
        return "#ffffff"
    return ground if contrast(ground, "#ffffff") >= LEAST_CONTRAST else "#000000"


LOOK = Look(draw, marks=_marks, wordless=True)
