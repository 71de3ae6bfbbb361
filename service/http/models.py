"""What the HTTP service takes in and answers, and the limits that it keeps. Every model has an example: OpenAPI shows
it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from portevoix.delivery.manifest import Delivery
from portevoix.errors import Fault
from service.access import Input
from service.ledger import JobEntry
from service.ledger.states import JobState, Priority
from service.settings import Settings

JOB_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$"  # it becomes part of the delivered files' names
SHA256 = r"^[0-9a-f]{64}$"
LONGEST_PATH = 400
LONGEST_PART = 255  # bytes; what file systems take


class HttpSettings(Settings):
    """The settings of the HTTP service, beside those that it shares with the workers."""

    host: str = "127.0.0.1"  # another address only behind a proxy that speaks TLS: tokens travel in the clear otherwise
    port: int = Field(8080, ge=1, le=65535)
    processes: int = Field(len(os.sched_getaffinity(0)), ge=1)  # pieces of work at once; each encoder has one thread
    upload_bytes: int = Field(4_000_000_000, gt=0)
    queued_jobs: int = Field(100, gt=0)  # unended jobs of one token; a desk's whole day is some dozens
    webhook_hosts: tuple[
        str, ...
    ] = ()  # the only ones that a job may name: PORTEVOIX_WEBHOOK_HOSTS='["cms.example.org"]'
    watch_events_s: float = Field(0.5, gt=0)  # how late a watcher hears of an event, at most


class Scope(StrEnum):
    """What a token may do. `admin` may do everything; each account-bound token does it for its accounts alone."""

    UPLOAD = "upload"
    RENDER = "render"  # submit, correct, cancel, retry
    REVIEW = "review"  # see and hear what is not out yet: deliveries, captions, plans
    METRICS = "metrics"  # numbers alone, for Prometheus
    ADMIN = "admin"


class Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class FaultView(Answer):
    """One mistake at its place. `line` and `column` count from 1."""

    file: str
    line: int | None
    column: int | None
    message: str


class Problem(Answer):
    """Why a request was not done. `faults`: every mistake in what was sent, when it was that."""

    error: str
    detail: str
    faults: list[FaultView] = []

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": "InvalidInput",
                    "detail": "essai.yaml:1:9: recipe 'interwiew' is not known; did you mean 'interview'?",
                    "faults": [
                        {
                            "file": "essai.yaml",
                            "line": 1,
                            "column": 9,
                            "message": "recipe 'interwiew' is not known; did you mean 'interview'?",
                        }
                    ],
                }
            ]
        }
    )

    @classmethod
    def of_faults(cls, faults: Sequence[Fault]) -> Problem:
        shown = [FaultView(file=f.file, line=f.line, column=f.column, message=f.message) for f in faults]
        return cls(error="InvalidInput", detail="\n".join(map(str, faults)), faults=shown)


def _file_name(name: str) -> str:
    if not name.isprintable() or "/" in name or "\\" in name:
        raise ValueError("is no file's name; give it without its folder")
    return name


def _path_inside(name: str) -> str:
    path = PurePosixPath(name)
    too_long = any(len(part.encode()) > LONGEST_PART for part in path.parts)
    outside = path.is_absolute() or ".." in path.parts or str(path) != name
    if not name.isprintable() or "\\" in name or outside or too_long:
        raise ValueError(f"{name!r} is no name for a file of a job; write it as the document does, inside its folder")
    return name


FileName = Annotated[str, Field(min_length=1, max_length=255), AfterValidator(_file_name)]
PathInside = Annotated[str, Field(min_length=1, max_length=LONGEST_PATH), AfterValidator(_path_inside)]
Digest = Annotated[str, Field(pattern=SHA256)]


class NewUpload(BaseModel):
    """A file that is to be uploaded. `size` in bytes."""

    name: FileName
    size: int = Field(ge=1, le=2**53)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "minister.mp4", "size": 48_211_004}]}
    )


class UploadView(Answer):
    """An upload on its way. `offset`: the byte to go on from."""

    id: str
    name: str
    size: int
    offset: int

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": "0c9fd2ab6c9d4ad8a7f0a2b3f5d6e7a8", "name": "minister.mp4", "size": 48211004, "offset": 0}
            ]
        }
    )


class InputView(Answer):
    """A file that has arrived: `sha256` is its name from now on."""

    sha256: str
    name: str
    bytes: int

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"sha256": "9f" * 32, "name": "minister.mp4", "bytes": 48_211_004}]}
    )

    @classmethod
    def of(cls, found: Input) -> InputView:
        return cls(sha256=found.digest, name=found.name, bytes=found.bytes)


class InputList(Answer):
    """Uploaded files, the newest first."""

    inputs: list[InputView]

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"inputs": [{"sha256": "9f" * 32, "name": "minister.mp4", "bytes": 48211004}]}]}
    )


class NewJob(BaseModel):
    """A job to be made: its document as its author wrote it, and the uploaded file behind each name in it.

    `hold`: plan it, and render when it is started. `languages` and `formats` make only those; empty for all. `webhook`:
    who is told when it has ended.
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
                    "document": "recipe: alert\ntitle: {fr: Essai}\ntext: {fr: Ceci est un essai.}\nformats: [square]\nlanguages: [fr]\n",
                    "priority": "interactive",
                    "draft": True,
                },
                {
                    "name": "climat",
                    "document": "recipe: subtitles\nclips:\n  - file: media/minister.mp4\nscripts: {fr: fr.vtt}\nlanguages: [fr]\n",
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
}


class JobView(Answer):
    """A job as it stands.

    `frames`: pictures that were to be encoded when it was planned, `frames_done` those that are; `round` grows each
    time it is planned anew; `faults` are mistakes in what was handed in, `failures` what went wrong while making it.
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

    model_config = ConfigDict(json_schema_extra={"examples": [_JOB_EXAMPLE]})

    @classmethod
    def of(cls, job: JobEntry, accounts: Sequence[str]) -> JobView:
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
        )


class JobPage(Answer):
    """Jobs, the newest first. A page may hold fewer than were asked for; `next` is the `cursor` of the next one, null
    at the end.
    """

    jobs: list[JobView]
    next: str | None

    model_config = ConfigDict(json_schema_extra={"examples": [{"jobs": [_JOB_EXAMPLE], "next": None}]})


class NewPriority(BaseModel):
    """How urgent a job is from now on."""

    priority: Priority

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"priority": "urgent"}]})


class DeliveryList(Answer):
    """The finished files of a job, as its manifest lists them; none before all of them are there."""

    deliveries: list[Delivery]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "deliveries": [
                        {
                            "path": "square/essai_square_fr.mp4",
                            "kind": "video",
                            "account": None,
                            "placement": None,
                            "language": "fr",
                            "format": "square",
                            "key": "video-3f9a",
                            "made_from": [],
                            "part": None,
                            "width": 1080,
                            "height": 1080,
                            "frames": 250,
                            "fps": "25",
                            "duration_s": 10.0,
                            "bytes": 310482,
                            "sha256": "5c" * 32,
                            "checks": [],
                        }
                    ]
                }
            ]
        }
    )


class PlanView(Answer):
    """What is made for a job, as `portevoix plan --json` prints it."""

    plan: dict[str, Any]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"plan": {"schema_version": 1, "job": "essai", "fps": "25", "frames": 250, "scenes": [], "videos": []}}
            ]
        }
    )


class Alive(Answer):
    """The process lives."""

    alive: Literal[True] = True

    model_config = ConfigDict(json_schema_extra={"examples": [{"alive": True}]})


class Ready(Answer):
    """Whether everything that the service needs answers; each part as `ok` or a sentence."""

    ready: bool
    parts: dict[str, str]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"ready": True, "parts": {"database": "ok", "store": "ok", "disk": "ok", "reconciler": "ok"}}]
        }
    )
