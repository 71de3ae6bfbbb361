"""Drawings by the hash of what they show: drawn once, kept in the store, shared by formats, jobs and runs."""

from __future__ import annotations

import bisect
import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass
from fractions import Fraction
from typing import Any

from PIL import Image

from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.captions.lines import SetLine
from portevoix.drawing import captions
from portevoix.drawing.captions import Captions, State
from portevoix.drawing.cards import CARDS
from portevoix.drawing.cards import VERSION as CARDS_VERSION
from portevoix.drawing.cards.quote import quoted
from portevoix.drawing.cards.sheet import Sheet, Words
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.frame import Drawing, Frame, MissingGlyph, TextTooLong, TooManyMarks
from portevoix.drawing.house import House
from portevoix.drawing.motion import VERSION as MOTION_VERSION
from portevoix.drawing.motion import Step, moved
from portevoix.drawing.text import write_png
from portevoix.errors import Fault, InvalidInput
from portevoix.library import Library
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
SHORT = 12  # characters of a text that is never the one to be shortened
TOLD = 60  # characters of a text that name it


@dataclass(frozen=True)
class Canvas:
    """An output frame: `frame` is what is laid out, reduced to `width` by `height` pixels."""

    format: str
    width: int
    height: int
    frame: Frame

    @classmethod
    def of_format(cls, name: str, draft: bool, margins: tuple[int, int, int, int] | None = None) -> Canvas:
        """A format's frame. `margins`: left, top, right and bottom kept free, where they are not the format's own."""
        width, height = SIZES[name]
        scale = Fraction(DRAFT_SHORT_SIDE, min(width, height)) if draft else Fraction(1)
        return cls(
            name, 2 * round(width * scale / 2), 2 * round(height * scale / 2), _frame(name, width, height, margins)
        )

    @classmethod
    def of_source(cls, width: int, height: int) -> Canvas:
        """A source's own frame, laid out as the format of the nearest shape."""
        shape = width / height
        name = min(SIZES, key=lambda n: abs(shape / (SIZES[n][0] / SIZES[n][1]) - 1))
        short = min(SIZES[name])
        size = (round(short * shape), short) if shape >= 1 else (short, round(short / shape))
        return cls("source", width, height, _frame(name, *size))


def _frame(name: str, width: int, height: int, margins: tuple[int, int, int, int] | None = None) -> Frame:
    left, top, right, bottom = margins or MARGINS[name]
    return Frame(name, width, height, (left, top, width - right, height - bottom))


@dataclass(frozen=True)
class Drawn:
    """A drawing in the store: the PNG under `key`, `width` by `height` pixels at `x`, `y` of the output frame."""

    key: str
    x: int
    y: int
    width: int = 0
    height: int = 0


class Artist:
    """Draws what a job shows. Texts that cannot be set are collected; `raise_faults` tells all of them at once."""

    def __init__(self, library: Library, kit: str, store: Store) -> None:
        self.store = store
        self.fonts = Fonts(library.root / "fonts")
        found = library.kits[kit]
        self.kit, self.kit_digest = found.values, found.digest
        self.house = House(self.kit, found.logos, self.fonts)
        self.captions = Captions(self.house)
        self.ground = self.kit.colours.ground
        self.faults: list[Fault] = []
        self._known: dict[str, Drawn] = {}
        self._bases: dict[str, Drawing] = {}

    def raise_faults(self) -> None:
        """Raise InvalidInput where a text could not be set."""
        if self.faults:
            raise InvalidInput(self.faults)

    def caption(self, state: State, language: Language, canvas: Canvas, where: str) -> Drawn:
        """One state of a cue."""
        content = ["caption", captions.VERSION, language.code, language.script, language.direction, asdict(state)]
        return self._drawn(content, canvas, where, lambda: self.captions.draw(state, language, canvas.frame))

    def cues(self, text: str, language: Language, canvas: Canvas, where: str) -> list[list[SetLine]]:
        """A text's lines, in one or more cues that follow each other."""
        key = self._key(["cues", captions.VERSION, language, text], canvas)
        if self.store.has(key):
            return [[SetLine(*line) for line in cue] for cue in self.store.facts(key)["cues"]]
        try:
            cues = self.captions.cues(text, language, canvas.frame)
        except (TextTooLong, MissingGlyph) as error:
            self.faults.append(Fault(where, None, None, str(error)))
            return []
        self.store.put(key, {}, {"cues": [[astuple(line) for line in cue] for cue in cues]})
        return cues

    def card(
        self, what: str, detail: str, job: Job, code: str, language: Language, canvas: Canvas, step: Step | None = None
    ) -> Drawn:
        """The card `what` of the job, in the language that it calls `code`; `detail` says which of several.

        `step`: one frame of its way in or out.
        """
        card = CARDS[what]
        words = card.words(job, code, detail)
        signature = self.kit.organisation_in(language.code) if card.signed else ""
        content = [what, CARDS_VERSION, language.direction if card.wordless else language, words, signature]
        make = functools.partial(self._made, what, words, language, canvas.frame)
        if step is None:
            return self._drawn(content, canvas, f"{what} in {code}", make)
        moving = [*content, MOTION_VERSION, asdict(step)]
        mirrored = language.direction == "rtl"
        base = self._key(content, canvas)

        def at_step() -> Drawing:
            if base not in self._bases:  # the card itself is drawn once for all its steps
                self._bases[base] = make()
            return moved(self._bases[base], step, mirrored)

        return self._drawn(moving, canvas, f"{what} in {code}", at_step)

    def _made(self, what: str, words: Words, language: Language, frame: Frame) -> Drawing:
        """The card drawn. Raises TextTooLong, with the length that fits, and MissingGlyph."""
        draw = CARDS[what].draw
        try:
            return draw(self.house, words, language, frame)
        except TooManyMarks:
            raise
        except TextTooLong as error:

            def fits(number: int, length: int, others: int | None) -> bool:
                tried = tuple(w[:length].rstrip() if n == number else w[:others] for n, w in enumerate(words))
                try:
                    draw(self.house, tried, language, frame)
                except TextTooLong:
                    return False
                return True

            # The longest text first: it is the one to shorten, where that is enough; else each is measured beside short
            # ones.
            candidates = [n for n in sorted(range(len(words)), key=lambda n: -len(words[n])) if len(words[n]) > SHORT]
            for others, beside in ((None, ""), (SHORT, " beside short other texts")):
                for number in candidates:
                    text, card = words[number], f"the card {what!r} in {language.english_name}"
                    most = bisect.bisect_left(range(1, len(text)), True, key=lambda n: not fits(number, n, others))
                    if most:
                        begin = text if len(text) <= TOLD else f"{text[:TOLD]}…"
                        raise TextTooLong(
                            f"{begin!r} has {len(text)} characters; in {frame.name}, {card} holds {most} of them{beside}; "
                            "shorten it"
                        ) from error
            raise

    def quotation_lines(self, job: Job, code: str, language: Language, canvas: Canvas) -> list[str]:
        """The lines that the job's quotation takes in a frame; none where it does not fit (told by `card`)."""
        try:
            return quoted(Sheet(self.house, language, canvas.frame), job.quote.get(code, ""))[0]
        except (TextTooLong, MissingGlyph):
            return []

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
        whole = json.dumps([self.fonts.digest, self.kit_digest, frame, plain], ensure_ascii=False)
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
            facts = self.store.facts(key)
            self._known[key] = Drawn(key, *facts["at"], *facts["size"])
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
            write_png(image, folder / "drawing.png")
            self.store.put(key, {".png": folder / "drawing.png"}, {"at": [x, y], "size": list(image.size)})
