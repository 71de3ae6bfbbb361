"""What a job says beside its captions: read and corrected text by text, one language at a time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from service import editors
from service.gate import Right
from service.http import rewording
from service.http.audit import record_glance, record_reading
from service.http.auth import Reader, Submitter, visible_job
from service.http.context import Context
from service.http.desk.rendering import Tongue
from service.http.desk.sentences import said_in
from service.http.listing import show_job
from service.http.models.captions import EditorsView
from service.http.models.jobs import JobView
from service.http.models.texts import PlaceBody, RoomView, TextFault, TextFaults, TextsBody, TextsView
from service.http.openapi import answers
from service.http.parameters import JobId, Language
from service.record import Subject

router = APIRouter(tags=["review"])

Version = Annotated[str, Header(alias="If-Match", max_length=100, description="The version that was read")]


@router.get("/jobs/{job}/texts/{language}", responses=answers(404))
def show_texts(job: JobId, language: Language, context: Context, caller: Reader, response: Response) -> TextsView:
    """Titles, names, the texts of cards and of the post in one language, each by the keys that lead to it."""
    visible_job(context, caller, job, Right.READ)
    shown = rewording.show(rewording.find_texts(context, job, language))
    record_reading(context, caller, Subject(job, language=language, digests={"texts": shown.version}))
    response.headers["ETag"] = f'"{shown.version}"'
    return shown


@router.put("/jobs/{job}/texts/{language}", status_code=202, responses=answers(400, 404, 409, 412))
def replace_texts(
    job: JobId, language: Language, body: TextsBody, context: Context, caller: Submitter, version: Version
) -> JobView:
    """Replace texts of one language, where nobody else has meanwhile. Its approvals end, as with captions, and only
    what shows these words is made again.
    """
    instead_of = version.strip().removeprefix("W/").strip('"')
    return show_job(context, rewording.reword(context, caller, job, language, body.texts, instead_of))


@router.post("/jobs/{job}/texts/{language}/check", responses=answers(400, 404))
def check_texts(
    job: JobId, language: Language, body: TextsBody, context: Context, caller: Reader, tongue: Tongue
) -> TextFaults:
    """What stands against words that are not saved yet. Nothing is kept of them."""
    visible_job(context, caller, job, Right.READ)
    record_glance(context, caller, Subject(job, language=language))
    found = rewording.check(context, rewording.find_texts(context, job, language), body.texts)
    return TextFaults(faults=[TextFault(place=f.place, message=said_in(tongue, f.message).text) for f in found])


@router.post("/jobs/{job}/texts/{language}/room", responses=answers(400, 404))
def measure_room(job: JobId, language: Language, body: PlaceBody, context: Context, caller: Reader) -> RoomView:
    """How many characters of a text its card holds, by the drawing that a render makes."""
    visible_job(context, caller, job, Right.READ)
    record_glance(context, caller, Subject(job, language=language))
    return rewording.room(context, rewording.find_texts(context, job, language), body.place)


@router.post("/jobs/{job}/texts/{language}/editors", responses=answers(404))
def note_text_editor(
    job: JobId, language: Language, context: Context, caller: Submitter, leaves: bool = False
) -> EditorsView:
    """Say that a language's words are open before somebody, or no more; hear who else has them open."""
    visible_job(context, caller, job, Right.SUBMIT)
    worded = rewording.find_texts(context, job, language)
    others = editors.note(context.ledger, caller, job, language, leaves)
    return EditorsView(others=others, version=worded.version)
