"""Which part of a programme this is, `1/3`: small, by the logo."""

from __future__ import annotations

from portevoix.authoring.brand import rgb
from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.sheet import Card, Sheet, Words
from portevoix.drawing.frame import Drawing, Frame
from portevoix.drawing.house import House
from portevoix.drawing.text import Style

BESIDE_LOGO, BELOW_LOGO, IN_CORNER = "beside", "below", "corner"  # below: where a headline reaches to the logo


def _words(job: Job, code: str, detail: str) -> Words:
    return tuple(detail.split("/"))


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """Figures in their own order whatever the language's direction; the place is mirrored."""
    number, count, place = words
    sheet = Sheet(house, language, frame)
    u, text = sheet.u, f"{number}/{count}"
    # The same in all languages of a direction, so that they share the picture under it.
    families = house.fonts.families(house.kit.text_family, "Latn")
    style = Style(families, "bold", round(3.4 * u), rgb(house.kit.colours.on_ground), "ltr")
    house.check(text, style)
    line = house.type.line(text, style)
    logo, height = house.mark_size(frame), round(5.2 * u)
    width = max(line.width + round(3.2 * u), logo) if place == BELOW_LOGO else line.width + round(3.2 * u)
    aside = logo + round(1.8 * u) if place == BESIDE_LOGO else 0
    top = sheet.top + {BESIDE_LOGO: (logo - height) // 2, BELOW_LOGO: logo + round(u), IN_CORNER: 0}[place]
    start = sheet.end - aside - width
    sheet.box(start, top, width, height, "ground", 215, radius=round(0.4 * u))
    x = sheet.x(start, width)
    sheet.image.alpha_composite(
        line.image, (x + (width - line.width) // 2, round(top + (height - line.image.height) / 2))
    )
    return Drawing(sheet.image.crop((x, top, x + width, top + height)), x, top)


CARD = Card(_words, draw, wordless=True)
