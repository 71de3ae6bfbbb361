"""A video as it is in all languages: what is found in its pictures is found once, and no corrected word asks for it
again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from portevoix.plan import Plan, VideoStep
from portevoix.plan.model import ChunkStep
from portevoix.render.join import join
from portevoix.render.video import chunk_of
from portevoix.store import Store


def wordless(plan: Plan, video: VideoStep) -> list[tuple[ChunkStep, bool]]:
    """The chunks of a video's stretch as they are in all languages, and whether they are: where a picture without words
    was never made, that of the first language that has one.
    """
    shown = set(video.chunks)  # of several kits, each has its own ground
    own = (one for one in plan.batches if any(step.key in shown for step in one.steps))
    first, end = video.first_frame, video.first_frame + video.frame_count
    inside = sorted((one for one in own if first <= one.chunk.first_frame < end), key=lambda one: one.chunk.first_frame)
    return [(one.clean, True) if one.clean else (one.branches[0], False) for one in inside]


def join_wordless(chunks: Sequence[str], sound: str | None, video: VideoStep, store: Store, out: Path) -> None:
    """Write these chunks of a video, with a `sound`, as one film to be looked at. Raises RenderFailed."""
    heard = store.path(sound, ".aac") if sound else None
    join([chunk_of(key, store) for key in chunks], heard, video.fps, video.frame_count, out)
