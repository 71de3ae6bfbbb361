"""The record's last hash of each day, published where whoever rewrites the record cannot reach: a folder or a bucket.

Each is written once, under the name of its day, and never again. `record.verify` holds the chain against them.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from portevoix.errors import PortevoixError
from portevoix.store.opening import bucket_of, is_bucket
from service.ledger.database import Ledger, reading, time_of
from service.ledger.tables import record
from service.settings import Settings

if TYPE_CHECKING:
    from portevoix.store.bucket import Bucket

log = logging.getLogger("portevoix.audit")

DAY_MS = 86_400_000


@dataclass(frozen=True)
class Anchor:
    """The last row of the record at the end of a day, UTC."""

    day: str
    row: int
    at_ms: int
    hash: str


class UnreadableAnchor(PortevoixError):
    """A file among the published hashes does not hold a hash."""


class Folder:
    """Published hashes as files of a folder; what is there is never written again."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add_bytes(self, name: str, content: bytes) -> bool:
        """Write a file whole, or nothing where there is one of this name."""
        self.path.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.path, prefix=".") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            try:
                os.link(file.name, self.path / name)
            except FileExistsError:
                return False
        (self.path / name).chmod(0o444)
        return True

    def names(self, prefix: str) -> Iterator[str]:
        """Every name that begins with `prefix`, in order."""
        return iter(sorted(found.name for found in self.path.glob(f"{prefix}*.json")))

    def read(self, name: str) -> bytes:
        return (self.path / name).read_bytes()


def place_of(settings: Settings) -> Folder | Bucket:
    """Where these settings have the hashes published; a bucket is asked nothing yet."""
    place = settings.record_anchor or str(settings.deliveries / "record")
    if not is_bucket(place):
        return Folder(Path(place))
    from portevoix.store.bucket import Bucket  # here, so that a folder never loads boto3

    return Bucket(*bucket_of(place), settings.s3)


def publish(ledger: Ledger, settings: Settings, days_ago: int = 1) -> Anchor | None:
    """Publish the last row of a day that is over; None where there was none, or its hash is out already."""
    anchor = _anchor(ledger, days_ago)
    if anchor is None or not place_of(settings).add_bytes(f"{anchor.day}.json", json.dumps(asdict(anchor)).encode()):
        return None
    log.info("the record's hash of %s is published", anchor.day, extra={"facts": asdict(anchor)})
    return anchor


def _anchor(ledger: Ledger, days_ago: int) -> Anchor | None:
    with reading(ledger) as db:
        end_ms = (int(time_of(db) * 1000) // DAY_MS - days_ago + 1) * DAY_MS
        last = sa.select(record.c.id, record.c.at_ms, record.c.hash).where(record.c.at_ms < end_ms)
        row = db.execute(last.order_by(record.c.id.desc()).limit(1)).one_or_none()
    day = datetime.fromtimestamp(end_ms / 1000 - 1, UTC).date().isoformat()
    return Anchor(day, row.id, row.at_ms, row.hash) if row else None


def published(settings: Settings) -> Mapping[int, str]:
    """The hash of each published row by its id. Raises UnreadableAnchor."""
    place = place_of(settings)
    anchors = [_read(name, place.read(name)) for name in place.names("2")]
    return {anchor.row: anchor.hash for anchor in anchors}


def _read(name: str, content: bytes) -> Anchor:
    try:
        return Anchor(**json.loads(content))
    except (ValueError, TypeError):
        raise UnreadableAnchor(f"{name} among the published hashes of the record cannot be read") from None
