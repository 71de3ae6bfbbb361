"""How long a plan's missing steps will take on this machine, before any of them is begun."""

from __future__ import annotations

import functools

from portevoix.plan.calibration import pace
from portevoix.plan.composition import GroundRange
from portevoix.plan.model import RATE_HZ, Batch, MezzanineStep, Plan, SoundStep, VideoStep
from portevoix.store import Store

# Seconds of one processor for a frame of a million pixels, of the example on the machine where it was first measured.
# Only their proportions matter once a machine has its own notes (`calibration.py`).
COMPOSED, CLEAN, BRANCH, ALONE, MOVING, CONFORMED = 0.0015, 0.011, 0.0052, 0.0046, 0.0095, 0.012
PROCESS_S = 0.15  # to start an encoder and to keep what it made
SOUND_S = 0.1  # for a second of the programme, measured and encoded
JOINED_S = 0.2  # for a finished file: joined, measured, copied
PLANNED_S = 1.2  # before the first step and after the last


def clean_s(batch: Batch) -> float:
    """Seconds expected for a batch's clean branch."""
    return PROCESS_S + _megapixels(batch) * (COMPOSED + CLEAN)


def branches_s(batch: Batch, count: int) -> float:
    """Seconds expected for `count` of its other branches, in one process."""
    each = {"branches": BRANCH, "moving": MOVING, "alone": ALONE}[branches_kind(batch)]
    return PROCESS_S + _megapixels(batch) * (COMPOSED + count * each)


def branches_kind(batch: Batch) -> str:
    """Under which name their pace is noted: branches of a clean one, or pictures encoded by themselves: cards on a
    ground that moves, or that stands.
    """
    if batch.clean:
        return "branches"
    return "moving" if isinstance(batch.view.footage, GroundRange) else "alone"


def mezzanine_s(step: MezzanineStep) -> float:
    """Seconds expected for a source to be brought into shape."""
    width, height = step.source.display_size
    return PROCESS_S + step.frame_count * width * height / 1e6 * CONFORMED


def sound_s(step: SoundStep) -> float:
    """Seconds expected for a programme's sound."""
    return PROCESS_S + step.samples / RATE_HZ * SOUND_S


def joined_s(step: VideoStep) -> float:
    """Seconds expected for a finished file."""
    return JOINED_S


def estimate(plan: Plan, store: Store, workers: int) -> float:
    """Seconds until the job is delivered, with `workers` batches at once. What is in the store costs nothing.

    A pace is noted while as many others worked, so that what they cost each other is in it.
    """
    slower = functools.cache(lambda kind: pace(store, kind))
    shared = 0.0  # what all workers do between them
    for batch in plan.batches:
        missing = sum(not store.has(step.key) for step in batch.branches)
        if batch.clean and not store.has(batch.clean.key):
            shared += clean_s(batch) * slower("clean")
        if missing:
            shared += branches_s(batch, missing) * slower(branches_kind(batch))
    shared += sum(sound_s(sound) * slower("sound") for sound in plan.sounds if not store.has(sound.key))
    shared += sum(joined_s(video) * slower("joined") for video in plan.videos if not store.has(video.key))
    alone = sum(mezzanine_s(m) * slower("mezzanine") for m in plan.mezzanines if not store.has(m.key))
    return PLANNED_S + alone + shared / workers


def _megapixels(batch: Batch) -> float:
    return batch.chunk.frame_count * batch.canvas.width * batch.canvas.height / 1e6
