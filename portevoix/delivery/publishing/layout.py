"""The names under which a job's files and manifests lie at a destination."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from portevoix.errors import invalid

DIGITS_IN_NAME = 16  # of a manifest's SHA-256: 64 bits tell its versions apart


def checked_job(job: str) -> str:
    """The job's name, where it can be one step of a name. Raises InvalidInput."""
    if not job or job in (".", "..") or "/" in job or not job.isprintable():
        raise invalid(job or "the job", "cannot be published under this name: it is one word or more, without a slash")
    return job


def files_folder(job: str, number: int) -> str:
    """Where a job's files lie from its edition `number` on. A withdrawal ends one folder and begins another."""
    return f"files/{job}/{number:06}"


def file_name(folder: str, sha256: str, path: str) -> str:
    """A file's name: it is found by its digest, and a download keeps the name that people know."""
    return f"{folder}/{sha256}/{PurePosixPath(path).name}"


def folder_number(job: str, name: str) -> int | None:
    """The number of the folder that a published file of this job lies in; None for every other name."""
    found = re.fullmatch(rf"files/{re.escape(job)}/(\d{{6,}})/[0-9a-f]{{64}}/[^/]+", name)
    return int(found[1]) if found else None


def manifest_name(job: str, number: int, digest: str) -> str:
    return f"{manifests_numbered(job, number)}{digest[:DIGITS_IN_NAME]}.json"


def manifests_numbered(job: str, number: int) -> str:
    """What the names of all manifests begin with that are, or were to be, a job's edition of this number."""
    return f"manifests/{job}/{number:06}-"


def newest_name(job: str) -> str:
    return f"manifests/{job}/newest.json"
