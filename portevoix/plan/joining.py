"""The plans of one job in several brand kits, as one: what they share is made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import reduce
from typing import TypeVar

from portevoix.captions.rules import Finding
from portevoix.order import Order
from portevoix.plan.model import Batch, ChunkStep, MezzanineStep, Plan, SoundCut, SoundStep, VideoStep

Keyed = TypeVar("Keyed", MezzanineStep, ChunkStep, SoundStep, SoundCut, VideoStep)

Spoken = TypeVar("Spoken", SoundStep, ChunkStep)


def joined(plans: Sequence[Plan], order: Order) -> Plan:
    """All steps of plans of the same programme, each once, and their products as the order has its audiences."""
    if len(plans) == 1:
        return plans[0]
    places = {audience: number for number, audience in enumerate(order.audiences)}
    products = [product for plan in plans for product in plan.products]
    masters = {master.format: master for plan in reversed(plans) for master in plan.masters}
    return replace(
        plans[0],
        mezzanines=_once(step for plan in plans for step in plan.mezzanines),
        batches=tuple(_batches(batch for plan in plans for batch in plan.batches)),
        sounds=_once((sound for plan in plans for sound in plan.sounds), _in_all_languages),
        videos=_once(video for plan in plans for video in plan.videos),
        products=tuple(sorted(products, key=lambda product: places[product.audience])),
        findings=_findings(plans),
        masters=tuple(masters.values()),
        sound_cuts=_once(cut for plan in plans for cut in plan.sound_cuts),
    )


def _first(one: Keyed, other: Keyed) -> Keyed:
    return one


def _once(steps: Iterable[Keyed], both: Callable[[Keyed, Keyed], Keyed] = _first) -> tuple[Keyed, ...]:
    """Each step once; `both` says what becomes of two with the same key."""
    found: dict[str, Keyed] = {}
    for step in steps:
        found[step.key] = both(found[step.key], step) if step.key in found else step
    return tuple(found.values())


def _in_all_languages(one: Spoken, other: Spoken) -> Spoken:
    return replace(one, languages=tuple(dict.fromkeys((*one.languages, *other.languages))))


def _batches(batches: Iterable[Batch]) -> list[Batch]:
    """Those of the same composition as one: its branches are encoded from one clean branch."""
    found: dict[tuple[int, str], list[Batch]] = {}
    for batch in batches:
        there = found.setdefault((batch.chunk.first_frame, batch.canvas.format), [])
        same = next((n for n, other in enumerate(there) if _composition(other) == _composition(batch)), None)
        if same is None:
            there.append(batch)
        else:
            there[same] = _together(there[same], batch)
    return [batch for there in found.values() for batch in there]


def _composition(batch: Batch) -> tuple[Batch, str]:
    return replace(batch, clean=None, branches=()), batch.clean.key if batch.clean else ""


def _together(one: Batch, other: Batch) -> Batch:
    clean = _in_all_languages(one.clean, other.clean) if one.clean and other.clean else None
    return replace(one, clean=clean, branches=_once((*one.branches, *other.branches), _in_all_languages))


def _findings(plans: Sequence[Plan]) -> dict[str, tuple[Finding, ...]]:
    def added(found: dict[str, tuple[Finding, ...]], plan: Plan) -> dict[str, tuple[Finding, ...]]:
        return found | {
            code: tuple(dict.fromkeys((*found.get(code, ()), *more))) for code, more in plan.findings.items()
        }

    return reduce(added, plans, {})
