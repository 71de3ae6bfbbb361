"""A plan and its steps as JSON, for other machines and other days, and back.

Files are named by their digest on the way; whoever reads it says where the file of a digest lies.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

import portevoix
from portevoix import ffmpeg
from portevoix.authoring.document import read_document, validate
from portevoix.authoring.job import Job
from portevoix.errors import PortevoixError
from portevoix.library import Library
from portevoix.order import Audience, Order
from portevoix.plan.keys import VERSIONS
from portevoix.plan.model import Plan
from portevoix.plan.work import KINDS, Step
from portevoix.sources.photo import Photo
from portevoix.sources.probe import Source
from portevoix.sources.sound_file import SoundFile

SHAPE = 7  # raise when a field of what is written here is renamed, added or removed

File = Source | Photo | SoundFile
Locate = Callable[[str], Path]


class OtherShape(PortevoixError):
    """A plan or a step as another version of Portevoix wrote it."""


@dataclass(frozen=True)
class WorkItem:
    """One piece of a plan's work as the ledger keeps it.

    `frames`: pictures to be encoded, in all languages together; 0 where none is. `payload`: its step as JSON. `needs`:
    the places, in the list of the plan's work, of what has to be done before it.
    """

    kind: str
    stage: int
    name: str
    frames: int
    payload: str
    needs: tuple[int, ...] = ()


@dataclass(frozen=True)
class SavedOrder:
    """What the deliveries need of an accepted job beside the plan; its document and the library have the rest."""

    name: str
    kit: str
    sources: tuple[Source, ...]
    photos: tuple[Photo, ...]
    audiences: tuple[Audience, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class SavedPlan:
    """A whole plan with its order."""

    order: SavedOrder
    plan: Plan


def maker() -> str:
    """What distinguishes this installation: under another, the same plan may have other keys or another shape."""
    return hashlib.sha256(f"{portevoix.__version__}\n{ffmpeg.build()}\n{VERSIONS}".encode()).hexdigest()


def plan_to_json(order: Order, plan: Plan) -> str:
    """A plan with its order, for `plan_from_json`."""
    saved = SavedOrder(order.name, order.kit, tuple(order.sources), tuple(order.photos), order.audiences, order.notes)
    return _written(SavedPlan(saved, plan))


def plan_from_json(text: str, document: Path, library: Library, locate: Locate) -> tuple[Order, Plan]:
    """The order and the plan that `plan_to_json` wrote. `document`: the job's file, with the text that was accepted.

    Raises OtherShape.
    """
    saved = _read(SavedPlan, text, locate)
    job = validate(Job, read_document(document))
    codes = dict.fromkeys(audience.language for audience in saved.order.audiences)
    languages = {code: found for code in codes if (found := library.language(code))}
    order = Order(
        name=saved.order.name,
        folder=document.parent,
        job=job,
        recipe=library.recipes[job.recipe],
        kit=saved.order.kit,
        sources=list(saved.order.sources),
        photos=list(saved.order.photos),
        scripts={},
        audiences=saved.order.audiences,
        languages=languages,
        notes=saved.order.notes,
    )
    return order, saved.plan


def step_to_json(step: Step) -> str:
    """A step as JSON, for `step_from_json`; fractions as "a/b", each file as its digest."""
    return _written(step)


def step_from_json(kind: str, text: str, locate: Locate) -> Step:
    """The step of that kind of work that `step_to_json` wrote, every file where `locate` finds it.

    Raises OtherShape.
    """
    step: Step = _read(_STEPS[kind], text, locate)
    return step


def _written(value: Any) -> str:
    named = _each_file(value, lambda file: replace(file, path=Path(file.digest)))
    return json.dumps({"shape": SHAPE, "value": _ADAPTERS[type(value)].dump_python(named, mode="json")})


def _read(kind: type[Any], text: str, locate: Locate) -> Any:
    document = json.loads(text)
    shape = document.get("shape")
    if shape != SHAPE:
        raise OtherShape(
            f"the plan was stored in shape {shape or 1}; this version reads shape {SHAPE}; plan the job again"
        )
    value = _ADAPTERS[kind].validate_json(json.dumps(document["value"]))
    return _each_file(value, lambda file: replace(file, path=locate(file.digest)))


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


_STEPS: dict[str, type[Step]] = {kind: step for step, kind in KINDS.items()}
_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (SavedPlan, *KINDS)}
