"""Drawings by the hash of what they show: drawn once, kept in the store, shared by formats, jobs and runs."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any

from portevoix.authoring.caption_style import CaptionWish
from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.captions.dialogue import version_of
from portevoix.captions.lines import SetLine
from portevoix.drawing import captions, pieces
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.captions import Captions, State
from portevoix.drawing.cards import LOOKS, draw_card, step_of, words_of
from portevoix.drawing.cards import VERSION as CARDS_VERSION
from portevoix.drawing.cards.quote import quoted
from portevoix.drawing.cards.sheet import Sheet, Words
from portevoix.drawing.drawn import Drawn, DrawnPiece
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.frame import Drawing, MissingGlyph, TextTooLong, TooManyMarks
from portevoix.drawing.identity import Identity
from portevoix.drawing.kept import KeptDrawings
from portevoix.drawing.keys import DrawingKeys
from portevoix.drawing.motion import VERSION as MOTION_VERSION
from portevoix.drawing.motion import Step, moved
from portevoix.drawing.too_long import length_that_fits
from portevoix.errors import Fault, InvalidInput
from portevoix.library import Library
from portevoix.store import Store
from portevoix.timeline.card_names import named
from portevoix.timeline.cards import AnyCard, PictureCredit, Quote, Sized


@dataclass(frozen=True)
class DrawnJob:
    """A job in one language, which it calls `code`, on one canvas. `among`: the profiles of all its languages, by their
    codes there; a card's words have one size in all of them.
    """

    job: Job
    code: str
    language: Language
    canvas: Canvas
    among: tuple[tuple[str, Language], ...] = ()


class Artist:
    """Draws what a job shows. Texts that cannot be set are collected; `raise_faults` raises all of them at once."""

    def __init__(self, library: Library, kit: str, store: Store, wish: CaptionWish | None = None) -> None:
        self.store, self._made_with = store, (library, wish)
        self.kit_name = kit
        self.fonts = Fonts(library.root / "fonts")
        found = library.kits[kit]
        self.kit, self.kit_digest = found.values.asked(wish), found.digest
        self._keys = DrawingKeys(self.fonts.digest, self.kit_digest)
        self.identity = Identity(self.kit, found.logos, self.fonts)
        self.captions = Captions(self.identity)
        self.ground = self.kit.colours.ground
        self.faults: list[Fault] = []
        self._kept = KeptDrawings(store)
        self._bases: dict[str, Drawing] = {}
        self._steps: dict[str, int] = {}
        self._boxes: dict[str, tuple[int, int, int, int]] = {}

    def in_kit(self, kit: str) -> Artist:
        """Who draws the same job in another of its kits."""
        library, wish = self._made_with
        return self if kit == self.kit_name else Artist(library, kit, self.store, wish)

    def raise_faults(self) -> None:
        """Raise InvalidInput where a text could not be set."""
        if self.faults:
            raise InvalidInput(self.faults)

    def caption(self, state: State, language: Language, canvas: Canvas, where: str) -> Drawn:
        """One state of a cue."""
        content = ["caption", captions.VERSION, language.code, language.script, language.direction, asdict(state)]
        content += [self.kit.captions.rhythm, self.kit.lit_colour if state.lit else ""]
        return self._drawn(content, canvas, where, lambda: self.captions.draw(state, language, canvas.frame))

    def cues(self, text: str, language: Language, canvas: Canvas, where: str, fewer: int = 0) -> list[list[SetLine]]:
        """A text's lines, in one or more cues that follow each other; `fewer` lines at once than usual."""
        rhythm = self.kit.captions.rhythm
        content = ["cues", captions.VERSION, language, text, rhythm, *version_of([text], language)]
        key = self._keys.of([*content, *(("fewer", fewer) if fewer else ())], canvas)
        if self.store.has(key):
            return [[SetLine(*line) for line in cue] for cue in self.store.facts(key)["cues"]]
        try:
            cues = self.captions.cues(text, language, canvas.frame, fewer)
        except (TextTooLong, MissingGlyph) as error:
            if fewer:
                return []  # as many lines as usual may do
            fault = Fault(where, None, None, str(error))
            self.faults += [] if fault in self.faults else [fault]  # one text is asked for more than once
            return []
        self.store.put(key, {}, {"cues": [[astuple(line) for line in cue] for cue in cues]})
        return cues

    def card(self, card: AnyCard, edition: DrawnJob, step: Step | None = None) -> Drawn:
        """A card. `step`: one frame of its move in or out."""
        card = self.in_size(card, edition)
        language, canvas, where = edition.language, edition.canvas, f"{named(card)} in {edition.code}"
        content = self._content(card, edition)
        make = functools.partial(self._made, card, edition)
        if step is None:
            return self._drawn(content, canvas, where, make)
        base = self._keys.of(content, canvas)

        def at_step() -> Drawing:
            if base not in self._bases:  # the card itself is drawn once for all its steps
                self._bases[base] = make()
            return moved(self._bases[base], step, mirrored=language.direction == "rtl")

        return self._drawn([*content, MOTION_VERSION, asdict(step)], canvas, where, at_step)

    def pieces(self, card: AnyCard, edition: DrawnJob) -> list[DrawnPiece]:
        """What a card consists of, the lowest first, each covering what the whole card covers; none where its words
        cannot be set, which `card` finds too.
        """
        card, canvas = self.in_size(card, edition), edition.canvas
        key = self._keys.of(["pieces", pieces.VERSION, *self._content(card, edition)], canvas)
        if not self._has_pieces(key):
            try:
                drawing = self._made(card, edition)
            except (TextTooLong, MissingGlyph):
                return []
            whole_key = self._keys.of(self._content(card, edition), canvas)
            if not self._kept.has(whole_key):  # which is asked for next, and would be drawn again
                self._kept.keep(whole_key, drawing, canvas)
            scale = canvas.width / canvas.frame.width
            made = [pieces.scaled(piece, scale) for piece in pieces.together(drawing.pieces)]
            for number, piece in enumerate(made):
                self._kept.put(f"{key}-{number}", piece)
            self.store.put(key, {}, {"parts": [(piece.part, piece.turn, piece.cell) for piece in made]})
        whole, parts = self.card(card, edition).box, self.store.facts(key)["parts"]
        drawn = [replace(self._kept.get(f"{key}-{number}"), covers=whole) for number in range(len(parts))]
        return [DrawnPiece(part, one, turn, cell) for (part, turn, cell), one in zip(parts, drawn, strict=True)]

    def _has_pieces(self, key: str) -> bool:
        """Whether all pieces of a card are kept: a store may have lost one of them."""
        if not self.store.has(key):
            return False
        return all(self._kept.has(f"{key}-{number}") for number in range(len(self.store.facts(key)["parts"])))

    def refusal(self, card: AnyCard, edition: DrawnJob, advised: bool = True) -> str | None:
        """Why a card cannot be drawn with the words that it would have; None where it can. Keeps no drawing.

        `advised`: with the length that would fit, which takes some drawings more.
        """
        words = words_of(card, edition.job, edition.code)
        try:
            if advised:
                self._made(card, edition)
            else:
                draw_card(Sheet(self.identity, edition.language, edition.canvas.frame, measured=True), card, words)
        except (TextTooLong, MissingGlyph) as error:
            return str(error)
        return None

    def box(self, card: AnyCard, edition: DrawnJob) -> tuple[int, int, int, int]:
        """What a card hides of the output frame, as a drawing's `box`: laid out without being drawn, where it tells
        that. Remembered in the store.
        """
        card, canvas = self.in_size(card, edition), edition.canvas
        content = self._content(card, edition)
        key = self._keys.of(["box", *content], canvas)
        if key not in self._boxes:
            if not self.store.has(key):
                self.store.put(key, {}, {"box": self._laid_out(card, edition) or self.card(card, edition).box})
            left, top, right, bottom = self.store.facts(key)["box"]
            self._boxes[key] = left, top, right, bottom
        return self._boxes[key]

    def _laid_out(self, card: AnyCard, edition: DrawnJob) -> list[int] | None:
        """What a card's words and panels cover of its canvas; None where all of its drawing does, or none can be."""
        canvas, words = edition.canvas, words_of(card, edition.job, edition.code)
        sheet = Sheet(self.identity, edition.language, canvas.frame, measured=True)
        with contextlib.suppress(TextTooLong, MissingGlyph):
            covers = draw_card(sheet, card, words).covers
            return [round(edge * canvas.width / canvas.frame.width) for edge in covers] if covers else None
        return None

    def fits(self, card: AnyCard, edition: DrawnJob) -> bool:
        """Whether a card's words find room; remembered in the store."""
        key = self._keys.of(["fits", *self._content(card, edition)], edition.canvas)
        if not self.store.has(key):
            self.store.put(key, {}, {"fits": self.refusal(card, edition, advised=False) is None})
        found: bool = self.store.facts(key)["fits"]
        return found

    def _content(self, card: AnyCard, edition: DrawnJob) -> list[Any]:
        """All that a card's drawing depends on, but for the kit, the fonts and the canvas."""
        look, language = LOOKS[type(card)], edition.language
        words = (*look.words(card, edition.job, edition.code), *look.marks(card), *_more(card))
        signature = self.kit.organisation_in(language.code) if look.signed else ""
        found = [card.kind, CARDS_VERSION, language.direction if look.wordless else language, words, signature]
        return [*found, *([] if look.wordless else version_of(words, language))]

    def _made(self, card: AnyCard, edition: DrawnJob) -> Drawing:
        """The card drawn. Raises TextTooLong, with the length that fits, and MissingGlyph."""
        language, frame = edition.language, edition.canvas.frame
        words = words_of(card, edition.job, edition.code)

        def laid_out(words: Words) -> Drawing:
            return draw_card(Sheet(self.identity, language, frame, measured=True), card, words)

        try:
            return draw_card(Sheet(self.identity, language, frame), card, words)
        except TooManyMarks:
            raise
        except TextTooLong as error:
            beside = (
                " beside its picture" if getattr(card, "pane", None) and not isinstance(card, PictureCredit) else ""
            )
            where = f"in {frame.name}, {named(card)}{beside} in {language.english_name}"
            if advice := length_that_fits(words, laid_out, where):
                raise TextTooLong(advice) from error
            raise

    def in_size(self, card: AnyCard, edition: DrawnJob) -> AnyCard:
        """The card with the step of type that suits it and its like in all languages of the job."""
        look = LOOKS[type(card)]
        if not look.alike or not isinstance(card, Sized) or card.step is not None:
            return card
        alike = look.alike(card, edition.job)
        if len(alike) * len(edition.among) < 2:
            return card
        among = [replace(edition, code=code, language=language) for code, language in edition.among]
        content = ["step", *(part for each in among for one in alike for part in self._content(one, each))]
        key = self._keys.of(content, edition.canvas)
        if key not in self._steps:
            if not self.store.has(key):
                self.store.put(key, {}, {"step": self._step_of_all(alike, among)})
            self._steps[key] = self.store.facts(key)["step"]
        return replace(card, step=self._steps[key])

    def step(self, card: AnyCard, edition: DrawnJob) -> int:
        """The step of type that a card has, whose words find room."""
        sized = self.in_size(card, edition)
        sheet = Sheet(self.identity, edition.language, edition.canvas.frame)
        return step_of(sheet, sized, words_of(sized, edition.job, edition.code))

    def _step_of_all(self, alike: Sequence[AnyCard], among: Sequence[DrawnJob]) -> int:
        """The first step that suits all; what fits at none is found when it is drawn."""
        step = 0
        for edition in among:
            sheet = Sheet(self.identity, edition.language, edition.canvas.frame)
            for card in alike:
                with contextlib.suppress(TextTooLong, MissingGlyph):
                    step = step_of(sheet, card, words_of(card, edition.job, edition.code), step)
        return step

    def quotation_lines(self, card: Quote, edition: DrawnJob) -> list[str]:
        """The lines that the job's quotation takes in a frame; none where it does not fit, which `card` finds too."""
        sheet, sized, text = (
            Sheet(self.identity, edition.language, edition.canvas.frame),
            self.in_size(card, edition),
            edition.job.quote.get(edition.code, ""),
        )
        try:
            return quoted(sheet.at(step_of(sheet, sized, words_of(sized, edition.job, edition.code))), text, card)[0]
        except (TextTooLong, MissingGlyph):
            return []

    def _drawn(self, content: list[Any], canvas: Canvas, where: str, make: Callable[[], Drawing]) -> Drawn:
        key = self._keys.of(content, canvas)
        if not self._kept.has(key):
            try:
                drawing = make()
            except (TextTooLong, MissingGlyph) as error:
                self.faults.append(Fault(where, None, None, str(error)))
                return Drawn(key, 0, 0)
            self._kept.keep(key, drawing, canvas)
        return self._kept.get(key)


def _more(card: AnyCard) -> tuple[str, ...]:
    step: int | None = getattr(card, "step", None)
    return (*(() if step is None else ("step", str(step))), *(("afloat",) if getattr(card, "afloat", False) else ()))
