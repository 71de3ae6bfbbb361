"""The whole story on one page: a job file becomes finished, checked, named files. Read this first."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from portevoix.captions.notes import notes_of_findings
from portevoix.delivery.deliver import blocked, deliver_files, failed_checks, not_made
from portevoix.delivery.job import FinishedJob
from portevoix.delivery.manifest import Delivery, manifest_head, write_manifest
from portevoix.delivery.masters import cut_lists_left_out
from portevoix.drawing.artist import Artist
from portevoix.errors import invalid
from portevoix.library import Library, load_library
from portevoix.order import Order, accept
from portevoix.plan import Plan, make_plan
from portevoix.plan.artists import artist_of
from portevoix.plan.estimate import estimate
from portevoix.plan.pulse import cuts_noted
from portevoix.plan.small_photos import small_photos
from portevoix.plan.sound import cut_short
from portevoix.render.run import Progress, run_plan
from portevoix.store import Store


@dataclass(frozen=True)
class Selection:
    """Which of a job's products are wanted; empty means all."""

    languages: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()


def default_workers() -> int:
    """One batch at a time per processor: each encoder has one thread."""
    return len(os.sched_getaffinity(0))


def _ignore(event: dict[str, Any]) -> None:
    """No progress is wanted."""


@dataclass(frozen=True)
class Production:
    """How a job is produced: its store, which parts of it, on how many threads; `progress` hears of each step.

    `house`: the institution's own data; without, what PORTEVOIX_HOUSE names.
    """

    store: Store
    selection: Selection = Selection()
    draft: bool = False
    workers: int = field(default_factory=default_workers)
    progress: Progress = _ignore
    house: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What a run made, and what it could not. `blocks`: what has to be mended before anybody approves it;
    `sources`: every film and photo by its digest."""

    plan: Plan
    deliveries: list[Delivery]
    failures: list[str]
    notes: list[str]
    blocks: list[str]
    sources: Mapping[str, Path]


def produce(path: Path, out: Path, production: Production) -> Outcome:
    """Render a job into the folder `out`. Raises InvalidInput before anything is rendered."""
    store, progress = production.store, production.progress
    library, order, _, plan = prepare(path, store, production.selection, production.draft, production.house)
    progress(_planned(plan, production))
    failures = run_plan(plan, store, production.workers, progress)
    unmade = {video.key for video in plan.videos if not store.has(video.key)}
    finished = FinishedJob(order, plan, library, store, out, production.draft)
    deliveries = deliver_files(finished, unmade, production.workers)
    write_manifest(out, manifest_head(order, plan, library.kits, production.draft), deliveries)
    failures += [*not_made(plan, unmade), *failed_checks(deliveries)]
    sources = {source.digest: source.path for source in order.sources}
    sources |= {photo.digest: photo.path for photo in order.photos}
    progress({"event": "delivered", "files": len(deliveries), "failures": len(failures)})
    return Outcome(plan, deliveries, failures, _notes(order, plan), blocked(deliveries), sources)


def prepare(
    path: Path, store: Store, selection: Selection, draft: bool = False, house: Path | None = None
) -> tuple[Library, Order, Artist, Plan]:
    """Read a job and decide every step. Raises InvalidInput; renders nothing.

    `house`: the institution's own data; without, what PORTEVOIX_HOUSE names.
    """
    return prepare_from(load_library(house), path, store, selection, draft)


def prepare_from(
    library: Library, path: Path, store: Store, selection: Selection, draft: bool = False
) -> tuple[Library, Order, Artist, Plan]:
    """As `prepare`, from a library that was read."""
    order = select(accept(path, library, store), selection)
    artist = artist_of(order, library, store)
    return library, order, artist, make_plan(order, artist, store, draft)


def select(order: Order, selection: Selection) -> Order:
    """The order with only the audiences that are wanted. Raises InvalidInput where one of the words names none."""
    languages, formats = {a.language for a in order.audiences}, {a.format for a in order.audiences}
    _refuse_unknown(order.name, "language", selection.languages, languages)
    _refuse_unknown(order.name, "format", selection.formats, formats)
    kept = tuple(
        a
        for a in order.audiences
        if (not selection.languages or a.language in selection.languages)
        and (not selection.formats or a.format in selection.formats)
    )
    if not kept:
        has = ", ".join(sorted({f"{a.format} in {a.language}" for a in order.audiences}))
        raise invalid(order.name, f"has no such language in such a format; it has {has}")
    return replace(order, audiences=kept)


def _refuse_unknown(job: str, kind: str, wanted: Collection[str], has: Collection[str]) -> None:
    if unknown := sorted(set(wanted) - set(has)):
        raise invalid(job, f"has no {kind} {', '.join(unknown)}; it has {', '.join(sorted(has))}")


def _planned(plan: Plan, production: Production) -> dict[str, Any]:
    seconds = round(estimate(plan, production.store, production.workers), 1)
    counts = {"batches": len(plan.batches), "videos": len(plan.videos)}
    return {"event": "planned", "job": plan.name, **counts, "estimate_s": seconds}


def notes_of(order: Order, plan: Plan) -> list[str]:
    """What an author should know of a plan, apart from what a subtitler found."""
    placed = [note for cues in plan.cues.values() for note in cues.notes]
    heard = [*cuts_noted(plan.timeline.on_beat), *cut_short(plan.sounds)]
    return [*order.notes, *small_photos(order), *heard, *placed, *cut_lists_left_out(plan)]


def _notes(order: Order, plan: Plan) -> list[str]:
    files = {code: order.script_file(code) for code in plan.findings}
    return [*notes_of(order, plan), *notes_of_findings(plan.findings, files)]
