"""What an unended job waits for, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledgers import new_ledger, time_passes

from service.ledger import Ledger, Submission, jobs, leases, outbox, queries
from service.ledger.database import writing
from service.ledger.states import ErrorClass, Priority
from service.ledger.tables import jobs as jobs_table
from service.ledger.waiting import DiskSpace, waits_for

ENOUGH = DiskSpace(10_000, 2_000)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    yield (ledger := new_ledger(tmp_path))
    ledger.dispose()


def submitted(ledger: Ledger, priority: Priority = Priority.BULK) -> str:
    return jobs.submit(ledger, Submission("desk", "notice", "recipe: alert", priority=priority))


def said(ledger: Ledger, job: str, disk: DiskSpace = ENOUGH) -> str | None:
    return waits_for(ledger, queries.find_job(ledger, job), disk)


def test_a_job_waits_for_its_turn_behind_what_is_older_or_more_urgent(ledger: Ledger) -> None:
    first, second = submitted(ledger), submitted(ledger)
    assert said(ledger, first) == "waits for the next free worker"
    assert said(ledger, second) == "waits for its turn: 1 pieces of work of other jobs come first"
    urgent = submitted(ledger, Priority.URGENT)
    assert said(ledger, urgent) == "waits for the next free worker"
    assert said(ledger, second) == "waits for its turn: 2 pieces of work of other jobs come first"


def test_a_full_disk_is_said_with_both_figures(ledger: Ledger) -> None:
    job = submitted(ledger)
    wanted = "waits for room on the disk: 1,999 bytes are free, work begins at 2,000"
    assert said(ledger, job, DiskSpace(1_999, 2_000)) == wanted


def test_what_is_being_made_or_has_ended_waits_for_nothing(ledger: Ledger) -> None:
    job = submitted(ledger)
    (offer,) = outbox.unpublished(ledger)
    lease = leases.claim(ledger, offer.work, "worker", 60)
    assert lease and said(ledger, job, DiskSpace(0, 2_000)) is None
    leases.fail(ledger, lease, ErrorClass.INFRASTRUCTURE, "the store is away")
    assert str(said(ledger, job)).startswith("waits for another try, in ")
    jobs.cancel(ledger, job)
    assert said(ledger, job) is None


def test_where_nobody_takes_work_it_is_asked_whether_there_are_workers(ledger: Ledger) -> None:
    job = submitted(ledger)
    time_passes(ledger, 90)
    with writing(ledger) as db:
        db.execute(sa.update(jobs_table).values(changed_s=jobs_table.c.changed_s - 90))
    assert str(said(ledger, job)).startswith("waits for a worker: none has taken anything for 9")
