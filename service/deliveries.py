"""Where a job's finished files lie, until they are released."""

from __future__ import annotations

from pathlib import Path


def delivered_to(deliveries: Path, job: str, round_number: int) -> Path:
    """Where a job's named files and their manifest lie: a folder of its own for each round, there whole or not at all,
    and never changed afterwards.
    """
    return deliveries / job / str(round_number)
