"""Captions against a browser's: every line of `lines.yaml` as Portevoix draws it and as Chromium does, same font files.

Writes `build/gallery/<language>.png`, each line twice, Chromium's below ours; and `overlap.txt`, how far they agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from statistics import median

import pytest
from chromium import EXECUTABLE, Row, chromium
from ink import coloured, ink_of, overlap
from PIL import Image
from ruamel.yaml import YAML

from portevoix.authoring.language import Language
from portevoix.captions.breaks import line_places, words_of
from portevoix.captions.holding import END_OF_ISOLATE, ISOLATE, isolated
from portevoix.captions.lines import tidy
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.text import Line, Lit, Style
from portevoix.library import ROOT, load_library
from portevoix.store import FolderStore

FLOOR = 0.85  # of the overlap (`ink.overlap`); a line may name its own, and why
LINES = YAML(typ="safe").load(ROOT / "tests/gallery/lines.yaml")
LIBRARY = load_library()
LIT = (255, 0, 0)
PAGES = ROOT / "build" / "gallery"
GROUND, HALF, MARGIN = "#10233F", 2, 30


@dataclass
class Pair:
    """A line by both. `breaks`: where the browser may part it. `floor`: what their overlap must reach."""

    text: str
    words: list[tuple[int, int]]
    ours: Line
    theirs: Row
    breaks: set[int]
    floor: float

    @cached_property
    def overlap(self) -> float:
        """How far the two agree, 0 to 1."""
        return overlap(ink_of(self.ours.image), ink_of(self.theirs.picture))


@dataclass(frozen=True)
class Gallery:
    """All pairs by language, and what draws ours."""

    artist: Artist
    pairs: dict[str, list[Pair]]

    def style(self, language: Language) -> Style:
        return self.artist.captions.style(language, Canvas.of_format("wide", draft=False).frame)


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    assert EXECUTABLE, "Chromium is not here; scripts/test-tools.sh installs it"
    folder = tmp_path_factory.mktemp("gallery")
    gallery = Gallery(Artist(LIBRARY, "aster", FolderStore(folder / "store")), {})
    with chromium(gallery.artist.fonts, folder) as browser:
        for code, listed in LINES.items():
            language = LIBRARY.languages[code]
            style = gallery.style(language)
            lines = [line if isinstance(line, dict) else {"line": line} for line in listed]
            texts = [tidy(line["line"], language) for line in lines]
            marked = ["".join(isolated(text, style.direction)) for text in texts]
            rows = browser.rows(marked, [words_of(text, language) for text in marked], style)
            words = [words_of(text, language) for text in texts]
            gallery.pairs[code] = [
                Pair(
                    text,
                    own,
                    gallery.artist.captions.identity.type.line(text, style),
                    row,
                    {place - _marks(shown[:place]) for place in row.breaks},
                    line.get("overlap", FLOOR),
                )
                for line, text, own, shown, row in zip(lines, texts, words, marked, rows, strict=True)
            ]
    PAGES.mkdir(parents=True, exist_ok=True)
    for code, pairs in gallery.pairs.items():
        _page(pairs).save(PAGES / f"{code}.png")
    figures = {code: sorted(pair.overlap for pair in pairs) for code, pairs in gallery.pairs.items()}
    table = [f"{code:8} {found[0]:.3f} {median(found):.3f}" for code, found in figures.items()]
    (PAGES / "overlap.txt").write_text("\n".join(["language least median", *table, ""]), "utf-8")
    return gallery


def test_every_language_is_in_the_gallery() -> None:
    assert set(LINES) == set(LIBRARY.languages)


@pytest.mark.parametrize("code", LINES)
def test_words_stand_in_the_browsers_order(gallery: Gallery, code: str) -> None:
    style, wrong = gallery.style(LIBRARY.languages[code]), []
    for pair in gallery.pairs[code]:
        ours, theirs = [], []
        for number, (start, end) in enumerate(pair.words):
            lit = gallery.artist.captions.identity.type.line(pair.text, style, Lit(start, end, LIT))
            if span := coloured(pair.ours.image, lit.image):
                ours.append((sum(span), number))
                theirs.append((sum(pair.theirs.spans[number]), number))
            else:
                word = pair.text[start:end]  # an emoji keeps its own colours
                assert gallery.artist.fonts.in_colour(word, style.families, style.weight), f"{word!r} was not lit"
        if [number for _, number in sorted(ours)] != [number for _, number in sorted(theirs)]:
            wrong.append(pair.text)
    assert not wrong


@pytest.mark.parametrize("code", LINES)
def test_lines_break_only_where_the_browser_may(gallery: Gallery, code: str) -> None:
    wrong = [
        f"{pair.text[:place]}|{pair.text[place:]}"
        for pair in gallery.pairs[code]
        for place in line_places(pair.text, LIBRARY.languages[code])
        if place not in pair.breaks and not _at_a_slash(pair.text, place)
    ]
    assert not wrong


@pytest.mark.parametrize("code", LINES)
def test_letters_stand_where_the_browser_puts_them(gallery: Gallery, code: str) -> None:
    pairs = gallery.pairs[code]
    assert not [f"{pair.overlap:.3f} {pair.text}" for pair in pairs if pair.overlap < pair.floor]


def _marks(text: str) -> int:
    return sum(c in (ISOLATE, END_OF_ISOLATE) for c in text)


def _at_a_slash(text: str, place: int) -> bool:
    """Unicode's annex 14 (class SY) parts an address after its slash; Chromium's own table for ASCII does not."""
    return text[place - 1] == "/"


def _page(pairs: list[Pair]) -> Image.Image:
    height = pairs[0].theirs.picture.height
    lines = [line for pair in pairs for line in _both(pair, height)]
    width = max(line.width for line in lines) + 2 * MARGIN
    page = Image.new("RGB", (width, height * len(lines) + MARGIN * len(pairs)), GROUND)
    for number, line in enumerate(lines):
        page.paste(line, (MARGIN, number * height + number // 2 * MARGIN), line)
    return page.reduce(HALF)


def _both(pair: Pair, height: int) -> Iterator[Image.Image]:
    for picture in (pair.ours.image, pair.theirs.picture):
        line = picture.crop(picture.getbbox())
        row = Image.new("RGBA", (line.width, height), (0, 0, 0, 0))
        row.alpha_composite(line.crop((0, 0, line.width, height)), (0, max(0, (height - line.height) // 2)))
        yield row
