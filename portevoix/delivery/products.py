"""The named files of one audience: its videos and their parts, each checked, with stills, posters and sidecars."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from portevoix.authoring.placement import Placement
from portevoix.captions.files.write import write_sidecar
from portevoix.delivery.checks.rules import Check, placement_checks, standard_checks, word_checks
from portevoix.delivery.manifest import Delivery, put
from portevoix.delivery.poster import make_poster, poster_second
from portevoix.library import Library
from portevoix.order import Order
from portevoix.plan import Plan, Product
from portevoix.render.measure import Measured, read_measured
from portevoix.render.still import SMALLEST_LIMIT_BYTES, write_photo_still, write_still
from portevoix.sources.probe import digest_of
from portevoix.store import Store
from portevoix.timeline.cues import retimed
from portevoix.timing import seconds_at


def deliver_products(
    products: Iterable[Product],
    order: Order,
    plan: Plan,
    library: Library,
    store: Store,
    out: Path,
    draft: bool,
    workers: int,
) -> list[Delivery]:
    """The named files of all `products`, in their order; of `workers` formats at once, since what is found is found per
    format.
    """
    by_format: dict[str, list[tuple[int, Product]]] = {}
    for place, product in enumerate(products):
        by_format.setdefault(product.audience.format, []).append((place, product))

    def of_format(members: list[tuple[int, Product]]) -> list[tuple[int, list[Delivery]]]:
        return [(place, deliver(product, order, plan, library, store, out, draft)) for place, product in members]

    with ThreadPoolExecutor(workers) as pool:
        found = [one for made in pool.map(of_format, by_format.values()) for one in made]
    return [delivery for _, made in sorted(found, key=lambda one: one[0]) for delivery in made]


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
        "account": audience.account,
        "placement": audience.placement,
        "language": audience.language,
        "format": audience.format,
        "made_from": sources,
        "part": part.number if part.count > 1 else None,
    }
    measured, checks = _checks(product, order, plan, placement, store, draft)
    of_words = _word_checks(product, plan)
    size, digest = put(store.path(video.key, ".mp4"), out, f"{folder}{stem}.mp4", store.facts(video.key)["sha256"])
    found = [
        Delivery(
            f"{folder}{stem}.mp4",
            "video",
            key=video.key,
            width=measured.width,
            height=measured.height,
            frames=measured.frames,
            fps=str(measured.fps),
            duration_s=round(float(measured.duration_s), 6),
            bytes=size,
            sha256=digest,
            checks=[c.plain() for c in (*checks, *(of_words if audience.burned else ()))],
            **common,
        )
    ]

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
    measured = read_measured(store.facts(product.video.key)["measured"])
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
