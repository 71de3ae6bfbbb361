"""A job's page, and the page on which one of its languages is approved."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse

from service import approvals, comments, releases
from service.comments import NewComment
from service.documents import accounts_of
from service.gate import Caller, Right
from service.http.audit import record_reading
from service.http.auth import Approver, Commenter, Reader, Watcher, check_right, visible_job
from service.http.context import Context, ServiceContext
from service.http.desk.forms import FormOf
from service.http.desk.job import Facts, accounts_of_job, languages_of
from service.http.desk.jobs import row_of
from service.http.desk.posts import posts_of
from service.http.desk.progress import steps_of
from service.http.desk.rendering import Page, PageOf, go
from service.http.desk.waiting import Stage, stand_of
from service.http.listing import glance, waits_for
from service.http.models.approvals import LONGEST_COMMENT
from service.http.parameters import CommentId, FilePath, JobId, Language
from service.http.problems import Refused
from service.ledger import JobEntry, queries
from service.ledger.queries import ListedJob
from service.record import Subject

Shown = Annotated[FilePath | None, Query(alias="film")]

router = APIRouter()


def facts_of(context: ServiceContext, entry: JobEntry) -> Facts:
    """What the ledger knows of a job."""
    accounts = accounts_of(queries.find_submission(context.ledger, entry.id).document)
    files = queries.list_deliveries(context.ledger, entry.id)
    standings = approvals.standings(context.ledger, entry.id)
    return Facts(entry, accounts, files, standings, releases.list_releases(context.ledger, entry.id))


@router.get("/desk/jobs/{job}")
def job_page(job: JobId, page: PageOf, context: Context, caller: Watcher) -> HTMLResponse:
    """A job: how far it is, its films language by language, and what becomes of them. Who may know of it but not read
    it sees no film.
    """
    entry = visible_job(context, caller, job)
    glance(context, caller, job)
    facts = facts_of(context, entry)
    reads = caller.may(Right.READ, facts.accounts, entry.owner)
    if reads and facts.files:
        record_reading(context, caller, Subject(job))
    shown: dict[str, Any] = {
        "row": _row(page, context, caller, entry),
        "facts": facts,
        "steps": steps_of(queries.list_work(context.ledger, job), entry.round, page.texts),
        "waits_for": waits_for(context, entry),
        "languages": languages_of(facts, caller, context.library, _captioned(page, context, job)) if reads else [],
        "accounts": accounts_of_job(facts, caller, context.library),
        "may_erase": caller.may(Right.ERASE, facts.accounts, entry.owner),
        "may_move": caller.may(Right.EMBARGO, facts.accounts, entry.owner),
        "remarks": comments.list_comments(context.ledger, job) if reads else [],
        "posts": posts_of(context.settings.deliveries, entry, facts.files, page.texts) if reads else [],
        "events": queries.list_events(context.ledger, 0, job)[-1:],
    }
    return page.render("job.html", caller, **shown)


def _row(page: Page, context: ServiceContext, caller: Caller, entry: JobEntry) -> object:
    document = queries.find_submission(context.ledger, entry.id).document
    return row_of(context, caller, ListedJob(entry, document, queries.name_of(context.ledger, entry.owner)), page.texts)


def _captioned(page: Page, context: ServiceContext, job: str) -> list[str]:
    return [code for code, words in page.desk.films.words(context, job).items() if words.cues]


@router.get("/desk/jobs/{job}/progress")
def progress(job: JobId, page: PageOf, context: Context, caller: Watcher) -> HTMLResponse:
    """How far a job is, alone: what its page renews while it is made."""
    entry = visible_job(context, caller, job)
    glance(context, caller, job)
    steps = steps_of(queries.list_work(context.ledger, job), entry.round, page.texts)
    return page.render("progress.html", caller, job=entry, steps=steps, waits_for=waits_for(context, entry))


@router.get("/desk/jobs/{job}/approval/{language}")
def approval_page(
    job: JobId, language: Language, page: PageOf, context: Context, caller: Reader, film: Shown = None
) -> HTMLResponse:
    """A language to be decided on: its words, its pictures and its checks on one page."""
    entry = visible_job(context, caller, job, Right.READ)
    record_reading(context, caller, Subject(job, language=language))
    facts = facts_of(context, entry)
    words = page.desk.films.words(context, job)
    blocks = languages_of(facts, caller, context.library, [code for code in words if words[code].cues])
    block = next((one for one in blocks if one.code == language), None)
    if block is None:
        raise Refused(404, f"job {job} has nothing in {language!r}")
    remarks = [one for one in comments.list_comments(context.ledger, job) if one.language in (language, None)]
    shown: dict[str, Any] = {
        "job": entry,
        "row": _row(page, context, caller, entry),
        "block": block,
        "variant": next((v for v in block.variants if v.file.path == film), block.variants[0]),
        "said_in": words.get(language),
        "others": [one for one in blocks if one.code != language],
        "remarks": remarks,
    }
    return page.render("approval.html", caller, **shown)


@router.post("/desk/jobs/{job}/approval/{language}")
def approve(job: JobId, language: Language, form: FormOf, context: Context, caller: Approver) -> RedirectResponse:
    """Agree to the version of a language that the page showed, and go on to the next that waits for this reader."""
    _check_may_decide(context, caller, job, language)
    approvals.approve(context.ledger, caller, job, language, form.needed("version", 60))
    following = _next_for(context, caller, job)
    if following:
        return go(f"/desk/jobs/{job}/approval/{quote(following)}", said="approved-next")
    return go(f"/desk/jobs/{job}", said="approved")


@router.post("/desk/jobs/{job}/rejection/{language}")
def reject(job: JobId, language: Language, form: FormOf, context: Context, caller: Approver) -> RedirectResponse:
    """Refuse the version of a language that the page showed, and say why."""
    _check_may_decide(context, caller, job, language)
    why = NewComment(form.needed("text", LONGEST_COMMENT), language)
    approvals.reject(context.ledger, caller, job, language, form.needed("version", 60), why)
    return go(f"/desk/jobs/{job}", said="rejected")


@router.post("/desk/jobs/{job}/remarks")
def remark(job: JobId, form: FormOf, context: Context, caller: Commenter) -> RedirectResponse:
    """Comment on the version that stands, about one language or all."""
    visible_job(context, caller, job, Right.COMMENT)
    new = NewComment(form.needed("text", LONGEST_COMMENT), form.get("language", 35) or None)
    comments.add(context.ledger, caller, job, new)
    return go(f"/desk/jobs/{job}", said="commented")


@router.post("/desk/jobs/{job}/remarks/{comment}")
def resolve(job: JobId, comment: CommentId, form: FormOf, context: Context, caller: Commenter) -> RedirectResponse:
    """Say that a comment is dealt with, or not after all."""
    visible_job(context, caller, job, Right.COMMENT)
    comments.resolve(context.ledger, caller, job, comment, form.get("resolved") == "yes")
    return go(f"/desk/jobs/{job}")


def _check_may_decide(context: ServiceContext, caller: Caller, job: str, language: str) -> None:
    """Whether this caller may approve for every account of this language."""
    entry = visible_job(context, caller, job)
    standing = approvals.standings(context.ledger, job).get(language)
    if standing is None:
        visible_job(context, caller, job, Right.APPROVE)
    else:
        check_right(caller, entry, Right.APPROVE, standing.accounts)


def _next_for(context: ServiceContext, caller: Caller, job: str) -> str | None:
    """The next language of a job that this caller can approve."""
    entry, asked = queries.find_job(context.ledger, job), releases.list_releases(context.ledger, job)
    for code, standing in approvals.standings(context.ledger, job).items():
        waits = stand_of(standing, asked, context.library) in (Stage.REVIEW, Stage.SECOND)
        mine = standing.author == caller.id or any(d.person == caller.id for d in standing.decisions)
        if waits and not mine and caller.may(Right.APPROVE, standing.accounts, entry.owner):
            return code
    return None
