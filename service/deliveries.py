"""Where a job's finished files lie, until they are released.

Each lies once, under its digest, and is never written to again; the set of a round is made of links to them, so what a
correction does not change takes neither time nor room.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from portevoix.delivery.manifest import Delivery
from portevoix.files import whole, write_text
from portevoix.store.verified import Verified

log = logging.getLogger(__name__)

REVIEW_COPIES = ".reviews"  # beside them too, by job: copies that carry their reader's name
UNFINISHED = ".work"  # beside the jobs' folders: sets that are still being made
BY_DIGEST = ".files"  # within a job's folder
RELEASED = "released"  # there too: by manifest, which signed files it names
_verified = Verified()


@dataclass(frozen=True)
class DeliveredFiles:
    """A job's finished files by their SHA-256, of whatever round."""

    folder: Path

    @classmethod
    def of(cls, deliveries: Path, job: str) -> DeliveredFiles:
        return cls(deliveries / job / BY_DIGEST)

    def find(self, digest: str) -> Path | None:
        """The file of this digest; None where there is none. What a disk spoilt is removed."""
        file = self.folder / digest
        try:
            if _verified.holds(file, digest):
                return file
        except FileNotFoundError:
            return None
        log.warning("a finished file of job %s was spoilt and is removed", self.folder.parent.name)
        file.unlink(missing_ok=True)
        return None

    def keep(self, folder: Path, made: Iterable[Delivery]) -> None:
        """Have the finished files of `folder`, as the manifest lists them, lie under their digests too."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for delivery in made:
            target = self.folder / delivery.sha256
            if self.find(delivery.sha256):
                continue
            try:
                os.link(folder / delivery.path, target)
            except FileExistsError:
                continue  # another worker has just kept the same bytes
            except OSError:  # a disk without links
                with whole(target) as partial:
                    shutil.copyfile(folder / delivery.path, partial)


def folders_of(deliveries: Path, job: str) -> list[Path]:
    """All folders that hold files of one job."""
    return [deliveries / job, deliveries / REVIEW_COPIES / job]


def delivered_to(deliveries: Path, job: str, round_number: int) -> Path:
    """Where a job's named files and their manifest lie: a folder of its own for each round, there whole or not at all,
    and never changed afterwards.
    """
    return deliveries / job / str(round_number)


def rounds_of(deliveries: Path, job: str) -> list[int]:
    """The rounds of a job whose set of files stands, the oldest first."""
    manifests = (deliveries / job).glob("[0-9]*/manifest.json")
    return sorted(int(manifest.parent.name) for manifest in manifests)


def delivered_in(deliveries: Path, job: str, round_number: int) -> list[Delivery]:
    """The files of one round; none where its set does not stand."""
    try:
        manifest = delivered_to(deliveries, job, round_number) / "manifest.json"
        listed = json.loads(manifest.read_text("utf-8"))["deliveries"]
    except FileNotFoundError:
        return []
    return [Delivery(**facts) for facts in listed]


def find_file(deliveries: Path, job: str, newest_round: int, delivery: Delivery) -> Path:
    """The file of a delivery. Raises FileNotFoundError where this machine does not have it, or not as it was made."""
    if file := DeliveredFiles.of(deliveries, job).find(delivery.sha256):
        return file
    for round_number in range(newest_round, 0, -1):  # rounds from before files lay under their digests
        manifest = delivered_to(deliveries, job, round_number) / "manifest.json"
        try:
            listed = json.loads(manifest.read_text("utf-8"))["deliveries"]
        except FileNotFoundError:
            continue
        named = any((d["path"], d["sha256"]) == (delivery.path, delivery.sha256) for d in listed)
        if named and _verified.holds(manifest.parent / delivery.path, delivery.sha256):
            return manifest.parent / delivery.path
    raise FileNotFoundError(delivery.path)


def has_set(deliveries: Path, job: str) -> bool:
    """Whether this machine is one that has a job's files: where none of it lies here, none was lost here."""
    return (deliveries / job).is_dir()


def note_released(deliveries: Path, job: str, manifest: str, listed: Sequence[Mapping[str, Any]]) -> None:
    """Keep beside a job's files which of those that were made to go out a release published, under its manifest's
    digest.
    """
    made = [dict(one) for one in listed if "approved_sha256" in one]
    if made:
        note = _note(deliveries, job, manifest)
        note.parent.mkdir(parents=True, exist_ok=True)
        write_text(note, json.dumps(made, ensure_ascii=False))


def with_released(deliveries: Path, job: str, manifest: str | None, listed: Iterable[Delivery]) -> list[dict[str, Any]]:
    """Deliveries as a manifest lists them, each as the release with this manifest's digest made and published it;
    as it was approved where it did not.
    """
    note = _note(deliveries, job, manifest) if manifest else None
    made = json.loads(note.read_text("utf-8")) if note and note.is_file() else []
    by_file = {_file_of({**one, "sha256": one["approved_sha256"]}): one for one in made}
    return [{**facts, **_released_facts(facts, by_file.get(_file_of(facts)))} for facts in map(asdict, listed)]


def _note(deliveries: Path, job: str, manifest: str) -> Path:
    return deliveries / job / RELEASED / f"{manifest}.json"


def _file_of(facts: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells the files of a job apart, whatever they are called."""
    return tuple(facts[key] for key in ("sha256", "kind", "account", "placement", "language", "format", "part"))


def _released_facts(approved: Mapping[str, Any], made: Mapping[str, Any] | None) -> dict[str, Any]:
    if made is None:
        return {}
    kept = ("path", "sha256", "bytes", "approved_sha256", "credentials")
    return {**{key: made[key] for key in kept if key in made}, "delivered_as": approved["path"]}


def sweep_review_copies(deliveries: Path, older_than: timedelta) -> int:
    """Remove the copies that were made for readers so long ago. Returns how many."""
    old = [
        file
        for file in (deliveries / REVIEW_COPIES).glob("*/*")
        if file.is_file() and time.time() - file.stat().st_mtime > older_than.total_seconds()
    ]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
