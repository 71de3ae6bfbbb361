"""Drawings as they are kept in the store: a PNG under a key, and its place on the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PIL import Image

from portevoix.drawing.canvas import Canvas
from portevoix.drawing.drawn import Drawn
from portevoix.drawing.frame import Drawing, ImagePiece
from portevoix.drawing.text import write_png
from portevoix.store import Store


class KeptDrawings:
    """The drawings in a store. What was asked for once is not read again."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._known: dict[str, Drawn] = {}

    def has(self, key: str) -> bool:
        """Whether the drawing is there."""
        return key in self._known or self.store.has(key)

    def get(self, key: str) -> Drawn:
        """A drawing that is there."""
        if key not in self._known:
            facts = self.store.facts(key)
            covers = None
            if "covers" in facts:
                left, top, right, bottom = facts["covers"]
                covers = left, top, right, bottom
            (x, y), (width, height) = facts["at"], facts["size"]
            self._known[key] = Drawn(key, x, y, width, height, covers)
        return self._known[key]

    def keep(self, key: str, drawing: Drawing, canvas: Canvas) -> None:
        """Keep a drawing of a frame in the size of its canvas."""
        scale = canvas.width / canvas.frame.width
        image, x, y = drawing.image, drawing.x, drawing.y
        # What is transparent costs as much to lay over a picture as what is not: only the rest is kept. Even places,
        # since in 4:2:0 a colour sample covers two by two pixels, and an edge between them bleeds.
        if scale == 1 and (box := image.getchannel("A").getbbox()):
            left, top = (box[0] + x) // 2 * 2 - x, (box[1] + y) // 2 * 2 - y
            image, x, y = image.crop((left, top, box[2], box[3])), x + left, y + top
        elif scale != 1:
            x, y = (int(v * scale) // 2 * 2 for v in (x, y))
            size = (max(2, round(image.width * scale)), max(2, round(image.height * scale)))
            image = image.resize(size, Image.Resampling.LANCZOS)
        self.put(
            key, ImagePiece("ground", image, x, y), drawing.covers and [round(edge * scale) for edge in drawing.covers]
        )

    def put(self, key: str, piece: ImagePiece, covers: Sequence[int] | None = None) -> None:
        """Keep an image at its place on the canvas."""
        with self.store.workplace() as folder:
            write_png(piece.image, folder / "drawing.png")
            facts: dict[str, Any] = {"at": [piece.x, piece.y], "size": list(piece.image.size)}
            if covers:
                facts["covers"] = list(covers)
            self.store.put(key, {".png": folder / "drawing.png"}, facts)
