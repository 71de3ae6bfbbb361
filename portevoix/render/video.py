"""A finished file: chunks and sound joined, measured and hashed once, however many accounts receive it."""

from __future__ import annotations

from portevoix.errors import RenderFailed
from portevoix.plan.calibration import paced
from portevoix.plan.estimate import joined_s
from portevoix.plan.model import VideoStep
from portevoix.render.join import EncodedChunk, holds, join
from portevoix.render.measure import measure, pictures_decoded, written
from portevoix.sources.probe import digest_of
from portevoix.store import Store


def chunk_of(key: str, store: Store) -> EncodedChunk:
    """A stored chunk, ready to be joined. Raises StoreError where it is not there."""
    return EncodedChunk.kept(store.path(key, ".mp4"), store.facts(key))


def join_video(step: VideoStep, store: Store) -> None:
    """Chunks and sound as one file."""
    if store.has(step.key):
        return
    with store.workplace() as folder, paced(store, "joined", joined_s(step)):
        out = folder / "video.mp4"
        chunks = [chunk_of(key, store) for key in step.chunks]
        join(chunks, store.path(step.sound, ".aac"), step.fps, step.frame_count, out)
        if not holds(out, chunks, step.fps):
            raise RenderFailed("the joined file does not hold what its chunks hold; render again")
        whole = all(chunk.decoded or pictures_decoded(chunk.path) == chunk.frames for chunk in chunks)
        facts = {"frames": step.frame_count, "sha256": digest_of(out), "measured": written(measure(out, whole))}
        store.put(step.key, {".mp4": out}, facts)
