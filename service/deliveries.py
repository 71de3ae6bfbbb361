"""Where a job's finished files lie, until they are released."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path

from portevoix.delivery.manifest import Delivery

REVIEW_COPIES = ".reviews"  # beside them too, by job: copies that carry their reader's name
UNFINISHED = ".work"  # beside the jobs' folders: sets that are still being made


def delivered_to(deliveries: Path, job: str, round_number: int) -> Path:
    """Where a job's named files and their manifest lie: a folder of its own for each round, there whole or not at all,
    and never changed afterwards.
    """
    return deliveries / job / str(round_number)


def find_file(deliveries: Path, job: str, newest_round: int, delivery: Delivery) -> Path:
    """The file of a delivery: that of the newest round that delivered it. A round under way may have files of its own.

    Raises FileNotFoundError where this machine does not have it.
    """
    for round_number in range(newest_round, 0, -1):
        manifest = delivered_to(deliveries, job, round_number) / "manifest.json"
        try:
            listed = json.loads(manifest.read_text("utf-8"))["deliveries"]
        except FileNotFoundError:
            continue
        if any((d["path"], d["sha256"]) == (delivery.path, delivery.sha256) for d in listed):
            return manifest.parent / delivery.path
    raise FileNotFoundError(delivery.path)


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
