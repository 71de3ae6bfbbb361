"""The review wall: every variant of a job, playing in step; one large, with comments at its frames."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from portevoix.drawing.canvas import SIZES
from portevoix.library import Library
from portevoix.order.zones import shared_zone
from service.documents import accounts_of
from service.gate import Right
from service.http.audit import record_glance
from service.http.auth import Reader, visible_job
from service.http.context import Context
from service.http.desk.jobs import facts_of, in_language
from service.http.desk.rendering import PageOf
from service.http.desk.waiting import capitalised
from service.http.parameters import JobId
from service.ledger import queries
from service.record import Subject

router = APIRouter()


@router.get("/desk/jobs/{job}/review")
def review_page(job: JobId, page: PageOf, context: Context, caller: Reader) -> HTMLResponse:
    """All variants of a job. What is shown of them stands in the address."""
    entry = visible_job(context, caller, job, Right.READ)
    record_glance(context, caller, Subject(job))
    submission = queries.find_submission(context.ledger, job)
    document, accounts = facts_of(entry.name, submission.document), accounts_of(submission.document)
    languages = dict.fromkeys(one.language for one in queries.list_deliveries(context.ledger, job) if one.language)
    scripts = [*document.scripts, *(code for one in document.clips for code in one.scripts)] if document else []
    return page.render(
        "review.html",
        caller,
        job=entry,
        title=(in_language(document.title, page.texts.code) if document else None) or entry.name,
        languages={code: capitalised(page.texts.language(code)) for code in (*languages, *scripts)},
        captioned=list(dict.fromkeys(scripts)),
        zones=zones_of(context.library, accounts),
        may_comment=caller.may(Right.COMMENT, accounts, entry.owner),
    )


def zones_of(library: Library, accounts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What the platform's buttons may cover, in parts of the frame: by placement, and by account what its stories keep
    free.
    """
    width, height = SIZES["story"]
    found: dict[str, dict[str, Any]] = {}
    for name, placement in library.placements.items():
        if zone := placement.safe_zone:
            margins = (zone.left, zone.top, zone.right, zone.bottom)
            found[name] = {"platform": placement.platform, "zone": _parts(margins, width, height)}
    for name in accounts:
        if (account := library.accounts.get(name)) and (free := shared_zone(account, library.placements)):
            found[f"@{name}"] = {"platform": "", "zone": _parts(free, width, height)}
    return found


def _parts(margins: tuple[int, int, int, int], width: int, height: int) -> list[float]:
    left, top, right, bottom = margins
    return [round(part, 4) for part in (left / width, top / height, right / width, bottom / height)]
