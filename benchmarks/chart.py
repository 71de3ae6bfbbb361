"""The picture of docs/performance.md: how long each side takes, as bars of one scale."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from portevoix.library import ROOT

WIDTH, MARGIN, ROW, BAR = 1680, 56, 76, 40  # pixels; shown at half the size
LABELS = 520  # where the bars begin
PAPER, INK, QUIET, OTHERS, OURS = "#FFFFFF", "#10182A", "#5B6577", "#B9C6DA", "#C8102E"
LONGEST_SHARE = 2.2  # of the longest bar to the third: what is longer is cut, and says so


@dataclass(frozen=True)
class Bar:
    """One side and its seconds."""

    title: str
    seconds: float
    ours: bool = False


def draw(title: str, bars: list[Bar], path: Path) -> None:
    """Write the picture as PNG."""
    height = 2 * MARGIN + ROW * len(bars) + 28
    image = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(image)
    room = WIDTH - MARGIN - LABELS - 150  # the figure stands behind its bar
    ordered = sorted((bar.seconds for bar in bars), reverse=True)
    scale = room / min(ordered[0], LONGEST_SHARE * ordered[min(2, len(ordered) - 1)])
    pen.text((MARGIN, MARGIN - 8), title, INK, _font(30, True))
    for number, bar in enumerate(bars):
        top = MARGIN + 64 + number * ROW
        middle = top + BAR // 2
        pen.text((LABELS - 24, middle), bar.title, INK, _font(26, bar.ours), anchor="rm")
        length = max(4, round(bar.seconds * scale))
        cut = length > room
        end = LABELS + min(length, room)
        pen.rectangle((LABELS, top, end, top + BAR - 1), OURS if bar.ours else OTHERS)
        if cut:  # two slanted lines: it goes on
            for at in (end - 60, end - 40):
                pen.line((at, top + BAR + 4, at + 16, top - 5), PAPER, 7)
        pen.text(
            (end + 16, middle), duration(bar.seconds), INK if bar.ours else QUIET, _font(26, bar.ours), anchor="lm"
        )
    image.save(path, optimize=True)


def duration(seconds: float) -> str:
    """As one would say it: 48 s, 6 min 20 s."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02} s"


def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(ROOT / "fonts" / f"Inter_{700 if bold else 400}{'Bold' if bold else 'Regular'}.ttf", size)
