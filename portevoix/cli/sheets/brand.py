"""A contact sheet of everything that a kit draws, in every format: what a designer looks at before a kit is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageOps

from portevoix.authoring.colours import contrast, rgb
from portevoix.authoring.document import load
from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.captions.lines import SetLine
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.drawing.captions import GAP, Captions, State
from portevoix.drawing.cards import draw_card, words_of
from portevoix.drawing.cards.sheet import Sheet
from portevoix.drawing.frame import Drawing, Frame
from portevoix.drawing.identity import Identity
from portevoix.drawing.text import Line, Style
from portevoix.timeline.cards import (
    Announcement,
    AnyCard,
    Backdrop,
    Bug,
    Chapter,
    Claim,
    Closing,
    DraftMark,
    Headline,
    LowerThird,
    Notice,
    Opening,
    PartMark,
    PictureCredit,
    PictureSource,
    Point,
    Progress,
    Quote,
    Title,
)

PAPER, INK, PALE, LINE = "#FFFFFF", "#1B1F24", "#6A727C", "#D9DDE2"
PAGE, MARGIN, GUTTER = 2600, 80, 28  # pixels
COLUMNS = {"wide": (5, 4), "square": (8, 7), "portrait": (8, 7), "story": (8, 7)}  # whichever leaves fewer places empty
LABEL = 42  # pixels above a cell
Said = Literal["", "own", "lit", "second"]


@dataclass(frozen=True)
class Specimen:
    """One thing that a kit draws: cards one over the other, and a caption in one of its colours."""

    label: str
    cards: tuple[AnyCard, ...]
    said: Said = ""
    over_picture: bool = True


BUG, HEADLINE, SOURCE = Bug(), Headline(), PictureSource()
SPECIMENS = (
    Specimen("title", (Opening(), BUG)),
    Specimen("name, above it a caption", (LowerThird("minister"), BUG, HEADLINE), "own"),
    Specimen("name over a player’s captions", (LowerThird("minister", high=True), BUG)),
    Specimen("captions, headline", (BUG, HEADLINE), "own"),
    Specimen("captions, a word lit", (BUG,), "lit"),
    Specimen("captions, a second speaker", (BUG,), "second"),
    Specimen("quotation", (Quote(), BUG)),
    Specimen("claim, source", (Claim(0, "said"), SOURCE, BUG)),
    Specimen("claim, struck", (Claim(0, "struck"), SOURCE, BUG)),
    Specimen("claim, answered", (Claim(0, "answered"), SOURCE, BUG)),
    Specimen("point over a picture, progress", (Point(0, over_picture=True), Progress(1, 3), Bug(lower=True))),
    Specimen("point alone, progress", (Point(1, figure="2"), Progress(2, 3)), over_picture=False),
    Specimen("notice (a still)", (Notice(),), over_picture=False),
    Specimen("announcement (a still)", (Announcement(),), over_picture=False),
    Specimen("closing", (Closing(),), over_picture=False),
    Specimen("title of a clip", (Chapter("clip", 0), BUG)),
    Specimen("chapter, progress", (Chapter("point", 2, "1"), Progress(0, 3)), over_picture=False),
    Specimen("ground of a loop", (Backdrop(),), over_picture=False),
    Specimen("headline, source below it", (HEADLINE, PictureSource(below_headline=True), BUG)),
    Specimen("part of a programme", (PartMark("1", "3", "beside"), SOURCE, BUG)),
    Specimen("title alone", (Title(),), over_picture=False),
    Specimen("a draft", (BUG, DraftMark("DRAFT"))),
    Specimen("whose the picture is", (PictureCredit(), BUG)),
)


def columns(format: str) -> int:
    """How many specimens of a format stand side by side."""
    return min(COLUMNS[format], key=lambda count: -len(SPECIMENS) % count)


def load_specimen(root: Path) -> tuple[Job, Path]:
    """The words that are set, and the photo behind them."""
    folder = root / "brand" / "specimen"
    job = load(Job, folder / "job.yaml")
    return job, folder / next(point.picture for point in job.points if point.picture)


def cell(
    specimen: Specimen, identity: Identity, job: Job, language: Language, frame: Frame, picture: Image.Image
) -> Image.Image:
    """One specimen over a picture of the frame's size."""
    image = picture.convert("RGBA")
    foot: int | None = None
    for card in specimen.cards:
        drawing = draw_card(Sheet(identity, language, frame), card, words_of(card, job, language.code))
        _lay(image, drawing)
        foot = drawing.y - round(GAP * frame.unit) if isinstance(card, LowerThird) else foot
    if specimen.said:
        _lay(image, _caption(specimen.said, identity, job, language, frame, foot))
    return image.convert("RGB")


def _lay(image: Image.Image, drawing: Drawing) -> None:
    image.alpha_composite(drawing.image, (max(0, drawing.x), max(0, drawing.y)))


def _caption(said: Said, identity: Identity, job: Job, language: Language, frame: Frame, foot: int | None) -> Drawing:
    look, captions = identity.kit.captions, Captions(identity)
    lines: list[SetLine] = captions.cues(job.quote[language.code], language, frame)[0]
    texts = tuple(line.text for line in lines)
    top = identity.kit.captions_edge(frame.name) == "top"
    state = State(texts, look.look, bottom=None if top else foot, top=top)
    if said == "second" and look.speakers:
        state = State(texts, look.look, look.speakers[0], top=top)
    if said == "lit" and look.highlight:
        # By letters where a language writes no spaces: which word it is does not matter here.
        end = texts[0].find(" ") if " " in texts[0] else 2
        state = State(texts, look.look, lit=(0, 0, end), top=top)
    return captions.draw(state, language, frame)


def contact_sheet(
    identity: Identity, language: Language, root: Path, formats: Sequence[str] = tuple(SIZES)
) -> Image.Image:
    """The kit's logo, colours and fonts, then every specimen in each of the formats. Raises TextTooLong and
    MissingGlyph.
    """
    job, photo = load_specimen(root)
    page = _Page(identity)
    page.head(job, language)
    for name in formats:
        frame = Canvas.of_format(name, draft=False).frame
        picture = fitted(photo, frame)
        ground = Image.new("RGB", picture.size, rgb(identity.kit.colours.ground))
        page.section(f"{name}  {frame.width} × {frame.height}")
        page.cells(
            (
                (s.label, cell(s, identity, job, language, frame, picture if s.over_picture else ground))
                for s in SPECIMENS
            ),
            columns(name),
            frame,
        )
    return page.finished()


def fitted(path: Path, frame: Frame) -> Image.Image:
    """The photo of a file, filling a frame."""
    with Image.open(path) as image:
        return ImageOps.fit(
            image.convert("RGB"), (frame.width, frame.height), Image.Resampling.LANCZOS, centering=(0.5, 0.35)
        )


class _Page:
    """A long white page that is filled from its head down."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.image = Image.new("RGB", (PAGE, 12_000), PAPER)
        self.y = MARGIN

    def head(self, job: Job, language: Language) -> None:
        """Name, logo, colours, fonts."""
        kit, colours = self.identity.kit, self.identity.kit.colours
        self._write_in(language, "title", kit.organisation_in(language.code), self.y, 60)
        inherits = f", inherits {kit.inherits}" if kit.inherits else ""
        self._write(f"Brand kit {kit.name}{inherits} — {language.english_name}", MARGIN, self.y + 92, 30, PALE)
        self.y += 170
        x = MARGIN
        grounds = (
            (colours.ground, "on the ground"),
            (colours.accent, "on the accent"),
            ("#FFFFFF", "on white"),
            ("#000000", "on black"),
        )
        for ground, label in grounds:
            self._swatch(x, self.y, 250, 200, ground)
            logo = self.identity.logo_on(ground)
            logo = logo.resize((round(120 * logo.width / logo.height), 120), Image.Resampling.LANCZOS)
            self.image.paste(logo, (x + (250 - logo.width) // 2, self.y + 40), logo)
            self._write(label, x, self.y + 212, 22, PALE)
            x += 270
        x += 30
        pairs = (
            ("ground", "on_ground"),
            ("accent", "on_accent"),
            ("ground", "muted"),
            ("ground", "accent_on_ground"),
            ("caption_box", "caption_text"),
        )
        width = (PAGE - MARGIN - x - 4 * 16) // 5
        for back, front in pairs:
            ground, words = getattr(colours, back), getattr(colours, front)
            self._swatch(x, self.y, width, 200, ground)
            self._write("Aa", x + 24, self.y + 24, 64, words, role="title")
            self._write(f"{contrast(ground, words):.1f} : 1", x + 24, self.y + 140, 24, words)
            self._write(front.replace("_", " "), x, self.y + 212, 22, PALE)
            self._write(f"{words} on {ground}", x, self.y + 240, 19, PALE)
            x += width + 16
        self.y += 290
        for role, sizes in (("title", 46), ("text", 34)):
            named = ", ".join(f"{script} {family}" for script, family in kit.fonts.of(role).items())
            self._write(f"{role}: {named or 'the identity’s own'}", MARGIN, self.y, 24, PALE)
            self._write_in(language, role, language.sample, self.y + 34, sizes)
            self.y += 34 + round(sizes * 1.9)

    def section(self, title: str) -> None:
        """A rule and a title over what follows."""
        self.y += 30
        ImageDraw.Draw(self.image).rectangle((MARGIN, self.y, PAGE - MARGIN, self.y + 1), fill=LINE)
        self._write(title, MARGIN, self.y + 22, 34, INK)
        self.y += 84

    def cells(self, cells: Iterable[tuple[str, Image.Image]], columns: int, frame: Frame) -> None:
        """Pictures in columns, each under its label."""
        width = (PAGE - 2 * MARGIN - GUTTER * (columns - 1)) // columns
        height = width * frame.height // frame.width
        count = 0
        for count, (label, picture) in enumerate(cells, 1):
            x = MARGIN + (count - 1) % columns * (width + GUTTER)
            y = self.y + (count - 1) // columns * (height + LABEL + GUTTER)
            self._write(label, x, y + 2, 19, PALE)
            self.image.paste(picture.resize((width, height), Image.Resampling.LANCZOS), (x, y + LABEL))
        self.y += -(-count // columns) * (height + LABEL + GUTTER)

    def finished(self) -> Image.Image:
        """The page as far as it is filled."""
        return self.image.crop((0, 0, PAGE, self.y + MARGIN - GUTTER))

    def _swatch(self, x: int, y: int, width: int, height: int, colour: str) -> None:
        draw = ImageDraw.Draw(self.image)
        draw.rectangle((x, y, x + width - 1, y + height - 1), fill=colour, outline=LINE)

    def _write_in(self, language: Language, role: str, text: str, y: int, size: int) -> None:
        """A line of a language at its side of the page, its box's top at `y`."""
        line = self.identity.type.line(text, self.identity.style(language, role, size, INK))
        x = PAGE - MARGIN - line.width if language.direction == "rtl" else MARGIN
        self._paste(line, x, y, size)

    def _write(self, text: str, x: int, y: int, size: int, colour: str, role: str = "") -> None:
        """A line of the page's own words, its box's top at `y`."""
        named = list(self.identity.kit.fonts.of(role).values()) if role else ["Inter"]
        families = self.identity.fonts.families(named, "Latn")
        style = Style(families, "bold" if role else "regular", size, rgb(colour), "ltr")
        self._paste(self.identity.type.line(text, style), x, y, size)

    def _paste(self, line: Line, x: int, y: int, size: int) -> None:
        self.image.paste(line.image, (x, y + round(size * 1.05) + line.top), line.image)
