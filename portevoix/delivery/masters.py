"""For the editor who takes over: the textless master of every format, the cut as OpenTimelineIO, every language's words
beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portevoix.captions.files.write import write_sidecar
from portevoix.delivery.cut_list import Cut, Used, cut_list
from portevoix.delivery.manifest import Delivery, put
from portevoix.order import Order
from portevoix.plan import Plan, VideoStep
from portevoix.render.measure import read_measured
from portevoix.sources.probe import digest_of
from portevoix.store import Store
from portevoix.timeline.cues import retimed
from portevoix.timeline.model import Span

FOLDER = "masters"
SIDECARS = (".srt", ".vtt")


def deliver_masters(order: Order, plan: Plan, store: Store, out: Path) -> list[Delivery]:
    """The plan's textless masters, each with its cut list, under `masters/`, and the words of every language once for
    all of them.

    Sources keep the names that the job gives.
    """
    found = [delivery for master in plan.masters for delivery in _deliver(master, order, plan, store, out)]
    return found + (list(_sidecars(order, plan, out)) if plan.masters else [])


def _sidecars(order: Order, plan: Plan, out: Path) -> Iterator[Delivery]:
    for code, placed in plan.cues.items():
        language, cues = order.languages[code], retimed(plan.timeline, placed, Span(0, plan.timeline.frame_count))
        for ending in SIDECARS:
            name = f"{FOLDER}/{order.name}_{code}{ending}"
            write_sidecar(cues, out / name, language.direction, language.code)
            digest = digest_of(out / name)
            common: dict[str, Any] = {"account": None, "placement": None, "language": code, "format": ""}
            made_from = sorted({source.digest for source in order.sources})
            size = (out / name).stat().st_size
            yield Delivery(name, "sidecar", key=digest, made_from=made_from, bytes=size, sha256=digest, **common)


def _deliver(master: VideoStep, order: Order, plan: Plan, store: Store, out: Path) -> list[Delivery]:
    stem = f"{order.name}_{master.format}_textless"
    common: dict[str, Any] = {
        "account": None,
        "placement": None,
        "language": "",
        "format": master.format,
        "made_from": sorted({source.digest for source in order.sources} | {photo.digest for photo in order.photos}),
    }
    facts = store.facts(master.key)
    measured = read_measured(facts["measured"])
    size, digest = put(store.path(master.key, ".mp4"), out, f"{FOLDER}/{stem}.mp4", facts["sha256"])
    video = Delivery(
        f"{FOLDER}/{stem}.mp4",
        "master",
        key=master.key,
        width=measured.width,
        height=measured.height,
        frames=measured.frames,
        fps=str(measured.fps),
        duration_s=round(float(measured.duration_s), 6),
        bytes=size,
        sha256=digest,
        **common,
    )
    with store.workplace() as folder:
        (folder / "cut.otio").write_text(cut_list(_cut(stem, order, plan)), "utf-8")
        size, digest = put(folder / "cut.otio", out, f"{FOLDER}/{stem}.otio")
    return [video, Delivery(f"{FOLDER}/{stem}.otio", "cut list", key=digest, bytes=size, sha256=digest, **common)]


def _cut(stem: str, order: Order, plan: Plan) -> Cut:
    clips = [
        Used(clip.file.as_posix(), source, clip.start_s)
        for clip, source in zip(order.shots, order.sources, strict=True)
    ]
    pictures = [photograph.file.as_posix() for photograph in order.job.photographs().values()]
    first = next(iter(order.languages))
    titles = {"opening": order.job.title.get(first, ""), "notice": order.job.title.get(first, "")}
    photos = list(zip(pictures, order.photos, strict=True))
    return Cut(stem, plan.timeline, f"{stem}.mp4", clips, photos, plan.cues, titles)
