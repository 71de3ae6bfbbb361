"""A new job, from the body of a request to the ledger."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from portevoix.authoring.document import read_document, validate
from portevoix.errors import Fault, InvalidInput
from service import record
from service.documents import read_job
from service.gate import Caller, Right
from service.http.account_room import check_accounts
from service.http.context import ServiceContext
from service.http.intake import check_early
from service.http.models.jobs import NewJob
from service.http.problems import Refused
from service.ledger import JobEntry, Submission, inputs, jobs, queries
from service.ledger.database import writing
from service.ledger.states import UNENDED
from service.record import Subject, What


def read_new_job(body: bytes) -> NewJob:
    """A new job from JSON or YAML. Raises InvalidInput."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        return validate(NewJob, read_document(Path(file.name), Path("body")))


def submit(context: ServiceContext, caller: Caller, new: NewJob, key: str | None) -> JobEntry:
    """Take a job in, once for each `key`, and have its work published. Raises what stands against it."""
    if key is None or not queries.request_is_known(context.ledger, caller.id, key):
        _admit(context, caller, new)
    with writing(context.ledger) as db:
        known = key is not None and queries.request_is_known(context.ledger, caller.id, key)
        job = jobs.submit(context.ledger, _submission(caller, new), key)
        if not known:
            digest = hashlib.sha256(new.document.encode()).hexdigest()
            record.write(db, caller, What.SUBMITTED, Subject(job, digests={"document": digest}))
    context.publisher.wake()
    return queries.find_job(context.ledger, job)


def _submission(caller: Caller, new: NewJob) -> Submission:
    return Submission(
        owner=caller.id,
        name=new.name,
        document=new.document,
        files=new.files,
        priority=new.priority,
        draft=new.draft,
        languages=new.languages,
        formats=new.formats,
        webhook=new.webhook,
        hold=new.hold,
    )


def _admit(context: ServiceContext, caller: Caller, new: NewJob) -> None:
    """Raise what stands against a new job."""
    _check_rights(context, caller, new)
    here = {f.digest: f.bytes for f in inputs.list_inputs(context.ledger, caller.id, list(new.files.values()))}
    missing = [n for n, digest in new.files.items() if digest not in here or not context.store.has_input(digest)]
    if missing:
        raise InvalidInput(
            Fault(name, None, None, f"its bytes (SHA-256 {new.files[name]}) are not here; upload it")
            for name in missing
        )
    check_accounts(context, new.document, here)
    check_early(new.name, new.document, new.files, context.store, context.library)


def _check_rights(context: ServiceContext, caller: Caller, new: NewJob) -> None:
    """Whether this caller may have this job made now, and its webhook called."""
    job = read_job(new.name, new.document)
    if foreign := [account for account in job.accounts if not caller.may(Right.SUBMIT, [account])]:
        raise Refused(403, f"{caller.name!r} may not work for {', '.join(foreign)}")
    kit = job.kit or (None if job.accounts else context.library.default_kit)
    if kit and not caller.may_use_kit(kit, context.library):
        raise Refused(403, f"{caller.name!r} may not work for an account with the brand kit {kit!r}; name one as `kit`")
    most = context.settings.queued_jobs
    if len(queries.list_jobs(context.ledger, [caller.id], UNENDED, limit=most)) == most:
        raise Refused(
            429, f"{most} jobs of {caller.name!r} have not ended; hand in the next one when some have", Retry_After="60"
        )
    allowed = (*context.settings.webhook_hosts, *context.settings.webhook_intranet)
    if new.webhook and webhook_host(new.webhook) not in allowed:
        raise InvalidInput(
            [Fault("body", None, None, "webhook: this host is not among those that the service may call")]
        )


def webhook_host(url: str) -> str | None:
    """The host that a webhook names; None where it names none."""
    try:
        return urlsplit(url).hostname
    except ValueError:  # a bracket that nothing shuts
        return None
