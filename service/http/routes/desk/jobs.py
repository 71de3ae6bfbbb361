"""The list of jobs, their pictures in small, and what is done to a job from its row."""

from __future__ import annotations

import io
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from PIL import Image
from pydantic import Field

from service.gate import Right
from service.http import changes
from service.http.audit import record_glance
from service.http.auth import Eraser, Reader, Submitter, Watcher, visible_job
from service.http.context import Context
from service.http.desk.forms import Form, FormOf
from service.http.desk.jobs import row_of, waits_for
from service.http.desk.rendering import PageOf, go, own_path
from service.http.listing import find_page
from service.http.models.jobs import JobQuery
from service.http.parameters import FilePath, JobId
from service.http.problems import Refused
from service.http.showing import delivered_file, shown_to
from service.ledger import queries
from service.ledger.states import UNENDED, JobState, Priority
from service.record import Subject

GROUPS: dict[str, tuple[JobState, ...]] = {
    "all": (),
    "waiting": (JobState.DONE, JobState.FAILED, JobState.REFUSED, JobState.PLANNED),
    "making": UNENDED,
    "made": (JobState.DONE,),
    "stopped": (JobState.FAILED, JobState.REFUSED, JobState.CANCELLED),
}
THUMBNAIL_PIXELS = 320  # of its longer side: 112 on the page, for screens of nearly three pixels to one

router = APIRouter()


class ListQuery(JobQuery):
    """What a reader of the list asks for. `show`: one of GROUPS."""

    show: Annotated[str, Field(pattern=f"^({'|'.join(GROUPS)})$")] = "all"
    said: Annotated[str | None, Field(max_length=40)] = None

    def address(self, **changes: str | None) -> str:
        """The list with something else asked for, from its beginning."""
        asked = {"show": self.show, "owner": self.owner, "account": self.account, "search": self.search, **changes}
        plain = {name: value for name, value in asked.items() if value and (name, value) != ("show", "all")}
        return "/desk/jobs" + (f"?{urlencode(plain)}" if plain else "")


@router.get("/desk/jobs")
def jobs_page(page: PageOf, context: Context, caller: Watcher, query: Annotated[ListQuery, Query()]) -> HTMLResponse:
    """The jobs that a caller may know of, the newest first."""
    wanted = query.model_copy(update={"state": list(GROUPS[query.show]) or None})
    mine = partial(waits_for, context, caller) if query.show == "waiting" else None
    found, following = find_page(context, caller, wanted, mine)
    rows = [row_of(context, caller, listed, page.texts) for listed in found]
    seen = caller.rights.get(Right.LIST, frozenset())
    accounts = [name for name in context.library.accounts if "*" in seen or name in seen]
    more = query.address(cursor=following) if following else None
    return page.render("jobs.html", caller, rows=rows, query=query, groups=list(GROUPS), accounts=accounts, more=more)


@router.post("/desk/jobs/{job}/cancel")
def cancel(job: JobId, form: FormOf, context: Context, caller: Submitter) -> RedirectResponse:
    """Stop a job."""
    changes.cancel(context, caller, job)
    return _back(form, "cancelled")


@router.post("/desk/jobs/{job}/start")
def start(job: JobId, form: FormOf, context: Context, caller: Submitter) -> RedirectResponse:
    """Have a held job rendered."""
    changes.start(context, caller, job)
    return _back(form, "started")


@router.post("/desk/jobs/{job}/erasure")
def erase(job: JobId, form: FormOf, context: Context, caller: Eraser) -> RedirectResponse:
    """Remove every byte of a job that has ended."""
    visible_job(context, caller, job, Right.ERASE)
    changes.erase(context, caller, job, form.needed("why", 500))
    return go("/desk/jobs", said="erased")


@router.post("/desk/jobs/{job}/retry")
def retry(job: JobId, form: FormOf, context: Context, caller: Submitter) -> RedirectResponse:
    """Plan a failed job anew."""
    changes.retry(context, caller, job)
    return _back(form, "retried")


@router.post("/desk/jobs/{job}/priority")
def prioritise(job: JobId, form: FormOf, context: Context, caller: Submitter) -> RedirectResponse:
    """Make a job more or less urgent."""
    visible_job(context, caller, job, Right.SUBMIT)
    wanted = Priority.URGENT if form.get("priority") == Priority.URGENT else Priority.BULK
    changes.prioritise(context, caller, job, wanted)
    return _back(form, "hurried" if wanted == Priority.URGENT else "calmed")


def _back(form: Form, said: str) -> RedirectResponse:
    """The page that the form stood on."""
    return go(own_path(form.get("back")).split("?")[0], said=said)


@router.get("/desk/jobs/{job}/thumbnail/{path:path}")
def thumbnail(job: JobId, path: FilePath, context: Context, caller: Reader) -> Response:
    """A finished picture of a job, in small. Recorded once a minute, as a look at the list is."""
    entry = visible_job(context, caller, job, Right.READ)
    delivery = next((d for d in queries.list_deliveries(context.ledger, job) if d.path == path), None)
    if delivery is None or delivery.kind not in ("poster", "still", "cover"):
        raise Refused(404, f"job {job} has no picture {path!r}")
    record_glance(context, caller, Subject(job), file=delivery.sha256)
    shown = shown_to(context, caller, job, delivery, delivered_file(context, entry, delivery))
    return Response(_small(shown, delivery.sha256), media_type="image/webp")


@lru_cache(256)
def _small(file: Path, digest: str) -> bytes:
    with Image.open(file) as image:
        image.draft("RGB", (2 * THUMBNAIL_PIXELS, 2 * THUMBNAIL_PIXELS))
        small = image.convert("RGB")
    small.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    small.save(written, "WEBP", quality=80)
    return written.getvalue()
