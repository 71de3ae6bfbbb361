"""The plan on its way to other machines: as JSON, cut into pieces of work, and back.

Files are named by their digest on the way; whoever takes a piece over says where the file of a digest lies.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

import portevoix
from portevoix import ffmpeg
from portevoix.authoring.document import read_document, validate
from portevoix.authoring.job import Job
from portevoix.library import Library
from portevoix.order import Audience, Order
from portevoix.plan import VERSIONS, Batch, MezzanineStep, Plan, SoundCut, SoundStep, VideoStep
from portevoix.sources.photo import Photo
from portevoix.sources.probe import SoundFile, Source
from portevoix.store import Store

PLANNING, MEZZANINE, BATCH, SOUND, SOUND_CUT, JOIN, DELIVERY = (
    "planning",
    "mezzanine",
    "batch",
    "sound",
    "sound cut",
    "join",
    "delivery",
)
STAGES = {PLANNING: 0, MEZZANINE: 1, BATCH: 2, SOUND: 2, SOUND_CUT: 3, JOIN: 4, DELIVERY: 5}

Value = TypeVar("Value")
File = Source | Photo | SoundFile
Locate = Callable[[str], Path]


@dataclass(frozen=True)
class WorkItem:
    """One piece of a plan's work. Stages follow each other; within one, everything may be done at once.

    `frames`: pictures to be encoded, in all languages together; 0 where none is.
    """

    kind: str
    stage: int
    name: str
    frames: int
    payload: str


@dataclass(frozen=True)
class Join:
    """A video to be joined, and its rate."""

    video: VideoStep
    fps: Fraction


@dataclass(frozen=True)
class Ordered:
    """What of an accepted job its deliveries need beside the plan; the rest is in its document and in the library."""

    name: str
    kit: str
    sources: tuple[Source, ...]
    photos: tuple[Photo, ...]
    audiences: tuple[Audience, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class HandedOver:
    """A whole plan with its order."""

    ordered: Ordered
    plan: Plan


def maker() -> str:
    """What distinguishes this installation: under another, the same plan may have other keys or another shape."""
    return hashlib.sha256(f"{portevoix.__version__}\n{ffmpeg.build()}\n{VERSIONS}".encode()).hexdigest()


def hand_over(order: Order, plan: Plan) -> str:
    """A plan as JSON, for `take_over`."""
    ordered = Ordered(order.name, order.kit, tuple(order.sources), tuple(order.photos), order.audiences, order.notes)
    return to_json(HandedOver(ordered, plan))


def take_over(text: str, document: Path, library: Library, locate: Locate) -> tuple[Order, Plan]:
    """The order and the plan that `hand_over` wrote. `document`: the job's file, with the text that it was accepted
    with.
    """
    handed = from_json(HandedOver, text, locate)
    job = validate(Job, read_document(document))
    codes = dict.fromkeys(audience.language for audience in handed.ordered.audiences)
    languages = {code: found for code in codes if (found := library.language(code))}
    order = Order(
        handed.ordered.name,
        document.parent,
        job,
        library.recipes[job.recipe],
        handed.ordered.kit,
        list(handed.ordered.sources),
        list(handed.ordered.photos),
        {},
        handed.ordered.audiences,
        languages,
        handed.ordered.notes,
    )
    return order, handed.plan


def work_of(plan: Plan, store: Store) -> list[WorkItem]:
    """What is still to be made of a plan, in the order of the work; its deliveries always."""
    items = [
        _item(MEZZANINE, f"mezzanine of {m.source.digest[:12]}", m.frame_count, m)
        for m in plan.mezzanines
        if not store.has(m.key)
    ]
    for batch in plan.batches:
        missing = sum(not store.has(step.key) for step in batch.steps)
        if missing:
            first, count = batch.chunk.first_frame, batch.chunk.frame_count
            name = f"{batch.canvas.format}, frames {first} to {first + count - 1}"
            items.append(_item(BATCH, name, count * missing, batch))
    for sound in plan.sounds:
        if not store.has(sound.key):
            items.append(_item(SOUND, f"sound in {', '.join(sound.languages)}", 0, sound))
    for cut in plan.sound_cuts:
        if not store.has(cut.key):
            name = f"sound from sample {cut.first} to {cut.first + cut.samples - 1}"
            items.append(_item(SOUND_CUT, name, 0, cut))
    for video in plan.videos:
        if not store.has(video.key):
            name = f"video, {video.format} in {video.language or 'every language'}"
            if video.frame_count < plan.timeline.frame_count:
                name += f", from frame {video.first_frame}"
            items.append(_item(JOIN, name, 0, Join(video, plan.timeline.fps)))
    # The whole plan stands at the job once: a delivery needs no copy of it.
    return [*items, WorkItem(DELIVERY, STAGES[DELIVERY], DELIVERY, 0, "")]


def _item(kind: str, name: str, frames: int, value: Any) -> WorkItem:
    return WorkItem(kind, STAGES[kind], name, frames, to_json(value))


def keys_of(plan: Plan) -> dict[str, str]:
    """Every artifact that a plan makes or shows, and its kind."""
    layers = [layer for batch in plan.batches for step in batch.steps for layer in step.layers]
    keys = {layer.drawn.key: "drawing" for layer in layers}
    keys |= {product.still.key: "drawing" for product in plan.products if product.still}
    for still in (one for product in plan.products for one in product.stills):
        keys |= {layer.key: "drawing" for layer in (still.drawn, still.bug) if layer}
        keys |= {still.photo: "photo"} if still.photo else {}
    keys |= {step.key: "mezzanine" for step in plan.mezzanines}
    keys |= {step.key: "chunk" for batch in plan.batches for step in batch.steps}
    views = [part for batch in plan.batches for view in (batch.view, batch.into) if view for part in view.parts]
    keys |= {view.read.photo: "photo" for view in views if view.read.photo}
    keys |= {sound.key: "sound" for sound in plan.sounds} | {cut.key: "sound" for cut in plan.sound_cuts}
    return keys | {video.key: "video" for video in plan.videos}


def to_json(value: Any) -> str:
    """A part of a plan as JSON; fractions as "a/b", each file as its digest."""
    named = _each_file(value, lambda file: replace(file, path=Path(file.digest)))
    return _ADAPTERS[type(value)].dump_json(named).decode()


def from_json(kind: type[Value], text: str, locate: Locate) -> Value:
    """What `to_json` wrote, with every file where `locate` finds its digest."""
    value: Value = _ADAPTERS[kind].validate_json(text)
    found: Value = _each_file(value, lambda file: replace(file, path=locate(file.digest)))
    return found


def _each_file(value: Any, change: Callable[[File], File]) -> Any:
    if isinstance(value, Source | Photo | SoundFile):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_each_file(item, change) for item in value)
    if isinstance(value, Mapping):
        return {name: _each_file(item, change) for name, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _each_file(getattr(value, f.name), change) for f in fields(value)})
    return value


PIECES: dict[str, type[Any]] = {
    MEZZANINE: MezzanineStep,
    BATCH: Batch,
    SOUND: SoundStep,
    SOUND_CUT: SoundCut,
    JOIN: Join,
}
_HANDED: tuple[type[Any], ...] = (HandedOver, *PIECES.values())
_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in _HANDED}
