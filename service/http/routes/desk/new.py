"""A new job: a recipe, files, words, accounts; checked while it is written, as the command line checks it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from portevoix.library import Library
from portevoix.plan import wire
from portevoix.plan.estimate import estimate
from portevoix.store import ArtifactMissing
from service.documents import job_folder
from service.gate import Caller, Right
from service.http import text_limits
from service.http.audit import record_reading
from service.http.auth import Submitter, visible_job
from service.http.context import Context, ServiceContext
from service.http.desk import sorting
from service.http.desk.inputs import Field as FormField
from service.http.desk.inputs import fields_of
from service.http.desk.rendering import Page, PageOf, Tongue
from service.http.desk.sentences import said_in
from service.http.desk.sorting import Sorted
from service.http.draft import JobDraft, PlacedFault, check, draft_of, lend, values_of
from service.http.models.jobs import LONGEST_PATH
from service.http.models.uploads import Digest, FileName
from service.http.parameters import JobId
from service.http.problems import Refused
from service.ledger import inputs, queries
from service.record import Subject

router = APIRouter()

EarlierJob = Annotated[str | None, Query(alias="from", pattern="^[0-9a-f]{32}$")]


class ToSort(BaseModel):
    """A file that has arrived. `language`: of its captions, where somebody has said it."""

    name: FileName
    sha256: Digest
    language: Annotated[str, Field(max_length=35)] | None = None

    model_config = ConfigDict(extra="forbid")


class JobText(BaseModel):
    """A job file as somebody wrote it."""

    text: str = Field(max_length=2_000_000)

    model_config = ConfigDict(extra="forbid")


class AskedRoom(BaseModel):
    """A text of a draft, by its place, in a language."""

    draft: JobDraft
    place: tuple[Annotated[str, Field(max_length=LONGEST_PATH)] | int, ...] = Field(max_length=6)
    language: str = Field(max_length=35)


class Checked(BaseModel):
    """A draft, looked at: its job file, and what is wrong with it."""

    document: str
    faults: list[PlacedFault]


class CardRoom(BaseModel):
    """How many characters fit, and in which format it is tightest; None for what stands on no card."""

    most: int | None = None
    format: str | None = None


class Estimate(BaseModel):
    """What a planned job will make, and how long that takes, in seconds."""

    films: int
    seconds: float


@router.get("/desk/new")
def new_page(page: PageOf, context: Context, caller: Submitter, earlier: EarlierJob = None) -> HTMLResponse:
    """The form, empty or as an earlier job was."""
    began = _begun_from(context, caller, earlier) if earlier else None
    described = {**_described(page, context.library, caller, began), "from": earlier}
    pictured = {name: f"recipes/{name}.webp" for name in context.library.recipes}
    pictures = {name: file for name, file in pictured.items() if file in page.desk.assets.files}
    return page.render("new.html", caller, described=described, pictures=pictures)


def _begun_from(context: ServiceContext, caller: Caller, job: str) -> JobDraft:
    visible_job(context, caller, job, Right.READ)
    record_reading(context, caller, Subject(job))
    return draft_of(queries.find_submission(context.ledger, job))


def _described(page: Page, library: Library, caller: Caller, began: JobDraft | None) -> dict[str, Any]:
    """All that the page's script has to know."""
    texts = page.texts
    known: dict[FormField, int] = {}  # many recipes share one
    recipes = {
        name: {
            "fields": [known.setdefault(field, len(known)) for field in fields_of(recipe, texts)],
            "source": recipe.frame == "source",
        }
        for name, recipe in library.recipes.items()
    }
    accounts = {
        name: {"language": account.language, "films": len(account.placements)}
        for name, account in library.accounts.items()
        if caller.may(Right.SUBMIT, [name])
    }
    languages = {
        code: {"name": _alone(texts.language(code)), "direction": language.direction}
        for code, language in library.languages.items()
    }
    return {
        "recipes": recipes,
        "fields": [field.told() for field in known],
        "accounts": accounts,
        "languages": languages,
        "draft": began.model_dump() if began else None,
        "locale": texts.code,
    }


def _alone(name: str) -> str:
    """A language's name where it stands by itself."""
    return name[:1].upper() + name[1:]


@router.post("/desk/jobs/{job}/lend")
def lend_files(job: JobId, context: Context, caller: Submitter) -> dict[str, int]:
    """Have an earlier job's files be one's own too, for a job that begins from it; the bytes of each that is here."""
    lent = lend(context, caller, job)
    record_reading(context, caller, Subject(job))
    return lent


@router.post("/desk/new/read")
def read_job_file(sent: JobText, caller: Submitter) -> dict[str, Any]:
    """A job file's values."""
    return values_of("job", sent.text)


@router.post("/desk/new/sort")
def sort_file(sent: ToSort, context: Context, caller: Submitter, tongue: Tongue) -> Sorted:
    """What an uploaded file is."""
    if not inputs.list_inputs(context.ledger, caller.id, [sent.sha256]):
        raise Refused(404, f"{sent.name} is not here; upload it")
    try:
        file = context.store.input_path(sent.sha256)
    except ArtifactMissing:
        raise Refused(404, f"{sent.name} is not here any more; upload it again") from None
    found = sorting.sort(file, sent.name, context.library, sent.language)
    repairs, faults = ([said_in(tongue, one).text for one in several] for several in (found.repairs, found.faults))
    return replace(found, repairs=repairs, faults=faults)


@router.post("/desk/new/check")
def check_draft(draft: JobDraft, context: Context, caller: Submitter, tongue: Tongue) -> Checked:
    """What is wrong with a draft, of its cards' words too, and the job file that it makes."""
    document, faults = check(context, caller, draft)
    cards = text_limits.cards_of(draft, context.library, context.store)
    refused = [PlacedFault(one.place, None, one.message) for one in cards.refusals()] if cards else []
    said = [replace(fault, message=said_in(tongue, fault.message).text) for fault in faults + refused]
    return Checked(document=document, faults=said)


@router.post("/desk/new/room")
def measure_room(asked: AskedRoom, context: Context, caller: Submitter) -> CardRoom:
    """The room that a card leaves a text."""
    cards = text_limits.cards_of(asked.draft, context.library, context.store)
    found = cards.room(asked.place, asked.language) if cards else None
    return CardRoom(most=found.most, format=found.format) if found else CardRoom()


@router.get("/desk/jobs/{job}/estimate")
def estimate_job(job: JobId, context: Context, caller: Submitter) -> Estimate:
    """How much a held job will make, and how long that will take on this machine."""
    entry = visible_job(context, caller, job, Right.READ)
    record_reading(context, caller, Subject(job))
    text = queries.find_plan(context.ledger, entry.id)
    if text is None:
        raise Refused(404, f"job {job} is not planned yet")
    submission = queries.find_submission(context.ledger, entry.id)
    with job_folder(submission.name, submission.document) as path:
        try:
            _, plan = wire.plan_from_json(text, path, context.library, Path)  # no file of it is needed
        except wire.OtherShape as error:
            raise Refused(409, f"job {job} has a plan of another version: {error}") from error
    return Estimate(films=len(plan.videos), seconds=estimate(plan, context.store, context.settings.processes))
