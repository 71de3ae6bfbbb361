"""Drawings by the hash of what they show: drawn once, kept in the store, shared by formats, jobs and runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from PIL import Image

from portevoix.authoring.brand import load_kit
from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.layouts import VERSION, Drawing, Frame, MissingGlyph, Studio, TextTooLong
from portevoix.errors import Fault, InvalidInput
from portevoix.store import Store

SIZES = {"wide": (1920, 1080), "square": (1080, 1080), "portrait": (1080, 1350), "story": (1080, 1920)}
# Left, top, right, bottom kept free. The story's is what an unpaid story's buttons cover on Instagram and Facebook.
MARGINS = {
    "wide": (96, 64, 96, 60),
    "square": (60, 60, 60, 60),
    "portrait": (60, 64, 60, 72),
    "story": (65, 269, 65, 384),
}
DRAFT_SHORT_SIDE = 540


@dataclass(frozen=True)
class Canvas:
    """An output frame: `frame` is what is laid out, reduced to `width` by `height` pixels."""

    format: str
    width: int
    height: int
    frame: Frame

    @classmethod
    def of_format(cls, name: str, draft: bool) -> Canvas:
        width, height = SIZES[name]
        scale = Fraction(DRAFT_SHORT_SIDE, min(width, height)) if draft else Fraction(1)
        return cls(name, 2 * round(width * scale / 2), 2 * round(height * scale / 2), _frame(name, width, height))

    @classmethod
    def of_source(cls, width: int, height: int) -> Canvas:
        """A source's own frame, laid out as the format of the nearest shape."""
        shape = width / height
        name = min(SIZES, key=lambda n: abs(shape / (SIZES[n][0] / SIZES[n][1]) - 1))
        short = min(SIZES[name])
        size = (round(short * shape), short) if shape >= 1 else (short, round(short / shape))
        return cls("source", width, height, _frame(name, *size))


def _frame(name: str, width: int, height: int) -> Frame:
    left, top, right, bottom = MARGINS[name]
    return Frame(name, width, height, (left, top, width - right, height - bottom))


@dataclass(frozen=True)
class Drawn:
    """A drawing in the store: the PNG under `key`, at `x`, `y` of the output frame."""

    key: str
    x: int
    y: int


class Artist:
    """Draws what a job shows. Texts that cannot be set are collected; `raise_faults` tells all of them at once."""

    def __init__(self, root: Path, kit: str, store: Store) -> None:
        self.store = store
        self.kit, self.kit_digest = load_kit(root / "brand" / kit)
        self.fonts = Fonts(root / "fonts")
        self.studio = Studio(self.kit, root / "brand" / kit, self.fonts)
        self.ground = self.kit.colours.ground
        self.faults: list[Fault] = []
        self._known: dict[str, Drawn] = {}

    def raise_faults(self) -> None:
        """Raise InvalidInput where a text could not be set."""
        if self.faults:
            raise InvalidInput(self.faults)

    def bug(self, language: Language, canvas: Canvas) -> Drawn:
        return self._drawn(["bug", language.direction], canvas, "bug", lambda: self.studio.bug(language, canvas.frame))

    def caption(self, lines: list[str], language: Language, canvas: Canvas, where: str) -> Drawn:
        return self._drawn(
            ["caption", language, lines], canvas, where, lambda: self.studio.caption(lines, language, canvas.frame)
        )

    def caption_parts(self, text: str, language: Language, canvas: Canvas, where: str) -> list[list[str]]:
        """A cue's lines, in one or more parts that follow each other."""
        key = self._key(["lines", language, text], canvas)
        if self.store.has(key):
            parts: list[list[str]] = self.store.facts(key)["parts"]
            return parts
        try:
            parts = self.studio.caption_parts(text, language, canvas.frame)
        except (TextTooLong, MissingGlyph) as error:
            self.faults.append(Fault(where, None, None, str(error)))
            return []
        self.store.put(key, {}, {"parts": parts})
        return parts

    def card(self, what: str, speaker: str, job: Job, code: str, language: Language, canvas: Canvas) -> Drawn:
        """The card `what`: opening, closing, notice or lower_third (of `speaker`)."""
        studio, frame = self.studio, canvas.frame
        title, kicker, text = (words.get(code, "") for words in (job.title, job.kicker, job.text))
        credit = job.credit_in(code)
        person = job.speakers.get(speaker)
        name, role = (person.name.get(code, ""), person.role.get(code, "")) if person else ("", "")
        makers: dict[str, tuple[list[str], Callable[[], Drawing]]] = {
            "opening": ([title, kicker], lambda: studio.opening(title, kicker, language, frame)),
            "closing": ([credit], lambda: studio.closing(credit, language, frame)),
            "notice": ([title, text, kicker], lambda: studio.notice(title, text, kicker, language, frame)),
            "lower_third": ([name, role], lambda: studio.lower_third(name, role, language, frame)),
        }
        words, make = makers[what]
        return self._drawn([what, language, words], canvas, f"{what} in {code}", make)

    def _key(self, content: list[Any], canvas: Canvas) -> str:
        plain = [item.model_dump(mode="json") if isinstance(item, Language) else item for item in content]
        frame = [
            canvas.frame.name,
            canvas.frame.width,
            canvas.frame.height,
            canvas.frame.zone,
            canvas.width,
            canvas.height,
        ]
        whole = json.dumps([VERSION, self.fonts.digest, self.kit_digest, frame, plain], ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()

    def _drawn(self, content: list[Any], canvas: Canvas, where: str, make: Callable[[], Drawing]) -> Drawn:
        key = self._key(content, canvas)
        if key not in self._known:
            if not self.store.has(key):
                try:
                    drawing = make()
                except (TextTooLong, MissingGlyph) as error:
                    self.faults.append(Fault(where, None, None, str(error)))
                    return Drawn(key, 0, 0)
                self._keep(key, drawing, canvas)
            self._known[key] = Drawn(key, *self.store.facts(key)["at"])
        return self._known[key]

    def _keep(self, key: str, drawing: Drawing, canvas: Canvas) -> None:
        scale = canvas.width / canvas.frame.width
        image, x, y = drawing.image, drawing.x, drawing.y
        # What is transparent costs as much to lay over a picture as what is not: only the rest is kept. Even places,
        # since in 4:2:0 a colour sample covers two pixels each way, and an edge between them bleeds.
        if scale == 1 and (box := image.getchannel("A").getbbox()):
            left, top = (box[0] + x) // 2 * 2 - x, (box[1] + y) // 2 * 2 - y
            image, x, y = image.crop((left, top, box[2], box[3])), x + left, y + top
        elif scale != 1:
            x, y = (int(v * scale) // 2 * 2 for v in (x, y))
            size = (max(2, round(image.width * scale)), max(2, round(image.height * scale)))
            image = image.resize(size, Image.Resampling.LANCZOS)
        with self.store.workplace() as folder:
            image.save(folder / "drawing.png", compress_level=3)
            self.store.put(key, {".png": folder / "drawing.png"}, {"at": [x, y], "size": list(image.size)})
