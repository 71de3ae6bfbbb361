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

# Opacity of the soft shadow right beside the logo, and how fast it gets there: 2:1 or more with a logo on its own tone,
# where a gain of 1 leaves 1.2 to 1.5.
SHADOW, GAIN = 0.7, 1.6


def draw(sheet: Sheet, card: Bug, words: Words) -> Drawing:
    """The logo itself is never mirrored; its corner is. On a plate of the ground, else with a soft shadow round it."""
    identity, frame = sheet.identity, sheet.frame
    size = identity.logo_size(identity.kit.logo.size, frame)
    plate, edge = identity.kit.logo.plate, round(2 * frame.unit)
    if plate:
        edge = identity.plate_edge(size[1])
    logo = (identity.logo_on(identity.kit.colours.ground) if plate else identity.logo_over_pictures()).resize(
        size, Image.Resampling.LANCZOS
    )
    image = Image.new("RGBA", (size[0] + 2 * edge, size[1] + 2 * edge), (*rgb(_under(identity)), 0))
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
    out = 0 if plate else edge  # a shadow lies outside the place of the logo, a plate is that place
    left = sheet.mirrored != (identity.kit.bug_side(frame.name) == "start")
    x = frame.zone[0] if left else frame.zone[2] - image.width + 2 * out
    return Drawing(image, x - out, frame.zone[1] - out)


def _under(identity: Identity) -> str:
    """The plate's colour; a shadow's: whichever of dark and light the logo is not."""
    colours = identity.kit.colours
    if identity.kit.logo.plate or identity.kit.logo.over_pictures != "dark":
        return (
            colours.ground
            if identity.kit.logo.plate or contrast(colours.ground, "#ffffff") >= LEAST_CONTRAST
            else "#000000"
        )
    return "#ffffff"


LOOK = Look(draw, wordless=True)
