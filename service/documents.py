"""What a job's document says that the service has to know: for which accounts it is, and until when it is embargoed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from portevoix.authoring.document import load
from portevoix.authoring.job import Job
from portevoix.errors import InvalidInput


def read_job(name: str, document: str) -> Job:
    """The job that a document describes. Raises InvalidInput, its faults under the name `<name>.yaml`."""
    with job_folder(name, document) as path:
        return load(Job, path, Path(path.name))


def accounts_of(document: str) -> tuple[str, ...]:
    """The accounts that a job is for; none where it is for formats and languages, or cannot be read."""
    return _facts_of(document)[0]


def embargo_of(document: str) -> float | None:
    """Until when a job is embargoed, in seconds since 1970; None where it is not, or cannot be read."""
    embargo = _facts_of(document)[1]
    return embargo.timestamp() if embargo else None


@lru_cache(2_000)
def _facts_of(document: str) -> tuple[tuple[str, ...], datetime | None]:
    try:
        job = read_job("job", document)
    except InvalidInput:
        return (), None
    return job.accounts, job.embargo


@contextmanager
def job_folder(name: str, document: str) -> Iterator[Path]:
    """A document in a folder of its own, for as long as the block."""
    with TemporaryDirectory() as folder:
        path = Path(folder).resolve() / name / f"{name}.yaml"
        path.parent.mkdir()
        path.write_text(document, "utf-8")
        yield path
