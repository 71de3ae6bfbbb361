"""Jobs, as they are handed in and as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from service.erasure import Erasure
from service.http.models.problems import Answer, FaultView, Problem
from service.http.models.uploads import Digest, is_plain
from service.ledger import JobEntry
from service.ledger.states import JobState, Priority

JOB_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$"  # it becomes part of the delivered files' names
LONGEST_PATH = 400
LONGEST_PART = 255  # bytes; what file systems take
MOST_LISTED = 100


def _path_inside(name: str) -> str:
    path = PurePosixPath(name)
    too_long = any(len(part.encode()) > LONGEST_PART for part in path.parts)
    outside = path.is_absolute() or ".." in path.parts or str(path) != name
    if not is_plain(name) or "\\" in name or outside or too_long:
        raise ValueError(f"{name!r} is no name for a file of a job; write it as the document does, inside its folder")
    return name


PathInside = Annotated[str, Field(min_length=1, max_length=LONGEST_PATH), AfterValidator(_path_inside)]


class NewJob(BaseModel):
    """A job to be made: its document as its author wrote it, and the uploaded file behind each name in it.

    `hold`: plan it, and render when it is started. `languages` and `formats` make only those; empty for all. `webhook`:
    the address that hears when it has ended.
    """

    name: str = Field(pattern=JOB_NAME)
    document: str = Field(min_length=1, max_length=2_000_000)
    files: dict[PathInside, Digest] = Field({}, max_length=1_000)
    priority: Priority = Priority.BULK
    draft: bool = False
    hold: bool = False
    languages: tuple[Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")], ...] = Field(
        (), max_length=100
    )
    formats: tuple[Literal["wide", "square", "portrait", "story", "source"], ...] = Field((), max_length=5)
    webhook: Annotated[str, Field(max_length=2_000)] | None = None

    @model_validator(mode="after")
    def _no_file_is_a_folder(self) -> NewJob:
        folders = {str(parent) for name in self.files for parent in PurePosixPath(name).parents}
        if both := sorted(folders & (self.files.keys() | {f"{self.name}.yaml"})):
            raise ValueError(f"{both[0]!r} cannot be a file and a folder; name one of them otherwise")
        if f"{self.name}.yaml" in self.files:
            raise ValueError(f"'{self.name}.yaml' is the document itself; name the file otherwise")
        return self

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "name": "essai",
                    "document": (
                        "recipe: alert\ntitle: {fr: Essai}\ntext: {fr: Ceci est un essai.}\nformats: [square]\n"
                        "languages: [fr]\n"
                    ),
                    "priority": "interactive",
                    "draft": True,
                },
                {
                    "name": "climat",
                    "document": (
                        "recipe: subtitles\nclips:\n  - file: media/minister.mp4\nscripts: {fr: fr.vtt}\n"
                        "languages: [fr]\n"
                    ),
                    "files": {"media/minister.mp4": "9f" * 32, "fr.vtt": "3a" * 32},
                },
            ]
        },
    )


_JOB_EXAMPLE: dict[str, Any] = {
    "id": "6b1f0e2d9c8a4b7e8f6d5c4b3a291807",
    "name": "essai",
    "state": "rendering",
    "priority": "interactive",
    "draft": True,
    "held": False,
    "accounts": [],
    "languages": [],
    "formats": [],
    "round": 1,
    "frames": 250,
    "frames_done": 50,
    "faults": [],
    "failures": [],
    "notes": [],
    "created": "2026-12-01T08:00:00Z",
    "changed": "2026-12-01T08:00:02Z",
    "embargo": None,
    "waits_for": None,
}


class JobView(Answer):
    """A job as it stands.

    `frames`: pictures that were to be encoded when it was planned, `frames_done` those that are; `round` grows each
    time it is planned anew; `faults` are mistakes in what was handed in, `failures` what went wrong while making it;
    before `embargo` nothing of it leaves; `waits_for` says why nothing of an unended job is being made just now.
    """

    id: str
    name: str
    state: JobState
    priority: Priority
    draft: bool
    held: bool
    accounts: list[str]
    languages: list[str]
    formats: list[str]
    round: int
    frames: int
    frames_done: int
    faults: list[FaultView]
    failures: list[str]
    notes: list[str]
    created: datetime
    changed: datetime
    embargo: datetime | None
    waits_for: str | None

    model_config = ConfigDict(json_schema_extra={"examples": [_JOB_EXAMPLE]})

    @classmethod
    def of(cls, job: JobEntry, accounts: Sequence[str], waits_for: str | None) -> JobView:
        return cls(
            id=job.id,
            name=job.name,
            state=job.state,
            priority=job.priority,
            draft=job.draft,
            held=job.held,
            accounts=list(accounts),
            languages=list(job.languages),
            formats=list(job.formats),
            round=job.round,
            frames=job.frames,
            frames_done=job.frames_done,
            faults=Problem.of_faults(job.faults).faults,
            failures=list(job.failures),
            notes=list(job.notes),
            created=datetime.fromtimestamp(job.created_s, UTC),
            changed=datetime.fromtimestamp(job.changed_s, UTC),
            embargo=datetime.fromtimestamp(job.embargo_s, UTC) if job.embargo_s is not None else None,
            waits_for=waits_for,
        )


class JobPage(Answer):
    """Jobs, the newest first. A page may hold fewer than were asked for; `next` is the `cursor` of the next one, null
    at the end.
    """

    jobs: list[JobView]
    next: str | None

    model_config = ConfigDict(json_schema_extra={"examples": [{"jobs": [_JOB_EXAMPLE], "next": None}]})


class ErasureBody(BaseModel):
    """Why a job is erased: it stands in the record."""

    why: str = Field(min_length=1, max_length=500)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"why": "asked for by a person who is seen in it, letter of 3 May"}]},
    )


class RetentionBody(BaseModel):
    """For how many days a job is kept after it has ended."""

    days: Annotated[float, Field(gt=0, le=36_500)] | None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"days": 90}]})


class ErasureView(Answer):
    """A job that is gone, and how many artifacts and inputs go with it; the others belong to other jobs as well."""

    job: str
    artifacts: int
    inputs: int

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"job": "9f1c7f4c2b0e4d5aa6e0d2f8c3b7a190", "artifacts": 61, "inputs": 3}]}
    )

    @classmethod
    def of(cls, erasure: Erasure) -> Self:
        """The same as an answer."""
        return cls(job=erasure.job, artifacts=len(erasure.artifacts), inputs=len(erasure.inputs))


class NewPriority(BaseModel):
    """How urgent a job is from now on."""

    priority: Priority

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"priority": "urgent"}]})


class JobQuery(BaseModel):
    """Which jobs are listed: of some states, of an account, of a token (`me`: this one); `search`: with these
    characters in their name or document.
    """

    state: list[JobState] | None = None
    account: Annotated[str | None, Field(max_length=80)] = None
    owner: Annotated[str | None, Field(pattern="^([0-9a-f]{32}|me)$")] = None
    search: Annotated[str, Field(max_length=200)] = ""
    cursor: Annotated[str | None, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,9})?_[0-9a-f]{32}$")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 20
