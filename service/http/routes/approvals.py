"""How each language stands in review: its approvals, rejections and comments."""

from __future__ import annotations

from fastapi import APIRouter

from service import approvals, comments
from service.gate import Caller, Right
from service.http.audit import record_reading
from service.http.auth import Approver, Commenter, Reader, check_right, visible_job
from service.http.context import Context, ServiceContext
from service.http.models.approvals import (
    CommentChange,
    CommentList,
    CommentView,
    LanguageView,
    NewApproval,
    NewRejection,
    RemarkBody,
    ReviewView,
)
from service.http.openapi import answers
from service.http.parameters import CommentId, JobId
from service.record import Subject

router = APIRouter(tags=["approval"])


def _needed(context: ServiceContext) -> dict[str, int]:
    """How many people have to approve, for each account."""
    return {name: account.approval.people for name, account in context.library.accounts.items()}


@router.get("/jobs/{job}/review", responses=answers(404))
def show_review(job: JobId, context: Context, caller: Reader) -> ReviewView:
    """How every language stands: its version, who changed it last, who approved it, what stands against it, its
    files.
    """
    visible_job(context, caller, job, Right.READ)
    record_reading(context, caller, Subject(job))
    found, needed = approvals.standings(context.ledger, job), _needed(context)
    return ReviewView(languages=[LanguageView.of(standing, needed) for standing in found.values()])


def _check_may_decide(context: ServiceContext, caller: Caller, job: str, language: str) -> None:
    """Whether this caller may approve for every account of this language; for all of the job, while it has no files."""
    entry = visible_job(context, caller, job)
    standing = approvals.standings(context.ledger, job).get(language)
    if standing:
        check_right(caller, entry, Right.APPROVE, standing.accounts)
    else:
        visible_job(context, caller, job, Right.APPROVE)


@router.post("/jobs/{job}/approvals", status_code=201, responses=answers(400, 404, 409))
def approve(job: JobId, new: NewApproval, context: Context, caller: Approver) -> LanguageView:
    """Agree to a language as it was seen. Another person than who changed its words last; 409 where it has changed."""
    _check_may_decide(context, caller, job, new.language)
    standing = approvals.approve(context.ledger, caller, job, new.language, new.version)
    return LanguageView.of(standing, _needed(context))


@router.post("/jobs/{job}/rejections", status_code=201, responses=answers(400, 404, 409))
def reject(job: JobId, new: NewRejection, context: Context, caller: Approver) -> LanguageView:
    """Refuse a language as it was seen, with a comment.

    It is not released until it changes or the same person approves.
    """
    _check_may_decide(context, caller, job, new.language)
    standing = approvals.reject(context.ledger, caller, job, new.language, new.version, new.comment())
    return LanguageView.of(standing, _needed(context))


@router.get("/jobs/{job}/comments", responses=answers(404))
def list_comments(job: JobId, context: Context, caller: Reader) -> CommentList:
    """The comments of every version of a job."""
    visible_job(context, caller, job, Right.READ)
    record_reading(context, caller, Subject(job))
    return CommentList(comments=[CommentView.of(one) for one in comments.list_comments(context.ledger, job)])


@router.post("/jobs/{job}/comments", status_code=201, responses=answers(400, 404))
def comment(job: JobId, new: RemarkBody, context: Context, caller: Commenter) -> CommentView:
    """Comment on the version that stands."""
    visible_job(context, caller, job, Right.COMMENT)
    return CommentView.of(comments.add(context.ledger, caller, job, new.comment()))


@router.put("/jobs/{job}/comments/{comment}", responses=answers(400, 404))
def resolve_comment(
    job: JobId, comment: CommentId, change: CommentChange, context: Context, caller: Commenter
) -> CommentView:
    """Say that a comment is dealt with, or not after all."""
    visible_job(context, caller, job, Right.COMMENT)
    return CommentView.of(comments.resolve(context.ledger, caller, job, comment, change.resolved))
