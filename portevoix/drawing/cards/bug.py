"""The mark in the upper corner where a line of text ends."""

from __future__ import annotations

from PIL import Image, ImageFilter

from portevoix.authoring.brand import rgb
from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.cards.sheet import Card, Words
from portevoix.drawing.frame import Drawing, Frame
from portevoix.drawing.house import House


def _words(job: Job, code: str, detail: str) -> Words:
    return ()


def draw(house: House, words: Words, language: Language, frame: Frame) -> Drawing:
    """The mark itself is never mirrored; its corner is."""
    size, soft = house.mark_size(frame), round(1.0 * frame.unit)
    mark = Image.new("RGBA", (size + 4 * soft, size + 4 * soft), (0, 0, 0, 0))
    mark.alpha_composite(house.mark.resize((size, size), Image.Resampling.LANCZOS), (2 * soft, 2 * soft))
    # A soft shadow, so that a white mark is seen on a white sky.
    shadow = mark.getchannel("A").filter(ImageFilter.GaussianBlur(soft)).point(lambda a: a * 7 // 10)
    under = Image.new("RGBA", mark.size, (*rgb(house.kit.colours.ground), 0))
    under.putalpha(shadow)
    under.alpha_composite(mark)
    x = frame.zone[0] if language.direction == "rtl" else frame.zone[2] - size
    return Drawing(under, x - 2 * soft, frame.zone[1] - 2 * soft)


CARD = Card(_words, draw, wordless=True)
