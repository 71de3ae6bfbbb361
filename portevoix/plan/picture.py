"""The picture's steps: what each chunk shows and how it is framed, and which of its branches are one artifact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.mounted_photo import mount_photo
from portevoix.framing.path import pane_of
from portevoix.framing.path_expressions import x_expression, y_expression
from portevoix.order import Order
from portevoix.plan.composition import (
    Aside,
    Camera,
    Encoding,
    Framing,
    PhotoRange,
    Reach,
    SourceRange,
    Transition,
    View,
)
from portevoix.plan.film_behind import FilmBehind
from portevoix.plan.grounds import Grounds
from portevoix.plan.keys import canonical, key_of
from portevoix.plan.model import Batch, ChunkOverlay, ChunkStep, MezzanineStep
from portevoix.plan.people import People
from portevoix.plan.photo_move import WHOLE, PhotoMove, Window, longest_side_px, mounted_box
from portevoix.plan.split import Box
from portevoix.plan.stretches import stretches_of
from portevoix.plan.variant import Overlay, Variant
from portevoix.plan.words_beside import inset_panes
from portevoix.sources.photo import prepare_photo
from portevoix.store import Store
from portevoix.timeline.cards import Bug
from portevoix.timeline.model import Chunk, Timeline
from portevoix.timeline.pictures import (
    AnyPicture,
    ClipPicture,
    DriftPicture,
    GroundPicture,
    PhotoPicture,
    StingPicture,
)
from portevoix.timing import seconds_at

MIDDLE = (0.5, 0.5)


class Pictures:
    """Decides the picture's steps of one job."""

    def __init__(self, order: Order, artist: Artist, store: Store, timeline: Timeline, draft: bool) -> None:
        self.order, self.artist, self.store, self.timeline, self.draft = order, artist, store, timeline, draft
        self.encoding = Encoding(timeline.fps, timeline.gop_frames, draft)
        self.shots = order.shots
        self.people = People(order, artist, store, draft, stretches_of(order, store))
        self.behind = FilmBehind(self.people, timeline)
        self.grounds = Grounds(order, artist, timeline.fps, self.behind)
        self.mezzanines = [self._mezzanine(number) for number in range(len(order.sources))]

    def batch(
        self, canvas: Canvas, chunk: Chunk, overlays: dict[Variant, list[Overlay]]
    ) -> tuple[Batch, dict[Variant, str]]:
        """A chunk's steps in one format, and which of them each variant shows."""
        scene = self.timeline.scenes[chunk.scene]
        ahead = chunk.first_frame - scene.first_frame
        view = self._view(canvas, scene.picture, ahead, chunk.frame_count)
        into = self._view(canvas, scene.into, ahead, chunk.frame_count) if scene.into else None
        transition = self._transition(scene.frame_count, scene.transition.how) if scene.transition else None
        composition: dict[str, Any] = {**view.identity, "frames": chunk.frame_count, "encoding": self.encoding}
        if into:
            composition |= {"into": into.identity, "way": transition}
        still = isinstance(scene.picture, GroundPicture)  # and each card on it is encoded by itself
        clean = None if still else self._clean(composition, chunk, overlays)
        branches: list[ChunkStep] = []
        keys: dict[Variant, str] = {}
        for inside, variants in _grouped(chunk, overlays):
            languages = tuple(dict.fromkeys(v.language for v in variants if v.language))
            if clean and _identities(inside) == _identities(clean.overlays):
                key, clean = clean.key, replace(clean, languages=languages)
            else:
                key = _chunk_key(composition, inside, clean.key if clean else None)
                branches.append(ChunkStep(key, inside, languages))
            keys |= dict.fromkeys(variants, key)
        return Batch(chunk, canvas, view, into, transition, self.encoding, clean, tuple(branches)), keys

    def _clean(
        self, composition: dict[str, Any], chunk: Chunk, overlays: dict[Variant, list[Overlay]]
    ) -> ChunkStep | None:
        """The branch whose encoder statistics the others read; None for a draft, and for
        scenes without footage.

        In a job with captions it is the picture alone, which is also the textless master: neither languages nor kit
        change it. Else it is branded for the job's first language, so that a chunk without words
        is one artifact.
        """
        if composition["picture"] is None or self.draft:
            return None
        bare = bool(self.order.scripts)
        first = next(iter(overlays.values()))
        inside = () if bare else within(chunk, [overlay for overlay in first if isinstance(overlay.card, Bug)])
        return ChunkStep(_chunk_key(composition, inside, "written"), inside, ())

    def _view(self, canvas: Canvas, picture: AnyPicture, ahead: int, frame_count: int) -> View:
        """`frame_count` frames of the picture, from `ahead` after the scene's first; where it shares the frame, with
        the other.
        """
        beside = self.people.beside(canvas, picture)
        if beside is None:
            return self._seen(canvas, picture, ahead, frame_count)
        panes = self.people.panes(canvas, picture)
        one, other = (
            self._seen(replace(canvas, width=right - left, height=foot - top), p, ahead, frame_count, True)
            for p, (left, top, right, foot) in zip((picture, beside), panes, strict=True)
        )
        return replace(one, beside=other, side=_side(*panes))

    def _seen(self, canvas: Canvas, picture: AnyPicture, ahead: int, frame_count: int, half: bool = False) -> View:
        """One picture. `half`: it shares the frame, and fills its half unless its author says otherwise."""
        match picture:
            case GroundPicture():
                ground = self.grounds.under(canvas, picture, ahead, half)
                return View(ground, self._framing(canvas, "crop" if ground else "pad"))
            case DriftPicture():
                return View(self.grounds.drifting(canvas, picture, ahead), self._framing(canvas, "crop"))
            case PhotoPicture():
                return self._photo(canvas, picture, ahead)
            case StingPicture():
                return self._sting(canvas, picture, ahead)
            case ClipPicture():
                return self._clip(canvas, picture, ahead, frame_count, half)

    def _sting(self, canvas: Canvas, picture: StingPicture, ahead: int) -> View:
        tempo, offset = self.timeline.tempo[picture.number], seconds_at(picture.offset + ahead, self.timeline.fps)
        mezzanine, source = self.mezzanines[picture.number], self.order.sources[picture.number]
        footage = SourceRange(source, None, offset * tempo, tempo, None)
        if mezzanine:
            footage = SourceRange(source, mezzanine.key, offset, Fraction(1), None)
        return View(footage, self._framing(canvas, "over"))

    def _clip(self, canvas: Canvas, picture: ClipPicture, ahead: int, frame_count: int, half: bool) -> View:
        number, tempo = picture.number, self.timeline.tempo[picture.number]
        offset = seconds_at(picture.offset + ahead, self.timeline.fps)
        mezzanine, source = self.mezzanines[number], self.order.sources[number]
        at_s = self.shots[number].start_s + offset * tempo
        if mezzanine:
            footage = SourceRange(source, mezzanine.key, offset, Fraction(1), None)
        else:
            footage = SourceRange(source, None, at_s, tempo, self.people.stretches[number].area)
        fit, camera = self.people.fit_of(canvas, number, half), None
        if fit == "follow":
            camera = self._camera(canvas, number, at_s, frame_count)
            fit = "follow" if camera else "crop"
        return View(footage, self._framing(canvas, fit, self.people.focus_of(number, fit, half), camera))

    def _framing(
        self, canvas: Canvas, fit: str, focus: tuple[float, float] = MIDDLE, camera: Camera | None = None
    ) -> Framing:
        return Framing(canvas.width, canvas.height, fit, focus, self.artist.ground, camera)

    def _camera(self, canvas: Canvas, number: int, first_s: Fraction, frame_count: int) -> Camera | None:
        """The camera of a chunk that begins at `first_s` of the clip; None where its author holds it at a point."""
        path = self.people.path_of(canvas, number)
        if path is None:
            return None
        stretch, frame = self.people.stretches[number], (canvas.width, canvas.height)
        chunk = first_s, self.timeline.fps / self.timeline.tempo[number], frame_count
        follow = self.order.recipe.follow
        otherwise = {"follow": "crop", "nobody": follow.nobody, "apart": follow.apart}
        asides, reaches = [], []
        for first, end, shot in path.stretches(*chunk):
            points = [shot.at(float(first_s + number / chunk[1])) for number in range(first, end)]
            least, most = ((of(x for x, _ in points), of(y for _, y in points)) for of in (min, max))
            reaches.append(Reach(end, least, most))
            fit: str = otherwise[shot.verdict]
            if fit == "split":
                fit = pane_of(shot.people, stretch.size, frame)
            if fit != "crop":
                asides.append(Aside(first, end, fit, shot.people))
        return Camera(x_expression(path, *chunk), y_expression(path, *chunk), tuple(reaches), tuple(asides))

    def _photo(self, canvas: Canvas, picture: PhotoPicture, ahead: int) -> View:
        footage = self._photo_range(canvas, picture, ahead)
        focus = self.people.photo_focus(picture.number, (canvas.width, canvas.height))
        return View(footage, self._framing(canvas, "crop", focus))

    def _photo_range(self, canvas: Canvas, picture: PhotoPicture, ahead: int) -> PhotoRange:
        photo = self.order.photos[picture.number]
        size, frame = (photo.width, photo.height), (canvas.width, canvas.height)
        move = self.people.photo_move(picture, frame, self.timeline.fps)
        if box := mounted_box(move.end, frame):
            key = mount_photo(photo, frame, box, self.artist.identity, self.store)
            return PhotoRange(key, frame, PhotoMove(WHOLE, WHOLE, picture.total), picture.offset + ahead)
        key = prepare_photo(photo, longest_side_px(move, size, frame), self.artist.ground, self.store)
        facts = self.store.facts(key)
        return PhotoRange(key, (facts["width"], facts["height"]), move, picture.offset + ahead)

    def photo_at_rest(self, canvas: Canvas, number: int) -> tuple[str, Window]:
        """A prepared photo and the window of it that a still shows: where its move ends."""
        rest = self.timeline.gop_frames
        footage = self._photo_range(canvas, PhotoPicture(number, total=rest, aside=True), rest - 1)
        return footage.photo, footage.move.end

    def inset_at_rest(self, canvas: Canvas) -> tuple[str, Window, Box] | None:
        """The job's picture beside its card, the window of it that a still shows, and its part of the frame; None where
        there is no such picture.
        """
        panes = inset_panes(self.order, self.artist, canvas)
        if panes is None:
            return None
        left, top, right, foot = panes[0]
        number = list(self.order.job.photographs()).index(("picture",))
        photo, window = self.photo_at_rest(replace(canvas, width=right - left, height=foot - top), number)
        return photo, window, panes[0]

    def _transition(self, frame_count: int, how: str) -> Transition:
        """How one picture goes over into the next; a wipe goes as the job's first language is read, for all of them."""
        first = next(iter(self.order.languages.values()))
        ground = self.artist.ground if how == "dip" else ""
        return Transition(how, frame_count, first.direction == "rtl", ground)

    def _mezzanine(self, number: int) -> MezzanineStep | None:
        source, clip, timeline = self.order.sources[number], self.shots[number], self.timeline
        through = number in self.order.stings.values() and source.has_alpha  # a mezzanine has none
        if through or not source.why_conform:
            return None
        content = (source.seen_as, clip.start_s, timeline.frames_of(number), timeline.fps, timeline.tempo[number])
        return MezzanineStep(key_of("mezzanine", content), source, *content[1:])


def _side(one: Sequence[int], other: Sequence[int]) -> str:
    """On which side of one pane the other lies."""
    if one[1] != other[1]:
        return "below"
    return "left" if other[0] < one[0] else "right"


def _grouped(
    chunk: Chunk, overlays: dict[Variant, list[Overlay]]
) -> Iterable[tuple[tuple[ChunkOverlay, ...], list[Variant]]]:
    """The variants of a chunk by what they show in it: those that show the same share one artifact."""
    found: dict[str, tuple[tuple[ChunkOverlay, ...], list[Variant]]] = {}
    for variant, shown in overlays.items():
        inside = within(chunk, shown)
        found.setdefault(canonical(_identities(inside)), (inside, []))[1].append(variant)
    return found.values()


def _chunk_key(composition: dict[str, Any], inside: Iterable[ChunkOverlay], statistics: str | None) -> str:
    return key_of("chunk", {**composition, "layers": _identities(inside), "statistics": statistics})


def _identities(overlays: Iterable[ChunkOverlay]) -> list[tuple[Any, ...]]:
    return [overlay.identity for overlay in overlays]


def within(chunk: Chunk, overlays: Iterable[Overlay]) -> tuple[ChunkOverlay, ...]:
    """The part of each overlay that a chunk shows, counted in the chunk's own frames."""
    found = []
    for overlay in overlays:
        begins = overlay.first_frame - chunk.first_frame
        first = max(begins, 0)
        end = min(overlay.end_frame - chunk.first_frame, chunk.frame_count)
        if first < end:
            glide = overlay.glide and overlay.glide.later(first - begins)
            found.append(ChunkOverlay(overlay.drawn, first, end, glide))
    return tuple(found)
