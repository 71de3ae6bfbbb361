"""Take a job back: readers find a manifest that names nothing, and the files go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from portevoix.delivery.publishing.editions import Edition, attempts, begun_before, busy, next_edition, stand
from portevoix.delivery.publishing.layout import checked_job, files_folder, folder_number
from portevoix.delivery.publishing.publish import OnStep, add_manifest
from portevoix.store.destination import Destination
from portevoix.store.objects import Objects


@dataclass(frozen=True)
class Withdrawn:
    """What became of a job that was taken back. `edition` is None where nothing of it was published; `kept` are the
    files that the destination does not let go, each with its reason.
    """

    edition: Edition | None
    deleted: int
    kept: Mapping[str, str]


def withdraw(job: str, destination: Destination, on_step: OnStep = lambda step: None) -> Withdrawn:
    """Publish a manifest that names nothing, and delete the job's files; its manifests stay, as a record.

    Again, it deletes what it could not delete before. Raises as `publish`.
    """
    objects = destination.open()
    edition = _withdrawn(objects, checked_job(job), on_step)
    ended = [name for name in objects.names(f"files/{job}/") if _is_ended(job, name, edition)]
    kept = objects.remove(ended)
    on_step("deleted")
    return Withdrawn(edition, len(ended) - len(kept), kept)


def _withdrawn(objects: Objects, job: str, on_step: OnStep) -> Edition | None:
    for before in attempts(objects, job):
        if before.edition is None or before.edition.withdrawn:
            return before.edition
        wanted = next_edition(before.edition, _naming_nothing(before.edition))
        edition = begun_before(objects, wanted) or wanted
        add_manifest(objects, edition)
        on_step("manifest")
        if stand(objects, before, edition):
            on_step("newest")
            return edition
    raise busy(objects, job)


def _naming_nothing(before: Edition) -> dict[str, Any]:
    """The manifest after `before`, with a new folder for what may be published later: a file that goes and a file that
    comes at the same moment never have the same name.
    """
    return {
        "schema_version": before.manifest["schema_version"],
        "job": before.job,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "withdrawn": True,
        "files": files_folder(before.job, before.number + 1),
        "deliveries": [],
    }


def _is_ended(job: str, name: str, edition: Edition | None) -> bool:
    number = folder_number(job, name)
    return number is not None and edition is not None and number < edition.number
