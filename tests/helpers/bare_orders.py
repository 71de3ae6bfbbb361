"""Orders of jobs that show cards alone: no footage, no photos, no scripts."""

from __future__ import annotations

from pathlib import Path

from portevoix.authoring.job import Job
from portevoix.library import Library
from portevoix.order import Order


def bare_order(job: Job, code: str, library: Library) -> Order:
    """The order of a job in one language, in the kit `aster`."""
    return Order(
        name="a",
        folder=Path(),
        job=job,
        recipe=library.recipes[job.recipe],
        kit="aster",
        sources=[],
        photos=[],
        scripts={},
        audiences=(),
        languages={code: library.languages[code]},
        notes=(),
    )
