"""The key under which a drawing is kept: the hash of all that it shows."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from portevoix.authoring.language import Language
from portevoix.drawing.canvas import Canvas

NOT_DRAWN = {"update", "draft"}  # of a language: what a card shows of them is among its words


class DrawingKeys:
    """Keys of drawings that are made with the same things: fonts and a kit, by their digests."""

    def __init__(self, *made_with: str) -> None:
        self._made_with = [json.dumps(digest) for digest in made_with]
        self._languages: dict[int, tuple[Language, str]] = {}  # each is written once: a plan asks for thousands of keys

    def of(self, content: list[Any], canvas: Canvas) -> str:
        """The key of what has that content on a canvas."""
        frame = canvas.frame
        of_frame = [frame.name, frame.width, frame.height, frame.zone, canvas.width, canvas.height]
        plain = ", ".join(self._written(item) for item in content)
        whole = ", ".join([*self._made_with, json.dumps(of_frame, ensure_ascii=False), f"[{plain}]"])
        return hashlib.sha256(f"[{whole}]".encode()).hexdigest()

    def _written(self, item: Any) -> str:
        if not isinstance(item, Language):
            return json.dumps(item, ensure_ascii=False)
        known = self._languages.get(id(item))
        if known is None or known[0] is not item:
            written = json.dumps(item.model_dump(mode="json", exclude=NOT_DRAWN), ensure_ascii=False)
            known = self._languages[id(item)] = item, written
        return known[1]
