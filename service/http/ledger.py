"""What the HTTP service asks of the ledger beyond what the workers do: pages, known requests, new texts, signs of life."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from portevoix.errors import PortevoixError
from service.ledger import JobEntry, Ledger
from service.ledger.database import now_s, reading, writing
from service.ledger.states import JobState
from service.ledger.tables import jobs, leaders, requests
from service.ledger.transitions import LIGHT, begin_round, entry_of, job_row


class NotNow(PortevoixError):
    """What is asked for does not go with the state that a job is in."""


class ChangedMeanwhile(PortevoixError):
    """Somebody else replaced a file between its reading and its correction."""


@dataclass(frozen=True)
class Listed:
    """A job and the document that it was handed in with."""

    job: JobEntry
    document: str


class FrontLedger(Ledger):
    """The ledger as the HTTP service sees it."""

    def known(self, owner: str, idempotency_key: str) -> bool:
        """Whether this key has come with a request before."""
        mine = (requests.c.owner == owner) & (requests.c.key == idempotency_key)
        with reading(self.engine) as db:
            return db.execute(sa.select(requests.c.job).where(mine)).first() is not None

    def page(
        self, owner: str | None, states: Sequence[JobState], after: tuple[float, str] | None, limit: int
    ) -> list[Listed]:
        """Jobs, the newest first, from behind the one that `after` names by its time and id; of one owner or of all."""
        rows = sa.select(*LIGHT, jobs.c.document).order_by(jobs.c.created_s.desc(), jobs.c.id).limit(limit)
        if owner is not None:
            rows = rows.where(jobs.c.owner == owner)
        if states:
            rows = rows.where(jobs.c.state.in_(states))
        if after is not None:
            created_s, job = after
            rows = rows.where(sa.or_(jobs.c.created_s < created_s, (jobs.c.created_s == created_s) & (jobs.c.id > job)))
        with reading(self.engine) as db:
            return [Listed(entry_of(row), row.document) for row in db.execute(rows)]

    def revise(self, job: str, name: str, digest: str, instead_of: str | None = None) -> None:
        """Put another input behind a file name of a job and plan it anew; what the change does not touch is not made
        again.

        What was delivered stays until the new files are there. Raises UnknownJob, NotNow for a cancelled job, and
        ChangedMeanwhile where the input is no longer `instead_of`.
        """
        with writing(self.engine) as db:
            row = job_row(db, job, [jobs.c.state, jobs.c.files])
            if row.state in (JobState.CANCELLING, JobState.CANCELLED):
                raise NotNow(f"job {job} was cancelled; hand it in again")
            if instead_of is not None and row.files.get(name) != instead_of:
                raise ChangedMeanwhile(f"{name} was replaced meanwhile; read it again and correct that")
            files = {**row.files, name: digest}
            db.execute(jobs.update().where(jobs.c.id == job).values(files=files))
            begin_round(db, job)

    def led(self, duty: str, within_s: float) -> bool:
        """Whether somebody had this duty within the last `within_s` seconds."""
        had = sa.select(leaders.c.name).where((leaders.c.name == duty) & (leaders.c.until_s > now_s() - within_s))
        with reading(self.engine) as db:
            return db.execute(had).first() is not None
