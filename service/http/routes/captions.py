"""Captions cue by cue: what an editor reads, asks and saves."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import Response

from service import editors
from service.gate import Right
from service.http import editing
from service.http.audit import record_glance, record_reading
from service.http.auth import Reader, Submitter, visible_job
from service.http.context import Context
from service.http.corrections import find_captions
from service.http.desk.rendering import Tongue
from service.http.desk.sentences import said_in
from service.http.listing import show_job
from service.http.models.captions import CheckView, CuesBody, CuesView, DraftBody, EditorsView, ProofBody
from service.http.models.jobs import JobView
from service.http.openapi import PICTURE, answers
from service.http.parameters import Which
from service.record import Subject

router = APIRouter(tags=["review"])


Version = Annotated[str, Header(alias="If-Match", max_length=100, description="The version that was read")]


@router.get("/jobs/{job}/captions/{language}/cues", responses=answers(404, 409))
def show_cues(which: Which, context: Context, caller: Reader, response: Response) -> CuesView:
    """The captions of a language cue by cue, with the picture's cuts, the sound's peaks and the language's limits."""
    visible_job(context, caller, which.job, Right.READ)
    shown = editing.show(context, which)
    record_reading(context, caller, Subject(which.job, language=which.language, digests={"captions": shown.version}))
    response.headers["ETag"] = f'"{shown.version}"'
    return shown


@router.put("/jobs/{job}/captions/{language}/cues", status_code=202, responses=answers(400, 404, 409, 412, 507))
def save_cues(which: Which, body: CuesBody, context: Context, caller: Submitter, version: Version) -> JobView:
    """Replace the captions of a language by the cues that were written, where nobody else has meanwhile."""
    visible_job(context, caller, which.job, Right.SUBMIT)
    instead_of = version.strip().removeprefix("W/").strip('"')
    return show_job(context, editing.save(context, caller, which, body.cues, instead_of))


@router.post("/jobs/{job}/captions/{language}/check", responses=answers(400, 404, 409))
def check_cues(which: Which, body: DraftBody, context: Context, caller: Reader, tongue: Tongue) -> CheckView:
    """What a subtitler would object to in cues that are not saved yet. Nothing is kept of them."""
    visible_job(context, caller, which.job, Right.READ)
    record_glance(context, caller, Subject(which.job, language=which.language))
    found = editing.check(context, which, body.cues)
    said = [one.model_copy(update={"message": said_in(tongue, one.message).text}) for one in found.findings]
    return CheckView(findings=said, speeds=found.speeds)


@router.post("/jobs/{job}/captions/{language}/picture", response_class=Response, responses=PICTURE)
def draw_cue(which: Which, body: ProofBody, context: Context, caller: Reader) -> Response:
    """The picture of a film with a cue that is not saved yet, as a viewer will see it."""
    visible_job(context, caller, which.job, Right.READ)
    record_glance(context, caller, Subject(which.job, language=which.language))
    return Response(editing.draw(context, which, body), media_type="image/webp")


@router.post("/jobs/{job}/captions/{language}/editors", responses=answers(404))
def note_editor(which: Which, context: Context, caller: Submitter, leaves: bool = False) -> EditorsView:
    """Say that these words are open before somebody, or no more; hear who else has them open."""
    visible_job(context, caller, which.job, Right.SUBMIT)
    others = editors.note(context.ledger, caller, which.job, which.language, leaves)
    return EditorsView(others=others, version=find_captions(context, which)[1])
