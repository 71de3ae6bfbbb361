"""The house's hand: its kit, its fonts, its mark, and lines set with them. What captions and cards are both drawn with."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from PIL import Image

from portevoix.authoring.brand import BrandKit, rgb
from portevoix.authoring.language import Language
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.frame import Frame, MissingGlyph, TextTooLong, too_long
from portevoix.drawing.lines import break_lines, tidy
from portevoix.drawing.text import Style, Typesetter, direction_of
from portevoix.errors import invalid

LINE = 1.42  # height of a line's box in parts of the size
MOST_MARKS = 5  # on one letter: pointed and chanted Hebrew has as many; more would climb out of the line
# The baseline from the top of that box, in parts of the size: where the ink of a typical line looks centred.
BASELINE = {
    "Latn": 1.03, "Cyrl": 1.03, "Grek": 1.03, "Arab": 0.96, "Hebr": 1.05, "Deva": 1.07, "Thai": 1.06,
    "Hans": 1.09, "Hant": 1.09, "Jpan": 1.08, "Kore": 1.09,
}  # fmt: skip


class House:
    """One kit and one set of fonts. Raises InvalidInput where the kit names a family that is not there."""

    def __init__(self, kit: BrandKit, kit_folder: Path, fonts: Fonts) -> None:
        self.kit, self.fonts, self.type = kit, fonts, Typesetter(fonts)
        for family in (kit.title_family, kit.text_family):
            if not fonts.has(family):
                known = ", ".join(dict.fromkeys(name for name, _ in fonts.faces))
                raise invalid(kit_folder / "kit.yaml", f"the family {family!r} is not in fonts/, which has {known}")
        self.mark = Image.open(kit_folder / kit.mark, formats=["PNG"]).convert("RGBA")

    def style(self, language: Language, role: str, size: float, colour: str, weight: str = "bold") -> Style:
        """How words of the `role` title or text are set in a language; `size` in pixels."""
        family = self.kit.title_family if role == "title" else self.kit.text_family
        families = self.fonts.families(family, language.script)
        return Style(families, weight, round(size), rgb(colour), language.direction, language.code)

    def check(self, text: str, style: Style) -> None:
        """Raise MissingGlyph where a character of `text` is in no font, TextTooLong where one has too many marks."""
        for stacked, run in groupby(text, lambda c: unicodedata.category(c) in {"Mn", "Me"}):
            if stacked and (count := len(list(run))) > MOST_MARKS:
                raise TextTooLong(f"{text!r} has {count} marks on one letter; leave at most {MOST_MARKS}")
        if missing := self.fonts.missing(text, style.families, style.weight):
            named = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in missing)
            raise MissingGlyph(f"no font holds {named}; add one to fonts/ or change the text {text!r}")

    def fit(self, text: str, style: Style, width: int, most: int, language: Language) -> list[str]:
        """The text in at most `most` lines of `width` pixels. Raises TextTooLong and MissingGlyph."""
        text = tidy(text, language)
        self.check(text, style)

        def broken(part: str) -> list[str] | None:
            return break_lines(part, language, lambda t: self.type.width(t, style), width, most)

        if (lines := broken(text)) is None:
            raise too_long("", text, f"{width} pixels in {most} lines", lambda part: broken(part) is not None)
        return lines

    def mark_size(self, frame: Frame) -> int:
        """Width and height of the logo over a picture."""
        return round(8.5 * frame.unit)

    def set_lines(self, image: Image.Image, lines: list[str], style: Style, language: Language, left: int, right: int,
                  y: int, leading: float, centred: bool = False) -> int:  # fmt: skip
        """Set lines from `y` down between `left` and `right`, from the side where reading starts. Returns the y after them."""
        height = round(style.size * leading)
        style = replace(style, direction=direction_of(" ".join(lines), style.direction))
        for text in lines:
            line = self.type.line(text, style)
            baseline = y + round((height - style.size * LINE) / 2 + style.size * BASELINE[language.script])
            at = left if language.direction == "ltr" else right - line.width
            x = (left + right - line.width) // 2 if centred else at
            image.alpha_composite(line.image, (max(0, x), max(0, baseline + line.top)))
            y += height
        return y
