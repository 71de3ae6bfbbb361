"""Sets to publish, and a reader that believes nothing: it hashes every object that the newest manifest names."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path
from typing import Any

from portevoix.delivery.publishing import newest_edition
from portevoix.store.objects import Objects

PATHS = ("ministere/x/climat_square_fr.mp4", "ministere/x/climat.fr_FR.srt", "ministere_ar/facebook_feed/climat_ar.mp4")
JOB = "climat"


def made_set(folder: Path, version: int, size: int = 2000) -> tuple[Path, dict[str, Any]]:
    """A folder of deliveries and its manifest; the first file is the same in every version."""
    deliveries = []
    for number, path in enumerate(PATHS):
        content = random.Random(number and 1000 * number + version).randbytes(size)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        deliveries.append({"path": path, "bytes": size, "sha256": hashlib.sha256(content).hexdigest()})
    return folder, {"schema_version": 1, "job": JOB, "version": version, "deliveries": deliveries}


def read_set(objects: Objects, job: str = JOB, version: str = "version") -> int:
    """The version that readers see, as the manifest's field of this name says it; 0 before the first, -1 where it was
    withdrawn. Fails for half a set.
    """
    if (edition := newest_edition(objects, job)) is None:
        return 0
    for delivery in edition.manifest["deliveries"]:
        assert objects.digest(delivery["path"]) == delivery["sha256"], delivery["path"]
    assert objects.read(edition.name) == edition.content, "the numbered manifest is the newest one"
    return -1 if edition.withdrawn else int(edition.manifest[version])


def hashed_files(objects: Objects, job: str) -> dict[str, str]:
    """The digest that was approved of each file that the newest manifest names, by its language.

    Fails where a file is not what the manifest says.
    """
    edition = newest_edition(objects, job)
    for delivery in edition.manifest["deliveries"] if edition else ():
        assert objects.digest(delivery["path"]) == delivery["sha256"], delivery["path"]
    listed = edition.manifest["deliveries"] if edition else ()
    return {each["language"]: each.get("approved_sha256", each["sha256"]) for each in listed}
