"""A number that stands alone, so that it can count: each figure is a strip of which one at a time is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from PIL import Image

from portevoix.drawing.cards.sheet import Sheet, StyledLines
from portevoix.drawing.frame import ImagePiece
from portevoix.drawing.identity import TextBlock
from portevoix.drawing.text import Line, Style, Typesetter

ALONE = re.compile(r"[^\w\s]{0,2}\s?\d[\d \u00a0\u202f.,]*\s?[^\w\s]{0,2}", re.ASCII)  # 70 %, +1 250, $3.5
RUNS = re.compile(r"\d|[^\d\s]+", re.ASCII)


def stands_alone(text: str) -> bool:
    """Whether a text is one number in Latin figures, with a sign of a character or two."""
    return ALONE.fullmatch(text) is not None


def write_number(sheet: Sheet, title: StyledLines, start: float, y: int, leading: float) -> int:
    """Set a number from `start` on, figure by figure. Returns the y after it."""
    (text, *_), style = title
    block = TextBlock([text], style, leading)
    if sheet.measured:
        return sheet.write(block, start, sheet.frame.width, y)
    width = sheet.width([text], style)
    left = sheet.x(start, width)
    ((image, x, top),) = sheet.identity.lines_of(block, sheet.language, left, left + width, y)
    own = replace(style, direction="ltr")  # a number reads so in every language
    whole = sheet.identity.type.line(text, own)
    sheet.lay_in_pieces(image, x, top, _pieces(text, own, sheet.identity.type, (x - whole.left, top - whole.top)))
    return y + sheet.pitch(style, leading)


def _pieces(text: str, style: Style, typesetter: Typesetter, origin: tuple[int, int]) -> Iterator[ImagePiece]:
    """A strip for each figure, and what stands between them."""
    x, baseline = origin
    for run in RUNS.finditer(text):
        at = x + (typesetter.advance(text[: run.start()], style) if run.start() else 0)
        if run[0].isdigit():
            lines = [typesetter.line(str(number), style) for number in range(int(run[0]) + 1)]
            yield _strip(lines, at, baseline)
        else:
            line = typesetter.line(run[0], style)
            yield ImagePiece("line", line.image, at + line.left, baseline + line.top)


def _strip(lines: list[Line], x: int, baseline: int) -> ImagePiece:
    """Figures one below the other, each in the middle of a cell of its own; the last is the one that stays."""
    left, top = (min(edge) // 2 * 2 for edge in zip(*((x + i.left, baseline + i.top) for i in lines), strict=True))
    right = max(x + line.left + line.image.width for line in lines)
    foot = max(baseline + line.top + line.image.height for line in lines)
    width, cell = (-(-(end - begin) // 2) * 2 for begin, end in ((left, right), (top, foot)))
    strip = Image.new("RGBA", (width, cell * len(lines)), (255, 255, 255, 0))
    for number, line in enumerate(lines):
        strip.alpha_composite(line.image, (x + line.left - left, cell * number + baseline + line.top - top))
    return ImagePiece("digit", strip, left, top, cell=cell)
