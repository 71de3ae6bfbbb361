"""Publish a set: every file of it, its manifest, and last the name under which readers find the newest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portevoix.delivery.publishing.editions import Edition, attempts, busy, next_edition, stand
from portevoix.delivery.publishing.layout import checked_job, file_name, files_folder
from portevoix.store import StoreRefused
from portevoix.store.destination import Destination
from portevoix.store.objects import Objects

FILES_AT_ONCE = 3  # a large one goes in three parts at once by itself
STEPS = ("file", "files", "manifest", "newest")  # what is done when `on_step` hears of it; "file" for each file

OnStep = Callable[[str], None]


@dataclass(frozen=True)
class Published:
    """The edition that stands at the destination. `changed` is False where it stood there already."""

    edition: Edition
    changed: bool


def publish(
    folder: Path, manifest: Mapping[str, Any], destination: Destination, on_step: OnStep = lambda step: None
) -> Published:
    """Publish the set that `manifest` lists, whose files lie in `folder`.

    Readers see the set before until all of it is there. The same set again changes nothing; one that was cut is simply
    published again. Raises ArtifactDamaged where a file is not what the manifest says, StoreUnavailable in an outage
    (call it again), StoreFull and StoreRefused where a person is needed, InvalidInput for a job's name that cannot be
    published. `on_step` may raise, to stop it there.
    """
    job, objects = checked_job(manifest["job"]), destination.open()
    for before in attempts(objects, job):
        files = before.edition.files if before.edition else files_folder(job, 1)
        _add_files(objects, folder, manifest["deliveries"], files, on_step)
        edition = next_edition(before.edition, _published(manifest, files))
        add_manifest(objects, edition)
        on_step("manifest")
        if stand(objects, before, edition):
            on_step("newest")
            return Published(edition, changed=edition != before.edition)
    raise busy(objects, job)


def _published(manifest: Mapping[str, Any], files: str) -> dict[str, Any]:
    """The manifest with every file under its published name."""
    deliveries = [{**each, "path": file_name(files, each["sha256"], each["path"])} for each in manifest["deliveries"]]
    for each in deliveries:
        each.pop("delivered_as", None)  # what it was called here before it was signed
    return {**manifest, "files": files, "deliveries": deliveries}


def _add_files(
    objects: Objects, folder: Path, deliveries: Sequence[Mapping[str, Any]], files: str, on_step: OnStep
) -> None:
    def add(delivery: Mapping[str, Any]) -> None:
        name, digest = file_name(files, delivery["sha256"], delivery["path"]), delivery["sha256"]
        if objects.find(name) or not objects.add(name, folder / delivery["path"], digest):
            _check(objects, name, digest)

    with ThreadPoolExecutor(FILES_AT_ONCE) as pool:
        for _ in pool.map(add, deliveries):
            on_step("file")
    on_step("files")


def add_manifest(objects: Objects, edition: Edition) -> None:
    """Store an edition's manifest under its own name, which no other has."""
    if objects.find(edition.name) or not objects.add_bytes(edition.name, edition.content):
        _check(objects, edition.name, edition.digest)


def _check(objects: Objects, name: str, digest: str) -> None:
    """Raise StoreRefused where what lies under a name is not what its digest says: only another program can do that."""
    found = objects.find(name)
    if not found or (found.sha256 or objects.digest(name)) != digest:
        raise StoreRefused(
            f"{objects}: another program has written to {name}, which is not what its digest says; "
            "delete it, or choose another prefix"
        )
