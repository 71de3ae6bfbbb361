"""What becomes of a job's films: released to an account, taken back, their hour moved, downloaded as one archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, StreamingResponse

from portevoix.delivery.manifest import Delivery
from portevoix.delivery.packages import zipped
from portevoix.delivery.packages.contents import Entry
from service import embargo, releases
from service.approvals import is_internal
from service.documents import accounts_of
from service.gate import Caller, Right
from service.http.audit import record_reading
from service.http.auth import Postponer, Reader, Releaser, check_right, visible_job
from service.http.context import Context, ServiceContext
from service.http.desk.forms import FormOf
from service.http.desk.rendering import go
from service.http.parameters import JobId, ReleaseId
from service.http.problems import Refused
from service.http.showing import delivered_file, is_marked
from service.ledger import JobEntry, queries
from service.record import Subject
from service.releases import NewRelease

router = APIRouter()


@router.post("/desk/jobs/{job}/releases")
def release(job: JobId, form: FormOf, context: Context, caller: Releaser) -> RedirectResponse:
    """Release to an account what is approved, now or when the embargo ends."""
    entry, account = visible_job(context, caller, job), form.needed("account", 80)
    check_right(caller, entry, Right.RELEASE, [account])
    later = form.get("when") == "embargo"
    wanted = NewRelease(account, tuple(form.all("language")), later)
    releases.ask(context.ledger, caller, job, wanted, context.library.accounts)
    context.publisher.wake()
    return _back(job, "scheduled" if later else "released")


@router.post("/desk/jobs/{job}/releases/{release}/cancel")
def cancel_release(job: JobId, release: ReleaseId, context: Context, caller: Releaser) -> RedirectResponse:
    """Cancel a release that has not begun."""
    entry = visible_job(context, caller, job)
    check_right(caller, entry, Right.RELEASE, [releases.find(context.ledger, job, release).account])
    releases.cancel(context.ledger, caller, job, release)
    return _back(job, "release-cancelled")


@router.post("/desk/jobs/{job}/withdrawals")
def withdraw(job: JobId, form: FormOf, context: Context, caller: Releaser) -> RedirectResponse:
    """Take back what was released to an account."""
    entry, account = visible_job(context, caller, job), form.needed("account", 80)
    check_right(caller, entry, Right.RELEASE, [account])
    releases.withdraw(context.ledger, caller, job, account, context.library.accounts)
    context.publisher.wake()
    return _back(job, "withdrawn")


@router.post("/desk/jobs/{job}/embargo")
def move_embargo(job: JobId, form: FormOf, context: Context, caller: Postponer) -> RedirectResponse:
    """Move the hour before which nothing of a job leaves; `none` takes it away."""
    entry = visible_job(context, caller, job, Right.EMBARGO)
    accounts = accounts_of(queries.find_submission(context.ledger, job).document)
    may_release = caller.may(Right.RELEASE, accounts, entry.owner)
    embargo.move(context.ledger, caller, job, _moment(form.needed("hour", 40)), may_release)
    return _back(job, "moved")


def _moment(text: str) -> float | None:
    """A moment that a browser wrote, with its zone, in seconds since 1970; None for none."""
    if text == "none":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(422, f"{text!r} is no moment; write it as 2026-12-01T09:00+01:00") from None
    if moment.tzinfo is None:
        raise Refused(422, f"{text!r} says no zone; write it as 2026-12-01T09:00+01:00")
    return moment.timestamp()


def _back(job: str, said: str) -> RedirectResponse:
    return go(f"/desk/jobs/{job}", "release", said=said)


@router.get("/desk/jobs/{job}/archive")
def archive(
    job: JobId, context: Context, caller: Reader, account: Annotated[str, Query(max_length=80)] = ""
) -> StreamingResponse:
    """The finished files of a job, or of one of its accounts, as one ZIP archive, made while it is sent."""
    entry = visible_job(context, caller, job, Right.READ)
    files = [one for one in queries.list_deliveries(context.ledger, job) if not account or one.account == account]
    files = [one for one in files if not is_internal(one)]
    if not files:
        raise Refused(404, f"job {job} has no finished files for this")
    found = _found(context, caller, entry, files)
    name = f"{entry.name}_{account}.zip" if account else f"{entry.name}.zip"
    how = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(zipped(found, entry.name), media_type="application/zip", headers=how)


def _found(context: ServiceContext, caller: Caller, entry: JobEntry, files: Sequence[Delivery]) -> list[Entry]:
    """Where the files lie, each reading of them recorded. Raises Refused (503) where this machine lacks one."""
    if any(is_marked(context, entry.id, one) for one in files):
        raise Refused(403, "before the embargo ends, pictures carry their reader's name; look at them one by one")
    found = []
    for one in files:
        record_reading(context, caller, Subject(entry.id, one.account, one.language, {"file": one.sha256}))
        path = delivered_file(context, entry, one)
        found.append(Entry(one.path, one.kind, path, {"sha256": one.sha256, "bytes": one.bytes}))
    return found
