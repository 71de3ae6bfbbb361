"""A job that is being written on a page: its values as the browser has them, and every mistake at its place."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from portevoix.authoring.document import read_document, write_document
from portevoix.errors import Fault, InvalidInput
from service.documents import job_folder
from service.gate import Caller, Right
from service.http.auth import visible_job
from service.http.context import ServiceContext
from service.http.intake import check_early
from service.http.models.jobs import JOB_NAME, PathInside
from service.http.models.uploads import Digest
from service.ledger import Submission, inputs, queries
from service.ledger.inputs import Upload

UNNAMED = "job"
LACKING = re.compile(r"names no `(\w+)`")
NOT_GIVEN = re.compile(r" is missing(?: in |$)|^names n|has no script")
WHOM = "names neither `accounts` nor `languages`"

Place = tuple[str | int, ...]


class JobDraft(BaseModel):
    """What has been written so far. `document`: the job's values; `files`: the upload behind each name in it."""

    name: str = Field("", max_length=200)
    document: dict[str, Any]
    files: dict[PathInside, Digest] = Field({}, max_length=1_000)

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    def file_name(self) -> str:
        """The name, or one that stands in for it while it is not one yet."""
        return self.name if re.fullmatch(JOB_NAME, self.name) else UNNAMED


@dataclass(frozen=True)
class PlacedFault:
    """One mistake: in a file of the job, or at a place of the job itself (empty: the whole). `missing`: something that
    is needed has not been given yet.
    """

    place: Place
    file: str | None
    message: str
    missing: bool = False


def check(context: ServiceContext, caller: Caller, draft: JobDraft) -> tuple[str, list[PlacedFault]]:
    """The job as a YAML text, and all that is wrong with it as far as can be said without its media."""
    text, name = write_document(draft.document), draft.file_name
    mine = {found.digest for found in inputs.list_inputs(context.ledger, caller.id, list(draft.files.values()))}
    here = {file: digest for file, digest in draft.files.items() if digest in mine}
    found = [] if draft.name == name else [PlacedFault(("name",), None, NAME_NEEDED, not draft.name)]
    try:
        check_early(name, text, here, context.store, context.library)
    except InvalidInput as error:
        found += [placed(fault, f"{name}.yaml") for fault in error.faults]
    return text, found


NAME_NEEDED = "name the job: letters of the Latin alphabet, digits, - and _, at most 80; files are named after it"


def values_of(name: str, document: str) -> dict[str, Any]:
    """A job file's values as JSON has them. Raises InvalidInput where it is none."""
    with job_folder(name, document) as path:
        content = read_document(path, Path(path.name)).content
    values = json.loads(json.dumps(content, default=str))
    if not isinstance(values, dict):
        raise InvalidInput([Fault(f"{name}.yaml", 1, 1, "must hold keys and values, as `portevoix new` writes them")])
    return values


def lend(context: ServiceContext, caller: Caller, job: str) -> dict[str, int]:
    """Have the files of a job be its caller's own too, where they may correct that job: the bytes of each that is still
    here, by its name. Raises Refused (403) where they may not.
    """
    visible_job(context, caller, job, Right.READ)
    visible_job(context, caller, job, Right.SUBMIT)
    submission = queries.find_submission(context.ledger, job)
    mine = {one.digest: one for one in inputs.list_inputs(context.ledger, caller.id, list(submission.files.values()))}
    theirs = inputs.list_inputs(context.ledger, submission.owner, list(submission.files.values()))
    known = {one.digest: one for one in theirs} | mine
    lent = {name: known[digest] for name, digest in submission.files.items() if digest in known}
    lent = {name: one for name, one in lent.items() if context.store.has_input(one.digest)}
    for name, one in lent.items():
        if one.digest not in mine:
            arrived = Upload(secrets.token_hex(16), caller.id, Path(name).name, one.bytes)
            inputs.add_upload(context.ledger, arrived)
            inputs.end_upload(context.ledger, arrived.id, one.digest)
    return {name: one.bytes for name, one in lent.items()}


def draft_of(submission: Submission) -> JobDraft:
    """A draft that begins where an earlier job did. Its name is the same: two jobs may share one."""
    return JobDraft(
        name=submission.name, document=values_of(submission.name, submission.document), files=submission.files
    )


def placed(fault: Fault, document: str) -> PlacedFault:
    """A fault as one of a file of the job, or of a place in the job's document, which has this name."""
    if Path(fault.file).name != document:
        where = f" ({fault.line})" if fault.line else ""
        return PlacedFault((), Path(fault.file).as_posix(), f"{fault.message}{where}")
    missing = NOT_GIVEN.search(fault.message) is not None
    if lacking := LACKING.search(fault.message):
        return PlacedFault((lacking[1],), None, fault.message, missing)
    return PlacedFault(("accounts",) if WHOM in fault.message else fault.place, None, fault.message, missing)
