"""A job whose steps are made, and one way to list a file of it in the manifest."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portevoix.delivery.manifest import Delivery, put
from portevoix.library import Library
from portevoix.order import Order
from portevoix.plan import Plan
from portevoix.render.measure import Measured
from portevoix.sources.probe import digest_of
from portevoix.store import Store


def _nowhere(digest: str) -> Path | None:
    """Nothing was delivered before."""
    return None


@dataclass(frozen=True)
class FinishedJob:
    """A job on its way out of the store: its files get their names in the folder `out`.

    `find_delivered`: finds an earlier delivered file by its SHA-256. It never changes, so it is linked, not copied.
    """

    order: Order
    plan: Plan
    library: Library
    store: Store
    out: Path
    draft: bool = False
    find_delivered: Callable[[str], Path | None] = _nowhere

    @property
    def pictures(self) -> set[str]:
        """The digests of all clips and photos."""
        return {source.digest for source in self.order.sources} | {photo.digest for photo in self.order.photos}


@dataclass(frozen=True)
class Labels:
    """What the manifest says of all files of one audience or master alike."""

    account: str | None
    placement: str | None
    language: str
    format: str
    made_from: list[str]
    part: int | None = None
    words: str = ""  # the digest of the language's words
    institution: str = ""  # whose name the file bears


def give(job: FinishedJob, path: str, digest: str, artifact: Callable[[], Path], key: str = "") -> None:
    """Give a finished file its name `path`. The `artifact` is asked for where its digest lies nowhere yet; the store
    knows it by its `key`.
    """
    ready, target = job.find_delivered(digest), job.out / path
    if ready is None:
        put(artifact(), job.out, path, digest, key)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(ready, target)
    except OSError:  # a disk without links, or as many as it takes
        put(ready, job.out, path, digest)


def listed(job: FinishedJob, path: str, kind: str, labels: Labels, **facts: Any) -> Delivery:
    """The finished file `path` as the manifest lists it. Without a `key` in the `facts`, its digest is its key."""
    file = job.out / path
    digest = facts.pop("sha256", None) or digest_of(file)
    known = {"key": digest, "bytes": file.stat().st_size, "sha256": digest}
    return Delivery(path, kind, **{**vars(labels), **known, **facts})


def facts_of(measured: Measured) -> dict[str, Any]:
    """What the manifest says of a video."""
    return {
        "width": measured.width,
        "height": measured.height,
        "frames": measured.frames,
        "fps": str(measured.fps),
        "duration_s": round(float(measured.duration_s), 6),
    }
