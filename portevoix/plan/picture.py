"""The picture's steps: what each chunk shows and how it is framed, and which of its branches are one artifact."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from portevoix.artist import Artist, Canvas
from portevoix.authoring.job import Fit
from portevoix.framing.follow import camera_path
from portevoix.framing.path import CameraPath, window_of, x_expression, y_expression
from portevoix.framing.pictures import Stretch
from portevoix.layers import Layer, Variant
from portevoix.order import Order
from portevoix.plan.keys import canonical, key_of
from portevoix.plan.model import NOTHING, Batch, ChunkStep, Layered, MezzanineStep, ReadRange, View
from portevoix.render.compose import Aside, Camera, Framing, Way
from portevoix.render.encoding import Encoding
from portevoix.render.photo_move import choose_move, longest_side_px
from portevoix.sources.bars import picture_area
from portevoix.sources.photo import prepare_photo
from portevoix.store import Store
from portevoix.timeline import Chunk, Picture, Scene, Timeline


class Pictures:
    """Decides the picture's steps of one job."""

    def __init__(self, order: Order, artist: Artist, store: Store, timeline: Timeline, draft: bool) -> None:
        self.order, self.artist, self.store, self.timeline, self.draft = order, artist, store, timeline, draft
        self.encoding = Encoding(timeline.fps, timeline.gop_frames, draft)
        self.areas = [picture_area(source, store) for source in order.sources]
        self.mezzanines = [self._mezzanine(number) for number in range(len(order.sources))]

    def batch(
        self, canvas: Canvas, chunk: Chunk, layers: dict[Variant, list[Layer]]
    ) -> tuple[Batch, dict[Variant, str]]:
        """A chunk's steps in one format, and which of them each variant shows."""
        scene = self.timeline.scenes[chunk.scene]
        ahead = chunk.first_frame - scene.first_frame
        view = self._view(canvas, scene.picture, ahead, chunk.frame_count)
        into = self._view(canvas, scene.into, ahead, chunk.frame_count) if scene.into else None
        way = self._way(scene) if into else None
        composition: dict[str, Any] = {
            "picture": view.read.identity, "framing": view.framing, "frames": chunk.frame_count, "encoding": self.encoding,
        }  # fmt: skip
        if into:
            composition |= {"into": into.read.identity, "into framing": into.framing, "way": way}
        by_layers: dict[str, tuple[tuple[Layered, ...], list[Variant]]] = {}
        for variant, shown in layers.items():
            inside = tuple(_within(chunk, shown))
            by_layers.setdefault(canonical([_identity(x) for x in inside]), (inside, []))[1].append(variant)
        clean = self._clean(composition, chunk, layers)
        branches: list[ChunkStep] = []
        keys: dict[Variant, str] = {}
        for inside, variants in by_layers.values():
            identity = [_identity(layer) for layer in inside]
            if clean and identity == [_identity(layer) for layer in clean.layers]:
                key = clean.key
            else:
                key = key_of("chunk", {**composition, "layers": identity, "statistics": clean.key if clean else None})
                branches.append(
                    ChunkStep(key, inside, tuple(dict.fromkeys(v.language for v in variants if v.language)))
                )
            keys |= dict.fromkeys(variants, key)
        return Batch(chunk, canvas, view, into, way, self.encoding, clean, tuple(branches)), keys

    def _clean(self, composition: dict[str, Any], chunk: Chunk, layers: dict[Variant, list[Layer]]) -> ChunkStep | None:
        """The branch without words, branded for the job's first language; None where every language is its own picture."""
        if composition["picture"] is None or self.draft:
            return None
        first = next(iter(layers.values()))
        inside = tuple(_within(chunk, [item for item in first if item[0].what == "bug"]))
        key = key_of("chunk", {**composition, "layers": [_identity(x) for x in inside], "statistics": "written"})
        return ChunkStep(key, inside, ())

    def _view(self, canvas: Canvas, picture: Picture, ahead: int, frame_count: int) -> View:
        """`frame_count` frames of the picture, from `ahead` after the scene's first."""
        if picture.kind == "ground":
            return View(NOTHING, Framing(canvas.width, canvas.height, "pad", (0.5, 0.5), self.artist.ground))
        if picture.kind == "photo":
            return self._photo(canvas, picture, ahead)
        number, tempo = picture.number, self.timeline.tempo[picture.number]
        offset = Fraction(picture.offset + ahead) / self.timeline.fps
        mezzanine, source = self.mezzanines[number], self.order.sources[number]
        clip = self.order.job.clips[number]
        if mezzanine:
            read = ReadRange(source, mezzanine.key, offset, Fraction(1), None)
        else:
            read = ReadRange(source, None, clip.start_s + offset * tempo, tempo, self.areas[number])
        own = {canvas.format: clip.fit} if isinstance(clip.fit, str) else clip.fit
        by_format: dict[str, Fit] = {}
        for given in (self.order.recipe.fit, self.order.job.fit, own):
            by_format.update((str(name), fit) for name, fit in given.items())
        fit = by_format.get(canvas.format, "crop")
        camera = None
        if fit == "follow":
            camera = self._camera(canvas, number, clip.start_s + offset * tempo, frame_count)
            fit = "follow" if camera else "crop"
        focus = (clip.focus.x, clip.focus.y)
        return View(read, Framing(canvas.width, canvas.height, fit, focus, self.artist.ground, camera))

    def _camera(self, canvas: Canvas, number: int, first_s: Fraction, frame_count: int) -> Camera | None:
        """The camera of a chunk that begins at `first_s` of the clip; None where its author holds it at a point."""
        clip, source = self.order.job.clips[number], self.order.sources[number]
        stretch = Stretch(source, clip.start_s, clip.end_s or source.duration_s, self.areas[number])
        if number not in self.order.paths and "focus" in clip.model_fields_set:
            return None
        if self.mezzanines[number]:  # the path is found on the picture as it is stored, which the mezzanine is not
            return None
        path: CameraPath = self.order.paths.get(number) or camera_path(stretch, self.store)
        path = path.within(window_of(stretch.size, (canvas.width, canvas.height)))
        chunk = first_s, self.timeline.fps / self.timeline.tempo[number], frame_count
        otherwise = {"nobody": self.order.recipe.follow.nobody, "apart": self.order.recipe.follow.apart}
        asides = tuple(
            Aside(first, end, otherwise[shot.verdict], shot.people)
            for first, end, shot in path.stretches(*chunk)
            if otherwise.get(shot.verdict, "crop") != "crop"
        )
        return Camera(x_expression(path, *chunk), y_expression(path, *chunk), asides)

    def _photo(self, canvas: Canvas, picture: Picture, ahead: int) -> View:
        point = [point for point in self.order.job.points if point.picture][picture.number]
        photo, focus = self.order.photos[picture.number], (point.focus.x, point.focus.y)
        size, frame = (photo.width, photo.height), (canvas.width, canvas.height)
        move = choose_move(size, frame, focus, picture.total, self.timeline.fps, picture.number)
        key = prepare_photo(photo, longest_side_px(move, size, frame), self.artist.ground, self.store)
        facts = self.store.facts(key)
        read = ReadRange(
            None, None, Fraction(0), Fraction(1), None,
            key, (facts["width"], facts["height"]), move, picture.offset + ahead,
        )  # fmt: skip
        return View(read, Framing(canvas.width, canvas.height, "crop", focus, self.artist.ground))

    def _way(self, scene: Scene) -> Way:
        """One picture's way into the next; a wipe goes as the job's first language is read, for all of them."""
        first = next(iter(self.order.languages.values()))
        return Way(scene.how, scene.frame_count, first.direction == "rtl", self.artist.ground)

    def _mezzanine(self, number: int) -> MezzanineStep | None:
        source, clip, span = self.order.sources[number], self.order.job.clips[number], self.timeline.clips[number]
        if not source.why_conform:
            return None
        content = (source.digest, clip.start_s, span.frame_count, self.timeline.fps, self.timeline.tempo[number])
        return MezzanineStep(key_of("mezzanine", content), source, *content[1:])


def _within(chunk: Chunk, shown: Iterable[Layer]) -> Iterable[Layered]:
    for item, drawn in shown:
        first = max(item.first_frame - chunk.first_frame, 0)
        end = min(item.end_frame - chunk.first_frame, chunk.frame_count)
        if first < end:
            yield Layered(drawn, first, end)


def _identity(layer: Layered) -> tuple[str, int, int]:
    return (layer.drawn.key, layer.first, layer.end)
