"""The work that a plan leaves: what is missing, in which order, and what each piece of it needs and makes.

Who runs a plan, the threads of one machine or the workers of many, reads this list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portevoix.plan.composition import GroundRange, PhotoRange, SourceRange
from portevoix.plan.model import Batch, MezzanineStep, Plan, SoundCut, SoundStep, VideoStep
from portevoix.store import Store

PLANNING, MEZZANINE, BATCH, SOUND, SOUND_CUT, JOIN, VARIANT, DELIVERY = (
    "planning",
    "mezzanine",
    "batch",
    "sound",
    "sound cut",
    "join",
    "variant",
    "delivery",
)
# What a step needs is made in an earlier stage; within one, everything may be done at once.
STAGES = {PLANNING: 0, MEZZANINE: 1, BATCH: 2, SOUND: 2, SOUND_CUT: 3, JOIN: 4, VARIANT: 5, DELIVERY: 6}

Step = MezzanineStep | Batch | SoundStep | SoundCut | VideoStep
KINDS: dict[type[Step], str] = {
    MezzanineStep: MEZZANINE,
    Batch: BATCH,
    SoundStep: SOUND,
    SoundCut: SOUND_CUT,
    VideoStep: JOIN,
}


@dataclass(frozen=True)
class Work:
    """One piece of a plan's work. `frames`: pictures to be encoded, in all languages together; 0 where none is."""

    name: str
    frames: int
    step: Step

    @property
    def kind(self) -> str:
        """Its kind of work, by which its maker is found."""
        return KINDS[type(self.step)]

    @property
    def stage(self) -> int:
        """Its place in the order of the work."""
        return STAGES[self.kind]


def missing_work(plan: Plan, store: Store) -> list[Work]:
    """What is still to be made of a plan, in the order of the work."""
    found = []
    for name, frames, step in _named_steps(plan):
        missing = sum(not store.has(key) for key in made_by(step))
        if missing:
            found.append(Work(name, frames * missing, step))
    return found


def _named_steps(plan: Plan) -> Iterator[tuple[str, int, Step]]:
    """Every step with its name and the pictures that each artifact of it holds, 0 where none is encoded."""
    for mezzanine in plan.mezzanines:
        yield f"mezzanine of {mezzanine.source.digest[:12]}", mezzanine.frame_count, mezzanine
    for batch in plan.batches:
        first, count = batch.chunk.first_frame, batch.chunk.frame_count
        yield f"{batch.canvas.format}, frames {first} to {first + count - 1}", count, batch
    for sound in plan.sounds:
        yield f"sound in {', '.join(sound.languages)}", 0, sound
    for cut in plan.sound_cuts:
        yield f"sound from sample {cut.first} to {cut.first + cut.samples - 1}", 0, cut
    for video in plan.videos:
        name = f"video, {video.format} in {video.language or 'every language'}"
        if video.frame_count < plan.timeline.frame_count:
            name += f", from frame {video.first_frame}"
        yield name, 0, video


def made_by(step: Step) -> tuple[str, ...]:
    """The keys of the artifacts that a step makes."""
    return tuple(one.key for one in step.steps) if isinstance(step, Batch) else (step.key,)


def needed_by(step: Step) -> set[str]:
    """The keys of the artifacts of earlier stages that a step is made from."""
    if isinstance(step, Batch):
        return {one.mezzanine for one in _footage(step) if isinstance(one, SourceRange) and one.mezzanine}
    if isinstance(step, SoundCut):
        return {step.whole}
    return {*step.chunks, step.sound} if isinstance(step, VideoStep) else set()


def artifacts_of(plan: Plan) -> dict[str, str]:
    """Every artifact that a plan makes or shows, and its kind."""
    overlays = [overlay for batch in plan.batches for step in batch.steps for overlay in step.overlays]
    keys = {overlay.drawn.key: "drawing" for overlay in overlays}
    for still in (one for product in plan.products for one in (product.still, *product.stills) if one):
        keys |= {drawn.key: "drawing" for drawn in (still.drawn, *still.over)}
        keys |= {still.photo: "photo"} if still.photo else {}
    keys |= {step.key: "mezzanine" for step in plan.mezzanines}
    keys |= {step.key: "chunk" for batch in plan.batches for step in batch.steps}
    keys |= {one.photo: "photo" for batch in plan.batches for one in _footage(batch) if isinstance(one, PhotoRange)}
    keys |= {one.ground: "drawing" for batch in plan.batches for one in _footage(batch) if isinstance(one, GroundRange)}
    keys |= {sound.key: "sound" for sound in plan.sounds} | {cut.key: "sound" for cut in plan.sound_cuts}
    return keys | {video.key: "video" for video in plan.videos}


def _footage(batch: Batch) -> Iterator[SourceRange | PhotoRange | GroundRange | None]:
    for view in (batch.view, batch.into):
        for picture in view.pictures if view else ():
            yield picture.footage
