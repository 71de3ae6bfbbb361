"""The words of a job beside its captions, in one language, beside the picture that shows them."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from service.documents import accounts_of
from service.gate import Right
from service.http import rewording
from service.http.audit import record_reading
from service.http.auth import Reader, visible_job
from service.http.context import Context
from service.http.desk.jobs import in_language
from service.http.desk.rendering import PageOf
from service.http.desk.waiting import capitalised
from service.http.desk.wording import groups_of
from service.http.parameters import JobId, Language
from service.record import Subject

router = APIRouter()


@router.get("/desk/jobs/{job}/texts/{language}")
def texts_page(job: JobId, language: Language, page: PageOf, context: Context, caller: Reader) -> HTMLResponse:
    """Titles, names, the texts of cards and of the post; read-only for people who may not change them."""
    entry = visible_job(context, caller, job, Right.READ)
    worded = rewording.find_texts(context, job, language)
    record_reading(context, caller, Subject(job, language=language, digests={"texts": worded.version}))
    return page.render(
        "texts.html",
        caller,
        job=entry,
        title=in_language(worded.job.title, page.texts.code) or entry.name,
        language=language,
        languages=[(code, capitalised(page.texts.language(code))) for code in worded.languages],
        worded=worded,
        groups=groups_of(worded, page.texts),
        may_change=caller.may(Right.SUBMIT, accounts_of(worded.submission.document), entry.owner),
    )
