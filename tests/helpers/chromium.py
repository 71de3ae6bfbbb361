"""The same lines as a browser sets them: Chromium with our font files, asked where it puts words, breaks and ink."""

from __future__ import annotations

import html
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from portevoix.drawing.fonts import Fonts
from portevoix.drawing.text import Style

EXECUTABLE = shutil.which("chromium")
WIDTH_PX, ROW = 3_000, 2.5  # a row is as wide as the longest line and as high as this, in parts of the size
# No hinting: it moves outlines to whole pixels, and ours keep theirs. A page from a file may read fonts from files.
OPTIONS = ["--no-sandbox", "--allow-file-access-from-files", "--font-render-hinting=none"]

# For each line, what its words cover from left to right, and the offsets (UTF-16) at which it breaks where it may.
MEASURE = """
words => [...document.querySelectorAll('.line')].map((line, n) => {
  const node = line.firstChild, range = document.createRange(), text = node.data
  const boxes = (start, end) => {
    range.setStart(node, start); range.setEnd(node, end)
    return [...range.getClientRects()].filter(box => box.width > 0)
  }
  const spans = words[n].map(([start, end]) => {
    const found = boxes(start, end)
    return [Math.min(...found.map(box => box.left)), Math.max(...found.map(box => box.right))]
  })
  line.classList.add('narrow')
  const breaks = []
  let last = null
  for (let at = 0; at < text.length; at++) {
    if (/\\s/.test(text[at]) || (text.charCodeAt(at) & 0xfc00) === 0xdc00) continue
    const found = boxes(at, at + (text.charCodeAt(at) >> 10 === 0x36 ? 2 : 1))
    if (!found.length) continue
    if (last !== null && found[0].bottom > last + 1) breaks.push(at)
    last = found[0].bottom
  }
  line.classList.remove('narrow')
  return {spans, breaks}
})
"""

# For each line, its runs of letters and figures by their numbers in the text, from left to right.
ORDER = """
() => [...document.querySelectorAll('.line')].map(line => {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT), range = document.createRange(), middles = []
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    for (const found of node.data.matchAll(/[\\p{L}\\p{M}\\p{N}]+/gu)) {
      range.setStart(node, found.index); range.setEnd(node, found.index + found[0].length)
      const box = range.getBoundingClientRect()
      middles.push(box.left + box.width / 2)
    }
  return middles.map((_, n) => n).sort((a, b) => middles[a] - middles[b])
})
"""


@dataclass(frozen=True)
class Row:
    """A line as Chromium sets it. `spans`: left and right of each word, in pixels. `breaks`: where it may part it."""

    picture: Image.Image
    spans: list[tuple[float, float]]
    breaks: set[int]


class Chromium:
    """A browser with one page, opened from `folder` with the faces of `fonts`."""

    def __init__(self, page: Page, fonts: Fonts, folder: Path) -> None:
        self.page, self.folder = page, folder
        self.faces = "".join(
            f"@font-face{{font-family:'{face.family}';font-weight:{weight};src:url('{face.path.resolve().as_uri()}')}}\n"
            for (_, weight), face in fonts.faces.items()
        ).replace("font-weight:regular", "font-weight:normal")

    def rows(self, texts: list[str], words: list[list[tuple[int, int]]], style: Style) -> list[Row]:
        """Each text on a line of its own. `words`: the ranges of characters to look for in each."""
        height = round(style.size * ROW)
        self._open([html.escape(text) for text in texts], style)
        shot = Image.open(io.BytesIO(self.page.screenshot(omit_background=True))).convert("RGBA")
        units = [
            [tuple(_unit(text, at) for at in word) for word in row] for text, row in zip(texts, words, strict=True)
        ]
        measured = self.page.evaluate(MEASURE, units)
        return [
            Row(
                shot.crop((0, n * height, shot.width, (n + 1) * height)),
                [tuple(span) for span in found["spans"]],
                {_character(text, at) for at in found["breaks"]},
            )
            for n, (text, found) in enumerate(zip(texts, measured, strict=True))
        ]

    def orders(self, texts: list[tuple[str, str, str]], style: Style) -> list[list[int]]:
        """For each text in three parts, the middle one isolated: its runs of letters and figures from left to right."""
        parted = [[html.escape(part) for part in text] for text in texts]
        self._open([f"{before}<bdi dir='ltr'>{token}</bdi>{after}" for before, token, after in parted], style)
        found: list[list[int]] = self.page.evaluate(ORDER)
        return found

    def _open(self, lines: list[str], style: Style) -> None:
        """A page with a line for each piece of HTML."""
        height = round(style.size * ROW)
        families = ", ".join(f"'{family}'" for family in style.families)
        file = self.folder / "lines.html"
        file.write_text(
            f"<!doctype html><html lang='{style.language}' dir='{style.direction}'><meta charset='utf-8'><style>\n"
            f"{self.faces}body{{margin:0;background:transparent}}"
            f".line{{white-space:pre;height:{height}px;line-height:{height}px;padding:0 100px;color:"
            f"white;text-spacing-trim:normal;"
            f"font:{style.weight} {style.size:g}px/{height}px {families}}}"
            ".narrow{white-space:pre-wrap;width:0;height:auto}"
            f"</style>{''.join(f'<div class=line>{line}</div>' for line in lines)}",
            "utf-8",
        )
        self.page.set_viewport_size({"width": WIDTH_PX, "height": height * len(lines)})
        self.page.goto(file.resolve().as_uri())
        self.page.evaluate("document.fonts.ready")


@contextmanager
def chromium(fonts: Fonts, folder: Path) -> Iterator[Chromium]:
    """Start the browser, and end it. `folder` takes the page's file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=OPTIONS)
        try:
            yield Chromium(browser.new_page(), fonts, folder)
        finally:
            browser.close()


def _unit(text: str, at: int) -> int:
    """A browser counts UTF-16 units: a character beyond the first plane is two."""
    return len(text[:at].encode("utf-16-le")) // 2


def _character(text: str, unit: int) -> int:
    return len(text.encode("utf-16-le")[: 2 * unit].decode("utf-16-le"))
