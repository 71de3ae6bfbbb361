"""The whole story on one page: a job file becomes finished, checked, named files. Read this first."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import portevoix
from portevoix import ffmpeg
from portevoix.captions.rules import told
from portevoix.delivery.checks.rules import failed
from portevoix.delivery.manifest import Delivery, write_manifest
from portevoix.delivery.masters import deliver_masters
from portevoix.delivery.products import deliver_products
from portevoix.drawing.artist import Artist
from portevoix.errors import invalid
from portevoix.library import Library, load_library
from portevoix.order import Order, accept
from portevoix.plan import Plan, make_plan
from portevoix.plan.estimate import estimate
from portevoix.render.decoded import Decodings, by_chunk
from portevoix.render.steps import (
    join_video,
    make_batch,
    make_mezzanine,
    make_programme_sound,
    make_sound_cut,
)
from portevoix.store import Store

Progress = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Selection:
    """Which of a job's products are wanted; empty means all."""

    languages: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()


@dataclass
class Outcome:
    """What a run made, and what it could not."""

    plan: Plan
    deliveries: list[Delivery] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def prepare(
    path: Path, store: Store, selection: Selection, draft: bool = False, house: Path | None = None
) -> tuple[Library, Order, Artist, Plan]:
    """Read a job and decide every step. Raises InvalidInput; renders nothing.

    `house`: the institution's own data; without, what PORTEVOIX_HOUSE names.
    """
    library = load_library(house)
    order = select(accept(path, library), selection)
    artist = Artist(library, order.kit, store)
    return library, order, artist, make_plan(order, artist, store, draft)


def select(order: Order, selection: Selection) -> Order:
    """The order with only the audiences that are wanted. Raises InvalidInput where none is left."""
    kept = tuple(
        a
        for a in order.audiences
        if (not selection.languages or a.language in selection.languages)
        and (not selection.formats or a.format in selection.formats)
    )
    if not kept:
        has = sorted({(a.language, a.format) for a in order.audiences})
        raise invalid(order.name, f"nothing of it is wanted; it has {has}")
    return replace(order, audiences=kept)


def produce(
    path: Path,
    out: Path,
    store: Store,
    selection: Selection,
    draft: bool,
    workers: int,
    progress: Progress,
    house: Path | None = None,
) -> Outcome:
    """Render a job into the folder `out`. Raises InvalidInput before anything is rendered."""
    library, order, _, plan = prepare(path, store, selection, draft, house)
    outcome = Outcome(plan, notes=[*order.notes, *(n for placed in plan.cues.values() for n in placed.notes)])
    outcome.notes += [told(f, order.script_file(code)) for code, found in plan.findings.items() for f in found]
    seconds = round(estimate(plan, store, workers), 1)
    progress(
        {
            "event": "planned",
            "job": plan.name,
            "batches": len(plan.batches),
            "videos": len(plan.videos),
            "estimate_s": seconds,
        }
    )
    unmade = run_steps(plan, store, workers, progress, outcome.failures)
    for product in plan.products:
        if product.video.key in unmade:
            which = f"part {product.part.number} of " if product.part.count > 1 else ""
            outcome.failures.append(f"{which}{product.audience.format} in {product.audience.language} was not made")
    made = [product for product in plan.products if product.video.key not in unmade]
    outcome.deliveries += deliver_products(made, order, plan, library, store, out, draft, workers)
    for master in plan.masters:
        if master.key in unmade:
            outcome.failures.append(f"the textless master of {master.format} was not made")
    if not unmade:
        outcome.deliveries += deliver_masters(order, plan, store, out)
    outcome.failures += [
        f"{d.path}: {c['rule']} is {c['measured']}, {c['wanted']}"
        for d in outcome.deliveries
        for c in d.checks
        if failed(c)
    ]
    write_manifest(out, manifest_head(order), outcome.deliveries)
    progress({"event": "delivered", "files": len(outcome.deliveries), "failures": len(outcome.failures)})
    return outcome


def run_steps(plan: Plan, store: Store, workers: int, progress: Progress, failures: list[str]) -> set[str]:
    """Run every missing step on `workers` threads. Returns the keys of videos that could not be made."""
    for mezzanine in plan.mezzanines:
        make_mezzanine(mezzanine, store)
    missing = [batch for batch in plan.batches if any(not store.has(step.key) for step in batch.steps)]
    missing = by_chunk(missing, workers)
    total = sum(b.chunk.frame_count * len(b.steps) for b in missing)
    done = 0
    with Decodings(missing, store) as decodings, ThreadPoolExecutor(max_workers=workers) as pool:
        running: dict[Future[None], tuple[str, int]] = {
            pool.submit(make_programme_sound, sound, store): (f"sound in {', '.join(sound.languages)}", 0)
            for sound in plan.sounds
        }
        for batch in missing:
            name = f"{batch.canvas.format}, frames {batch.chunk.first_frame} to {batch.chunk.first_frame + batch.chunk.frame_count - 1}"
            running[pool.submit(make_batch, batch, store, decodings)] = (
                name,
                batch.chunk.frame_count * len(batch.steps),
            )
        try:
            while running:
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    name, frames = running.pop(future)
                    done += frames
                    if error := future.exception():
                        failures.append(f"{name}: {error}")
                        progress({"event": "failed", "step": name, "error": str(error)})
                    progress({"event": "step", "step": name, "frames_done": done, "frames": total})
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    with ThreadPoolExecutor(max_workers=workers) as pool:
        ready = [cut for cut in plan.sound_cuts if store.has(cut.whole)]
        for cut, made in [(cut, pool.submit(make_sound_cut, cut, store)) for cut in ready]:
            if error := made.exception():
                name = f"sound from sample {cut.first} to {cut.first + cut.samples - 1}"
                failures.append(f"{name}: {error}")
                progress({"event": "failed", "step": name, "error": str(error)})
    whole = [video for video in plan.videos if all(store.has(key) for key in (*video.chunks, video.sound))]
    with ThreadPoolExecutor(max_workers=workers) as pool:
        list(pool.map(lambda video: join_video(video, store, plan.timeline.fps), whole))
    return {video.key for video in plan.videos} - {video.key for video in whole}


def manifest_head(order: Order) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "job": order.name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "recipe": order.recipe.name,
        "embargo": order.job.embargo.isoformat() if order.job.embargo else None,
        "tool": {"portevoix": portevoix.__version__, "ffmpeg": ffmpeg.build(), "python": platform.python_version()},
        "notes": list(order.notes),
    }


def default_workers() -> int:
    """One batch at a time per processor: each encoder has one thread."""
    return len(os.sched_getaffinity(0))
