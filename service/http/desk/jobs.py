"""Jobs as the pages list them: state, poster, owner, progress, and what waits for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from portevoix.authoring.job import Job
from portevoix.authoring.values import ByLanguage
from portevoix.errors import InvalidInput
from service import approvals, releases
from service.approvals import Standing
from service.documents import accounts_of, read_job
from service.gate import Caller, Right
from service.http.context import ServiceContext
from service.http.desk import words
from service.http.desk.texts import Texts
from service.http.desk.waiting import Phrase, Stage, phrases, stand_of
from service.ledger import JobEntry, queries
from service.ledger.queries import ListedJob
from service.ledger.states import MOVING, UNENDED, JobState

POSTERS = ("poster", "still")  # kinds of files that show a job in small, the better first
RETRYABLE = (JobState.FAILED,)
BUSY = (JobState.RECEIVED, JobState.PLANNING, JobState.RENDERING, JobState.CHECKING, JobState.CANCELLING)


@dataclass(frozen=True)
class JobRow:
    """A job in the list. `title`: of its film, in the reader's language where there is one; `done`: a part of 1, None
    while nothing is counted; `poster`: the file that shows it, None before there is one.
    """

    job: JobEntry
    owner: str
    mine: bool
    title: str | None
    recipe: str | None
    accounts: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    done: float | None
    poster: str | None
    may_change: bool

    @property
    def moving(self) -> bool:
        """Whether it can still be stopped or hurried."""
        return self.job.state in MOVING

    @property
    def unended(self) -> bool:
        """Whether its state will change by itself."""
        return self.job.state in UNENDED

    @property
    def failed(self) -> bool:
        """Whether another try may help."""
        return self.job.state in RETRYABLE


def row_of(context: ServiceContext, caller: Caller, listed: ListedJob, texts: Texts) -> JobRow:
    """A job as this caller's list shows it."""
    job, accounts = listed.job, accounts_of(listed.document)
    title, recipe = _title_of(job.name, listed.document, texts)
    return JobRow(
        job=job,
        owner=listed.owner_name,
        mine=job.owner == caller.id,
        title=title,
        recipe=recipe,
        accounts=accounts,
        phrases=tuple(phrases_of(context, job, texts)),
        done=progress_of(job),
        poster=poster_of(context, job) if caller.may(Right.READ, accounts, job.owner) else None,
        may_change=caller.may(Right.SUBMIT, accounts, job.owner),
    )


def progress_of(job: JobEntry) -> float | None:
    """The part of a job's pictures that is made; None while it is not making any."""
    return job.frames_done / job.frames if job.state == JobState.RENDERING and job.frames else None


def phrases_of(context: ServiceContext, job: JobEntry, texts: Texts) -> Sequence[Phrase]:
    """What a job is at, or what its languages wait for."""
    if job.state != JobState.DONE:
        return [_of_state(job, texts)]
    if job.draft:
        return [Phrase("plain", texts.gettext("A draft, to be looked at"))]
    found = approvals.standings(context.ledger, job.id)
    asked = releases.list_releases(context.ledger, job.id)
    stands = {code: stand_of(standing, asked, context.library) for code, standing in found.items()}
    return phrases(texts, stands) or [Phrase("ok", words.of_state(texts, job.state))]


def waits_for(context: ServiceContext, caller: Caller, listed: ListedJob) -> bool:
    """Whether a job waits for this person: to be approved, released or mended by them."""
    job = listed.job
    if job.state != JobState.DONE or job.draft:
        stopped = job.state in (JobState.FAILED, JobState.REFUSED) or (job.state == JobState.PLANNED and job.held)
        return stopped and job.owner == caller.id
    asked = releases.list_releases(context.ledger, job.id)
    found = approvals.standings(context.ledger, job.id).values()
    return any(_is_asked(caller, job, standing, stand_of(standing, asked, context.library)) for standing in found)


def _is_asked(caller: Caller, job: JobEntry, standing: Standing, stand: Stage) -> bool:
    if stand in (Stage.REVIEW, Stage.SECOND):
        decided = caller.id in {decision.person for decision in standing.decisions}
        others = standing.author != caller.id and not decided
        return others and caller.may(Right.APPROVE, standing.accounts, job.owner)
    if stand in (Stage.BLOCKED, Stage.REJECTED):
        return standing.author == caller.id
    return stand is Stage.READY and any(caller.may(Right.RELEASE, [name], job.owner) for name in standing.accounts)


def _of_state(job: JobEntry, texts: Texts) -> Phrase:
    match job.state:
        case JobState.REFUSED:
            count = len(job.faults)
            said = texts.ngettext("Sent back: %(count)s mistake", "Sent back: %(count)s mistakes", count)
            return Phrase("bad", said % {"count": texts.number(count)})
        case JobState.FAILED:
            return Phrase("bad", texts.gettext("Failed"))
        case JobState.PLANNED:
            return Phrase("wait", texts.gettext("Waits to be started"))
    return Phrase("busy" if job.state in BUSY else "plain", words.of_state(texts, job.state))


def poster_of(context: ServiceContext, job: JobEntry) -> str | None:
    """The path of a finished file that shows a job in small."""
    files = queries.list_deliveries(context.ledger, job.id)
    return next((file.path for kind in POSTERS for file in files if file.kind == kind), None)


def _title_of(name: str, document: str, texts: Texts) -> tuple[str | None, str | None]:
    """A film's title for this reader, and its recipe; None where the document cannot be read."""
    job = facts_of(name, document)
    return (in_language(job.title, texts.code), words.of_recipe(texts, job.recipe, "")[0]) if job else (None, None)


@lru_cache(500)
def facts_of(name: str, document: str) -> Job | None:
    """What a document says; None where it cannot be read."""
    try:
        return read_job(name, document)
    except InvalidInput:
        return None


def in_language(said: ByLanguage, code: str) -> str | None:
    """A text in one language, else in the first that it is given in."""
    return said.get(code) or next(iter(said.values()), None)
