"""Every step that a job needs, decided. Nothing is rendered."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction

from portevoix.drawing.artist import Artist, Drawn, Edition
from portevoix.drawing.canvas import Canvas
from portevoix.errors import invalid
from portevoix.order import Audience, Order
from portevoix.plan.keys import key_of
from portevoix.plan.model import Batch, PhotoStill, Plan, Product, SoundCut, VideoStep
from portevoix.plan.overlays import DRAWN_AT_ONCE, Layer, Variant, layers_of
from portevoix.plan.partition import parts_by_audience
from portevoix.plan.picture import Pictures
from portevoix.plan.review import review_words
from portevoix.plan.sound import sound_cut, sounds_of
from portevoix.store import Store
from portevoix.timeline.cards import AnyCard, Bug, Opening, full_card, point_card
from portevoix.timeline.cues import PlacedCues, place_cues
from portevoix.timeline.model import Chunk, Span, Timeline
from portevoix.timeline.parts import whole
from portevoix.timeline.scenes import lay_out

TEXTLESS = Variant("", False)
POINTS = "points"  # the recipe's name for a set of stills


def make_plan(order: Order, artist: Artist, store: Store, draft: bool = False, reviewed: bool = True) -> Plan:
    """Decide every step of a job, and unless `reviewed` is False, what a subtitler would object to.

    Raises InvalidInput where a text cannot be set, or its poster lies after its end.
    """
    timeline, cues = placed(order)
    if isinstance(order.job.poster, Fraction) and order.job.poster * timeline.fps >= timeline.frame_count:
        raise invalid(
            order.name,
            f"`poster` is {float(order.job.poster):g} s, but the programme lasts "
            f"{float(timeline.frame_count / timeline.fps):.2f} s; name an earlier time",
        )
    return _Planning(order, artist, store, timeline, cues, draft).plan(reviewed)


def placed(order: Order) -> tuple[Timeline, dict[str, PlacedCues]]:
    """A job's scenes and cards on output frames, and each language's cues. Raises InvalidInput."""
    timeline = lay_out(order.job, order.recipe, order.sources, order.languages, order.stings, order.name)
    cues = {
        code: place_cues(timeline, order.job, [f.cues for f in files], str(files[0].path))
        for code, files in order.scripts.items()
    }
    return timeline, cues


def frames_of(order: Order, artist: Artist, store: Store, audience: Audience, frames: Sequence[int]) -> list[Batch]:
    """A batch of one picture and one branch for each of the programme's `frames`, as the audience sees them.

    Raises InvalidInput where a text cannot be set, ValueError for a frame on the way from one picture into another.
    """
    timeline, cues = placed(order)
    planning = _Planning(order, artist, store, timeline, cues, False)
    found = planning.frames(audience, frames)
    artist.raise_faults()
    return found


class _Planning:
    def __init__(
        self, order: Order, artist: Artist, store: Store, timeline: Timeline, cues: dict[str, PlacedCues], draft: bool
    ) -> None:
        self.order, self.artist, self.timeline, self.cues, self.draft = order, artist, timeline, cues, draft
        self.pictures = Pictures(order, artist, store, timeline, draft)

    def plan(self, reviewed: bool) -> Plan:
        self.parts = parts_by_audience(self.order, self.timeline, self.cues, self.artist)
        wanted: dict[str, dict[Variant, None]] = {}
        for audience in self.order.audiences:
            wanted.setdefault(audience.format, {})[self._variant(audience)] = None
        if self.order.job.masters:
            for variants in wanted.values():
                variants[TEXTLESS] = None  # last: the clean branch is branded for the first
        parted = {a.language for a in self.order.audiences if len(self.parts[a]) > 1}
        sounds = sounds_of(self.order, self.timeline, parted)
        batches: list[Batch] = []
        videos: dict[tuple[str, Variant], tuple[VideoStep, ...]] = {}
        cuts: dict[str, SoundCut] = {}
        for frame, variants in wanted.items():
            canvas = self._canvas(frame)
            with ThreadPoolExecutor(DRAWN_AT_ONCE) as pool:
                drawn = pool.map(lambda variant, frame=frame: self._layers(variant, frame), variants)
                layers = dict(zip(variants, drawn, strict=True))
            points = {part.span.first_frame for variant in variants for part in variant.parts}
            made = [(c, *self.pictures.batch(canvas, c, layers)) for c in self.timeline.chunks(points)]
            batches += [batch for _, batch, _ in made]
            for variant in variants:
                own = (sound for sound in sounds if variant.language in sound.languages)
                sound = next(own, sounds[0])  # a master has the sound of the job's first language
                keys = [(chunk.first_frame, by_variant[variant]) for chunk, _, by_variant in made]
                found = []
                for part in variant.parts or whole(self.timeline):
                    cut = sound_cut(sound, part.span, self.timeline.fps) if part.count > 1 else None
                    if cut:
                        cuts[cut.key] = cut
                    found.append(_video(frame, variant, canvas, keys, part.span, cut.key if cut else sound.key))
                videos[(frame, variant)] = tuple(found)
        self.artist.raise_faults()
        products = tuple(
            Product(
                a,
                video,
                self._still(a) if part.number == 1 else None,
                part,
                self._stills(a) if part.number == 1 else (),
            )
            for a in self.order.audiences
            for part, video in zip(self.parts[a], videos[(a.format, self._variant(a))], strict=True)
        )
        unique = tuple({video.key: video for made in videos.values() for video in made}.values())
        mezzanines = tuple(m for m in self.pictures.mezzanines if m)
        canvases = {video.format: video.canvas for video in unique}
        findings = review_words(self.order, self.timeline, self.cues, canvases, self.artist) if reviewed else {}
        masters = tuple(video for (_, variant), made in videos.items() if variant == TEXTLESS for video in made)
        return Plan(
            self.order.name,
            self.timeline,
            mezzanines,
            tuple(batches),
            sounds,
            unique,
            products,
            self.cues,
            findings,
            masters,
            tuple(cuts.values()),
        )

    def frames(self, audience: Audience, frames: Sequence[int]) -> list[Batch]:
        """One picture each."""
        self.parts = {audience: ()}
        variant = self._variant(audience)
        layers = {variant: self._layers(variant, audience.format)}
        canvas, found = self._canvas(audience.format, audience.zone), []
        for frame in frames:
            number = next(n for n, scene in enumerate(self.timeline.scenes) if frame < scene.end_frame)
            if self.timeline.scenes[number].into:
                raise ValueError(f"frame {frame} is on the way from one picture into another")
            batch, _ = self.pictures.batch(canvas, Chunk(number, frame, 1), layers)
            found.append(replace(batch, clean=None, branches=batch.branches or (batch.steps[0],)))
        return found

    def _variant(self, audience: Audience) -> Variant:
        parts = self.parts[audience]
        burned = audience.burned and self.order.recipe.captions
        return Variant(audience.language, burned, audience.zone, parts if len(parts) > 1 else ())

    def _layers(self, variant: Variant, frame: str) -> list[Layer]:
        if variant == TEXTLESS:
            return []
        cues = self.cues[variant.language].cues if variant.language in self.cues else ()
        return layers_of(variant, self._canvas(frame, variant.zone), self.order, self.timeline, cues, self.artist)

    def _canvas(self, frame: str, zone: tuple[int, int, int, int] | None = None) -> Canvas:
        if frame == "source":
            return Canvas.of_source(*self.order.sources[0].display_size)
        return Canvas.of_format(frame, self.draft, zone)

    def _still(self, audience: Audience) -> Drawn | None:
        if self.order.recipe.still in (None, POINTS):
            return None
        return self.artist.card(full_card(str(self.order.recipe.still)), self._edition(audience))

    def _edition(self, audience: Audience) -> Edition:
        language, canvas = self.order.languages[audience.language], self._canvas(audience.format, audience.zone)
        return Edition(self.order.job, audience.language, language, canvas)

    def _stills(self, audience: Audience) -> tuple[PhotoStill, ...]:
        """A still of each point, where the recipe makes a set of them; the title over the first photo before them."""
        if self.order.recipe.still != POINTS:
            return ()
        edition = self._edition(audience)
        canvas, job = edition.canvas, self.order.job

        def card(value: AnyCard) -> Drawn:
            return self.artist.card(value, edition)

        bug = card(Bug()) if self.order.recipe.bug else None
        found, size = [], (canvas.width, canvas.height)
        photo = 0
        for number, point in enumerate(job.points):
            words = card(point_card(job, number)) if point.title or point.text else None
            over = self.pictures.photo_at_rest(canvas, photo) if point.picture else (None, None)
            if number == 0 and job.title and point.picture:
                found.append(PhotoStill(card(Opening()), size, over[0], over[1], bug))
            if words or point.picture:
                found.append(PhotoStill(words or card(Bug()), size, over[0], over[1], bug if point.picture else None))
            photo += point.picture is not None
        return tuple(found)


def _video(
    frame: str, variant: Variant, canvas: Canvas, chunks: Sequence[tuple[int, str]], span: Span, sound: str
) -> VideoStep:
    """The chunks, each with its first frame, that lie in a span, joined with their sound."""
    keys = tuple(key for first, key in chunks if span.first_frame <= first < span.end_frame)
    key = key_of("video", {"chunks": keys, "sound": sound})
    return VideoStep(key, frame, variant.language or None, canvas, keys, span.frame_count, sound, span.first_frame)
