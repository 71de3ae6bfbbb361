"""The words for where a job and its work stand, and what may still happen to them."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands. `failed` ends until somebody asks to try again, `done` and `refused` until captions are
    revised; `cancelled` is for good.
    """

    RECEIVED = "received"
    PLANNING = "planning"
    PLANNED = "planned"  # only a held job stands here, until it is started
    RENDERING = "rendering"
    CHECKING = "checking"
    CANCELLING = "cancelling"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


MOVING = (JobState.RECEIVED, JobState.PLANNING, JobState.PLANNED, JobState.RENDERING, JobState.CHECKING)
UNENDED = (*MOVING, JobState.CANCELLING)
FINAL = (JobState.DONE, JobState.REFUSED, JobState.CANCELLED)
ENDED = (*FINAL, JobState.FAILED)


class WorkState(StrEnum):
    """Where a piece of work stands: waiting for what comes before it, queued for any worker, running under a lease."""

    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_WORK = (WorkState.WAITING, WorkState.QUEUED, WorkState.RUNNING)

# Kinds of work beside a plan's: they are asked for by a person, account by account, and belong to no round.
RELEASE, WITHDRAWAL = "release", "withdrawal"
GIVEN_BACK = "released"  # how a try ended that gave its work back undone; stored, and shown in metrics, by this word
PUBLISHING_KINDS = (RELEASE, WITHDRAWAL)
KIT_FILE = "kit file"  # of what a job needs: an input that is its brand kit's


class ReleaseState(StrEnum):
    """Where a release or a withdrawal stands: waiting for its hour or a worker, being done, ended."""

    WAITING = "waiting"
    PUBLISHING = "publishing"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_RELEASE = (ReleaseState.WAITING, ReleaseState.PUBLISHING)


class Priority(StrEnum):
    """How urgent a job is, the most urgent first; each is a queue of its own, since priorities within one queue are
    emulated or absent.
    """

    URGENT = "urgent"
    INTERACTIVE = "interactive"  # drafts and corrections: somebody sits before the page
    BULK = "bulk"


class ErrorClass(StrEnum):
    """Whose fault an error is: it decides whether another try can help."""

    INPUT = "input"
    RESOURCE = "resource"
    INFRASTRUCTURE = "infrastructure"
    UNKNOWN = "unknown"


# How often a piece of work is tried while it fails in this way.
MOST_TRIES = {
    ErrorClass.INPUT: 1,  # the same file is as bad the second time
    ErrorClass.RESOURCE: 2,  # disk or memory may be free again, or it needs more than there is
    ErrorClass.UNKNOWN: 3,  # what ends three workers would end them all
    ErrorClass.INFRASTRUCTURE: 150,  # 10 + 20 + 40 + 80 + 160 s, then 300 s each: over 12 hours of outage
}
LONGEST_PAUSE_S = 300.0


def pause_s(error: ErrorClass, tries: int) -> float:
    """Seconds until the next try, after `tries` (from 1) that failed in this way."""
    first = {ErrorClass.RESOURCE: 60.0, ErrorClass.INFRASTRUCTURE: 10.0, ErrorClass.UNKNOWN: 5.0}[error]
    return float(min(first * 2 ** min(tries - 1, 16), LONGEST_PAUSE_S))


# A message that nobody acted on within this time may be lost: it is offered again, ever less often, since behind a
# hundred long jobs it may only be late. A worker that finds the work taken loses a few milliseconds.
FIRST_OFFER_S = 60.0
LONGEST_OFFER_S = 600.0


def offer_pause_s(offers: int) -> float:
    """Seconds after which work that was offered `offers` times (from 1) is offered again."""
    return float(min(FIRST_OFFER_S * 2 ** min(offers - 1, 16), LONGEST_OFFER_S))
