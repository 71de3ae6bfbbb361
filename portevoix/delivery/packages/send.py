"""Bring a package to a folder, into a ZIP, or to a bucket: its manifest last, nothing half-made under a final name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from portevoix.delivery.packages.contents import Entry, folder_name
from portevoix.delivery.packages.zipped import checked_blocks, zipped
from portevoix.files import whole
from portevoix.store import StoreRefused
from portevoix.store.destination import Destination
from portevoix.store.objects import Objects
from portevoix.store.opening import is_bucket
from portevoix.store.working_folders import working_folder

DIGITS = 16  # of the manifest's digest in a bucket's folder: 64 bits tell the packages of a job apart


@dataclass(frozen=True)
class Sent:
    """Where a package lies, and how many files and bytes it has."""

    place: str
    files: int
    bytes: int


def send_package(job: str, entries: Sequence[Entry], destination: Destination) -> Sent:
    """Bring a package to `NAME.zip`, to a folder, or to a bucket's prefix.

    Raises StoreRefused where a folder holds something else, and as the destination does.
    """
    if is_bucket(destination.place):
        place = _to_bucket(job, entries, destination.open(), destination.place)
    elif destination.place.endswith(".zip"):
        place = _to_zip(job, entries, Path(destination.place))
    else:
        place = _to_folder(entries, Path(destination.place))
    return Sent(place, len(entries), sum(entry.facts["bytes"] for entry in entries))


def _to_zip(job: str, entries: Sequence[Entry], target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole(target) as partial, partial.open("wb") as file:
        for block in zipped(entries, folder_name(job)):
            file.write(block)
    return str(target)


def _to_folder(entries: Sequence[Entry], target: Path) -> str:
    """The whole package takes the place of the one before at once."""
    if target.exists() and not _is_package(target):
        raise StoreRefused(f"{target} holds something other than a package; choose another folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    with working_folder(target.parent / f".{target.name}.work") as room:
        for entry in entries:
            file = room / "new" / entry.name
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as opened:
                for block in checked_blocks(entry):
                    opened.write(block)
        if target.exists():
            target.rename(room / "before")
        (room / "new").rename(target)
    with suppress(OSError):  # another package is on its way here
        (target.parent / f".{target.name}.work").rmdir()
    return str(target)


def _is_package(folder: Path) -> bool:
    """Whether a folder is empty, or holds a package of ours."""
    if not any(folder.iterdir()):
        return True
    try:
        found = json.loads((folder / "manifest.json").read_text("utf-8"))
        return isinstance(found["files"], list) and "job" in found
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _to_bucket(job: str, entries: Sequence[Entry], objects: Objects, place: str) -> str:
    """Each package under its manifest's digest: no package overwrites another, and the same again writes nothing."""
    *files, manifest = entries
    folder = f"packages/{folder_name(job)}/{manifest.sha256[:DIGITS]}"
    for entry in files:
        name = f"{folder}/{entry.name}"
        if objects.find(name):
            continue
        if isinstance(entry.content, Path):
            objects.add(name, entry.content, entry.sha256)
        else:
            objects.add_bytes(name, entry.content)
    assert isinstance(manifest.content, bytes)
    objects.add_bytes(f"{folder}/{manifest.name}", manifest.content)
    return f"{place}/{folder}"
