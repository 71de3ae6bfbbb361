"""Whatever workers, users, crashes and lost messages do to a ledger, in any order: what must always hold, holds."""

from __future__ import annotations

import tempfile

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule, run_state_machine_as_test
from ledgers import empty, ledger_at, time_passes

from portevoix.delivery.manifest import Delivery
from portevoix.errors import Fault
from portevoix.plan.wire import WorkItem
from portevoix.plan.work import DELIVERY, PLANNING
from service.ledger import Lease, Ledger, Submission, jobs, leases, maintenance, outbox, queries, tables
from service.ledger.database import reading
from service.ledger.leases import MadePlan
from service.ledger.states import ENDED, FINAL, MOVING, ErrorClass, JobState, Priority, WorkState

pytest_plugins = ("servers",)


class Machine(RuleBasedStateMachine):
    """A few jobs, any number of workers. `live` is what the machine itself knows: who holds which work."""

    claimed = Bundle("claimed")
    submitted = Bundle("submitted")

    def __init__(self, ledger: Ledger) -> None:
        super().__init__()
        self.ledger = ledger
        self.live: dict[int, int] = {}
        self.ended: dict[str, JobState] = {}

    @rule(target=submitted, priority=st.sampled_from(Priority))
    def a_team_submits(self, priority: Priority) -> str:
        return jobs.submit(self.ledger, Submission("desk", "job", "recipe: alert", priority=priority))

    @rule(target=claimed, data=st.data())
    def a_worker_claims(self, data: st.DataObject) -> object:
        with reading(self.ledger) as db:
            items = list(db.execute(sa.select(tables.work.c.id).order_by(tables.work.c.id)).scalars())
        if not items:
            return multiple()
        item = data.draw(st.sampled_from(items))
        lease = leases.claim(self.ledger, item, "worker", 60)
        if lease is None:
            return multiple()
        assert item not in self.live, "nobody else has it"
        self.live[item] = lease.fence
        return lease

    def _ends(self, lease: Lease, accepted: bool) -> None:
        assert accepted == (self.live.get(lease.work) == lease.fence), "accepted from its holder, from nobody else"
        if accepted:
            del self.live[lease.work]

    @rule(lease=claimed, batches=st.integers(0, 2))
    def it_finishes(self, lease: Lease, batches: int) -> None:
        self._ends(lease, done(self.ledger, lease, batches))

    @rule(lease=claimed, kind=st.sampled_from(ErrorClass))
    def it_fails(self, lease: Lease, kind: ErrorClass) -> None:
        self._ends(lease, leases.fail(self.ledger, lease, kind, "no"))

    @rule(lease=claimed)
    def it_refuses_the_input(self, lease: Lease) -> None:
        if lease.kind == PLANNING:
            self._ends(lease, leases.record_refusal(self.ledger, lease, [Fault("job.yaml", 1, 1, "no")]))

    @rule(lease=claimed, again=st.booleans())
    def it_gives_the_work_back(self, lease: Lease, again: bool) -> None:
        self._ends(lease, leases.replan(self.ledger, lease) if again else leases.give_back(self.ledger, lease))

    @rule(lease=claimed)
    def it_asks_whether_it_may_go_on(self, lease: Lease) -> None:
        if leases.renew(self.ledger, lease, 60):
            assert self.live.get(lease.work) == lease.fence

    @rule(seconds=st.sampled_from([5, 61, 400]))
    def time_passes_and_the_reconciler_comes(self, seconds: int) -> None:
        time_passes(self.ledger, seconds)
        maintenance.take_back_silent_work(self.ledger)
        outbox.offer_due(self.ledger)
        with reading(self.ledger) as db:
            running = set(
                db.execute(sa.select(tables.work.c.id).where(tables.work.c.state == WorkState.RUNNING)).scalars()
            )
        self.live = {item: fence for item, fence in self.live.items() if item in running}

    @rule()
    def the_broker_loses_everything(self) -> None:
        outbox.mark_published(self.ledger, outbox.unpublished(self.ledger, 1000))

    @rule(job=submitted)
    def a_team_cancels(self, job: str) -> None:
        jobs.cancel(self.ledger, job)

    @rule(job=submitted)
    def a_team_tries_again(self, job: str) -> None:
        failed = queries.find_job(self.ledger, job).state == JobState.FAILED
        assert jobs.retry(self.ledger, job) == failed

    @rule(job=submitted)
    def a_finished_file_is_lost(self, job: str) -> None:
        done = queries.find_job(self.ledger, job).state == JobState.DONE
        assert jobs.deliver_again(self.ledger, job) == done

    @rule(job=submitted, priority=st.sampled_from(Priority))
    def a_team_changes_its_mind(self, job: str, priority: Priority) -> None:
        jobs.prioritise(self.ledger, job, priority)

    @invariant()
    def every_piece_of_work_has_at_most_one_holder(self) -> None:
        with reading(self.ledger) as db:
            running = dict(
                db.execute(
                    sa.select(tables.work.c.id, tables.work.c.fence).where(tables.work.c.state == WorkState.RUNNING)
                ).all()
            )
            unended = db.execute(
                sa.select(tables.attempts.c.work, tables.attempts.c.fence).where(tables.attempts.c.ended_s.is_(None))
            ).all()
        assert running == self.live
        assert sorted(unended) == sorted(running.items())

    @invariant()
    def what_has_ended_stays_as_it_ended(self) -> None:
        for job in queries.list_jobs(self.ledger):
            assert self.ended.get(job.id, job.state) == job.state
            if job.state in FINAL:
                self.ended[job.id] = job.state

    @invariant()
    def work_waits_for_jobs_that_move_and_for_no_others(self) -> None:
        with reading(self.ledger) as db:
            rows = db.execute(
                sa.select(tables.jobs.c.state, tables.jobs.c.round, tables.work.c.round, tables.work.c.state).join(
                    tables.work
                )
            ).all()
            said = (
                db.execute(sa.select(tables.work.c.state).join(tables.outbox, tables.outbox.c.work == tables.work.c.id))
                .scalars()
                .all()
            )
        for job, now, of, state in rows:
            if state in (WorkState.WAITING, WorkState.QUEUED):
                assert job in MOVING
                assert now == of
        assert set(said) <= {WorkState.QUEUED}, "a message points to work that can be taken"

    @invariant()
    def events_say_where_each_job_stands(self) -> None:
        with reading(self.ledger) as db:
            said = db.execute(
                sa.select(tables.events.c.job, tables.events.c.detail)
                .where(tables.events.c.kind == "state")
                .order_by(tables.events.c.id)
            )
            last = {job: detail["state"] for job, detail in said}
        assert last == {job.id: job.state for job in queries.list_jobs(self.ledger)}

    def teardown(self) -> None:
        """Every job comes to an end once its workers are well: nothing that was accepted is stuck."""
        for _ in range(12):
            time_passes(self.ledger, 10_000)
            maintenance.take_back_silent_work(self.ledger)
            outbox.offer_due(self.ledger)
            for message in outbox.unpublished(self.ledger, 1000):
                if lease := leases.claim(self.ledger, message.work, "worker", 60):
                    assert done(self.ledger, lease, 1)
        stuck = [job.state for job in queries.list_jobs(self.ledger) if job.state not in ENDED]
        assert stuck == []


def done(ledger: Ledger, lease: Lease, batches: int) -> bool:
    if lease.kind == PLANNING:
        items = [WorkItem("batch", 2, f"batch {n}", 5, "{}") for n in range(batches)]
        items += [WorkItem(DELIVERY, 4, DELIVERY, 0, "", tuple(range(batches)))]
        return leases.record_plan(ledger, lease, MadePlan("maker", "plan", items, {"abc": "chunk"}, []))
    video = Delivery("a.mp4", "video", None, None, "fr", "wide", "abc", [])
    return leases.finish(ledger, lease, ["abc"], [video] if lease.kind == DELIVERY else [])


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_doubled_or_stuck_in_any_order_of_events(kind: str, request: pytest.FixtureRequest) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.db" if kind == "sqlite" else request.getfixturevalue("postgresql_url")
        ledger = ledger_at(url)

        def machine() -> Machine:
            empty(ledger)
            return Machine(ledger)

        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=20,
                stateful_step_count=25,
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )
        ledger.dispose()
