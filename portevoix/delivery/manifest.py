"""Deliveries: named copies of artifacts, and the manifest that says what they are.

A job's files are put into a folder, whose manifest is written last. From there they are published, on a shelf that
other machines read: there a set becomes visible at once, and a set that was visible never changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import portevoix
from portevoix import ffmpeg
from portevoix.order import Order
from portevoix.sources.probe import digest_of
from portevoix.store.folder import copy, settle
from portevoix.store.shelf import Shelf

DIGITS_IN_NAME = 16  # of a file's SHA-256: 64 bits tell its versions apart
VERSION = re.compile(r"\.manifest\.(\d{6})-[0-9a-f]{16}\.json")


@dataclass(frozen=True)
class Delivery:
    """One file as the manifest lists it. `docs/manifest.md` documents every field."""

    path: str
    kind: str
    account: str | None
    placement: str | None
    language: str
    format: str
    key: str
    made_from: list[str]
    part: int | None = None
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    fps: str | None = None
    duration_s: float | None = None
    bytes: int = 0
    sha256: str = ""
    checks: list[dict[str, Any]] = field(default_factory=list)


def put(source: Path, folder: Path, path: str, digest: str | None = None) -> tuple[int, str]:
    """Copy an artifact to its delivered name; whole or not at all. Returns its bytes and SHA-256.

    A copy has its artifact's time of change: one of the same size and time is taken for the same, and nothing is read.
    """
    target, artifact = folder / path, source.stat()
    digest = digest or digest_of(source)
    if not _is_copy(target, artifact):
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.{os.getpid()}.part")
        try:
            copy(source, partial)
            os.utime(partial, ns=(artifact.st_atime_ns, artifact.st_mtime_ns))
            settle(partial, target)
        finally:
            partial.unlink(missing_ok=True)
    return artifact.st_size, digest


def _is_copy(target: Path, artifact: os.stat_result) -> bool:
    try:
        found = target.stat()
    except FileNotFoundError:
        return False
    return (found.st_size, found.st_mtime_ns) == (artifact.st_size, artifact.st_mtime_ns)


def manifest_head(order: Order) -> dict[str, Any]:
    """What a manifest says before its deliveries."""
    return {
        "schema_version": 1,
        "job": order.name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "recipe": order.recipe.name,
        "embargo": order.job.embargo.isoformat() if order.job.embargo else None,
        "tool": {"portevoix": portevoix.__version__, "ffmpeg": ffmpeg.build(), "python": platform.python_version()},
        "notes": list(order.notes),
    }


def write_manifest(folder: Path, head: dict[str, Any], deliveries: Iterable[Delivery]) -> Path:
    """Write `manifest.json`, last of all: who reads it finds every file that it names."""
    content = {**head, "deliveries": [asdict(delivery) for delivery in deliveries]}
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"manifest.json.{os.getpid()}.part"
    partial.write_text(_written(content), "utf-8")
    settle(partial, folder / "manifest.json")
    return folder / "manifest.json"


def publish(folder: Path, shelf: Shelf) -> str:
    """Publish a folder that has its manifest. Returns the published manifest's name,
    `<job>.manifest.000001-<digest>.json`.

    The files go first, each into a folder of its own digest, so that no version overwrites another; the manifest goes
    last, under the next number and its own digest: two that are published in the same moment both stay, and every
    reader takes the same one of them. Published again, the same set keeps its name. Raises ArtifactDamaged where a file
    is not what the manifest says, StoreUnavailable in an outage: call it again.
    """
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["deliveries"] = [_shelved(folder, delivery, shelf) for delivery in manifest["deliveries"]]
    latest = _latest(shelf, manifest["job"])
    content = _written(manifest).encode()
    if latest and shelf.read(latest) == content:
        return latest
    number = int(VERSION.findall(latest)[-1]) + 1 if latest else 1
    digest = hashlib.sha256(content).hexdigest()[:DIGITS_IN_NAME]
    shelf.add_bytes(name := f"{manifest['job']}.manifest.{number:06}-{digest}.json", content)
    return name


def latest_manifest(shelf: Shelf, job: str) -> dict[str, Any] | None:
    """The set that is published of a job, the highest number; None before the first. Readers begin here, and only here."""
    if (latest := _latest(shelf, job)) is None:
        return None
    manifest: dict[str, Any] = json.loads(shelf.read(latest))
    return manifest


def _latest(shelf: Shelf, job: str) -> str | None:
    begin = f"{job}.manifest."
    return max((name for name in shelf.names(begin) if VERSION.fullmatch(name.removeprefix(job))), default=None)


def _shelved(folder: Path, delivery: dict[str, Any], shelf: Shelf) -> dict[str, Any]:
    path = PurePosixPath(delivery["path"])
    name = str(path.parent / delivery["sha256"][:DIGITS_IN_NAME] / path.name)
    shelf.add(name, folder / path, delivery["sha256"])
    return {**delivery, "path": name}


def _written(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
