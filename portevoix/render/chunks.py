"""Chunks of the picture, encoded: a batch's clean branch in one process, all its other branches in a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from portevoix import ffmpeg
from portevoix.errors import RenderFailed
from portevoix.plan.calibration import paced
from portevoix.plan.composition import GroundRange, PhotoRange, SourceRange, View
from portevoix.plan.estimate import branches_kind, branches_s, clean_s
from portevoix.plan.model import Batch, ChunkStep
from portevoix.render import picture
from portevoix.render.deadline import LEAST_S, deadline_s
from portevoix.render.decoded import Decodings, decodings_of
from portevoix.render.encoding import branch_options, clean_options, plain_options
from portevoix.render.join import look_at_chunk
from portevoix.render.measure import pictures_decoded
from portevoix.render.picture import Decoded, Footage, ImageOverlay, MovingGround, Still, footage_of
from portevoix.store import Store, StoreUnavailable

STATISTICS = "statistics"  # x264 writes this file and, beside it, its macroblock tree
TREE = ".mbtree"


def make_batch(batch: Batch, store: Store, decodings: Decodings | None = None) -> None:
    """Encode the steps of a batch that are missing: the clean branch in one process, all the others in a second.

    `decodings`: pictures that its processes share with those of other batches; without it, it decodes for itself.
    """
    if decodings is None:
        with decodings_of([batch], store) as own:
            make_batch(batch, store, own)
        return
    missing = [step for step in batch.branches if not store.has(step.key)]
    with store.workplace() as folder:
        encoder = _Encoder(batch, store, decodings, folder)
        if batch.clean and not store.has(batch.clean.key):
            with paced(store, "clean", clean_s(batch)):
                encoder.make_clean(batch.clean)
        if missing:
            with paced(store, branches_kind(batch), branches_s(batch, len(missing))):
                encoder.make_branches(missing)
            encoder.keep(missing)


def make_picture(batch: Batch, file: Path, store: Store) -> None:
    """The first picture of a batch's first branch, before any encoder, as a PNG."""
    with store.workplace() as folder, decodings_of([], store) as decodings:
        encoder = _Encoder(batch, store, decodings, folder)
        with encoder.branches([batch.branches[0]]) as (only,):
            output = picture.encoded(only, "picture.png", 1, {"c:v": "png", "f": "image2", "update": 1})
            ffmpeg.run(["-v", "error", *picture.arguments(output)], folder, LEAST_S, encodes=False)
        (folder / "picture.png").replace(file)


@dataclass(frozen=True)
class _Encoder:
    """A batch with the folder in which it is encoded."""

    batch: Batch
    store: Store
    decodings: Decodings
    folder: Path

    def make_clean(self, step: ChunkStep) -> None:
        """Encode the clean branch and keep it with its statistics."""
        self._encode([step], clean_options(self.batch.encoding, STATISTICS))
        statistics = {".stats": self.folder / STATISTICS, TREE: self.folder / (STATISTICS + TREE)}
        self._keep(step, statistics)

    def make_branches(self, steps: list[ChunkStep]) -> None:
        """Encode branches in one process, after the clean one's statistics where there is one."""
        batch = self.batch
        if batch.clean is None:
            self._encode(steps, plain_options(batch.encoding))
            return
        for suffix, name in ((".stats", STATISTICS), (TREE, STATISTICS + TREE)):
            (self.folder / name).symlink_to(self.store.path(batch.clean.key, suffix).resolve())
        bits = Fraction(self.store.facts(batch.clean.key)["video_bytes"] * 8)
        clean_bps = bits * batch.encoding.fps / batch.chunk.frame_count
        self._encode(steps, branch_options(batch.encoding, STATISTICS, clean_bps))

    def keep(self, steps: list[ChunkStep]) -> None:
        """Put what was encoded into the store. Raises StoreUnavailable after all of them were tried."""
        unsent: StoreUnavailable | None = None
        for step in steps:
            try:
                self._keep(step, {})
            except StoreUnavailable as error:
                unsent = error  # this one waits on this disk; the others are stored before the error is raised
        if unsent:
            raise unsent

    def _keep(self, step: ChunkStep, beside: dict[str, Path]) -> None:
        made = look_at_chunk(file := self.folder / f"{step.key}.mp4")
        chunk = self.batch.chunk
        if made.frames != chunk.frame_count:
            raise RenderFailed(
                f"chunk at frame {chunk.first_frame} of {self.batch.canvas.format} has {made.frames} pictures "
                f"instead of {chunk.frame_count}; is the source damaged there?"
            )
        if step.languages:  # what nobody sees, the clean branch alone, is not decoded
            if pictures_decoded(file) != chunk.frame_count:
                raise RenderFailed(
                    f"chunk at frame {chunk.first_frame} of {self.batch.canvas.format} cannot be decoded to its end; "
                    "render again"
                )
            made = replace(made, decoded=True)
        self.store.put(step.key, {".mp4": file, **beside}, made.facts())

    def _encode(self, steps: list[ChunkStep], options: dict[str, Any]) -> None:
        frames = self.batch.chunk.frame_count
        with self.branches(steps) as pictures:
            outputs = [
                picture.encoded(branch, f"{step.key}.mp4", frames, options)
                for branch, step in zip(pictures, steps, strict=True)
            ]
            ffmpeg.run(["-v", "error", *picture.arguments(*outputs)], self.folder, deadline_s(frames))

    @contextmanager
    def branches(self, steps: list[ChunkStep]) -> Iterator[list[Any]]:
        """The batch's pictures composed, with each step's images over its branch of them."""
        with ExitStack() as lent:
            composed = self._composed(lent)
            yield picture.branches(composed, [self._overlays(step) for step in steps], self.batch.encoding.fps)

    def _composed(self, lent: ExitStack) -> Any:
        batch, fps = self.batch, self.batch.encoding.fps
        first = self._framed(batch.view, 0, lent)
        if batch.into is None or batch.transition is None:
            return first
        second = self._framed(batch.into, len(batch.view.pictures), lent)
        return picture.blended(first, second, batch.transition, fps)

    def _framed(self, view: View, before: int, lent: ExitStack) -> Any:
        """A view as one stream. `before`: how many pictures the graph already has."""
        one = self._picture(view, before, lent)
        if view.beside is None:
            return one
        other = self._picture(view.beside, before + 1, lent)
        size = self.batch.canvas.width, self.batch.canvas.height
        return picture.side_by_side(one, other, view.side, size, view.framing.ground)

    def _picture(self, view: View, number: int, lent: ExitStack) -> Any:
        footage: Footage | Decoded | Still | MovingGround | None = self._footage(view)
        if isinstance(footage, Footage) and isinstance(view.footage, SourceRange) and view.framing.fit != "over":
            footage = lent.enter_context(self.decodings.of(footage, view.footage, self.batch))
        return picture.composed(footage, view.framing, self.batch.encoding.fps, number)

    def _footage(self, view: View) -> Footage | Still | MovingGround | None:
        shown = view.footage
        if isinstance(shown, PhotoRange):
            return Still(self.store.path(shown.photo, ".png").resolve(), shown.size, shown.move, shown.first)
        if isinstance(shown, GroundRange):
            file = self.store.path(shown.ground, ".png").resolve()
            return MovingGround(file, shown.aside, shown.lower, shown.turn, shown.first)
        if shown is None:
            return None
        if shown.mezzanine:
            file, size = self.store.path(shown.mezzanine, ".mp4").resolve(), shown.source.display_size
            return Footage(file, "mov", shown.start_s, shown.tempo, "bt709", False, None, size, "yuv420p")
        start_s = shown.source.first_picture_s + shown.start_s
        return footage_of(shown.source, start_s, shown.tempo, shown.crop)

    def _overlays(self, step: ChunkStep) -> list[ImageOverlay]:
        return [
            ImageOverlay(self.store.path(x.drawn.key, ".png").resolve(), x.drawn.x, x.drawn.y, x.first, x.end, x.glide)
            for x in step.overlays
        ]
