"""Editions: the sets of one job that were published at a destination, one after the other.

`newest.json` alone says which edition stands. It is replaced only where nobody else has replaced it meanwhile, so the
editions are a chain: each says which one it replaces.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portevoix.delivery.publishing.layout import manifest_name, manifests_numbered, newest_name
from portevoix.store import StoreRefused, StoreUnavailable
from portevoix.store.objects import Objects, ObjectVersion

ATTEMPTS = 8  # to be the next edition, where others publish the same job at the same moment
WHEN = ("created", "number", "replaces")  # what differs between two manifests of the same set


@dataclass(frozen=True)
class Edition:
    """One published manifest. `number` counts a job's editions from 1, `digest` is the SHA-256 of `content`."""

    manifest: Mapping[str, Any]
    content: bytes

    @property
    def job(self) -> str:
        return str(self.manifest["job"])

    @property
    def number(self) -> int:
        return int(self.manifest["number"])

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        return manifest_name(self.job, self.number, self.digest)

    @property
    def files(self) -> str:
        """The folder in which the next edition's files lie too, so that what did not change is there already."""
        return str(self.manifest["files"])

    @property
    def withdrawn(self) -> bool:
        """Whether it names nothing, since the job was taken back."""
        return bool(self.manifest["withdrawn"])

    def is_set_of(self, other: Edition) -> bool:
        """Whether both are the same set, whenever each was made."""
        return _without_when(self.manifest) == _without_when(other.manifest)


@dataclass(frozen=True)
class SeenNewest:
    """What `newest.json` was when it was looked at."""

    version: ObjectVersion | None
    edition: Edition | None


def newest_edition(objects: Objects, job: str) -> Edition | None:
    """The edition that readers see; None before the first. Raises StoreRefused where another program wrote there."""
    return look_at_newest(objects, job).edition


def look_at_newest(objects: Objects, job: str) -> SeenNewest:
    """`newest.json` at this moment. Raises StoreRefused where another program wrote it."""
    version = objects.version(newest_name(job))
    return SeenNewest(version, _written_by_us(objects, job, version.content) if version else None)


def next_edition(before: Edition | None, manifest: Mapping[str, Any]) -> Edition:
    """`manifest` as the edition after `before`; that one itself, where it is the same set."""
    content = {
        "withdrawn": False,
        **manifest,
        "number": before.number + 1 if before else 1,
        "replaces": before.digest if before else None,
    }
    edition = _edition_of((json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())
    return before if before and before.is_set_of(edition) else edition


def begun_before(objects: Objects, wanted: Edition) -> Edition | None:
    """The same edition with the time of an earlier try, whose manifest is there: it was cut before it stood."""
    for name in objects.names(manifests_numbered(wanted.job, wanted.number)):
        found = _edition_of(objects.read(name))
        if found.is_set_of(wanted) and found.manifest["replaces"] == wanted.manifest["replaces"]:
            return found
    return None


def attempts(objects: Objects, job: str) -> Iterator[SeenNewest]:
    """What stands, to be replaced; again and again while somebody else is quicker."""
    for _ in range(ATTEMPTS):
        yield look_at_newest(objects, job)


def busy(objects: Objects, job: str) -> StoreUnavailable:
    """The error for the end of `attempts`."""
    return StoreUnavailable(f"{objects}: others publish {job} at the same time, again and again; try again later")


def stand(objects: Objects, before: SeenNewest, edition: Edition) -> bool:
    """Make `edition` the newest; False where another has become it meanwhile."""
    if before.edition == edition:
        return True
    return objects.replace(newest_name(edition.job), edition.content, before.version)


def _written_by_us(objects: Objects, job: str, content: bytes) -> Edition:
    try:
        edition = _edition_of(content)
        if edition.job == job and edition.number > 0 and edition.files.startswith("files/"):
            return edition
    except (ValueError, KeyError, TypeError):
        pass
    raise StoreRefused(
        f"{objects}: {newest_name(job)} was not written by Portevoix; move it away, or choose another prefix"
    )


def _edition_of(content: bytes) -> Edition:
    return Edition(json.loads(content), content)


def _without_when(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in manifest.items() if key not in WHEN}
