"""Text as outlines of the project's own font, so that a picture looks the same wherever it is opened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont


@dataclass(frozen=True)
class Letters:
    """One font file, read once."""

    file: Path

    def width(self, text: str, size: float) -> float:
        """How wide `text` is in pixels."""
        return sum(self._advance(letter) for letter in text) * self.scale(size)

    def outlines(self, text: str) -> dict[str, str]:
        """The SVG path of each letter of `text`, in the font's own units, upwards."""
        return {letter: self._outline(letter) for letter in sorted(set(text) - {" "})}

    def places(self, text: str) -> list[tuple[str, float]]:
        """Each letter of `text` and where it begins, in the font's own units."""
        ends = list(accumulate(map(self._advance, text)))
        return [(letter, end) for letter, end in zip(text, [0.0, *ends], strict=False) if letter != " "]

    def scale(self, size: float) -> float:
        """Pixels in one of the font's own units, for type of `size` pixels."""
        return size / float(self._font["head"].unitsPerEm)

    def wrapped(self, text: str, size: float, width: float) -> list[str]:
        """`text` in as few lines of at most `width` pixels as it needs, as alike in length as they can be."""
        fewest = len(self._filled(text, size, width))
        narrow = next(less for less in range(8, int(width) + 8, 8) if len(self._filled(text, size, less)) <= fewest)
        return self._filled(text, size, min(narrow, width))

    def _filled(self, text: str, size: float, width: float) -> list[str]:
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _outline(self, letter: str) -> str:
        pen = SVGPathPen(self._glyphs)
        self._glyphs[self._names[ord(letter)]].draw(pen)
        return str(pen.getCommands())

    def _advance(self, letter: str) -> float:
        return float(self._font["hmtx"][self._names[ord(letter)]][0])

    @cached_property
    def _font(self) -> TTFont:
        return TTFont(self.file)

    @cached_property
    def _names(self) -> dict[int, str]:
        return dict(self._font.getBestCmap())

    @cached_property
    def _glyphs(self) -> Any:
        return self._font.getGlyphSet()
