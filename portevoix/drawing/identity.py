"""An institution's visual identity, ready to draw with: its kit, its logos, its fonts, and lines set with them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from PIL import Image

from portevoix.authoring.brand import BrandKit, LogoVariant
from portevoix.authoring.colours import LEAST_LOGO_CONTRAST, contrast, luminance, luminance_contrast, rgb
from portevoix.authoring.language import Language
from portevoix.authoring.logo import LogoFile
from portevoix.captions.lines import best_lines, tidy
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.frame import Frame, MissingGlyph, TextTooLong, TooManyMarks
from portevoix.drawing.text import Style, Typesetter, direction_of

LINE = 1.42  # height of a line's box in parts of the size
LEAST_SEEN, LEAST_PART = (
    1.6,
    0.03,
)  # a logo with so much of its ink below that contrast is lost
LEAST_PLATE = 0.12  # round a logo on its plate, in parts of its height, where it asks for less clear space
MOST_MARKS = 5  # on one letter: pointed and chanted Hebrew has as many; more would climb out of the line
# The baseline from the top of that box, in parts of the size: where the ink of a typical line looks centred.
BASELINE = {
    "Latn": 1.03,
    "Cyrl": 1.03,
    "Grek": 1.03,
    "Arab": 0.96,
    "Hebr": 1.05,
    "Deva": 1.07,
    "Thai": 1.06,
    "Hans": 1.09,
    "Hant": 1.09,
    "Jpan": 1.08,
    "Kore": 1.09,
}
# The least leading, in parts of the size, at which marks above and below letters do not touch; measured in the kits'
# fonts.
LEAST_LEADING = {"Arab": 1.45, "Thai": 1.36, "Deva": 1.24}


@dataclass(frozen=True)
class TextBlock:
    """Lines in one style. `leading`: from one baseline to the next, in parts of the size.

    `of`: all lines of the text, where `lines` are some of them: the whole text decides the direction of each line.
    `turn`: as a piece's.
    """

    lines: Sequence[str]
    style: Style
    leading: float
    centred: bool = False
    of: Sequence[str] = ()
    turn: int = 0


class Identity:
    """One kit, its logos, and one set of fonts."""

    def __init__(self, kit: BrandKit, logos: Mapping[LogoVariant, LogoFile], fonts: Fonts) -> None:
        self.kit, self.logos, self.fonts, self.type = kit, logos, fonts, Typesetter(fonts)
        self._images: dict[tuple[LogoVariant, str], Image.Image] = {}
        # A text is laid out at each step of type and at each of its places.
        self._drawable: set[tuple[str, tuple[str, ...], str]] = set()
        self._tidy: dict[tuple[str, str], str] = {}

    def tidy(self, text: str, language: Language) -> str:
        """The text as the language sets it."""
        key = language.code, text
        if key not in self._tidy:
            self._tidy[key] = tidy(text, language)
        return self._tidy[key]

    def style(self, language: Language, role: str, size: float, colour: str, weight: str = "bold") -> Style:
        """How words of the `role` title or text are set in a language; `size` in pixels."""
        named = self.kit.fonts.of(role)
        own = [named[language.script]] if language.script in named else []
        families = self.fonts.families([*own, *named.values()], language.script)
        return Style(families, weight, round(size), rgb(colour), language.direction, language.code)

    def check(self, text: str, style: Style) -> None:
        """Raise MissingGlyph where a character of `text` is in no font, TextTooLong where one has too many marks."""
        if (key := (text, style.families, style.weight)) in self._drawable:
            return
        for stacked, run in groupby(text, lambda c: unicodedata.category(c) in {"Mn", "Me"}):
            if stacked and (count := len(list(run))) > MOST_MARKS:
                raise TooManyMarks(f"{text!r} has {count} marks on one letter; leave at most {MOST_MARKS}")
        if missing := self.fonts.missing(text, style.families, style.weight):
            named = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in missing)
            raise MissingGlyph(f"no font holds {named}; add one to fonts/ or change the text {text!r}")
        if lost := self.type.without_ink(unicodedata.normalize("NFC", text), style.families, style.weight):
            named = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in lost)
            raise MissingGlyph(f"nothing is drawn of {named}; change the text {text!r}")
        self._drawable.add(key)

    def fit(self, text: str, style: Style, width: int, most: int, language: Language, spare: int = 0) -> list[str]:
        """The text in at most `most` lines of `width` pixels. Up to `spare` more than needed, where they break better.

        Raises TextTooLong and MissingGlyph.
        """
        text = self.tidy(text, language)
        self.check(text, style)
        best = best_lines(text, language, lambda t: self.type.width(t, style), width, most, spare)
        if best is None:
            raise TextTooLong(f"{text!r} does not fit {width} pixels in {most} lines; shorten it")
        return best[0]

    def logo_on(self, ground: str) -> Image.Image:
        """The variant whose every part stands out on a colour (#rrggbb): a coloured one if there is one, else the shape
        alone.
        """
        return self._logo(*self._variant_on(ground))

    @property
    def tone_on_ground(self) -> float:
        """The luminance, 0 to 1, of the logo that stands on the kit's ground."""
        variant, colour = self._variant_on(self.kit.colours.ground)
        return luminance(colour) if variant == "monochrome" else self.logos[variant].luminance

    def _variant_on(self, ground: str) -> tuple[LogoVariant, str]:
        """Which variant stands out on a colour, and the colour of a monochrome one."""
        back = luminance(ground)
        coloured = {name: logo for name, logo in self.logos.items() if name != "monochrome"}
        ratios = {name: luminance_contrast(logo.luminance, back) for name, logo in coloured.items()}
        whole = [name for name in ratios if ratios[name] >= LEAST_LOGO_CONTRAST and not _loses(coloured[name], back)]
        if whole or "monochrome" not in self.logos:
            return max(whole or ratios, key=lambda name: ratios[name]), ""
        colours = self.kit.colours
        return "monochrome", max(colours.ground, colours.on_ground, key=lambda c: contrast(c, ground))

    def logo_over_pictures(self) -> Image.Image:
        """The variant that the kit puts over pictures; a monochrome one in white."""
        return self._logo(self.kit.logo.over_pictures, "#ffffff")

    @property
    def other_variant(self) -> LogoVariant | None:
        """The coloured variant that does not stand over pictures as a rule."""
        others: dict[LogoVariant, LogoVariant] = {"light": "dark", "dark": "light"}
        other = others.get(self.kit.logo.over_pictures)
        return other if other in self.logos else None

    def other_logo(self) -> Image.Image:
        """The other variant, or without one the usual."""
        return self._logo(self.other_variant, "") if self.other_variant else self.logo_over_pictures()

    def tone_over_pictures(self, other: bool = False) -> float:
        """The luminance, 0 to 1, of the logo that stands over pictures, or of the other variant."""
        usual = self.kit.logo.over_pictures
        variant = self.other_variant or usual if other else usual
        return 1.0 if variant == "monochrome" else self.logos[variant].luminance

    def _logo(self, variant: LogoVariant, colour: str) -> Image.Image:
        key = (variant, colour if variant == "monochrome" else "")
        if key not in self._images:
            image = self.logos[variant].image()
            if variant == "monochrome":
                solid = Image.new("RGBA", image.size, (*rgb(colour), 0))
                solid.putalpha(image.getchannel("A"))
                image = solid
            self._images[key] = image
        return self._images[key]

    def logo_size(self, hundredths: float, frame: Frame) -> tuple[int, int]:
        """Width and height in pixels of a logo `hundredths` of the short side high, or as high as the kit asks at
        least.
        """
        height = round(max(hundredths, self.kit.logo.min_size) * frame.unit)
        return round(height * next(iter(self.logos.values())).shape), height

    def clear_space(self, height: float) -> int:
        """Pixels that stay free round a logo of that height."""
        return round(height * self.kit.logo.clear_space)

    def bug_size(self, frame: Frame) -> tuple[int, int]:
        """Width and height of the logo over a picture, its plate included."""
        width, height = self.logo_size(self.kit.logo.size, frame)
        edge = 2 * self.plate_edge(height) if self.kit.logo.plate else 0
        return width + edge, height + edge

    def lower(self, frame: Frame) -> int:
        """How much lower the logo stands below the progress, which a wide frame has at its foot, so that a plate which
        pictures ask for has air above it; a kit's own plate has that in its usual place.
        """
        usual = self.kit.logo.plate or frame.name == "wide"
        return 0 if usual else self.plate_edge(self.logo_size(self.kit.logo.size, frame)[1])

    def plate_edge(self, height: float) -> int:
        """How far a plate reaches out round a logo of that height."""
        return max(self.clear_space(height), round(height * LEAST_PLATE))

    def pitch(self, style: Style, leading: float, language: Language) -> int:
        """From one baseline to the next, in pixels: so that no mark touches one of the line above."""
        return round(style.size * max(leading, LEAST_LEADING.get(language.script, 0)))

    def lines_of(
        self, block: TextBlock, language: Language, left: int, right: int, y: int
    ) -> Iterator[tuple[Image.Image, int, int]]:
        """A block's lines from `y` down between `left` and `right`, from the side where reading starts, each drawn and
        in its place.
        """
        style = block.style
        height = self.pitch(style, block.leading, language)
        style = replace(style, direction=direction_of(" ".join(block.of or block.lines), style.direction))
        for text in block.lines:
            line = self.type.line(text, style)
            baseline = y + round((height - style.size * LINE) / 2 + style.size * BASELINE[language.script])
            at = left if language.direction == "ltr" else right - line.width
            x = (left + right - line.width) // 2 if block.centred else at
            yield line.image, max(0, x), max(0, baseline + line.top)
            y += height


def _loses(logo: LogoFile, ground: float) -> bool:
    """Whether a part of the logo is hardly seen on a ground of that luminance, as a red heart on red."""
    return sum(share for tone, share in logo.tones if luminance_contrast(tone, ground) < LEAST_SEEN) > LEAST_PART
