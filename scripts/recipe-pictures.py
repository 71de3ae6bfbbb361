"""The pictures of docs/recipes.md: the telling moments of every recipe's example, as they would be rendered, and one
small one of each for the page on which a recipe is chosen. `make pictures`.

Each is one whole frame, made by the plan and the filter graph that a render uses, before any encoder. With `--frames
FOLDER` they are kept there in full size too. Names of recipes after the options restrict it to these.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from portevoix.authoring.colours import rgb
from portevoix.authoring.recipe import Recipe
from portevoix.cli.sheets.captions import INK, PAPER
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import SIZES
from portevoix.drawing.text import Style
from portevoix.library import ROOT, load_library
from portevoix.order import Order, accept
from portevoix.plan import frames_of, placed
from portevoix.plan.artists import artist_of
from portevoix.render.chunks import make_picture
from portevoix.store import open_store
from portevoix.timeline.cues import PlacedCues
from portevoix.timeline.model import Timeline

PAGE_FILE = ROOT / "docs" / "recipes.md"
HOUSE = ROOT / "examples" / "house"
LANGUAGES = ("fr", "ar")  # one that is read from the left, one from the right
PAGE, MARGIN, GAP, LABEL = 1800, 40, 24, 46  # pixels
MOST_BYTES = 200_000
SMALL = ROOT / "web" / "static" / "recipes"
SMALL_HEIGHT, SMALL_GAP, SMALL_BYTES = 180, 5, 12_000  # a row of nine on a page of at most 150 kB
TELLING = {"interview": 1, "statement": 1, "photo-story": 1, "explainer": 3, "correction": 2}  # which moment; the first
QUALITIES = (88, 82, 76, 70, 62, 54, 46)


@dataclass(frozen=True)
class Moment:
    """A frame worth seeing: `at`, in parts of the time that a card or a caption stands, from the first of its kind
    on.

    `kind` names a card, `caption`, or `split`, a picture that shares its frame. `of_kind`: the label of the card, or
    the number of the cue from 0; the first without.
    """

    label: str
    kind: str
    of_kind: str = ""
    at: float = 0.6

    def frame(self, timeline: Timeline, cues: PlacedCues | None) -> int:
        """Its frame of the programme."""
        spans = self._spans(timeline, cues)
        if not spans:
            raise SystemExit(f"{self.label!r}: the example shows no {self.kind} {self.of_kind}".rstrip())
        first, end = spans[0]
        return min(first + int((end - first) * self.at), end - 1)

    def _spans(self, timeline: Timeline, cues: PlacedCues | None) -> list[tuple[int, int]]:
        if self.kind == "caption":
            return [(c.first_frame, c.end_frame) for c in cues.cues][int(self.of_kind) :] if cues else []
        if self.kind == "split":
            return [(s.first_frame, s.end_frame) for s in timeline.scenes if s.picture.beside]
        return [
            (timed.first_frame, timed.end_frame)
            for timed in timeline.cards
            if timed.card.kind == self.kind and self.of_kind in ("", timed.card.label)
        ]


CLOSING = Moment("closing card", "closing")
SHOWN: dict[str, tuple[tuple[str, tuple[Moment, ...]], ...]] = {
    "interview": (
        (
            "examples/sintel/interview.yaml",
            (
                Moment("title", "opening"),
                Moment("name, above it a caption", "lower_third", at=0.4),
                Moment("split screen", "split", at=0.8),
                CLOSING,
            ),
        ),
    ),
    "subtitles": (
        ("examples/sintel/subtitles.yaml", (Moment("first cue", "caption", "0"), Moment("third cue", "caption", "2"))),
    ),
    "alert": (
        ("examples/notice/job.yaml", (Moment("the notice, still and video", "notice"),)),
        ("examples/photos/alert.yaml", (Moment("beside a photo", "notice"),)),
    ),
    "statement": (
        (
            "examples/photos/statement.yaml",
            (
                Moment("over a photo, its first lines", "quote", at=0.3),
                Moment("its last line, and the name", "quote", at=0.9),
            ),
        ),
        ("examples/sintel/statement.yaml", (Moment("over footage", "quote", at=0.83),)),
    ),
    "photo-story": (
        (
            "examples/photos/story.yaml",
            (
                Moment("title over the first photo", "opening"),
                Moment("its words", "point", "0"),
                Moment("the next", "point", "1"),
                CLOSING,
            ),
        ),
    ),
    "event": (
        (
            "examples/sintel/event.yaml",
            (
                Moment("title", "opening"),
                Moment("a clip’s title", "chapter", "clip/1"),
                Moment("another’s", "chapter", "clip/7"),
                CLOSING,
            ),
        ),
    ),
    "explainer": (
        (
            "examples/photos/explainer.yaml",
            (
                Moment("title", "title"),
                Moment("chapter", "chapter", "point/0"),
                Moment("point on the ground", "point", "0"),
                Moment("point over a photo", "point", "1"),
                Moment("last point", "point", "3"),
            ),
        ),
    ),
    "announcement": (
        ("examples/photos/announcement.yaml", (Moment("the announcement, still and loop", "announcement"),)),
    ),
    "correction": (
        (
            "examples/sintel/correction.yaml",
            (
                Moment("title", "opening"),
                Moment("claim", "claim", "0/said", at=0.8),
                Moment("struck", "claim", "0/struck", at=0.8),
                Moment("answered", "claim", "0/answered"),
            ),
        ),
    ),
}


@dataclass(frozen=True)
class Cell:
    """One picture of a sheet."""

    label: str
    format: str
    file: Path


def cells_of(job: str, moments: Sequence[Moment], language: str, folder: Path, store_place: Path) -> list[list[Cell]]:
    """A row for each moment, a picture in it for each format."""
    store = open_store(store_place)
    library = load_library(HOUSE)
    order = accept(ROOT / job, library)
    order = alone(order, language)
    artist = artist_of(order, library, store)
    timeline, cues = placed(order, store)
    frames = [moment.frame(timeline, cues.get(language)) for moment in moments]
    rows: list[list[Cell]] = [[] for _ in moments]
    for audience in order.audiences:
        batches = frames_of(order, artist, store, audience, frames)
        for n, (moment, batch) in enumerate(zip(moments, batches, strict=True)):
            name = f"{order.recipe.name}-{Path(job).parent.name}-{language}-{n + 1}-{audience.format}.png"
            make_picture(batch, folder / name, store)
            rows[n].append(Cell(moment.label, audience.format, folder / name))
    return rows


def alone(order: Order, language: str) -> Order:
    """The order in one language, and in every format whatever its job names; a film's own frame stays."""
    own = [audience for audience in order.audiences if audience.language == language]
    if own[0].format != "source":
        own = [replace(own[0], format=name) for name in SIZES]
    return replace(order, audiences=tuple(own), languages={language: order.languages[language]})


def sheet(rows: list[list[Cell]], artist: Artist) -> Image.Image:
    """Rows of pictures of one height, each row under its label."""
    if len(rows[0]) == 1:  # a film's own frame: its moments beside each other
        rows = [[cell for row in rows for cell in row]]
    heights = []
    for row in rows:
        shapes = [shape(cell) for cell in row]
        heights.append(int((PAGE - 2 * MARGIN - GAP * (len(row) - 1)) / sum(shapes)))
    page = Image.new("RGB", (PAGE, MARGIN + sum(height + LABEL + MARGIN for height in heights)), PAPER)
    y = MARGIN // 2
    for row, height in zip(rows, heights, strict=True):
        x = MARGIN
        for n, cell in enumerate(row):
            width = round(height * shape(cell))
            if n == 0 or cell.label != row[0].label:
                write(page, cell.label, x, y, artist)
            with Image.open(cell.file) as picture:
                page.paste(picture.convert("RGB").resize((width, height), Image.Resampling.LANCZOS), (x, y + LABEL))
            x += width + GAP
        y += LABEL + height + MARGIN
    return page


def small(row: list[Cell]) -> Image.Image:
    """The wide picture of a moment and the upright one beside it, or the film's own frame alone."""
    shown = [cell for cell in row if cell.format in ("wide", "story", "source")]
    widths = [round(SMALL_HEIGHT * shape(cell)) for cell in shown]
    page = Image.new("RGBA", (sum(widths) + SMALL_GAP * (len(shown) - 1), SMALL_HEIGHT))
    x = 0
    for cell, width in zip(shown, widths, strict=True):
        with Image.open(cell.file) as picture:
            page.paste(picture.convert("RGB").resize((width, SMALL_HEIGHT), Image.Resampling.LANCZOS), (x, 0))
        x += width + SMALL_GAP
    return page


def shape(cell: Cell) -> float:
    """Width by height."""
    with Image.open(cell.file) as picture:
        return picture.width / picture.height


def write(page: Image.Image, text: str, x: int, y: int, artist: Artist) -> None:
    house = artist.identity
    line = house.type.line(text, Style(house.fonts.families(["Inter"], "Latn"), "regular", 24, rgb(INK), "ltr"))
    page.paste(line.image, (x, y + 32 + line.top), line.image)


def save(picture: Image.Image, file: Path, most: int = MOST_BYTES) -> None:
    """As a WebP of at most `most` bytes."""
    for quality in QUALITIES:
        picture.save(file, "WEBP", quality=quality, method=6)
        if file.stat().st_size <= most:
            return
    raise SystemExit(f"{file}: more than {most} bytes at any quality; show fewer moments")


def inputs_of(recipe: Recipe) -> str:
    """A recipe's inputs as the page says them."""
    lines = []
    for need in ("needed", "possible"):
        keys = [f"`{key}`" for key, given in recipe.inputs.items() if given == need]
        if keys:
            lines.append(f"- {need}: {', '.join(keys)}")
    return "\n".join(lines)


def renewed(page: str, recipes: dict[str, Recipe]) -> str:
    """The page with each recipe's inputs as its file has them now."""

    def section(found: re.Match[str]) -> str:
        return f"{found[1]}<!-- inputs -->\n{inputs_of(recipes[found[2]])}\n<!-- end -->"

    pattern = r"(^## ([\w-]+)$(?:(?!^## ).)*?)<!-- inputs -->.*?<!-- end -->"
    return re.sub(pattern, section, page, flags=re.MULTILINE | re.DOTALL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipes", nargs="*", help="which; all without")
    parser.add_argument("--frames", type=Path, help="where the frames are kept in full size")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--store", type=Path, default=ROOT / "build" / "store")
    asked = parser.parse_args()
    artist = Artist(load_library(HOUSE), "aster", open_store(asked.store))
    asked.out.mkdir(parents=True, exist_ok=True)
    PAGE_FILE.write_text(renewed(PAGE_FILE.read_text("utf-8"), load_library().recipes), "utf-8")
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.frames or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        wanted = [(recipe, language) for recipe in asked.recipes or SHOWN for language in LANGUAGES]

        def rows_of(one: tuple[str, str]) -> list[list[Cell]]:
            recipe, language = one
            return [
                row for job, moments in SHOWN[recipe] for row in cells_of(job, moments, language, folder, asked.store)
            ]

        with ThreadPoolExecutor(2) as pool:
            for (recipe, language), rows in zip(wanted, pool.map(rows_of, wanted), strict=True):
                file = asked.out / f"{recipe}-{language}.webp"
                save(sheet(rows, artist), file)
                if language == LANGUAGES[0]:
                    save(small(rows[TELLING.get(recipe, 0)]), SMALL / f"{recipe}.webp", SMALL_BYTES)
                print(file, file.stat().st_size)


if __name__ == "__main__":
    main()
