"""The caption editor: the cues of a language beside the picture and the sound."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from service.documents import accounts_of
from service.gate import Right
from service.http import rewording
from service.http.audit import record_glance
from service.http.auth import Reader, visible_job
from service.http.context import Context
from service.http.corrections import find_captions
from service.http.desk.jobs import facts_of, in_language
from service.http.desk.rendering import PageOf
from service.http.desk.rules import of_rules
from service.http.desk.waiting import capitalised
from service.http.desk.wording import groups_of
from service.http.parameters import Which
from service.ledger import queries
from service.record import Subject

router = APIRouter()


@router.get("/desk/jobs/{job}/captions/{language}")
def captions_page(which: Which, page: PageOf, context: Context, caller: Reader, beside: str = "") -> HTMLResponse:
    """The editor of a language's captions; read-only for people who may not change them."""
    job, language = which.job, which.language
    entry = visible_job(context, caller, job, Right.READ)
    find_captions(context, which)
    record_glance(context, caller, Subject(job, language=language))
    submission = queries.find_submission(context.ledger, job)
    document = facts_of(entry.name, submission.document)
    given = [*document.scripts, *(code for one in document.clips for code in one.scripts)] if document else [language]
    languages = [(code, capitalised(page.texts.language(code))) for code in dict.fromkeys(given)]
    worded = rewording.find_texts(context, job, language) if rewording.is_made_in(context, job, language) else None
    return page.render(
        "captions.html",
        caller,
        job=entry,
        title=(in_language(document.title, page.texts.code) if document else None) or entry.name,
        language=language,
        language_name=page.texts.language(language),
        languages=languages,
        beside=beside,
        clip=which.clip,
        clips=len(document.clips) if document and document.cue_times == "clip" else 1,
        rules=of_rules(page.texts),
        captioned=True,
        worded=worded,
        groups=groups_of(worded, page.texts) if worded else [],
        may_change=caller.may(Right.SUBMIT, accounts_of(submission.document), entry.owner),
    )
