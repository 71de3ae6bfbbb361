"""How a kind of card looks, and the sheet that it is drawn on: from the side where reading starts, in both
directions.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from PIL import Image, ImageChops

from portevoix.authoring.brand import PANEL
from portevoix.authoring.colours import rgb
from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.captions.lines import best_lines
from portevoix.drawing.frame import Drawing, Frame, ImagePiece, Part, TextTooLong
from portevoix.drawing.identity import Identity, TextBlock
from portevoix.drawing.light import ground_image
from portevoix.drawing.shapes import rounded
from portevoix.drawing.text import Style
from portevoix.timeline.cards import Card

# Of a title, from the largest step to the smallest, in hundredths of the short side. The higher the frame, the larger:
# a story's title fills the width that platforms leave free.
TITLE_SIZES = {
    "wide": (8.4, 7.6, 7.0, 6.4, 5.8),
    "square": (9.8, 8.9, 8.0, 7.2, 6.4),
    "portrait": (11.6, 10.2, 9.0, 7.8, 6.6),
    "story": (14.0, 12.2, 10.4, 8.6, 6.8),
}
STEPS = 5
# Of other words, at the first step; 1 at the last.
GROWTH = {"wide": 1.0, "square": 1.04, "portrait": 1.16, "story": 1.34}

DOTTED = ("tr", "az")  # languages whose capital of i keeps its dot
Words = tuple[str, ...]
StyledLines = tuple[list[str], Style]


ThisCard = TypeVar("ThisCard", bound=Card)


def _no_words(card: Card, job: Job, code: str) -> Words:
    return ()


def _no_marks(card: Card) -> Words:
    return ()


@dataclass(frozen=True)
class Look(Generic[ThisCard]):
    """How one kind of card looks: which words of a job it shows, in the language that the job calls `code`, and how
    it is drawn on a new sheet.

    `marks`: what else of the card its drawing depends on. `wordless`: it is the same for all languages of one
    direction. `signed`: it shows the institution's name. `alike`: where its words have a size by steps, the cards of
    the job that share this size with it.
    """

    draw: Callable[[Sheet, ThisCard, Words], Drawing]
    words: Callable[[ThisCard, Job, str], Words] = _no_words
    marks: Callable[[ThisCard], Words] = _no_marks
    wordless: bool = False
    signed: bool = False
    alike: Callable[[ThisCard, Job], Sequence[ThisCard]] | None = None


@dataclass(frozen=True)
class Box:
    """A rectangle of a sheet, in pixels: `start` along the line, `y` from the top."""

    start: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Label:
    """A few words on a colour of the kit, by its role; their size in hundredths of the short side at the last step."""

    text: str
    hundredths: float = 3.6
    ground: Literal["accent", "urgent"] = "accent"


class Sheet:
    """A picture of a frame's size, transparent at first.

    Places along a line are counted from the frame's edge where reading starts, so that a card is written once and is
    right in both directions. `start` and `end` are the safe zone's. `step`: of the sizes of type, 0 the largest.
    `measured`: nothing is drawn on it, only laid out.
    """

    def __init__(
        self, identity: Identity, language: Language, frame: Frame, step: int = 0, measured: bool = False
    ) -> None:
        self.identity, self.language, self.frame = identity, language, frame
        self.step, self.measured = step, measured
        size = (1, 1) if measured else (frame.width, frame.height)
        self.image = Image.new("RGBA", size, (*rgb(identity.kit.colours.ground), 0))
        self.growth = 1 + (GROWTH[frame.name] - 1) * (1 - step / (STEPS - 1))
        self.over = 1 + (GROWTH[frame.name] - 1) / 2  # of words that are small over a picture
        self.breaks: list[float] = []  # what the line breaks of its titles cost
        left, self.top, right, self.bottom = frame.zone
        self.mirrored = language.direction == "rtl"
        self.start, self.end = (frame.width - right, frame.width - left) if self.mirrored else (left, right)
        self.u = frame.unit
        self.look = identity.kit.cards
        self.strokes = self.look.accent == "strokes"
        self.stripe = round(0.9 * self.u) if self.strokes else 0  # along a box, where reading starts
        self.rule = (
            round(3.4 * self.u) if self.strokes else 0
        )  # what the rule above a title takes, with the room below it
        self.radius = self.look.corner * self.u
        self._covered: list[tuple[int, int, int, int]] = []
        self._pieces: list[ImagePiece] = []

    def another(self) -> Sheet:
        """A new sheet for the same frame."""
        return type(self)(self.identity, self.language, self.frame, self.step, self.measured)

    def at(self, step: int) -> Sheet:
        """A new sheet for the same frame, with the type of that step."""
        return type(self)(self.identity, self.language, self.frame, step, self.measured)

    def unseen(self) -> Sheet:
        """A new sheet for the same frame, on which nothing is drawn."""
        return type(self)(self.identity, self.language, self.frame, self.step, measured=True)

    def fill(self) -> None:
        """Lay the ground over the whole sheet."""
        self.lay("ground", ground_image(self.identity.kit, self.image.size))

    def style(self, role: str, hundredths: float, colour: str, weight: str = "bold") -> Style:
        """A style by its size in hundredths of the short side; `colour` names a role of the kit."""
        return self.identity.style(
            self.language, role, hundredths * self.u, getattr(self.identity.kit.colours, colour), weight
        )

    def grown(self, role: str, hundredths: float, colour: str, weight: str = "bold") -> Style:
        """A style whose size grows with the frame's height, and with the step; `hundredths` at the last one."""
        return self.style(role, hundredths * self.growth, colour, weight)

    def x(self, start: float, width: float) -> int:
        """The left edge of something `width` wide that begins at `start`."""
        return round(self.frame.width - start - width) if self.mirrored else round(start)

    def box(self, box: Box, colour: str, opacity: int = 255, radius: float = 0, part: Part = "panel") -> None:
        """A rectangle in a colour of the kit, with smooth corners."""
        size = (max(1, round(box.width)), max(1, round(box.height)))
        x, y = self.x(box.start, box.width), round(box.y)
        self._cover(x, y, size)
        if self.measured:
            return
        layer = Image.new("RGBA", size, (*rgb(getattr(self.identity.kit.colours, colour)), 0))
        layer.putalpha(rounded(*size, radius).point(lambda a: a * opacity // 255))
        self.lay(part, layer, max(0, x), max(0, y))

    def panel(self, start: float, y: float, width: float, height: float, opacity: int = PANEL) -> None:
        """A box of the ground under words over a picture, in the kit's look; words begin after `stripe`."""
        colours, size = self.identity.kit.colours, (round(width), round(height))
        x, y = max(0, self.x(start, width)), max(0, round(y))
        self._cover(x, y, size)
        if self.measured:
            return
        shape = rounded(*size, self.radius)
        at = size[0] - self.stripe if self.mirrored else 0
        stripe = at, 0, at + self.stripe, size[1]
        alpha = Image.new("L", size, opacity)
        alpha.paste(0, stripe)
        box = Image.new("RGB", size, rgb(colours.ground))
        box.putalpha(ImageChops.multiply(alpha, shape))
        self.lay("panel", box, x, y)
        if self.stripe:
            accent = Image.new("RGB", (self.stripe, size[1]), rgb(colours.accent))
            accent.putalpha(shape.crop(stripe))
            self.lay("stripe", accent, x + at, y)

    def accent_rule(self, start: float, y: float, width: float = 9) -> None:
        """The rule above a title, in hundredths wide, where the kit's accent is a stroke; `rule` is the room that it
        takes.
        """
        if self.strokes:
            self.box(Box(start, y, width * self.u, 0.8 * self.u), "accent", part="rule")

    def label(self, label: Label, start: float, end: float, y: float) -> tuple[int, int]:
        """A few words on the accent, in at most one line. Returns their width and height."""
        style = self.grown("text", label.hundredths, f"on_{label.ground}")
        pad = round(label.hundredths * self.growth * 0.6 * self.u)
        lines = self.fit(self.capitals(label.text), style, end - start - 2 * pad, 1)
        width, height = self.width(lines, style) + 2 * pad, round(style.size * 1.75)
        self.box(Box(start, y, width, height), label.ground, radius=min(self.radius, height / 2), part="label")
        self.write(TextBlock(lines, style, 1.75, centred=True), start, start + width, y, "label")
        return width, height

    def label_height(self, hundredths: float = 3.6) -> int:
        """The height of a label."""
        return round(round(hundredths * self.growth * self.u) * 1.75)

    def capitals(self, text: str) -> str:
        """The text as the kit writes labels."""
        if self.look.labels == "as_written":
            return text
        return (text.replace("i", "İ") if self.language.code in DOTTED else text).upper()

    def head(self) -> tuple[float, float]:
        """Where a line of the frame's head may start and end: beside the logo and the room that it needs."""
        width, height = self.identity.bug_size(self.frame)
        beside = width + max(round(3 * self.u), self.identity.clear_space(height))
        if self.identity.kit.bug_side(self.frame.name) == "end":
            return self.start, self.end - beside
        return self.start + beside, self.end

    def _cover(self, x: int, y: int, size: tuple[int, int]) -> None:
        self._covered.append((x, y, x + size[0], y + size[1]))

    def lay(self, part: Part, layer: Image.Image, x: int = 0, y: int = 0, turn: int = 0) -> None:
        """Lay an image over the sheet, as one more of its pieces."""
        if not self.measured:
            self.image.alpha_composite(layer, (x, y))
            self._pieces.append(ImagePiece(part, layer, x, y, turn))

    def lay_in_pieces(self, layer: Image.Image, x: int, y: int, pieces: Iterable[ImagePiece]) -> None:
        """Lay an image over the sheet that comes in these pieces."""
        self._cover(x, y, layer.size)
        self.image.alpha_composite(layer, (x, y))
        self._pieces.extend(pieces)

    def fit(self, text: str, style: Style, width: float, most: int, spare: int = 0) -> list[str]:
        """The text in lines. Raises TextTooLong and MissingGlyph."""
        return self.identity.fit(text, style, round(width), most, self.language, spare)

    def paragraphs(self, text: str, style: Style, width: float, most: int, spare: int = 0) -> list[str]:
        """A text of several paragraphs in lines."""
        parts = [part for part in text.split("\n") if part.strip()]
        return [line for part in parts for line in self.fit(part, style, width, most, spare)]

    def write(self, block: TextBlock, start: float, end: float, y: float, part: Part = "line") -> int:
        """Set a block from `y` down, between two places of the line. Returns the y after it."""
        left, right = (self.frame.width - end, self.frame.width - start) if self.mirrored else (start, end)
        if not self.measured:
            for line, at, top in self.identity.lines_of(block, self.language, round(left), round(right), round(y)):
                self.lay(part, line, at, top, block.turn)
        foot = round(y) + self.pitch(block.style, block.leading) * len(block.lines)
        width = self.width(block.lines, block.style)
        x = round(left + right - width) // 2 if block.centred else self.x(start, width)
        self._covered.append((x, round(y), x + width, foot))
        return foot

    def pitch(self, style: Style, leading: float) -> int:
        """The height of each of the lines that `write` sets with that leading."""
        return self.identity.pitch(style, leading, self.language)

    def width(self, lines: Sequence[str], style: Style) -> int:
        """The widest line."""
        return max((self.identity.type.width(line, style) for line in lines), default=0)

    def logo(self, start: float, y: float, hundredths: float, ground: str = "ground") -> tuple[int, int]:
        """The logo on a colour of the kit, never mirrored. Returns its width and height."""
        size = self.identity.logo_size(hundredths, self.frame)
        if self.measured:
            return size
        logo = self.identity.logo_on(getattr(self.identity.kit.colours, ground))
        self.lay("logo", logo.resize(size, Image.Resampling.LANCZOS), self.x(start, size[0]), round(y))
        return size

    def title(self, text: str, width: float, most: int, colour: str = "on_ground") -> StyledLines:
        """A title in the size of the sheet's step. Raises TextTooLong and MissingGlyph."""
        return self.broken(text, TITLE_SIZES[self.frame.name], width, most, colour)

    def broken(
        self, text: str, sizes: Sequence[float], width: float, most: int, colour: str = "on_ground"
    ) -> StyledLines:
        """A text in title type, in that one of the `sizes` that belongs to the sheet's step, in hundredths of the short
        side; what its line breaks cost is noted in `breaks`.
        """
        if not text.strip():
            raise TextTooLong(f"a title for {self.frame.name} has no words; write one")
        style = self.style("title", sizes[self.step], colour)
        self.identity.check(text, style)
        measure = functools.partial(self.identity.type.width, style=style)
        best = best_lines(self.identity.tidy(text, self.language), self.language, measure, round(width), most, spare=1)
        if not best:
            raise TextTooLong(f"the title {text!r} does not fit {self.frame.name} in {most} lines; shorten it")
        self.breaks.append(best[1])
        return best[0], style

    def drawing(self) -> Drawing:
        """The finished sheet. What covers the picture is words and panels: a shade leaves it to be seen."""
        edges = list(zip(*self._covered, strict=True))
        covers = (min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3])) if edges else (0, 0, 0, 0)
        return Drawing(self.image, 0, 0, covers, tuple(self._pieces))

    def cut_out(self, x: int, y: int, width: int, height: int) -> Drawing:
        """The finished sheet as far as its one box reaches."""
        return Drawing(self.image.crop((x, y, x + width, y + height)), x, y, None, tuple(self._pieces))
