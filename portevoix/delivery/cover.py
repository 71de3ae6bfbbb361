"""The cover of a video: its best moment without captions, with a few words of its author and the logo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from PIL import Image

from portevoix.authoring.brand import SHADE
from portevoix.delivery.job import FinishedJob
from portevoix.delivery.poster import cover_second
from portevoix.delivery.poster.reader import Reader
from portevoix.delivery.wordless import join_wordless, wordless
from portevoix.drawing.drawn import Drawn
from portevoix.plan import Product, key_of
from portevoix.plan.artists import artist_of
from portevoix.plan.covers import cover_cards, cover_edition
from portevoix.plan.faces import TALL, SeenFace, covered, over_eyes_or_mouth
from portevoix.plan.light_under import weakest_shade
from portevoix.render.still import within
from portevoix.store import Store
from portevoix.timeline.cards import Bug, Opening

LOOKED_AT_PX = 640  # the width at which faces are looked for
LATER_PLACE = 0.02  # what a place further down the list costs


def make_cover(product: Product, job: FinishedJob, limit: int) -> tuple[str, Path]:
    """The cover as a JPEG of at most `limit` bytes, in the size of the format. Returns its key and file."""
    store, cover = job.store, _Cover(product, job)
    title, bug = cover.drawings()
    key = key_of("cover", {"picture": cover.picture_key, "words": [title, bug], "limit": limit})
    if not store.has(key):
        picture = cover.picture.convert("RGBA")
        for drawn in (bug, title):
            with Image.open(store.path(drawn.key, ".png"), formats=["PNG"]) as image:
                picture.alpha_composite(image.convert("RGBA"), (max(0, drawn.x), max(0, drawn.y)))
        with store.workplace() as folder:
            (folder / "cover.jpg").write_bytes(within(picture.convert("RGB"), limit))
            store.put(key, {".jpg": folder / "cover.jpg"}, {"limit": limit})
    return key, store.path(key, ".jpg")


@dataclass(frozen=True)
class _Cover:
    """A product's cover: its picture, and where the words stand on it."""

    product: Product
    job: FinishedJob

    @property
    def second(self) -> Fraction:
        """The author's second, or the best."""
        asked = self.job.order.job.cover
        second = asked.at_s if asked else None
        return cover_second(self.job.plan, self.product.video, second, self.job.store)

    @property
    def picture_key(self) -> str:
        """The key of the picture without words, the same in all languages."""
        chunks = [step.key for step, _ in wordless(self.job.plan, self.product.video)]
        key = key_of("wordless frame", {"chunks": chunks, "second": self.second})
        if not self.job.store.has(key):
            self._take(key, chunks, self.job.store)
        return key

    def _take(self, key: str, chunks: list[str], store: Store) -> None:
        with store.workplace() as folder:
            join_wordless(chunks, None, self.product.video, store, folder / "clean.mp4")
            with Reader(folder / "clean.mp4") as reader:
                reader.picture(self.second).save(folder / "picture.png")
            store.put(key, {".png": folder / "picture.png"}, {})

    @property
    def picture(self) -> Image.Image:
        """The picture without words, in the format's size."""
        with Image.open(self.job.store.path(self.picture_key, ".png"), formats=["PNG"]) as image:
            return image.convert("RGB")

    def drawings(self) -> tuple[Drawn, Drawn]:
        """The words, where they cover least of a face and on the weakest shade that they need, and the logo."""
        order, audience = self.job.order, self.product.audience
        artist = artist_of(order, self.job.library, self.job.store).in_kit(audience.kit or order.kit)
        edition, picture = cover_edition(order, audience, self.product.video.canvas), self.picture
        faces = list(_faces(picture))

        def price(card: Opening, number: int) -> float:
            box = artist.card(card, edition).box
            return covered(box, faces) + over_eyes_or_mouth(box, faces) + LATER_PLACE * number

        cards = cover_cards(picture.size)
        best = min(enumerate(cards), key=lambda pair: price(pair[1], pair[0]))[1]
        colours = artist.kit.colours
        opacity = weakest_shade(picture, artist.card(best, edition).box, (colours.on_ground,), colours.ground)
        shaded = best if opacity == SHADE else replace(best, shade=opacity)
        title, bug = artist.card(shaded, edition), artist.card(Bug(), edition)
        artist.raise_faults()
        return title, bug


def _faces(picture: Image.Image) -> Iterator[SeenFace]:
    import numpy as np  # here: what faces need takes long to load

    from portevoix.framing.faces import sightings

    width, height = picture.size
    small = picture.resize((LOOKED_AT_PX, max(1, height * LOOKED_AT_PX // width)))
    for face in sightings(Fraction(0), np.ascontiguousarray(np.asarray(small)[:, :, ::-1])):
        x, y, half = face.x * width, face.y * height, face.width * width / 2
        yield SeenFace(0, (x - half, y - half * TALL, x + half, y + half * TALL), None, (0, 0, width, height))
