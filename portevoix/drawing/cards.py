"""The cards: lower third, opening, closing, notice and the logo bug. Each for its own format.

One grid for all: sizes in hundredths of the frame's short side, so that the hand is the same everywhere.
Everything mirrors for a right-to-left language, except the mark itself.
"""

from __future__ import annotations

import functools

from PIL import Image, ImageDraw, ImageFilter

from portevoix.authoring.brand import rgb
from portevoix.authoring.language import Language
from portevoix.drawing.captions import GAP, caption_top
from portevoix.drawing.frame import Drawing, Frame, TextTooLong
from portevoix.drawing.house import House
from portevoix.drawing.lines import best_lines, tidy
from portevoix.drawing.text import Style

VERSION = 6  # raise when any of the cards changes
SHADE = 220  # opacity of 255 under a title: its words keep 4.5:1 over a white picture
FADE = 0.34  # the part of the frame over which the shade ends
LONGEST_LINE = 30  # of a notice's text, in parts of the size: some 60 letters, as far as the eye finds back
SMALLER_TITLE = 0.3  # what a step down in size costs a title, against better line breaks
TITLE_SIZES = {
    "wide": (8.4, 7.0, 5.8),
    "square": (9.0, 7.6, 6.4),
    "portrait": (9.4, 8.0, 6.6),
    "story": (10.0, 8.4, 6.8),
}


class Cards:
    """Draws the cards of one house."""

    def __init__(self, house: House) -> None:
        self.house = house

    def lower_third(self, name: str, role: str, language: Language, frame: Frame, high: bool) -> Drawing:
        """Name over role on the ground colour, a stripe of the accent at the side where reading starts.

        At the foot of the safe zone; `high`: above the place of captions that a player lays there.
        """
        u, colours = frame.unit, self.house.kit.colours
        most = int((frame.zone[2] - frame.zone[0]) * (0.6 if frame.name == "wide" else 0.86))
        big = self.house.style(language, "text", 4.6 * u, colours.on_ground)
        small = self.house.style(language, "text", 3.3 * u, colours.muted, "regular")
        # Two lines for a name: unlike other words it cannot be shortened.
        blocks = [(self.house.fit(name, big, most, 2, language), big)]
        blocks += [(self.house.fit(role, small, most, 2, language), small)] if role else []
        pad, stripe = round(2.2 * u), round(0.9 * u)
        width = max(self.house.type.width(line, style) for lines, style in blocks for line in lines) + 2 * pad + stripe
        inner = sum(round(style.size * 1.3) * len(lines) for lines, style in blocks)
        height = inner + round(2.4 * u)
        image = Image.new("RGBA", (width, height), (*rgb(colours.ground), 240))
        rtl = language.direction == "rtl"
        ImageDraw.Draw(image).rectangle(
            (width - stripe, 0, width, height) if rtl else (0, 0, stripe - 1, height), fill=(*rgb(colours.accent), 255)
        )
        y = round(1.2 * u)
        for lines, style in blocks:
            y = self.house.set_lines(
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
        foot = caption_top(language, frame) - round(GAP * u) if high else frame.zone[3]
        return Drawing(image, x, foot - height)

    def opening(self, title: str, kicker: str, language: Language, frame: Frame) -> Drawing:
        """The title over the first seconds: a shade of the ground from the side where reading starts, footage beneath."""
        u, colours = frame.unit, self.house.kit.colours
        rtl, wide = language.direction == "rtl", frame.name == "wide"
        left, top, right, _ = frame.zone
        column = int((right - left) * (0.5 if wide else 1.0))
        start = right - column if rtl else left
        lines, style = self._title(title, language, frame, column, 5 if wide else 4)
        small = self.house.style(language, "text", 3.2 * u, colours.muted)
        above = self.house.fit(kicker, small, column, 1, language) if kicker else []
        height = round(style.size * 1.16) * len(lines) + round(3.4 * u) + round(small.size * 1.8) * len(above)
        y = (frame.height - height) // 2 - round(4 * u) if wide else top + self.house.mark_size(frame) + round(5 * u)
        widest = max(
            self.house.type.width(line, set_in) for part, set_in in ((lines, style), (above, small)) for line in part
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
        y = self.house.set_lines(image, above, small, language, start, start + column, y, 1.8)
        self.house.set_lines(image, lines, style, language, start, start + column, y, 1.16)
        return Drawing(image, 0, 0)

    def closing(self, credit: str, language: Language, frame: Frame) -> Drawing:
        """The mark and the name of the institution, centred; the credit of the pictures at the foot."""
        u, colours = frame.unit, self.house.kit.colours
        image = Image.new("RGBA", (frame.width, frame.height), (*rgb(colours.ground), 255))
        size = round(24 * u)
        lines, style = self._title(
            self.house.kit.organisation_in(language.code), language, frame, int(frame.width * 0.8), 2
        )
        total = size + round(5 * u) + round(style.size * 1.2) * len(lines) + round(4.5 * u)
        y = (frame.height - total) // 2 - round(2 * u)
        image.alpha_composite(
            self.house.mark.resize((size, size), Image.Resampling.LANCZOS), ((frame.width - size) // 2, y)
        )
        y = self.house.set_lines(
            image, lines, style, language, 0, frame.width, y + size + round(5 * u), 1.2, centred=True
        ) + round(2.4 * u)
        rule = round(9 * u)
        ImageDraw.Draw(image).rectangle(
            ((frame.width - rule) // 2, y, (frame.width + rule) // 2, y + round(0.8 * u)),
            fill=(*rgb(colours.accent), 255),
        )
        if credit:
            small = self.house.style(language, "text", 2.7 * u, colours.muted, "regular")
            lines = self.house.fit(credit, small, int((frame.zone[2] - frame.zone[0]) * 0.9), 2, language)
            self.house.set_lines(
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
        u, colours = frame.unit, self.house.kit.colours
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
            label = self.house.style(language, "text", 3.6 * u, colours.on_accent)
            above = self.house.fit(kicker, label, right - left - round(4.4 * u), 1, language)
            width, height = self.house.type.width(above[0], label) + round(4.4 * u), round(label.size * 1.75)
            x = right - width if rtl else left
            draw.rounded_rectangle((x, y, x + width, y + height), round(0.6 * u), fill=(*rgb(colours.accent), 255))
            self.house.set_lines(image, above, label, language, x, x + width, y, 1.75, centred=True)
            y += height
        foot = bottom - size
        body = self.house.style(
            language, "text", (4.3 if frame.name == "wide" else 4.6) * u, colours.on_ground, "regular"
        )
        paragraphs = [
            line
            for part in tidy(text, language).split("\n")
            if part.strip()
            for line in self.house.fit(part, body, min(right - left, round(body.size * LONGEST_LINE)), 9, language)
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
        y = self.house.set_lines(image, heading, style, language, left, right, y, 1.16) + round(3 * u)
        self.house.set_lines(image, paragraphs, body, language, left, right, y, 1.5)
        small = self.house.style(language, "text", 3.3 * u, colours.muted)
        image.alpha_composite(
            self.house.mark.resize((size, size), Image.Resampling.LANCZOS), (right - size if rtl else left, foot)
        )
        gap = size + round(2 * u)
        name = self.house.fit(self.house.kit.organisation_in(language.code), small, right - left - gap, 2, language)
        self.house.set_lines(
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
        size, soft = self.house.mark_size(frame), round(0.9 * frame.unit)
        mark = Image.new("RGBA", (size + 4 * soft, size + 4 * soft), (0, 0, 0, 0))
        mark.alpha_composite(self.house.mark.resize((size, size), Image.Resampling.LANCZOS), (2 * soft, 2 * soft))
        # A soft shadow, so that a white mark is seen on a white sky.
        shadow = mark.getchannel("A").filter(ImageFilter.GaussianBlur(soft)).point(lambda a: a * 2 // 5)
        under = Image.new("RGBA", mark.size, (*rgb(self.house.kit.colours.ground), 0))
        under.putalpha(shadow)
        under.alpha_composite(mark)
        x = frame.zone[0] if language.direction == "rtl" else frame.zone[2] - size
        return Drawing(under, x - 2 * soft, frame.zone[1] - 2 * soft)

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
            style = self.house.style(language, "title", hundredths * frame.unit, self.house.kit.colours.on_ground)
            self.house.check(text, style)
            allowed = max(2, most - (step == 0))
            best = best_lines(
                text, language, functools.partial(self.house.type.width, style=style), width, allowed, spare=1
            )
            if best:
                found.append((best[1] + SMALLER_TITLE * step, best[0], style))
        if not found:
            raise TextTooLong(f"the title {text!r} does not fit {frame.name} in {most} lines; shorten it")
        return [(lines, style) for _, lines, style in sorted(found, key=lambda option: option[0])]


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
