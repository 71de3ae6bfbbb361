"""Releases to the accounts' destinations, withdrawals, and the embargo."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from portevoix.delivery.manifest import Delivery
from portevoix.delivery.packages import package_of, zipped
from portevoix.delivery.packages.contents import folder_name
from service import embargo, releases
from service.deliveries import with_released
from service.documents import accounts_of
from service.gate import Right
from service.http.auth import Postponer, Releaser, Watcher, check_right, visible_job
from service.http.context import Context, ServiceContext
from service.http.listing import glance, show_job
from service.http.models.jobs import JobView
from service.http.models.releases import EmbargoBody, ReleaseBody, ReleaseList, ReleaseView, WithdrawalBody
from service.http.openapi import PACKAGE, answers
from service.http.parameters import AccountName, JobId, ReleaseId
from service.http.problems import RETRY_S, Refused
from service.http.showing import delivered_file
from service.ledger import JobEntry, queries

router = APIRouter(tags=["release"])


@router.post("/jobs/{job}/releases", status_code=202, responses=answers(400, 404, 409))
def release(job: JobId, new: ReleaseBody, context: Context, caller: Releaser) -> ReleaseView:
    """Release to an account what is approved, now or when the embargo ends. Languages that are out already stay as they
    are.
    """
    entry = visible_job(context, caller, job)
    check_right(caller, entry, Right.RELEASE, [new.account])
    made = releases.ask(context.ledger, caller, job, new.wanted(), context.library.accounts)
    context.publisher.wake()
    return ReleaseView.of(made)


@router.get("/jobs/{job}/releases", responses=answers(404))
def list_releases(job: JobId, context: Context, caller: Watcher) -> ReleaseList:
    """The releases and withdrawals of a job, the oldest first."""
    visible_job(context, caller, job)
    glance(context, caller, job)
    return ReleaseList(releases=[ReleaseView.of(one) for one in releases.list_releases(context.ledger, job)])


@router.get("/jobs/{job}/releases/{release}", responses=answers(404))
def show_release(job: JobId, release: ReleaseId, context: Context, caller: Watcher) -> ReleaseView:
    """One release or withdrawal."""
    visible_job(context, caller, job)
    glance(context, caller, job)
    return ReleaseView.of(releases.find(context.ledger, job, release))


@router.delete("/jobs/{job}/releases/{release}", responses=answers(404, 409))
def cancel_release(job: JobId, release: ReleaseId, context: Context, caller: Releaser) -> ReleaseView:
    """Cancel a release that has not begun."""
    entry = visible_job(context, caller, job)
    check_right(caller, entry, Right.RELEASE, [releases.find(context.ledger, job, release).account])
    return ReleaseView.of(releases.cancel(context.ledger, caller, job, release))


@router.post("/jobs/{job}/withdrawals", status_code=202, responses=answers(400, 404, 409))
def withdraw(job: JobId, new: WithdrawalBody, context: Context, caller: Releaser) -> ReleaseView:
    """Take back what was released to an account: readers find a manifest that names nothing, and the files go."""
    entry = visible_job(context, caller, job)
    check_right(caller, entry, Right.RELEASE, [new.account])
    made = releases.withdraw(context.ledger, caller, job, new.account, context.library.accounts)
    context.publisher.wake()
    return ReleaseView.of(made)


@router.get("/jobs/{job}/packages/{account}", response_class=StreamingResponse, responses=PACKAGE)
def download_package(job: JobId, account: AccountName, context: Context, caller: Releaser) -> StreamingResponse:
    """All that is approved for an account as a ZIP: films, pictures, captions, posts and their tables; each film that
    was released, signed as it was released. Nothing before the embargo ends.
    """
    entry = visible_job(context, caller, job)
    check_right(caller, entry, Right.RELEASE, [account])
    going, left_out = releases.ready(context.ledger, caller, job, account, context.library.accounts)
    approved = [file for standing in going for file in standing.files if file.account == account]
    released = releases.released_manifest(context.ledger, job, account)
    listed = with_released(context.settings.deliveries, job, released, approved)
    words = {standing.language: standing.version.words for standing in going}
    submission = queries.find_submission(context.ledger, job)
    head = {"job": submission.name, "embargo": None, "words": words, "left_out": left_out, "deliveries": listed}
    entries = package_of(head, lambda delivery: _file(context, entry, delivery))
    name = folder_name(submission.name)
    about = {"Content-Disposition": f'attachment; filename="{name}_{folder_name(account)}.zip"'}
    return StreamingResponse(zipped(entries, name), media_type="application/zip", headers=about)


def _file(context: ServiceContext, entry: JobEntry, listed: Mapping[str, Any]) -> Path:
    """Where a file lies: as it was released where it was signed for that, else as it was approved."""
    if "approved_sha256" not in listed:
        return delivered_file(context, entry, Delivery(**listed)).resolve()
    signed = context.settings.deliveries / entry.id / str(listed["path"])
    try:
        return signed.resolve(strict=True)
    except FileNotFoundError:
        raise Refused(503, f"{listed['path']} is not on this machine", Retry_After=RETRY_S) from None


@router.put("/jobs/{job}/embargo", responses=answers(400, 404, 409))
def move_embargo(job: JobId, new: EmbargoBody, context: Context, caller: Postponer) -> JobView:
    """Move the hour before which nothing of a job leaves. To an earlier one, only with the right to release."""
    entry = visible_job(context, caller, job, Right.EMBARGO)
    accounts = accounts_of(queries.find_submission(context.ledger, job).document)
    may_release = caller.may(Right.RELEASE, accounts, entry.owner)
    embargo_s = new.embargo.timestamp() if new.embargo else None
    embargo.move(context.ledger, caller, job, embargo_s, may_release)
    return show_job(context, queries.find_job(context.ledger, job))
