"""Deliveries: named copies of artifacts, and the manifest that says what they are.

A job's files are put into a folder, whose manifest is written last. `publishing` brings such a set to a destination.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import portevoix
from portevoix import ffmpeg
from portevoix.authoring.kit import Kit
from portevoix.delivery.words import digests_of_words
from portevoix.files import whole, write_text
from portevoix.order import Order
from portevoix.plan import Plan
from portevoix.sources.probe import digest_of
from portevoix.store.errors import ArtifactDamaged
from portevoix.store.folder import copy


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
    words: str = ""
    institution: str = ""
    checks: list[dict[str, Any]] = field(default_factory=list)


def put(source: Path, folder: Path, path: str, digest: str | None = None, key: str = "") -> tuple[int, str]:
    """Copy an artifact to its delivered name; whole or not at all. Returns its bytes and SHA-256.

    A copy has its artifact's time of change: one of the same size and time is taken for the same, and nothing is read.
    Raises ArtifactDamaged, with the artifact's `key`, where what was copied is not what `digest` says.
    """
    target, artifact = folder / path, source.stat()
    digest = digest or digest_of(source)
    if not _is_copy(target, artifact):
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole(target) as partial:
            if copy(source, partial) != digest:
                raise ArtifactDamaged(f"{path} was spoilt in the store; render the job again", key)
            os.utime(partial, ns=(artifact.st_atime_ns, artifact.st_mtime_ns))
    return artifact.st_size, digest


def _is_copy(target: Path, artifact: os.stat_result) -> bool:
    try:
        found = target.stat()
    except FileNotFoundError:
        return False
    return (found.st_size, found.st_mtime_ns) == (artifact.st_size, artifact.st_mtime_ns)


def manifest_head(order: Order, plan: Plan, kits: Mapping[str, Kit], draft: bool = False) -> dict[str, Any]:
    """What a manifest says before its deliveries.

    `draft`: it is to be looked at, and never published. `about`: what each language's film is, for its
    credentials.
    """
    words = digests_of_words(order, plan)
    return {
        "schema_version": 1,
        "job": order.name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "recipe": order.recipe.name,
        "draft": draft,
        "embargo": order.job.embargo.isoformat() if order.job.embargo else None,
        "tool": {"portevoix": portevoix.__version__, "ffmpeg": ffmpeg.build(), "python": platform.python_version()},
        "notes": list(order.notes),
        "about": {
            code: {
                "title": order.job.title.get(code, ""),
                "credit": order.job.credit_in(code),
                "institution": kits[order.kit].values.organisation_in(order.languages[code].code),
                "captions": code in plan.cues,
                "words": digest,
            }
            for code, digest in words.items()
        },
    }


def write_manifest(folder: Path, head: dict[str, Any], deliveries: Iterable[Delivery]) -> Path:
    """Write `manifest.json`, last of all: who reads it finds every file that it names."""
    content = {**head, "deliveries": [asdict(delivery) for delivery in deliveries]}
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "manifest.json", _written(content))
    return folder / "manifest.json"


def job_of_set(folder: Path) -> str | None:
    """Whose finished files lie in a folder: the name of their job; None where there is no set."""
    try:
        content = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return str(content["job"]) if isinstance(content, dict) and "job" in content else None


def _written(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
