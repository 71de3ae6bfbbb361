"""Captions: which cues and lines a text takes in a frame, and each of their states as an image."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from textwrap import shorten
from typing import Literal

from PIL import Image, ImageDraw, ImageFilter

from portevoix.authoring.caption_style import Look
from portevoix.authoring.colours import rgb
from portevoix.authoring.language import Language
from portevoix.captions.fitting import PAGE_LINES, Breaks, hyphenated_text, without_hyphens
from portevoix.captions.lines import MOST_CUES, SetLine
from portevoix.captions.rhythm import MOST_PAGES
from portevoix.drawing.fonts import is_seen
from portevoix.drawing.frame import Drawing, Frame, TextTooLong
from portevoix.drawing.identity import BASELINE, LINE, Identity
from portevoix.drawing.shapes import corner, rounded
from portevoix.drawing.text import Line, Lit, Style, direction_of

VERSION = 15  # raise when a caption's pixels change
SIZE = {"wide": 5.4, "square": 5.4, "portrait": 5.6, "story": 5.9}  # in hundredths of the short side
WIDTH = {"wide": 0.68, "square": 0.90, "portrait": 0.90, "story": 0.90}  # of the frame (BBC), within the zone
PAD = 0.42  # at each side of a line, in parts of the size
BLOCK_PAD = 0.14  # above and below the lines of one box, in parts of the size
AIR = 0.09  # between the highest mark and its box's edge at least, in parts of the size: a hamza, a tall accent
UNDER = {"Thai": 0.16, "Deva": 0.12, "Arab": 0.08}  # what a box adds below its last line for the script's own marks
OVER = {"Arab": 0.2, "Thai": 0.1}  # what it usually adds above the first
OUTLINE = 0.085  # width of the outline, in parts of the size: the letters' own surround at any picture
SHADOW = 0.16  # reach of the soft shadow, in parts of the size
LONG_WORD = 0.6  # of a line: a wider word may be broken by a hyphen, at a price
LARGER = 1.35  # the letters of captions in the rhythm of the words
QUOTED = 80  # characters of a text in a message
GAP = 2.4  # between a caption and what it stands above, in hundredths of the short side


@dataclass(frozen=True)
class State:
    """One look of a cue for some frames.

    `colour` (#rrggbb) empty is the kit's. `lit` is a word in the highlight colour: line, first and last character.
    `alpha` and `scale` (1 = whole) are those of a cue that appears or goes. `bottom`: the y of its lower edge where it
    has to stand above something; `top`: at the head of the picture, from the y `head` down where something stands
    there. `aside`: at the left (-1) or the right (1) edge of the safe zone instead of in the middle.
    """

    lines: tuple[str, ...]
    look: Look
    colour: str = ""
    lit: tuple[int, int, int] | None = None
    alpha: float = 1.0
    scale: float = 1.0
    bottom: int | None = None
    top: bool = False
    head: int | None = None
    aside: Literal[-1, 0, 1] = 0


@dataclass(frozen=True)
class _Stack:
    """The lines of a cue, one on the other, and their boxes.

    `size`: of the image; `baselines` from the top of the first line's box; `above`: where that begins; `inset`: what a
    block adds round; `over` and `under`: what marks add at its edges.
    """

    size: tuple[int, int]
    widths: list[int]
    baselines: list[int]
    height: int
    above: int
    inset: int
    over: int
    under: int


class Captions:
    """Sets and draws the captions of one identity."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity

    def cues(self, text: str, language: Language, frame: Frame, fewer: int = 0) -> list[list[SetLine]]:
        """A text's lines, in as many cues as it takes: what does not fit goes to further cues, not to smaller letters.

        `fewer`: so many lines at once less than the language takes. Offsets count in `flattened(tidy(text))`. Raises
        TextTooLong and MissingGlyph.
        """
        style = self.style(language, frame)
        text = self.identity.tidy(text, language)
        self.identity.check(text, style)
        if not is_seen(text):
            return []
        most, limit = max(1, language.lines[frame.name] - fewer), self.limit(frame)
        width, advance = (
            functools.partial(f, style=style) for f in (self.identity.type.width, self.identity.type.advance)
        )
        by_words = self.identity.kit.captions.rhythm == "words"
        room = limit * (PAGE_LINES * MOST_PAGES if by_words else most * MOST_CUES)
        endless = sum(map(advance, text.split())) > room  # by words: no layout is wider than 32,767 pixels
        hyphenated = text if endless else hyphenated_text(text, language, width, int(limit * LONG_WORD))
        breaks = Breaks(language, width, limit, advance)
        cues = None if endless else breaks.pages(hyphenated) if by_words else breaks.cues(hyphenated, most)
        if cues and hyphenated != text:
            cues = [[without_hyphens(line, hyphenated, text) for line in cue] for cue in cues]
        if cues is None or len(cues) > (MOST_PAGES if by_words else MOST_CUES):
            named = shorten(text, QUOTED, placeholder="…")
            raise TextTooLong(
                f"{named!r} has a word wider than {frame.name}'s {limit} pixels, or too many for a caption; "
                "shorten it, or mark with soft hyphens (U+00AD) where the word may part"
            )
        return cues

    def style(self, language: Language, frame: Frame) -> Style:
        """How captions are set."""
        return self.identity.style(language, "text", self._size(frame), self.identity.kit.colours.caption_text)

    def _size(self, frame: Frame) -> float:
        """Of the letters, in pixels."""
        larger = LARGER if self.identity.kit.captions.rhythm == "words" else 1
        return SIZE[frame.name] * frame.unit * larger

    def limit(self, frame: Frame) -> int:
        """The widest line, in pixels."""
        size = round(self._size(frame))
        return min(int(frame.width * WIDTH[frame.name]), frame.zone[2] - frame.zone[0]) - 2 * (round(size * PAD) + 1)

    def draw(self, state: State, language: Language, frame: Frame) -> Drawing:
        """One state. The last baseline is the same from cue to cue, and no letter moves between a cue's states."""
        style = self.style(language, frame)
        style = replace(style, direction=direction_of(" ".join(state.lines), style.direction))
        if state.colour:
            style = replace(style, colour=rgb(state.colour))
        drawn = [self._line(state, n, text, style) for n, text in enumerate(state.lines)]
        stack = _stacked(drawn, state.look, style, language.script)
        width, tall = stack.size[0], stack.height * len(drawn)
        letters = Image.new("RGBA", stack.size, (*style.colour, 0))
        for at, line in zip(stack.baselines, drawn, strict=True):
            letters.alpha_composite(line.image, ((width - line.width) // 2, at + line.top + stack.above))
        image = self._ground(state.look, letters, stack, style)
        image.alpha_composite(letters)
        x = (frame.zone[0], (frame.zone[0] + frame.zone[2] - width) // 2, frame.zone[2] - width)[state.aside + 1]
        bottom = frame.zone[3] if state.bottom is None else state.bottom
        y = bottom - tall - stack.above - stack.inset - stack.under
        if state.top:
            head = frame.zone[1] + self.identity.bug_size(frame)[1] + round(GAP * frame.unit)
            y = max(head, state.head or 0) - stack.above + stack.inset + stack.over
        y = max(0, min(y, frame.height - image.height))  # letters with many marks reach far out of their box
        return _appearing(Drawing(image, x, y), state)

    def _line(self, state: State, number: int, text: str, style: Style) -> Line:
        if state.lit and state.lit[0] == number:
            _, start, end = state.lit
            return self.identity.type.line(text, style, Lit(start, end, rgb(self.identity.kit.lit_colour)))
        return self.identity.type.line(text, style)

    def _ground(self, look: Look, letters: Image.Image, stack: _Stack, style: Style) -> Image.Image:
        colour = rgb(self.identity.kit.colours.caption_box)
        if look in ("lines", "block"):
            opacity = round(self.identity.kit.captions.opacity * 255)
            radius = round(style.size * self.identity.kit.captions.corner)
            if look == "block":
                mask = Image.new("L", letters.size, 0)
                marks = stack.over + stack.under
                box = rounded(max(stack.widths), stack.height * len(stack.widths) + 2 * stack.inset + marks, radius)
                mask.paste(box, ((letters.width - box.width) // 2, stack.above - stack.inset - stack.over))
            else:
                mask = _boxes(letters.size, stack, radius)
            mask = mask.point(lambda a: a * opacity // 255)
        else:
            ink = letters.getchannel("A")
            reach = style.size * OUTLINE
            # A blurred letter raised to full strength is the letter grown by the blur's reach, with round corners.
            mask = ink.filter(ImageFilter.GaussianBlur(reach * 0.8)).point(lambda a: min(255, a * 7))
            if look == "shadow":
                wide = ink.filter(ImageFilter.GaussianBlur(style.size * SHADOW)).point(lambda a: min(255, a * 2))
                mask = ink.filter(ImageFilter.GaussianBlur(reach)).point(lambda a: min(255, a * 2))
                mask = Image.composite(mask, wide, mask)
        ground = Image.new("RGBA", letters.size, (*colour, 0))
        ground.putalpha(mask)
        return ground


def _stacked(drawn: list[Line], look: Look, style: Style, script: str) -> _Stack:
    """Where drawn lines and their boxes stand. A letter with tall marks that reaches out of its box is not cut."""
    size, boxed = style.size, look in ("lines", "block")
    height, pad, first = round(size * LINE), round(size * PAD), round(size * BASELINE[script])
    baselines = [n * height + first for n in range(len(drawn))]
    tops = [at + line.top for at, line in zip(baselines, drawn, strict=True)]
    feet = [top + line.image.height for top, line in zip(tops, drawn, strict=True)]
    over = max(0, round(size * AIR) - tops[0]) if boxed else 0
    under = round(size * UNDER.get(script, 0)) if boxed else 0
    soft = 0 if boxed else round(size * SHADOW) * 2
    inset = round(size * BLOCK_PAD) if look == "block" else 0
    above, below = max(soft, inset + over, -min(tops)), max(soft, inset + under, max(feet) - height * len(drawn))
    widths = [line.width + 2 * pad for line in drawn]
    whole = max(widths) + 2 * soft + max(widths) % 2, height * len(drawn) + above + below
    return _Stack(whole, widths, baselines, height, above, inset, over, under)


def caption_top(language: Language, frame: Frame) -> int:
    """The highest pixel that captions at the foot may reach."""
    size = round(SIZE[frame.name] * frame.unit)
    marks = size * (UNDER.get(language.script, 0) + OVER.get(language.script, 0))
    return frame.zone[3] - round(size * LINE) * language.lines[frame.name] - round(marks)


def _boxes(size: tuple[int, int], stack: _Stack, radius: int) -> Image.Image:
    """A box under each line, without a gap: widths that nearly agree are made equal, and no notch stays between two."""
    widths = _evened(stack.widths, 4 * radius)
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    for n, width in enumerate(widths):
        left, top = (size[0] - width) // 2, stack.above + n * stack.height - (0 if n else stack.over)
        right, bottom = left + width, stack.above + (n + 1) * stack.height
        bottom += stack.under if n == len(widths) - 1 else 0
        draw.rectangle((left, top, right - 1, bottom - 1), fill=255)
        if radius and (n == 0 or widths[n - 1] < width):
            mask.paste(corner(radius), (left, top))
            mask.paste(corner(radius).transpose(Image.Transpose.FLIP_LEFT_RIGHT), (right - radius, top))
        if radius and (n == len(widths) - 1 or widths[n + 1] < width):
            low = corner(radius).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
            mask.paste(low, (left, bottom - radius))
            mask.paste(low.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (right - radius, bottom - radius))
    return mask


def _evened(widths: list[int], nearly: int) -> list[int]:
    evened = list(widths)
    for _ in widths:
        for n in range(len(evened) - 1):
            if abs(evened[n] - evened[n + 1]) < nearly:
                evened[n] = evened[n + 1] = max(evened[n : n + 2])
    return evened


def _appearing(drawing: Drawing, state: State) -> Drawing:
    """A state that appears or goes: fainter, or of another size about its middle."""
    image, x, y = drawing.image, drawing.x, drawing.y
    if state.scale != 1:
        size = (max(1, round(image.width * state.scale)), max(1, round(image.height * state.scale)))
        x, y = x + (image.width - size[0]) // 2, y + (image.height - size[1]) // 2
        image = image.resize(size, Image.Resampling.LANCZOS)
    if state.alpha != 1:
        image.putalpha(image.getchannel("A").point(lambda a: round(a * state.alpha)))
    return Drawing(image, x, y)
