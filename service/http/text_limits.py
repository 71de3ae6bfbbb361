"""How much room a card leaves its words, by the drawing that will be made: the same measure as a render's."""

from __future__ import annotations

import bisect
import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from portevoix.authoring.document import write_document
from portevoix.authoring.job import Job
from portevoix.authoring.recipe import Recipe
from portevoix.drawing.artist import Artist, DrawnJob
from portevoix.drawing.canvas import SIZES, Canvas
from portevoix.drawing.cards import words_of
from portevoix.drawing.cards.sheet import Words
from portevoix.drawing.too_long import NAMED
from portevoix.errors import InvalidInput
from portevoix.library import Library
from portevoix.order import Order
from portevoix.order.accept import audiences_of
from portevoix.order.job_reading import JobReading
from portevoix.plan.words_beside import beside_its_picture
from portevoix.store import Store
from portevoix.timeline.cards import (
    AnyCard,
    Chapter,
    Claim,
    Closing,
    Headline,
    LowerThird,
    Opening,
    PictureCredit,
    PictureSource,
    Quote,
)
from portevoix.timeline.cards_of import FULL_CARDS, beside_picture, chapter_card, point_card
from service.documents import job_folder
from service.http.draft import JobDraft, Place

MOST = 600  # characters; no card holds more


@dataclass(frozen=True)
class TextLimit:
    """The most characters of a text that fit, and the format in which it is tightest."""

    most: int
    format: str


@dataclass(frozen=True)
class Refusal:
    """Words that do not fit, or that no font has."""

    place: Place
    message: str


class Cards:
    """The cards of a draft, in the frames and languages that its accounts ask for."""

    def __init__(self, draft: JobDraft, library: Library, store: Store) -> None:
        """Raises InvalidInput where the draft is no job yet."""
        with job_folder(draft.file_name, write_document(draft.document)) as path:
            reading = JobReading(path, library)
        self.job, self.content = reading.job, draft.document
        self.recipe = library.recipes.get(self.job.recipe)
        self.library = library
        self.audiences = tuple(audiences_of(reading, self.recipe))
        self.frames = sorted({(a.language, a.format, a.zone) for a in self.audiences if a.format in SIZES}, key=str)
        kits = (library.accounts[name].kit for name in self.job.accounts if name in library.accounts)
        named = self.job.kit or next(kits, library.default_kit)
        self.artist = _artist(
            library.root, named if named in library.kits else library.default_kit, _Held(library, store)
        )

    def refusals(self) -> list[Refusal]:
        """Each card whose words cannot be set, once for each language, at the place of the words that are at fault."""
        places: dict[AnyCard, list[Place]] = {}
        for place, card in _cards(self.job, self.recipe) if self.recipe else ():
            places.setdefault(card, []).append(place)
        found: dict[tuple[AnyCard, str], Refusal] = {}
        for card, edition in ((card, edition) for card in places for edition in self._editions()):
            given = [place for place in places[card] if _text_at(self.content, place, edition.code) is not None]
            if given and (card, edition.code) not in found and (said := self._refusal(card, edition)):
                place = next((p for p in given if self._meant(said, p, edition.code)), given[0])
                found[card, edition.code] = Refusal(_whole_place(self.content, place, edition.code), said)
        return list(found.values())

    def _meant(self, said: str, place: Place, code: str) -> bool:
        """Whether a message names the words at a place."""
        text = str(_text_at(self.content, place, code))
        return repr(text) in said or repr(text[:NAMED])[:-1] in said

    def room(self, place: Place, language: str) -> TextLimit | None:
        """How many characters of a language's usual words its card holds; None for what stands on no card."""
        card = dict(_cards(self.job, self.recipe)).get(place) if self.recipe else None
        rooms = [self._room(place, card, e) for e in self._editions() if e.code == language] if card else []
        return min(rooms, key=lambda room: room.most) if rooms else None

    def _editions(self) -> Iterator[DrawnJob]:
        for code, frame, zone in self.frames:
            if language := self.library.language(code):
                yield DrawnJob(self.job, code, language, Canvas.of_format(frame, False, zone))

    def _room(self, place: Place, card: AnyCard, edition: DrawnJob) -> TextLimit:
        sample = edition.language.sample
        words = f"{sample} " * (MOST // len(sample) + 1)

        def too_long(length: int) -> bool:
            job = Job.model_validate(_with(self.content, (*place, edition.code), words[:length].strip()))
            return self._refusal(card, replace(edition, job=job), advised=False) is not None

        return TextLimit(bisect.bisect_left(range(1, MOST), True, key=too_long), edition.canvas.format)

    def _refusal(self, card: AnyCard, edition: DrawnJob, advised: bool = True) -> str | None:
        """Why a card cannot be drawn, beside the job's picture where it stands there; None where it can."""
        if edition.job.picture and self.recipe:
            card = beside_its_picture(card, self._order(edition.job, self.recipe), self.artist, edition.canvas)
        return _refusal(self.artist, _set(card, edition), advised)

    def _order(self, job: Job, recipe: Recipe) -> Order:
        """The draft without its files: what says where cards stand beside a picture."""
        languages = {code: language for code, _, _ in self.frames if (language := self.library.language(code))}
        return Order(
            name="",
            folder=Path(),
            job=job,
            recipe=recipe,
            kit=self.artist.kit_name,
            sources=[],
            photos=[],
            scripts={},
            audiences=self.audiences,
            languages=languages,
            notes=(),
        )


@dataclass(frozen=True)
class _Setting:
    """A card with its words: what decides whether it can be drawn. `edition` says the same at length."""

    card: AnyCard
    words: Words
    language: str
    canvas: Canvas
    edition: DrawnJob = field(compare=False)


def _set(card: AnyCard, edition: DrawnJob) -> _Setting:
    return _Setting(card, words_of(card, edition.job, edition.code), edition.language.code, edition.canvas, edition)


@lru_cache(8_192)
def _refusal(artist: Artist, setting: _Setting, advised: bool = True) -> str | None:
    return artist.refusal(setting.card, setting.edition, advised)


@dataclass(frozen=True)
class _Held:
    """A library and a store, as an argument that `lru_cache` takes."""

    library: Library
    store: Store

    def __hash__(self) -> int:
        return id(self.library)


@lru_cache(16)
def _artist(root: Path, kit: str, held: _Held) -> Artist:
    return Artist(held.library, kit, held.store)


def cards_of(draft: JobDraft, library: Library, store: Store) -> Cards | None:
    """The cards of a draft; None while it says too little of what it is."""
    try:
        return Cards(draft, library, store)
    except InvalidInput:
        return None


def _cards(job: Job, recipe: Recipe) -> Iterator[tuple[Place, AnyCard]]:
    """Each text of a job by its place, and the card that shows it."""
    if recipe.opening:
        yield from ((("title",), Opening()), (("kicker",), Opening()))
    for name in ("notice", "announcement"):
        if recipe.shows(name):
            yield from (((key,), FULL_CARDS[name]) for key in ("title", "kicker", "text"))
            yield from ((("details", n), FULL_CARDS[name]) for n in range(len(job.details)))
    if recipe.shows("title"):
        yield from (((key,), FULL_CARDS["title"]) for key in ("title", "kicker"))
    if recipe.headline:
        yield ("headline",), Headline()
    if recipe.quote:
        yield ("quote",), Quote()
    if recipe.source:
        yield ("source",), PictureSource()
    if recipe.shows("closing"):
        yield ("credit",), Closing()
    elif job.picture and any(beside_picture(scene.card) for scene in recipe.scenes):
        yield ("credit",), PictureCredit()
    if recipe.lower_third:
        yield from ((("speakers", who, key), LowerThird(who)) for who in job.speakers for key in ("name", "role"))
    for n, point in enumerate(job.points):
        yield from ((("points", n, key), point_card(job, n)) for key in ("title", "text"))
        if point.chapter:
            yield ("points", n, "chapter"), chapter_card(job, n)
    if recipe.titles:
        yield from ((("clips", n, "title"), Chapter("clip", n)) for n, clip in enumerate(job.clips) if clip.title)
    if recipe.claims:
        for n in range(len(job.claims)):
            yield from (
                (("claims", n, key), Claim(n, "answered")) for key in ("claim", "verdict", "answer", "reference")
            )


def _text_at(content: Any, place: Place, code: str) -> str | None:
    """The text of a language at a place of a document, or the one that stands there for all languages."""
    for step in place:
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            return None
    found = content.get(code) if isinstance(content, dict) else content
    return None if found is None else str(found)


def _whole_place(content: Any, place: Place, code: str) -> Place:
    """The place of a language's text in a document: without its code where one text stands for all languages."""
    for step in place:
        content = content[step]
    return (*place, code) if isinstance(content, dict) else place


def _with(content: dict[str, Any], place: Place, text: str) -> dict[str, Any]:
    """A copy of a document with another text at a place of it."""
    changed = copy.deepcopy(content)
    node: Any = changed
    for step in place[:-1]:
        if isinstance(node, dict) and not isinstance(node.get(step), dict | list):
            node[step] = {}  # also where one text stands for all languages
        node = node[step]
    node[place[-1]] = text
    return changed
