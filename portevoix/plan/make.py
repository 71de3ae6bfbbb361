"""Decides every step of a job. Encodes no output; may scan sources and draw images into the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction

from portevoix.captions.rules import Finding
from portevoix.drawing.artist import Artist, DrawnJob
from portevoix.drawing.canvas import Canvas
from portevoix.errors import Fault, InvalidInput, invalid
from portevoix.order import Audience, Order
from portevoix.plan.budget import check_budget
from portevoix.plan.covers import set_cover
from portevoix.plan.draft_mark import draft_mark
from portevoix.plan.face_findings import headline_left_out, names_left_out, over_faces
from portevoix.plan.faces import FacesShown
from portevoix.plan.flash_frames import flash_frames
from portevoix.plan.joining import joined
from portevoix.plan.keys import key_of
from portevoix.plan.logo_scenes import logo_left_out
from portevoix.plan.model import Batch, Plan, Product, SoundCut, SoundStep, VideoStep
from portevoix.plan.overlays import overlays_of
from portevoix.plan.picture import Pictures
from portevoix.plan.pulse import pulse_of
from portevoix.plan.reading_time import read_too_fast
from portevoix.plan.review import ReviewedFilm, picture_changes, review_words
from portevoix.plan.sound import sound_cut, sounds_of
from portevoix.plan.stills import still_of, stills_of
from portevoix.plan.story_parts import parts_by_audience
from portevoix.plan.title_times import claims_under_title
from portevoix.plan.variant import DRAWN_AT_ONCE, Overlay, OverlayContext, Variant
from portevoix.store import Store
from portevoix.timeline.cues import PlacedCues, place_cues
from portevoix.timeline.model import Chunk, Timeline
from portevoix.timeline.parts import Part, whole
from portevoix.timeline.scenes import lay_out
from portevoix.timeline.titles import titles_too_short

TEXTLESS = Variant("", False)


def make_plan(order: Order, artist: Artist, store: Store, draft: bool = False, reviewed: bool = True) -> Plan:
    """Decide every step of a job, and unless `reviewed` is False, what a subtitler would object to.

    Raises InvalidInput where a text cannot be set, or its poster lies after its end.
    """
    timeline, cues = placed(order, store)
    check_budget(order, timeline, {code: len(found.cues) for code, found in cues.items()})
    for key, second in (("poster", order.job.poster), ("cover", order.job.cover and order.job.cover.at_s)):
        if isinstance(second, Fraction) and second * timeline.fps >= timeline.frame_count:
            raise invalid(
                order.name,
                f"`{key}` is {float(second):g} s, but the programme lasts "
                f"{float(timeline.frame_count / timeline.fps):.2f} s; name an earlier time",
            )
    parts = parts_by_audience(order, timeline, cues, artist)
    plans: list[Plan] = []
    faults: list[Fault] = []
    for kit in order.kits:
        own, drawing = order.in_kit(kit), artist.in_kit(kit)
        try:
            plans.append(_Planner(Pictures(own, drawing, store, timeline, draft), cues, parts).plan(reviewed))
        except InvalidInput as error:
            faults += error.faults
    if faults:
        raise InvalidInput(faults)
    return joined(plans, order)


def placed(order: Order, store: Store) -> tuple[Timeline, dict[str, PlacedCues]]:
    """A job's scenes and cards on output frames, and each language's cues. Raises InvalidInput."""
    pulse = pulse_of(order, store)
    timeline = lay_out(order.job, order.recipe, order.sources, order.languages, order.stings, pulse)
    if faults := titles_too_short(timeline.cards, timeline.fps):
        raise InvalidInput([Fault(order.name, None, None, fault) for fault in faults])
    cues = {
        code: place_cues(timeline, order.job, [f.cues for f in files], order.script_names(code))
        for code, files in order.scripts.items()
    }
    return timeline, cues


def frames_of(order: Order, artist: Artist, store: Store, audience: Audience, frames: Sequence[int]) -> list[Batch]:
    """A batch of one picture and one branch for each of the programme's `frames`, as the audience sees them.

    Raises InvalidInput where a text cannot be set, ValueError for a frame within a transition.
    """
    timeline, cues = placed(order, store)
    artist = artist.in_kit(audience.kit or order.kit)
    planner = _Planner(Pictures(order, artist, store, timeline, draft=False), cues, {audience: ()})
    found = planner.frames(audience, frames)
    artist.raise_faults()
    return found


@dataclass(frozen=True)
class _Made:
    """One variant's videos in one format: the whole programme, or its parts, with the sound cut for each of these."""

    format: str
    variant: Variant
    videos: tuple[VideoStep, ...]
    cuts: tuple[SoundCut, ...]


class _Planner:
    """Decides the steps of one job. `parts`: the parts of the story that each audience receives."""

    def __init__(
        self, pictures: Pictures, cues: dict[str, PlacedCues], parts: Mapping[Audience, tuple[Part, ...]]
    ) -> None:
        self.pictures, self.cues, self.parts = pictures, cues, parts
        self.order, self.artist, self.timeline = pictures.order, pictures.artist, pictures.timeline
        self.faces = FacesShown(pictures.people, pictures.timeline)
        self.shown: dict[str, Mapping[Variant, Sequence[Overlay]]] = {}  # by format
        self.of_cards: dict[tuple[Variant, str], list[Finding]] = {}

    def plan(self, reviewed: bool) -> Plan:
        """The whole plan."""
        if not reviewed:
            return self._unreviewed()
        with ThreadPoolExecutor(DRAWN_AT_ONCE) as beside:  # films are looked at while their words are set
            people = self.pictures.people
            faces = [beside.submit(people.faces_of, clip) for clip in range(len(people.shots))]
            plan = self._unreviewed()
            for found in faces:
                found.result()
            canvases = {video.format: video.canvas for video in plan.videos}
            return replace(plan, findings=self._findings(canvases, self._changes()))

    def _changes(self) -> list[Fraction]:
        return sorted(picture_changes(self.order, self.timeline, self.artist)) if self.cues else []

    def _unreviewed(self) -> Plan:
        order, timeline = self.order, self.timeline
        in_parts = {audience.language for audience, parts in self.parts.items() if len(parts) > 1}
        sounds = sounds_of(order, timeline, in_parts)
        batches: list[Batch] = []
        made: list[_Made] = []
        for name, variants in self._variants().items():
            chunks = self._chunks(name, variants)
            batches += [batch for _, batch, _ in chunks]
            made += [self._videos(name, variant, chunks, sounds) for variant in variants]
        products = tuple(self._products({(one.format, one.variant): one.videos for one in made}))
        self.artist.raise_faults()
        videos = tuple({video.key: video for one in made for video in one.videos}.values())
        return Plan(
            order.name,
            timeline,
            tuple(mezzanine for mezzanine in self.pictures.mezzanines if mezzanine),
            tuple(batches),
            sounds,
            videos,
            products,
            self.cues,
            {},
            tuple(video for one in made if one.variant == TEXTLESS for video in one.videos),
            tuple({cut.key: cut for one in made for cut in one.cuts}.values()),
        )

    def _findings(self, canvases: dict[str, Canvas], changes: Sequence[Fraction]) -> dict[str, tuple[Finding, ...]]:
        """What a subtitler would object to, and what stands over a face, by language."""
        programme = ReviewedFilm(self.order, self.timeline, self.cues, changes)
        found = {code: list(words) for code, words in review_words(programme, canvases, self.artist).items()}
        for (variant, _), over in self.of_cards.items():
            found.setdefault(variant.language, []).extend(over) if over else None
        return {code: tuple(dict.fromkeys(findings)) for code, findings in found.items()}

    def frames(self, audience: Audience, frames: Sequence[int]) -> list[Batch]:
        """One picture each."""
        variant = self._variant(audience)
        overlays = {variant: self._overlays(variant, audience.format)}
        canvas, found = self._canvas(audience.format, audience.zone), []
        for frame in frames:
            number = next(n for n, scene in enumerate(self.timeline.scenes) if frame < scene.end_frame)
            if self.timeline.scenes[number].into:
                raise ValueError(f"frame {frame} is within a transition")
            batch, _ = self.pictures.batch(canvas, Chunk(number, frame, 1), overlays)
            found.append(replace(batch, clean=None, branches=batch.branches or (batch.steps[0],)))
        return found

    def _variants(self) -> dict[str, list[Variant]]:
        """The variants that are wanted of each format."""
        wanted: dict[str, dict[Variant, None]] = {}
        for audience in self.order.audiences:
            wanted.setdefault(audience.format, {})[self._variant(audience)] = None
        # The textless one last: the clean branch is branded for the first.
        masters = [TEXTLESS] if self.order.job.masters else []
        return {name: [*variants, *masters] for name, variants in wanted.items()}

    def _variant(self, audience: Audience) -> Variant:
        parts = self.parts[audience]
        burned = audience.burned and self.order.recipe.captions
        return Variant(audience.language, burned, audience.zone, parts if len(parts) > 1 else ())

    def _chunks(self, name: str, variants: Sequence[Variant]) -> list[tuple[Chunk, Batch, dict[Variant, str]]]:
        """A format's chunks, each with its batch and the step that each variant shows."""
        with ThreadPoolExecutor(DRAWN_AT_ONCE) as pool:
            drawn = pool.map(lambda variant: self._overlays(variant, name), variants)
            overlays = dict(zip(variants, drawn, strict=True))
        if self.pictures.draft:
            mark = self._mark(name, overlays)
            overlays = {variant: [*over, mark] for variant, over in overlays.items()}
        self.shown[name] = overlays
        points = {part.span.first_frame for variant in variants for part in variant.parts}
        canvas = self._canvas(name)
        return [(chunk, *self.pictures.batch(canvas, chunk, overlays)) for chunk in self.timeline.chunks(points)]

    def _videos(
        self,
        name: str,
        variant: Variant,
        chunks: Sequence[tuple[Chunk, Batch, Mapping[Variant, str]]],
        sounds: Sequence[SoundStep],
    ) -> _Made:
        own = (sound for sound in sounds if variant.language in sound.languages)
        sound = next(own, sounds[0])  # a master has the sound of the job's first language
        videos, cuts = [], []
        for part in variant.parts or whole(self.timeline):
            heard = sound.key
            if part.count > 1:
                cuts.append(sound_cut(sound, part.span, self.timeline.fps))
                heard = cuts[-1].key
            first, end = part.span.first_frame, part.span.end_frame
            keys = tuple(by_variant[variant] for chunk, _, by_variant in chunks if first <= chunk.first_frame < end)
            videos.append(
                VideoStep(
                    key_of("video", {"chunks": keys, "sound": heard}),
                    name,
                    variant.language or None,
                    self._canvas(name),
                    keys,
                    part.span.frame_count,
                    self.timeline.fps,
                    heard,
                    first,
                )
            )
        return _Made(name, variant, tuple(videos), tuple(cuts))

    def _products(self, videos: Mapping[tuple[str, Variant], Sequence[VideoStep]]) -> Iterator[Product]:
        for audience in self.order.audiences:
            set_cover(self.order, audience, self._canvas(audience.format, audience.zone), self.artist)
            made = videos[audience.format, self._variant(audience)]
            for part, video in zip(self.parts[audience], made, strict=True):
                first = part.number == 1
                edition, over = self._edition(audience), self.shown[audience.format][self._variant(audience)]
                still = still_of(self.pictures, edition, over) if first else None
                stills = stills_of(self.pictures, edition, over) if first else ()
                yield Product(audience, video, still, part, stills)

    def _overlays(self, variant: Variant, name: str) -> list[Overlay]:
        if variant == TEXTLESS:
            return []
        cues = self.cues[variant.language].cues if variant.language in self.cues else ()
        canvas = self._canvas(name, variant.zone)
        context = OverlayContext(
            variant, canvas, self.order, self.timeline, cues, self.artist, self.faces, self.pictures.behind
        )
        found = overlays_of(context)
        told = [
            *over_faces(context, found),
            *headline_left_out(context, found),
            *names_left_out(context, found),
            *logo_left_out(context, found),
            *claims_under_title(context, found),
            *flash_frames(context),
            *read_too_fast(context, found),
        ]
        self.of_cards[variant, name] = [finding for finding in told if finding.strictness != "off"]
        return found

    def _mark(self, name: str, overlays: Mapping[Variant, Sequence[Overlay]]) -> Overlay:
        """A draft's mark, outside the safe zones of all variants, in the job's first language."""
        lefts, tops, rights, bottoms = zip(*(self._canvas(name, v.zone).frame.zone for v in overlays), strict=True)
        canvas, zone = self._canvas(name), (min(lefts), min(tops), max(rights), max(bottoms))
        canvas = replace(canvas, frame=replace(canvas.frame, zone=zone))
        variant = Variant(next(iter(self.order.languages)), False)
        context = OverlayContext(
            variant, canvas, self.order, self.timeline, (), self.artist, self.faces, self.pictures.behind
        )
        return draft_mark(context, [one for over in overlays.values() for one in over])

    def _canvas(self, name: str, zone: tuple[int, int, int, int] | None = None) -> Canvas:
        if name == "source":
            return Canvas.of_source(*self.order.sources[0].display_size)
        return Canvas.of_format(name, self.pictures.draft, zone)

    def _edition(self, audience: Audience) -> DrawnJob:
        language, canvas = self.order.languages[audience.language], self._canvas(audience.format, audience.zone)
        return DrawnJob(self.order.job, audience.language, language, canvas, tuple(self.order.languages.items()))
