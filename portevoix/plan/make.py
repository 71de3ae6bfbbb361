"""Every step that a job needs, decided. Nothing is rendered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

from portevoix.artist import Artist, Canvas, Drawn
from portevoix.errors import invalid
from portevoix.layers import DRAWN_AT_ONCE, Layer, Variant, layers_of
from portevoix.laying import lay_out
from portevoix.order import Audience, Order
from portevoix.plan.keys import key_of
from portevoix.plan.model import Batch, Plan, Product, VideoStep
from portevoix.plan.picture import Pictures
from portevoix.plan.sound import sounds_of
from portevoix.review import review_words
from portevoix.store import Store
from portevoix.timeline import PlacedCues, Timeline, place_cues

TEXTLESS = Variant("", False)


def make_plan(order: Order, artist: Artist, store: Store, draft: bool = False) -> Plan:
    """Decide every step of a job. Raises InvalidInput where a text cannot be set, or its poster lies after its end."""
    timeline = lay_out(order.job, order.recipe, order.sources, order.languages)
    if isinstance(order.job.poster, Fraction) and order.job.poster * timeline.fps >= timeline.frame_count:
        raise invalid(
            order.name,
            f"`poster` is {float(order.job.poster):g} s, but the programme lasts "
            f"{float(timeline.frame_count / timeline.fps):.2f} s; name an earlier time",
        )
    cues = {
        code: place_cues(timeline, order.job, [f.cues for f in files], str(files[0].path))
        for code, files in order.scripts.items()
    }
    return _Planning(order, artist, store, timeline, cues, draft).plan()


class _Planning:
    def __init__(
        self, order: Order, artist: Artist, store: Store, timeline: Timeline, cues: dict[str, PlacedCues], draft: bool
    ) -> None:
        self.order, self.artist, self.timeline, self.cues, self.draft = order, artist, timeline, cues, draft
        self.pictures = Pictures(order, artist, store, timeline, draft)

    def plan(self) -> Plan:
        wanted: dict[str, dict[Variant, None]] = {}
        for audience in self.order.audiences:
            wanted.setdefault(audience.format, {})[self._variant(audience)] = None
        if self.order.job.masters:
            for variants in wanted.values():
                variants[TEXTLESS] = None  # last: the clean branch is branded for the first
        sounds = sounds_of(self.order, self.timeline)
        batches: list[Batch] = []
        videos: dict[tuple[str, Variant], VideoStep] = {}
        for frame, variants in wanted.items():
            canvas = self._canvas(frame)
            with ThreadPoolExecutor(DRAWN_AT_ONCE) as pool:
                drawn = pool.map(lambda variant, frame=frame: self._layers(variant, frame), variants)
                layers = dict(zip(variants, drawn, strict=True))
            made = [self.pictures.batch(canvas, chunk, layers) for chunk in self.timeline.chunks()]
            batches += [batch for batch, _ in made]
            for variant in variants:
                keys = tuple(by_variant[variant] for _, by_variant in made)
                own = (sound.key for sound in sounds if variant.language in sound.languages)
                sound = next(own, sounds[0].key)  # a master has the sound of the job's first language
                key = key_of("video", {"chunks": keys, "sound": sound})
                videos[(frame, variant)] = VideoStep(
                    key, frame, variant.language or None, canvas, keys, self.timeline.frame_count, sound
                )
        self.artist.raise_faults()
        products = tuple(Product(a, videos[(a.format, self._variant(a))], self._still(a)) for a in self.order.audiences)
        unique = tuple({video.key: video for video in videos.values()}.values())
        mezzanines = tuple(m for m in self.pictures.mezzanines if m)
        canvases = {video.format: video.canvas for video in unique}
        findings = review_words(self.order, self.timeline, self.cues, canvases, self.artist)
        return Plan(
            self.order.name, self.timeline, mezzanines, tuple(batches), sounds, unique, products, self.cues, findings,
            tuple(video for (_, variant), video in videos.items() if variant == TEXTLESS),
        )  # fmt: skip

    def _variant(self, audience: Audience) -> Variant:
        return Variant(audience.language, audience.burned and self.order.recipe.captions, audience.zone)

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
        if not self.order.recipe.still:
            return None
        profile = self.order.languages[audience.language]
        canvas = self._canvas(audience.format, audience.zone)
        return self.artist.card(self.order.recipe.still, "", self.order.job, audience.language, profile, canvas)
