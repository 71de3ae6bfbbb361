"""What is drawn: captions, lower third, opening, closing and notice cards, the logo bug. Each for its own format.

One grid for all: sizes in hundredths of the frame's short side, so that the hand is the same everywhere.
Everything mirrors for a right-to-left language, except the mark itself.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from portevoix.authoring.brand import BrandKit, rgb
from portevoix.authoring.language import Language
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.lines import best_lines, break_lines, tidy
from portevoix.drawing.text import Style, Typesetter
from portevoix.errors import PortevoixError, invalid

VERSION = 5  # raise when any of the drawings changes
SHADE = 220  # opacity of 255 under a title: its words keep 4.5:1 over a white picture
FADE = 0.34  # the part of the frame over which the shade ends
SMOOTH = 4  # shapes are drawn larger and reduced: round corners without steps


@dataclass(frozen=True)
class Frame:
    """A frame to lay out for: `name` a format, sizes in pixels, `zone` left, top, right, bottom of the safe area."""

    name: str
    width: int
    height: int
    zone: tuple[int, int, int, int]

    @property
    def unit(self) -> float:
        """A hundredth of the short side."""
        return min(self.width, self.height) / 100


@dataclass(frozen=True)
class Drawing:
    """An image and the place of its top left corner in the frame."""

    image: Image.Image
    x: int
    y: int


class TextTooLong(PortevoixError):
    """A text that does not fit where it belongs at the smallest size of the house style."""


class MissingGlyph(PortevoixError):
    """A character that no font holds."""


CAPTION_SIZE = {"wide": 5.4, "square": 5.4, "portrait": 5.6, "story": 5.9}
CAPTION_WIDTH = {"wide": 0.68, "square": 0.90, "portrait": 0.90, "story": 0.90}  # of the frame (BBC), within the zone
CAPTION_PAD = 0.42  # at each side of a caption's line, in parts of the size
LONGEST_LINE = 30  # of a notice's text, in parts of the size: some 60 letters, as far as the eye finds back
SMALLER_TITLE = 0.3  # what a step down in size costs a title, against better line breaks
LINE = 1.42  # height of a line's box in parts of the size
BASELINE = {"Latn": 1.03, "Cyrl": 1.03, "Arab": 0.96, "Hans": 1.09}  # from the box's top: the ink looks centred
TITLE_SIZES = {
    "wide": (8.4, 7.0, 5.8),
    "square": (9.0, 7.6, 6.4),
    "portrait": (9.4, 8.0, 6.6),
    "story": (10.0, 8.4, 6.8),
}


class Studio:
    """Draws with one kit and one set of fonts."""

    def __init__(self, kit: BrandKit, kit_folder: Path, fonts: Fonts) -> None:
        self.kit, self.fonts, self.type = kit, fonts, Typesetter(fonts)
        for family in (kit.title_family, kit.text_family):
            if not fonts.has(family):
                known = ", ".join(dict.fromkeys(name for name, _ in fonts.faces))
                raise invalid(kit_folder / "kit.yaml", f"the family {family!r} is not in fonts/, which has {known}")
        self.mark = Image.open(kit_folder / kit.mark, formats=["PNG"]).convert("RGBA")

    def _style(self, language: Language, role: str, size: float, colour: str, weight: str = "bold") -> Style:
        family = self.kit.title_family if role == "title" else self.kit.text_family
        return Style(self.fonts.families(family, language.script), weight, round(size), rgb(colour), language.direction)

    def _check(self, text: str, style: Style) -> None:
        if missing := self.fonts.missing(text, style.families, style.weight):
            named = ", ".join(f"{c!r} (U+{ord(c):04X})" for c in missing)
            raise MissingGlyph(f"no font holds {named}; add one to fonts/ or change the text {text!r}")

    # -- captions ------------------------------------------------------------------------------------------------

    def caption_parts(self, text: str, language: Language, frame: Frame) -> list[list[str]]:
        """The cue's lines, in as many cues as it takes: what does not fit is told in sequence, not in smaller letters."""
        style = self._caption_style(language, frame)
        text = tidy(text, language)
        self._check(text, style)
        if not text.strip():
            return []
        most = language.lines[frame.name]
        limit = self._caption_limit(frame)
        lines = break_lines(text, language, lambda t: self.type.width(t, style), limit, most * 4)
        if lines is None:
            raise TextTooLong(
                f"{text!r} has a word wider than {frame.name}'s {limit} pixels, or over {most * 4} lines; "
                "shorten it, or mark with soft hyphens (U+00AD) where a long word may part"
            )
        if len(lines) <= most:
            return [lines]
        parts = -(-len(lines) // most)
        per_part = -(-len(lines) // parts)
        return [lines[n : n + per_part] for n in range(0, len(lines), per_part)]

    def _caption_style(self, language: Language, frame: Frame) -> Style:
        return self._style(language, "text", CAPTION_SIZE[frame.name] * frame.unit, self.kit.colours.caption_text)

    def _caption_limit(self, frame: Frame) -> int:
        size = round(frame.unit * CAPTION_SIZE[frame.name])
        return min(int(frame.width * CAPTION_WIDTH[frame.name]), frame.zone[2] - frame.zone[0]) - 2 * (
            round(size * CAPTION_PAD) + 1
        )

    def caption(self, lines: list[str], language: Language, frame: Frame) -> Drawing:
        """A box for each line, without a gap; the last baseline is the same from cue to cue."""
        style = self._caption_style(language, frame)
        height, pad = round(style.size * LINE), round(style.size * CAPTION_PAD)
        drawn = [self.type.line(line, style) for line in lines]
        width = max(line.width for line in drawn) + 2 * pad
        width += width % 2
        boxes = [
            ((width - line.width) // 2 - pad, n * height, (width + line.width) // 2 + pad, (n + 1) * height)
            for n, line in enumerate(drawn)
        ]
        image = _boxes(
            (width, height * len(lines)),
            boxes,
            style.size * 0.12,
            (*rgb(self.kit.colours.caption_box), round(self.kit.caption_box_opacity * 255)),
        )
        for n, line in enumerate(drawn):
            baseline = n * height + round(style.size * BASELINE[language.script])
            image.alpha_composite(line.image, ((width - line.width) // 2, max(0, baseline + line.top)))
        x = (frame.zone[0] + frame.zone[2] - width) // 2
        return Drawing(image, x, frame.zone[3] - image.height)

    def caption_top(self, language: Language, frame: Frame) -> int:
        """The highest pixel that a caption may reach."""
        return frame.zone[3] - round(round(CAPTION_SIZE[frame.name] * frame.unit) * LINE) * language.lines[frame.name]

    # -- the speaker's name --------------------------------------------------------------------------------------

    def lower_third(self, name: str, role: str, language: Language, frame: Frame) -> Drawing:
        """Name over role on the ground colour, a stripe of the accent at the side where reading starts."""
        u, colours = frame.unit, self.kit.colours
        most = int((frame.zone[2] - frame.zone[0]) * (0.6 if frame.name == "wide" else 0.86))
        big = self._style(language, "text", 4.6 * u, colours.on_ground)
        small = self._style(language, "text", 3.3 * u, colours.muted, "regular")
        # Two lines for a name: unlike other words it cannot be shortened.
        blocks = [(self._fit(name, big, most, 2, language), big)]
        blocks += [(self._fit(role, small, most, 2, language), small)] if role else []
        pad, stripe = round(2.2 * u), round(0.9 * u)
        width = max(self.type.width(line, style) for lines, style in blocks for line in lines) + 2 * pad + stripe
        inner = sum(round(style.size * 1.3) * len(lines) for lines, style in blocks)
        height = inner + round(2.4 * u)
        image = Image.new("RGBA", (width, height), (*rgb(colours.ground), 240))
        rtl = language.direction == "rtl"
        ImageDraw.Draw(image).rectangle(
            (width - stripe, 0, width, height) if rtl else (0, 0, stripe - 1, height), fill=(*rgb(colours.accent), 255)
        )
        y = round(1.2 * u)
        for lines, style in blocks:
            y = self._lines(
                image,
                lines,
                style,
                language,
                pad + (0 if rtl else stripe),
                width - pad - (stripe if rtl else 0),
                y,
                1.3,
            )
        x = frame.zone[2] - width if rtl else frame.zone[0]
        return Drawing(image, x, self.caption_top(language, frame) - round(2.4 * u) - height)

    # -- cards ---------------------------------------------------------------------------------------------------

    def opening(self, title: str, kicker: str, language: Language, frame: Frame) -> Drawing:
        """The title over the first seconds: a shade of the ground from the side where reading starts, footage beneath."""
        u, colours = frame.unit, self.kit.colours
        rtl, wide = language.direction == "rtl", frame.name == "wide"
        left, top, right, _ = frame.zone
        column = int((right - left) * (0.5 if wide else 1.0))
        start = right - column if rtl else left
        lines, style = self._title(title, language, frame, column, 5 if wide else 4)
        small = self._style(language, "text", 3.2 * u, colours.muted)
        above = self._fit(kicker, small, column, 1, language) if kicker else []
        height = round(style.size * 1.16) * len(lines) + round(3.4 * u) + round(small.size * 1.8) * len(above)
        y = (frame.height - height) // 2 - round(4 * u) if wide else top + self._mark_size(frame) + round(5 * u)
        widest = max(
            self.type.width(line, set_in) for part, set_in in ((lines, style), (above, small)) for line in part
        )
        reach = (frame.width - right if rtl else left) + widest if wide else y + height
        image = _shade(frame, rgb(colours.ground), reach + round(2 * u), sideways=wide, mirrored=rtl)
        rule = round(9 * u)
        ImageDraw.Draw(image).rectangle(
            (start + column - rule, y, start + column, y + round(0.8 * u))
            if rtl
            else (start, y, start + rule, y + round(0.8 * u)),
            fill=(*rgb(colours.accent), 255),
        )
        y += round(3.4 * u)
        y = self._lines(image, above, small, language, start, start + column, y, 1.8)
        self._lines(image, lines, style, language, start, start + column, y, 1.16)
        return Drawing(image, 0, 0)

    def closing(self, credit: str, language: Language, frame: Frame) -> Drawing:
        """The mark and the name of the institution, centred; the credit of the pictures at the foot."""
        u, colours = frame.unit, self.kit.colours
        image = Image.new("RGBA", (frame.width, frame.height), (*rgb(colours.ground), 255))
        size = round(24 * u)
        lines, style = self._title(self.kit.organisation_in(language.code), language, frame, int(frame.width * 0.8), 2)
        total = size + round(5 * u) + round(style.size * 1.2) * len(lines) + round(4.5 * u)
        y = (frame.height - total) // 2 - round(2 * u)
        image.alpha_composite(self.mark.resize((size, size), Image.Resampling.LANCZOS), ((frame.width - size) // 2, y))
        y = self._lines(
            image, lines, style, language, 0, frame.width, y + size + round(5 * u), 1.2, centred=True
        ) + round(2.4 * u)
        rule = round(9 * u)
        ImageDraw.Draw(image).rectangle(
            ((frame.width - rule) // 2, y, (frame.width + rule) // 2, y + round(0.8 * u)),
            fill=(*rgb(colours.accent), 255),
        )
        if credit:
            small = self._style(language, "text", 2.7 * u, colours.muted, "regular")
            lines = self._fit(credit, small, int((frame.zone[2] - frame.zone[0]) * 0.9), 2, language)
            self._lines(
                image,
                lines,
                small,
                language,
                0,
                frame.width,
                frame.zone[3] - round(small.size * 1.4) * len(lines),
                1.4,
                centred=True,
            )
        return Drawing(image, 0, 0)

    def notice(self, title: str, text: str, kicker: str, language: Language, frame: Frame) -> Drawing:
        """An urgent notice in words: a band of the accent, the headline, what to do, and who says so."""
        u, colours = frame.unit, self.kit.colours
        rtl = language.direction == "rtl"
        image = Image.new("RGBA", (frame.width, frame.height), (*rgb(colours.ground), 255))
        draw = ImageDraw.Draw(image)
        left, top, right, bottom = frame.zone
        stripe = round(2.4 * u)
        draw.rectangle(
            (frame.width - stripe, 0, frame.width, frame.height) if rtl else (0, 0, stripe - 1, frame.height),
            fill=(*rgb(colours.accent), 255),
        )
        left, right = left + (0 if rtl else stripe), right - (stripe if rtl else 0)
        size = round(9 * u)
        y = top
        if kicker:
            label = self._style(language, "text", 3.6 * u, colours.on_accent)
            above = self._fit(kicker, label, right - left - round(4.4 * u), 1, language)
            width, height = self.type.width(above[0], label) + round(4.4 * u), round(label.size * 1.75)
            x = right - width if rtl else left
            draw.rounded_rectangle((x, y, x + width, y + height), round(0.6 * u), fill=(*rgb(colours.accent), 255))
            self._lines(image, above, label, language, x, x + width, y, 1.75, centred=True)
            y += height
        foot = bottom - size
        body = self._style(language, "text", (4.3 if frame.name == "wide" else 4.6) * u, colours.on_ground, "regular")
        paragraphs = [
            line
            for part in tidy(text, language).split("\n")
            if part.strip()
            for line in self._fit(part, body, min(right - left, round(body.size * LONGEST_LINE)), 9, language)
        ]
        y += round(3 * u)
        room = foot - round(3 * u) - y
        for heading, style in self._titles(title, language, frame, right - left, 4):
            height = round(style.size * 1.16) * len(heading) + round(3 * u) + round(body.size * 1.5) * len(paragraphs)
            if height <= room:
                break
        else:
            raise TextTooLong(f"the notice {title!r} needs {height} pixels of {frame.name}'s {room}; shorten its text")
        y += (room - height) // 2
        y = self._lines(image, heading, style, language, left, right, y, 1.16) + round(3 * u)
        self._lines(image, paragraphs, body, language, left, right, y, 1.5)
        small = self._style(language, "text", 3.3 * u, colours.muted)
        image.alpha_composite(
            self.mark.resize((size, size), Image.Resampling.LANCZOS), (right - size if rtl else left, foot)
        )
        gap = size + round(2 * u)
        name = self._fit(self.kit.organisation_in(language.code), small, right - left - gap, 2, language)
        self._lines(
            image,
            name,
            small,
            language,
            left + (0 if rtl else gap),
            right - (gap if rtl else 0),
            foot + (size - round(small.size * 1.4) * len(name)) // 2,
            1.4,
        )
        return Drawing(image, 0, 0)

    def bug(self, language: Language, frame: Frame) -> Drawing:
        """The mark in the upper corner where a line of text ends."""
        size, soft = self._mark_size(frame), round(0.9 * frame.unit)
        mark = Image.new("RGBA", (size + 4 * soft, size + 4 * soft), (0, 0, 0, 0))
        mark.alpha_composite(self.mark.resize((size, size), Image.Resampling.LANCZOS), (2 * soft, 2 * soft))
        # A soft shadow, so that a white mark is seen on a white sky.
        shadow = mark.getchannel("A").filter(ImageFilter.GaussianBlur(soft)).point(lambda a: a * 2 // 5)
        under = Image.new("RGBA", mark.size, (*rgb(self.kit.colours.ground), 0))
        under.putalpha(shadow)
        under.alpha_composite(mark)
        x = frame.zone[0] if language.direction == "rtl" else frame.zone[2] - size
        return Drawing(under, x - 2 * soft, frame.zone[1] - 2 * soft)

    def _mark_size(self, frame: Frame) -> int:
        return round(8.5 * frame.unit)

    # -- lines ---------------------------------------------------------------------------------------------------

    def _title(self, text: str, language: Language, frame: Frame, width: int, most: int) -> tuple[list[str], Style]:
        """A title at the best of the format's three sizes."""
        return self._titles(text, language, frame, width, most)[0]

    def _titles(
        self, text: str, language: Language, frame: Frame, width: int, most: int
    ) -> list[tuple[list[str], Style]]:
        """A title at each size in which it fits, the best first: large, but not at the price of a broken phrase."""
        if not text.strip():
            raise TextTooLong(f"a title for {frame.name} has no words; write one")
        text = tidy(text, language)
        found = []
        for step, hundredths in enumerate(TITLE_SIZES[frame.name]):
            style = self._style(language, "title", hundredths * frame.unit, self.kit.colours.on_ground)
            self._check(text, style)
            allowed = max(2, most - (step == 0))
            best = best_lines(text, language, functools.partial(self.type.width, style=style), width, allowed, spare=1)
            if best:
                found.append((best[1] + SMALLER_TITLE * step, best[0], style))
        if not found:
            raise TextTooLong(f"the title {text!r} does not fit {frame.name} in {most} lines; shorten it")
        return [(lines, style) for _, lines, style in sorted(found, key=lambda option: option[0])]

    def _fit(self, text: str, style: Style, width: int, most: int, language: Language) -> list[str]:
        text = tidy(text, language)
        self._check(text, style)
        lines = break_lines(text, language, lambda t: self.type.width(t, style), width, most)
        if lines is None:
            raise TextTooLong(f"{text!r} does not fit {width} pixels in {most} lines; shorten it")
        return lines

    def _lines(self, image: Image.Image, lines: list[str], style: Style, language: Language, left: int, right: int, y: int,
               leading: float, centred: bool = False) -> int:  # fmt: skip
        """Set lines from `y` down between `left` and `right`, from the side where reading starts. Returns the y after them."""
        height = round(style.size * leading)
        for text in lines:
            line = self.type.line(text, style)
            baseline = y + round((height - style.size * LINE) / 2 + style.size * BASELINE[language.script])
            at = left if language.direction == "ltr" else right - line.width
            x = (left + right - line.width) // 2 if centred else at
            image.alpha_composite(line.image, (max(0, x), max(0, baseline + line.top)))
            y += height
        return y


def _boxes(
    size: tuple[int, int], boxes: list[tuple[int, int, int, int]], radius: float, colour: tuple[int, int, int, int]
) -> Image.Image:
    """The union of rounded boxes: where two touch, no darker band."""
    mask = Image.new("L", (size[0] * SMOOTH, size[1] * SMOOTH), 0)
    draw = ImageDraw.Draw(mask)
    for left, top, right, bottom in boxes:
        draw.rounded_rectangle(
            (left * SMOOTH, top * SMOOTH, right * SMOOTH - 1, bottom * SMOOTH - 1), radius * SMOOTH, fill=255
        )
    mask = mask.resize(size, Image.Resampling.LANCZOS).point(lambda a: a * colour[3] // 255)
    image = Image.new("RGBA", size, (*colour[:3], 0))
    image.putalpha(mask)
    return image


def _shade(frame: Frame, colour: tuple[int, int, int], reach: int, sideways: bool, mirrored: bool) -> Image.Image:
    """The ground colour, even for `reach` pixels, as far as words stand, then fading out over a third of the frame."""
    length = frame.width if sideways else frame.height
    ramp = bytes(round(SHADE * _ease(min(1.0, 1 - (n - reach) / (length * FADE)))) for n in range(length))
    strip = Image.frombytes("L", (length, 1) if sideways else (1, length), ramp)
    if sideways and mirrored:
        strip = strip.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    image = Image.new("RGBA", (frame.width, frame.height), (*colour, 0))
    image.putalpha(strip.resize((frame.width, frame.height)))
    return image


def _ease(t: float) -> float:
    """0 to 1 with a soft start and end."""
    t = max(0.0, t)
    return t * t * (3 - 2 * t)
