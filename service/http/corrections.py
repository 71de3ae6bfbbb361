"""The captions of a job: found, and replaced by corrected ones."""

from __future__ import annotations

import io
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from portevoix.captions.files.read import read_captions
from service import approvals, record
from service.documents import read_job
from service.gate import Caller, Right
from service.http.auth import visible_job
from service.http.context import ServiceContext
from service.http.intake import script_names
from service.http.problems import Refused
from service.ledger import JobEntry, inputs, jobs, queries
from service.ledger.database import writing
from service.ledger.inputs import Upload
from service.record import Subject, What


@dataclass(frozen=True)
class WhichCaptions:
    """A caption file of a job. `clip` counts where each clip has a file of its own."""

    job: str
    language: str
    clip: int


def find_captions(context: ServiceContext, which: WhichCaptions) -> tuple[str, str]:
    """The name of a caption file within its job, and its digest. Raises Refused (404)."""
    submission = queries.find_submission(context.ledger, which.job)
    names = script_names(read_job(submission.name, submission.document), which.language)
    if which.clip >= len(names) or names[which.clip] not in submission.files:
        raise Refused(404, f"job {submission.name!r} has no captions number {which.clip} in {which.language!r}")
    return names[which.clip], submission.files[names[which.clip]]


def replace_captions(
    context: ServiceContext, caller: Caller, which: WhichCaptions, text: bytes, instead_of: str | None
) -> JobEntry:
    """Put a corrected file in the place of a caption file, and have its job planned anew where something changed.

    `instead_of`: the digest of the text that was corrected, where its reader named it.
    """
    visible_job(context, caller, which.job, Right.SUBMIT)
    name, digest = find_captions(context, which)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(name).name
        file.write_bytes(text)
        read_captions(file, which.language, Path(name))
    new = context.store.put_input(io.BytesIO(text))
    arrived = Upload(secrets.token_hex(16), caller.id, Path(name).name, len(text))
    changed = Subject(which.job, language=which.language, digests={"before": digest, "after": new})
    with writing(context.ledger) as db:
        inputs.add_upload(context.ledger, arrived)
        inputs.end_upload(context.ledger, arrived.id, new)
        if new != digest or instead_of is not None:
            jobs.revise(context.ledger, which.job, name, new, instead_of)
            if new != digest:
                approvals.note_author(db, which.job, which.language, caller.id)
            record.write(db, caller, What.CORRECTED, changed, {"clip": which.clip})
    context.publisher.wake()
    return queries.find_job(context.ledger, which.job)
