"""Deliveries: named copies of artifacts in a folder, and the manifest that says what they are."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from portevoix.sources.probe import digest_of


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


def put(source: Path, folder: Path, path: str) -> tuple[int, str]:
    """Copy an artifact to its delivered name; whole or not at all. Returns its bytes and SHA-256."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = digest_of(source)
    if not (target.exists() and target.stat().st_size == source.stat().st_size and digest_of(target) == digest):
        partial = target.with_name(target.name + ".part")
        shutil.copyfile(source, partial)
        partial.replace(target)
    return source.stat().st_size, digest


def write_manifest(folder: Path, head: dict[str, Any], deliveries: Iterable[Delivery]) -> Path:
    """Write `manifest.json`, last of all: who reads it finds every file that it names."""
    content = {**head, "deliveries": [asdict(delivery) for delivery in deliveries]}
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / "manifest.json.part"
    partial.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(folder / "manifest.json")
    return folder / "manifest.json"
