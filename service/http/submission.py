"""A new job, from the body of a request to the ledger."""

from __future__ import annotations

import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from portevoix.authoring.document import read_document, validate
from portevoix.errors import Fault, InvalidInput
from service.access import Token
from service.http.context import ServiceContext
from service.http.intake import check_early, read_job
from service.http.models.jobs import NewJob
from service.http.problems import Refused
from service.ledger import JobEntry, Submission, inputs, jobs, queries
from service.ledger.states import UNENDED


def read_new_job(body: bytes) -> NewJob:
    """A new job from JSON or YAML. Raises InvalidInput."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        return validate(NewJob, read_document(Path(file.name), Path("body")))


def submit(context: ServiceContext, token: Token, new: NewJob, key: str | None) -> JobEntry:
    """Take a job in, once for each `key`, and have its work published. Raises what stands against it."""
    if key is None or not queries.request_is_known(context.ledger, token.id, key):
        _admit(context, token, new)
    job = jobs.submit(context.ledger, _submission(token, new), key)
    context.publisher.wake()
    return queries.find_job(context.ledger, job)


def _submission(token: Token, new: NewJob) -> Submission:
    return Submission(
        owner=token.id,
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


def _admit(context: ServiceContext, token: Token, new: NewJob) -> None:
    """Raise what stands against a new job."""
    _check_rights(context, token, new)
    here = {found.digest for found in inputs.list_inputs(context.ledger, token.id, list(new.files.values()))}
    missing = [n for n, digest in new.files.items() if digest not in here or not context.store.has_input(digest)]
    if missing:
        raise InvalidInput(
            Fault(name, None, None, f"its bytes (SHA-256 {new.files[name]}) are not here; upload it")
            for name in missing
        )
    check_early(new.name, new.document, new.files, context.store, context.library)


def _check_rights(context: ServiceContext, token: Token, new: NewJob) -> None:
    """Whether this token may have this job made now, and its webhook called."""
    job = read_job(new.name, new.document)
    if foreign := sorted(set(job.accounts) - set(token.accounts)) if token.accounts else []:
        raise Refused(403, f"token {token.name!r} may not work for {', '.join(foreign)}")
    most = context.settings.queued_jobs
    if len(queries.list_jobs(context.ledger, [token.id], UNENDED, limit=most)) == most:
        raise Refused(
            429, f"{most} jobs of this token have not ended; hand in the next one when some have", Retry_After="60"
        )
    if new.webhook and urlsplit(new.webhook).hostname not in context.settings.webhook_hosts:
        raise InvalidInput([Fault("body", None, None, "webhook: the service may not call this host")])
