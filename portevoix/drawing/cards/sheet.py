"""What a card is, and the sheet on which it is laid out: from the side where reading starts, mirrored where that is the right."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from portevoix.authoring.brand import rgb
from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.frame import Drawing, Frame, TextTooLong, too_long
from portevoix.drawing.house import House
from portevoix.drawing.lines import best_lines, tidy
from portevoix.drawing.text import Style

SMALLER_TITLE = 0.3  # what a step down in size costs a title, against better line breaks
TITLE_SIZES = {
    "wide": (8.4, 7.0, 5.8),
    "square": (9.0, 7.6, 6.4),
    "portrait": (9.4, 8.0, 6.6),
    "story": (10.0, 8.4, 6.8),
}

Words = tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """A look: which words of a job it shows (in a language; `detail` says which of several), and how it is drawn.

    `wordless`: it is the same for all languages of one direction.
    """

    words: Callable[[Job, str, str], Words]
    draw: Callable[[House, Words, Language, Frame], Drawing]
    wordless: bool = False


class Sheet:
    """A picture of a frame's size, transparent or in the ground colour.

    Places along a line are counted from the frame's edge where reading starts, so that a card is written once and is right in
    both directions. `start` and `end` are the safe zone's.
    """

    def __init__(self, house: House, language: Language, frame: Frame, filled: bool = False) -> None:
        self.house, self.language, self.frame = house, language, frame
        self.image = Image.new("RGBA", (frame.width, frame.height), (*rgb(house.kit.colours.ground), 255 * filled))
        left, self.top, right, self.bottom = frame.zone
        self.mirrored = language.direction == "rtl"
        self.start, self.end = (frame.width - right, frame.width - left) if self.mirrored else (left, right)
        self.u = frame.unit

    def style(self, role: str, hundredths: float, colour: str, weight: str = "bold") -> Style:
        """A style by its size in hundredths of the short side; `colour` names a role of the kit."""
        return self.house.style(
            self.language, role, hundredths * self.u, getattr(self.house.kit.colours, colour), weight
        )

    def x(self, start: float, width: float) -> int:
        """The left edge of something `width` wide that begins at `start`."""
        return round(self.frame.width - start - width) if self.mirrored else round(start)

    def box(
        self, start: float, y: float, width: float, height: float, colour: str, opacity: int = 255, radius: float = 0
    ) -> None:
        """A rectangle in a colour of the kit."""
        x = self.x(start, width)
        layer = Image.new("RGBA", (max(1, round(width)), max(1, round(height))), (0, 0, 0, 0))
        fill = (*rgb(getattr(self.house.kit.colours, colour)), opacity)
        ImageDraw.Draw(layer).rounded_rectangle((0, 0, layer.width - 1, layer.height - 1), radius, fill=fill)
        self.image.alpha_composite(layer, (max(0, x), max(0, round(y))))

    def fit(self, text: str, style: Style, width: float, most: int) -> list[str]:
        """The text in lines. Raises TextTooLong and MissingGlyph."""
        return self.house.fit(text, style, round(width), most, self.language)

    def paragraphs(self, text: str, style: Style, width: float, most: int) -> list[str]:
        """A text of several paragraphs in lines."""
        return [line for part in text.split("\n") if part.strip() for line in self.fit(part, style, width, most)]

    def write(
        self,
        lines: Sequence[str],
        style: Style,
        start: float,
        end: float,
        y: float,
        leading: float,
        centred: bool = False,
    ) -> int:
        """Set lines from `y` down. Returns the y after them."""
        left, right = (self.frame.width - end, self.frame.width - start) if self.mirrored else (start, end)
        return self.house.set_lines(
            self.image, list(lines), style, self.language, round(left), round(right), round(y), leading, centred
        )

    def width(self, lines: Sequence[str], style: Style) -> int:
        """The widest line."""
        return max((self.house.type.width(line, style) for line in lines), default=0)

    def mark(self, start: float, y: float, size: int) -> None:
        """The logo; never mirrored."""
        self.image.alpha_composite(
            self.house.mark.resize((size, size), Image.Resampling.LANCZOS), (self.x(start, size), round(y))
        )

    def titles(self, text: str, width: float, most: int) -> list[tuple[list[str], Style]]:
        """A title at each size in which it fits, the best first: large, but not at the price of a broken phrase."""
        if not text.strip():
            raise TextTooLong(f"a title for {self.frame.name} has no words; write one")
        text = tidy(text, self.language)
        found = self._titles(text, width, most)
        if not found:
            place = f"{self.frame.name} in {most} lines"
            raise too_long("the title", text, place, lambda part: bool(self._titles(part, width, most)))
        return [(lines, style) for _, lines, style in sorted(found, key=lambda option: option[0])]

    def _titles(self, text: str, width: float, most: int) -> list[tuple[float, list[str], Style]]:
        """A title's lines at each size in which it fits, and how bad they are."""
        found = []
        for step, hundredths in enumerate(TITLE_SIZES[self.frame.name]):
            style = self.style("title", hundredths, "on_ground")
            self.house.check(text, style)
            allowed = max(2, most - (step == 0))
            measure = functools.partial(self.house.type.width, style=style)
            best = best_lines(text, self.language, measure, round(width), allowed, spare=1)
            if best:
                found.append((best[1] + SMALLER_TITLE * step, best[0], style))
        return found

    def drawing(self) -> Drawing:
        """The finished sheet."""
        return Drawing(self.image, 0, 0)
