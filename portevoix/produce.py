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
from portevoix.artist import Artist
from portevoix.authoring.placement import Placement
from portevoix.captions.rules import told
from portevoix.captions.sidecar import write_sidecar
from portevoix.checks.measure import Measured, measure
from portevoix.checks.rules import Check, failed, placement_checks, standard_checks, word_checks
from portevoix.deliver import Delivery, put, write_manifest
from portevoix.errors import invalid
from portevoix.library import Library, load_library
from portevoix.masters import deliver_masters
from portevoix.order import Order, accept
from portevoix.plan import Plan, Product, make_plan
from portevoix.plan.estimate import estimate
from portevoix.poster import make_poster, poster_second
from portevoix.render.decoded import Decodings
from portevoix.render.steps import (
    join_video,
    make_batch,
    make_mezzanine,
    make_programme_sound,
    make_sound_cut,
)
from portevoix.render.still import SMALLEST_LIMIT_BYTES, write_photo_still, write_still
from portevoix.sources.probe import digest_of
from portevoix.store import Store
from portevoix.timeline import retimed
from portevoix.timing import seconds_at

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


def prepare(path: Path, store: Store, selection: Selection, draft: bool = False) -> tuple[Library, Order, Artist, Plan]:
    """Read a job and decide every step. Raises InvalidInput; renders nothing."""
    library = load_library()
    order = select(accept(path, library), selection)
    artist = Artist(library.root, order.kit, store)
    return library, order, artist, make_plan(order, artist, store, draft)


def select(order: Order, selection: Selection) -> Order:
    """The order with only the audiences that are wanted. Raises InvalidInput where none is left."""
    kept = tuple(
        a for a in order.audiences
        if (not selection.languages or a.language in selection.languages) and (not selection.formats or a.format in selection.formats)
    )  # fmt: skip
    if not kept:
        has = sorted({(a.language, a.format) for a in order.audiences})
        raise invalid(order.name, f"nothing of it is wanted; it has {has}")
    return replace(order, audiences=kept)


def produce(
    path: Path, out: Path, store: Store, selection: Selection, draft: bool, workers: int, progress: Progress
) -> Outcome:
    """Render a job into the folder `out`. Raises InvalidInput before anything is rendered."""
    library, order, _, plan = prepare(path, store, selection, draft)
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
            continue
        outcome.deliveries += deliver(product, order, plan, library, store, out, draft)
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
    missing.sort(key=lambda batch: batch.chunk.first_frame)  # all formats of a chunk after each other: decoded once
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
    unmade = set()
    for video in plan.videos:
        if all(store.has(key) for key in (*video.chunks, video.sound)):
            join_video(video, store, plan.timeline.fps)
        else:
            unmade.add(video.key)
    return unmade


def deliver(
    product: Product,
    order: Order,
    plan: Plan,
    library: Library,
    store: Store,
    out: Path,
    draft: bool,
) -> list[Delivery]:
    """The named files of one audience, or of one part of them: video, still, poster, sidecars."""
    audience, video, part = product.audience, product.video, product.part
    name = f"{order.name}_{audience.format}_{audience.language}"
    stem = f"{name}_{part.number}of{part.count}" if part.count > 1 else name
    folder = f"{audience.prefix}/{audience.placement}/" if audience.placement else f"{audience.format}/"
    placement = library.placements[audience.placement] if audience.placement else None
    still_limit = placement.still.max_bytes if placement else SMALLEST_LIMIT_BYTES
    pictures = {source.digest for source in order.sources} | {photo.digest for photo in order.photos}
    sources = sorted(pictures | plan.sound_of(video).made_from)
    common: dict[str, Any] = {
        "account": audience.account, "placement": audience.placement, "language": audience.language,
        "format": audience.format, "made_from": sources, "part": part.number if part.count > 1 else None,
    }  # fmt: skip
    measured, checks = _checks(product, order, plan, placement, store, draft)
    of_words = _word_checks(product, plan)
    size, digest = put(store.path(video.key, ".mp4"), out, f"{folder}{stem}.mp4")
    found = [
        Delivery(
            f"{folder}{stem}.mp4", "video", key=video.key, width=measured.width, height=measured.height, frames=measured.frames,
            fps=str(measured.fps), duration_s=round(float(measured.duration_s), 6), bytes=size, sha256=digest,
            checks=[c.plain() for c in (*checks, *(of_words if audience.burned else ()))], **common,
        )
    ]  # fmt: skip

    def add_picture(path: str, kind: str, key: str, file: Path, width: int, height: int, **more: Any) -> None:
        size, digest = put(file, out, path)
        facts = {**common, **more}
        found.append(Delivery(path, kind, key=key, width=width, height=height, bytes=size, sha256=digest, **facts))

    if product.still:
        key, file = write_still(product.still, placement, store)
        add_picture(
            f"{folder}{name}{file.suffix}", "still", key, file, video.canvas.width, video.canvas.height, part=None
        )
    for number, one in enumerate(product.stills, 1):
        key, file = write_photo_still(one, placement, store)
        add_picture(f"{folder}{name}_{number}{file.suffix}", "still", key, file, *one.size, part=None)
    poster = order.job.poster if order.job.poster is not None else "none" if order.recipe.still else "best"
    if poster != "none" and not draft:
        second = poster_second(plan, video, poster, store)
        key, file = make_poster(video.key, second, still_limit, store)
        facts = store.facts(key)
        add_picture(f"{folder}{stem}_poster.jpg", "poster", key, file, facts["width"], facts["height"])
    cues = retimed(plan.timeline, plan.cues[audience.language], part.span) if audience.language in plan.cues else []
    if cues and not audience.burned:  # a part in which nobody speaks has no captions
        language = order.languages[audience.language]
        for pattern in (
            placement.sidecars if placement and placement.sidecars else ("{name}.{locale}.srt", "{name}.{locale}.vtt")
        ):
            locale = language.locales.get(placement.platform, language.code) if placement else audience.language
            path = folder + pattern.format(name=stem, locale=locale)
            write_sidecar(cues, out / path, language.direction, language.code)
            size, digest = (out / path).stat().st_size, digest_of(out / path)
            told_of = [c.plain() for c in of_words]
            found.append(Delivery(path, "sidecar", key=digest, bytes=size, sha256=digest, checks=told_of, **common))
    return found


def _checks(
    product: Product, order: Order, plan: Plan, placement: Placement | None, store: Store, draft: bool
) -> tuple[Measured, list[Check]]:
    measured = measure(store.path(product.video.key, ".mp4"))
    sound = store.facts(product.video.sound)
    # A part keeps the programme's level: that is what has a target, and every part its own limit for peaks.
    whole = store.facts(plan.sound_of(product.video).key)
    checks = standard_checks(
        measured, product.video.frame_count, {**sound, "integrated_lufs": whole["integrated_lufs"]}, order.recipe.sound
    )
    if placement:
        checks += placement_checks(measured, placement, strict=order.recipe.frame == "formats" and not draft)
    return measured, checks


def _word_checks(product: Product, plan: Plan) -> list[Check]:
    """What was found in the captions of a product's part."""
    language, span, fps = product.audience.language, product.part.span, plan.timeline.fps
    if language not in plan.findings:
        return []
    inside = [cue for cue in plan.cues[language].cues if span.first_frame <= cue.first_frame < span.end_frame]
    first_s, end_s = seconds_at(span.first_frame, fps), seconds_at(span.end_frame, fps)
    last = span.end_frame == plan.timeline.frame_count  # what lies after the programme's end is found in its last part
    found = [f for f in plan.findings[language] if first_s <= f.start_s and (f.start_s < end_s or last)]
    return word_checks(found, len(inside))


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
