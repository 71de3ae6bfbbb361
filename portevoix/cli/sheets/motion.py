"""Strips of a kit's motion: ten frames of each card's way in, and of its way out, as they are composed in a film."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PIL import Image

from portevoix import ffmpeg
from portevoix.authoring.colours import rgb
from portevoix.authoring.language import Language
from portevoix.cli.sheets.brand import fitted, load_specimen
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.light import light_field
from portevoix.drawing.text import Style
from portevoix.library import Library
from portevoix.order import Order
from portevoix.plan.composition import Framing
from portevoix.plan.grounds import TURN_S
from portevoix.plan.overlays import overlays_of
from portevoix.plan.photo_move import PhotoMove, Window
from portevoix.plan.picture import MIDDLE, within
from portevoix.plan.variant import Overlay, OverlayContext, Variant
from portevoix.render import picture
from portevoix.render.deadline import deadline_s
from portevoix.store import Store
from portevoix.timeline.cards import (
    AnyCard,
    Chapter,
    Claim,
    Closing,
    Headline,
    LowerThird,
    Notice,
    Opening,
    Point,
    Quote,
    TimedCard,
)
from portevoix.timeline.model import Chunk, Scene, Timeline
from portevoix.timeline.pictures import GroundPicture, PhotoPicture
from portevoix.timing import frame_at

FPS, FRAMES = Fraction(25), 10
FIRST, END = 25, 150  # of a card that comes over a picture and goes again
PAGE, MARGIN, GAP, LABEL = 2600, 60, 10, 44  # pixels
PAPER, INK = "#FFFFFF", "#1B1F24"


@dataclass(frozen=True)
class Move:
    """Cards whose way is looked at: ten frames from `first` on, every `step`th. `cut`: where the picture ends and the
    ground begins.
    """

    label: str
    cards: tuple[TimedCard, ...]
    first: int
    step: int = 3
    cut: int = END + FIRST


def _over(card: AnyCard) -> tuple[TimedCard, ...]:
    return (TimedCard(FIRST, END, card),)


CLAIM = (
    TimedCard(FIRST, 60, Claim(0, "said")),
    TimedCard(60, 110, Claim(0, "struck")),
    TimedCard(110, 170, Claim(0, "answered")),
)
MOVES = (
    Move("title comes", _over(Opening()), FIRST, 2),
    Move("title goes", _over(Opening()), END - 18, 2),
    Move("name comes", _over(LowerThird("minister")), FIRST, 2),
    Move("name goes", _over(LowerThird("minister")), END - 18, 2),
    Move("headline comes", _over(Headline()), FIRST, 2),
    Move("headline goes", _over(Headline()), END - 18, 2),
    Move("title of a clip comes", _over(Chapter("clip", 0)), FIRST, 2),
    Move("claim is said", CLAIM, FIRST, 2),
    Move("claim is struck", CLAIM, 60, 2),
    Move("claim is answered", CLAIM, 110, 2),
    Move("claim goes", CLAIM, 170 - 18, 2),
    Move("quotation comes", _over(Quote()), FIRST, 10),
    Move("point over a picture comes", _over(Point(0, over_picture=True)), FIRST, 2),
    Move("point over a picture goes", _over(Point(0, over_picture=True)), END - 9, 1),
    Move("point alone comes", (TimedCard(FIRST, END, Point(1, figure="2")),), FIRST, 2, FIRST),
    Move("number counts", (TimedCard(FIRST, END, Point(3)),), FIRST, 4, FIRST),
    Move("chapter comes", (TimedCard(FIRST, END, Chapter("point", 2, "1")),), FIRST, 2, FIRST),
    Move("notice, second by second", (TimedCard(0, 250, Notice()),), 5, 25, 0),
    Move("film dissolves into the closing card", (TimedCard(75, END, Closing()),), 62, 3, 75),
)


def motion_sheet(library: Library, kit: str, language: Language, format: str, store: Store) -> Image.Image:
    """A page of strips. Raises InvalidInput where a text cannot be set."""
    artist, canvas = Artist(library, kit, store), Canvas.of_format(format, draft=False)
    drawn = [(move.label, list(_frames(move, library, artist, language, canvas))) for move in MOVES]
    strips = [(label, frames) for label, frames in drawn if frames]
    artist.raise_faults()
    width, height = strips[0][1][0].size
    page = Image.new("RGB", (PAGE, 2 * MARGIN + len(strips) * (height + LABEL + GAP)), PAPER)
    for row, (label, frames) in enumerate(strips):
        y = MARGIN + row * (height + LABEL + GAP)
        _label(page, label, MARGIN, y, artist)
        for place, frame in enumerate(frames):
            page.paste(
                frame.resize((width, height), Image.Resampling.LANCZOS), (MARGIN + place * (width + GAP), y + LABEL)
            )
    return page


def _frames(move: Move, library: Library, artist: Artist, language: Language, canvas: Canvas) -> Iterator[Image.Image]:
    """Ten frames; none of a card that this format does not have, as a headline in the wide one."""
    overlays = _overlays(move, library, artist, language, canvas)
    if not any(isinstance(one.card, type(move.cards[0].card)) and one.glide for one in overlays):
        return
    seen = Chunk(0, move.first, (FRAMES - 1) * move.step + 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        still = _photo(library, canvas, folder)
        stream = picture.composed(still, Framing(canvas.width, canvas.height, "crop", MIDDLE, artist.ground), FPS)
        framing = Framing(canvas.width, canvas.height, "pad", MIDDLE, artist.ground)
        ground = picture.composed(_light(artist, canvas, move.first - move.cut), framing, FPS)
        under = stream.overlay(ground, enable=f"gte(n,{move.cut - move.first})", format="yuv420")
        shown = [
            picture.ImageOverlay(
                artist.store.path(one.drawn.key, ".png").resolve(),
                one.drawn.x,
                one.drawn.y,
                one.first,
                one.end,
                one.glide,
            )
            for one in within(seen, overlays)
        ]
        (composed,) = picture.branches(under, [shown], FPS)
        width = (PAGE - 2 * MARGIN - GAP * (FRAMES - 1)) // FRAMES
        chosen = composed.filter("select", f"not(mod(n,{move.step}))").filter("scale", width, -1, flags="lanczos")
        output = picture.encoded(chosen, "%02d.png", FRAMES, {"c:v": "png", "f": "image2"})
        ffmpeg.run(["-v", "error", *picture.arguments(output)], folder, deadline_s(seen.frame_count), encodes=False)
        for file in sorted(folder.glob("[0-9]*.png")):
            with Image.open(file) as image:
                yield image.convert("RGB")


def _overlays(move: Move, library: Library, artist: Artist, language: Language, canvas: Canvas) -> Sequence[Overlay]:
    job, _ = load_specimen(library.root)
    length = max(card.end_frame for card in move.cards) + FIRST
    cut = min(move.cut, length)
    scenes = [Scene(0, cut, PhotoPicture(0, total=cut))] if cut else []
    scenes += [Scene(cut, length - cut, GroundPicture())] if cut < length else []
    order = Order(
        name="specimen",
        folder=library.root,
        job=job,
        recipe=library.recipes["interview"],
        kit=artist.kit.name,
        sources=[],
        photos=[],
        scripts={},
        audiences=(),
        languages={language.code: language},
        notes=(),
    )
    timeline = Timeline(FPS, tuple(scenes), move.cards, (), ())
    return overlays_of(OverlayContext(Variant(language.code, True), canvas, order, timeline, (), artist))


def _photo(library: Library, canvas: Canvas, folder: Path) -> picture.Still:
    _, photo = load_specimen(library.root)
    fitted(photo, canvas.frame).save(folder / "photo.png")
    whole = Window(0, 0, 1, 1)
    return picture.Still(folder / "photo.png", (canvas.width, canvas.height), PhotoMove(whole, whole, 2), 0)


def _light(artist: Artist, canvas: Canvas, first: int) -> picture.MovingGround | None:
    """The light that wanders over the kit's ground, from a frame of its way on; None for another ground."""
    if artist.kit.cards.light != "drift":
        return None
    field = light_field(artist.kit, (canvas.width, canvas.height), artist.store)
    file = artist.store.path(field.key, ".png").resolve()
    return picture.MovingGround(file, field.aside, field.lower, frame_at(TURN_S, FPS), first)


def _label(page: Image.Image, text: str, x: int, y: int, artist: Artist) -> None:
    identity = artist.identity
    style = Style(identity.fonts.families(["Inter"], "Latn"), "bold", 24, rgb(INK), "ltr")
    line = identity.type.line(text, style)
    page.paste(line.image, (x, y + 30 + line.top), line.image)
