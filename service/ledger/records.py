"""What the ledger takes in and gives out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from portevoix.errors import Fault, PortevoixError
from service.ledger.states import ErrorClass, JobState, Priority, WorkState


class UnknownJob(PortevoixError):
    """No job has this id."""

    def __init__(self, job: str) -> None:
        super().__init__(f"there is no job {job!r}; the list of jobs names those there are")
        self.job = job

    def __reduce__(self) -> tuple[type[UnknownJob], tuple[str]]:
        return UnknownJob, (self.job,)


class KeyReused(PortevoixError):
    """An idempotency key came again with another request."""


class NotNow(PortevoixError):
    """What is asked for does not go with the state that a job is in."""


class ChangedMeanwhile(PortevoixError):
    """Somebody else replaced a file between its reading and its correction."""


@dataclass(frozen=True)
class Submission:
    """What a team hands in. `files`: each relative file name of the document and the digest of the input that it is."""

    owner: str
    name: str
    document: str
    files: Mapping[str, str] = field(default_factory=dict)
    priority: Priority = Priority.BULK
    draft: bool = False
    languages: tuple[str, ...] = ()  # only these; empty: all
    formats: tuple[str, ...] = ()
    webhook: str | None = None
    hold: bool = False  # plan it, and render when it is started

    def fingerprint(self) -> str:
        """A hash that only the same request has."""
        request = asdict(self)
        if not self.hold:  # requests from before there was a choice keep theirs
            del request["hold"]
        return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class JobEntry:
    """A job as it stands.

    Times in seconds since 1970 by the database's clock; `frames` are those still to be encoded.
    """

    id: str
    owner: str
    name: str
    priority: Priority
    state: JobState
    draft: bool
    held: bool
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    round: int
    frames: int
    frames_done: int
    faults: tuple[Fault, ...]
    failures: tuple[str, ...]
    notes: tuple[str, ...]
    created_s: float
    changed_s: float
    embargo_s: float | None


@dataclass(frozen=True)
class WorkEntry:
    """A piece of a job's work as it stands, with the error of its last failed try."""

    id: int
    job: str
    round: int
    stage: int
    kind: str
    name: str
    frames: int
    queue: Priority
    state: WorkState
    tries: int
    holder: str | None
    error_class: ErrorClass | None
    error: str | None


@dataclass(frozen=True)
class Lease:
    """The right to do one piece of work until it ends, is lost or runs out."""

    work: int
    fence: int
    job: str
    round: int
    kind: str
    name: str
    frames: int
    payload: str
    maker: str  # whose plan it is; see `portevoix.plan.wire.maker`


@dataclass(frozen=True)
class Event:
    """Something that happened to a job. `id` only grows, in the order in which events can be seen."""

    id: int
    job: str
    at_s: float
    kind: str
    detail: dict[str, Any]


@dataclass(frozen=True)
class Webhook:
    """A message that another system is to have."""

    id: int
    job: str
    url: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Message:
    """A row of the outbox: a hint for `queue` that `work` is to be done."""

    id: int
    work: int
    queue: str
