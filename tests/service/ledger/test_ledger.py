"""The ledger on real SQLite and real PostgreSQL: who may do what, what opens what, what can never happen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from ledgers import empty, ledger_at, new_ledger, time_passes

from portevoix.delivery.manifest import Delivery
from portevoix.errors import BrokenInstallation, Fault
from portevoix.plan.wire import WorkItem
from service.access import Access, UnknownToken, Upload
from service.ledger import JobEntry, KeyReused, Lease, Ledger, Submission, UnknownJob
from service.ledger.database import migrate, open_database, reading
from service.ledger.states import MOST_TRIES, ErrorClass, JobState, Priority, WorkState, pause_s
from service.ledger.tables import metadata, tokens

pytest_plugins = ("servers",)

DELIVERED = Delivery("wide/n_wide_fr.mp4", "video", None, None, "fr", "wide", "abc", ["def"], bytes=3, sha256="0" * 64)


@pytest.fixture(scope="module")
def postgresql_ledger(postgresql_url: str) -> Iterator[Ledger]:
    yield (ledger := ledger_at(postgresql_url))
    ledger.engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    if request.param == "postgresql":
        ledger = request.getfixturevalue("postgresql_ledger")
        yield ledger
        empty(ledger)
    else:
        yield (ledger := new_ledger(tmp_path))
        ledger.engine.dispose()


def submit(ledger: Ledger, priority: Priority = Priority.BULK, **more: object) -> str:
    return ledger.submit(Submission("desk", "notice", "recipe: alert", priority=priority, **more))


def offered(ledger: Ledger) -> list[int]:
    return [message.work for message in ledger.unpublished()]


def taken(ledger: Ledger, item: int | None = None, holder: str = "worker") -> Lease:
    lease = ledger.claim(offered(ledger)[0] if item is None else item, holder, 60)
    assert lease
    return lease


def planned(ledger: Ledger, batches: int = 2) -> str:
    """A job with a plan of so many batches, a join and the delivery."""
    job = submit(ledger)
    items = [WorkItem("batch", 2, f"batch {n}", 10, f"{{{n}}}") for n in range(batches)]
    items += [WorkItem("join", 3, "video", 0, "{}"), WorkItem("delivery", 4, "delivery", 0, "")]
    planning = taken(ledger, offered(ledger)[-1])
    assert ledger.planned(planning, "maker", "plan", items, {"abc": "video", "k": "chunk"}, ["a note"])
    return job


def test_the_migrations_give_the_tables_that_the_code_names(ledger: Ledger) -> None:
    migrate(ledger.engine)
    with ledger.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_what_ends_last_opens_what_comes_next_and_every_step_is_an_event(ledger: Ledger) -> None:
    job = planned(ledger)
    assert len(offered(ledger)) == 2, "both batches at once, nothing of the later stages"
    first, second = (taken(ledger, item) for item in offered(ledger))
    assert ledger.finish(second, ["k2"])
    assert offered(ledger) == [], "the other batch still runs"
    assert ledger.finish(first, ["k1", "k2"])
    join = taken(ledger)
    assert (join.name, join.payload, join.maker) == ("video", "{}", "maker")
    assert ledger.finish(join)
    assert ledger.job(job).state == JobState.CHECKING
    assert ledger.finish(taken(ledger), made=[DELIVERED])
    entry = ledger.job(job)
    assert (entry.state, entry.frames, entry.frames_done, entry.notes) == (JobState.DONE, 20, 20, ("a note",))
    assert ledger.deliveries(job) == [DELIVERED]
    events = ledger.events_after(0, job)
    assert [e.detail["state"] for e in events if e.kind == "state"] == [
        "received",
        "planning",
        "rendering",
        "checking",
        "done",
    ]
    assert [e.detail["frames_done"] for e in events if e.kind == "progress"] == [10, 20, 20, 20]
    assert ledger.events_after(events[2].id, job) == events[3:]


def test_a_failed_check_makes_the_job_fail_with_its_deliveries_to_be_looked_at(ledger: Ledger) -> None:
    job = submit(ledger)
    ledger.planned(taken(ledger), "m", "plan", [WorkItem("delivery", 4, "delivery", 0, "")], {}, [])
    ledger.finish(taken(ledger), made=[DELIVERED], failures=["wide/n.mp4: duration is 70 s, at most 60"])
    entry = ledger.job(job)
    assert (entry.state, entry.failures) == (JobState.FAILED, ("wide/n.mp4: duration is 70 s, at most 60",))
    assert ledger.deliveries(job) == [DELIVERED]


def test_work_is_given_to_one_worker_however_many_ask(ledger: Ledger) -> None:
    submit(ledger)
    (item,) = offered(ledger)
    leases: list[Lease | None] = []
    threads = [threading.Thread(target=lambda n=n: leases.append(ledger.claim(item, f"w{n}", 60))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(leases) == 8
    assert sum(lease is not None for lease in leases) == 1
    assert offered(ledger) == [], "a message for it would say nothing new"


@pytest.mark.parametrize("end", ["finish", "fail", "release", "renew", "replan", "refused", "planned"])
def test_a_worker_that_lost_its_lease_changes_nothing(ledger: Ledger, end: str) -> None:
    job = planned(ledger, 1) if end not in ("refused", "planned") else submit(ledger)
    late = taken(ledger)
    time_passes(ledger, 61)
    assert ledger.expired() == 1
    new = taken(ledger, late.work, "another")
    before = ledger.job(job), ledger.work(job), ledger.events_after(0, job), offered(ledger)
    calls = {
        "finish": lambda: ledger.finish(late, ["k"]),
        "fail": lambda: ledger.fail(late, ErrorClass.INPUT, "no"),
        "release": lambda: ledger.release(late),
        "renew": lambda: ledger.renew(late, 60),
        "replan": lambda: ledger.replan(late),
        "refused": lambda: ledger.refused(late, [Fault("a", 1, 1, "b")]),
        "planned": lambda: ledger.planned(late, "m", "p", [WorkItem("delivery", 4, "d", 0, "")], {}, []),
    }
    assert calls[end]() is False
    assert (ledger.job(job), ledger.work(job), ledger.events_after(0, job), offered(ledger)) == before
    assert ledger.renew(new, 60)


def test_a_lease_that_is_renewed_outlives_its_first_time(ledger: Ledger) -> None:
    planned(ledger, 1)
    lease = taken(ledger)
    for _ in range(3):
        time_passes(ledger, 40)
        assert ledger.renew(lease, 60)
        assert ledger.expired() == 0
    time_passes(ledger, 61)
    assert ledger.expired() == 1
    assert not ledger.renew(lease, 60)


@pytest.mark.parametrize("kind", [ErrorClass.INPUT, ErrorClass.RESOURCE, ErrorClass.UNKNOWN])
def test_work_is_tried_as_often_as_its_error_allows_and_then_fails_its_job_alone(
    ledger: Ledger, kind: ErrorClass
) -> None:
    job, other = planned(ledger, 1), planned(ledger, 1)
    mine, theirs = offered(ledger)
    for tries in range(1, MOST_TRIES[kind] + 1):
        assert ledger.fail(taken(ledger, mine), kind, f"try {tries}")
        assert ledger.claim(mine, "worker", 60) is None, "not before its pause is over"
        time_passes(ledger, 301)
    entry = ledger.job(job)
    assert (entry.state, entry.failures) == (JobState.FAILED, (f"batch 0: try {MOST_TRIES[kind]}",))
    assert [w.error for w in ledger.work(job) if w.kind == "batch"] == [f"try {MOST_TRIES[kind]}"]
    assert ledger.finish(taken(ledger, theirs))
    assert ledger.job(other).state == JobState.RENDERING


def test_an_outage_is_waited_for_with_longer_and_longer_pauses_and_no_end_within_hours() -> None:
    pauses = [pause_s(ErrorClass.INFRASTRUCTURE, n) for n in range(1, MOST_TRIES[ErrorClass.INFRASTRUCTURE])]
    assert pauses[:7] == [10, 20, 40, 80, 160, 300, 300]
    assert sum(pauses) > 12 * 3600


def test_work_that_met_an_outage_is_offered_again_after_its_pause(ledger: Ledger) -> None:
    job = planned(ledger, 1)
    (item,) = offered(ledger)
    for pause in (10, 20, 40, 80):
        ledger.fail(taken(ledger, item), ErrorClass.INFRASTRUCTURE, "no answer")
        time_passes(ledger, pause - 5)
        assert ledger.offer_due() == 0
        time_passes(ledger, 6)
        assert ledger.offer_due() == 1
    assert ledger.job(job).state == JobState.RENDERING


def test_what_ends_three_workers_is_not_tried_a_fourth_time(ledger: Ledger) -> None:
    job = planned(ledger, 1)
    (item,) = offered(ledger)
    for _ in range(3):
        taken(ledger, item)
        time_passes(ledger, 61)
        assert ledger.expired() == 1
    assert ledger.claim(item, "worker", 60) is None
    assert "fell silent" in ledger.job(job).failures[0]


def test_a_worker_that_shuts_down_costs_its_work_no_try(ledger: Ledger) -> None:
    job = planned(ledger, 1)
    (item,) = offered(ledger)
    for _ in range(5):
        assert ledger.release(taken(ledger, item))
        assert offered(ledger) == [item]
    assert ledger.job(job).state == JobState.RENDERING


def test_refused_input_ends_its_job_with_every_fault_and_no_second_try(ledger: Ledger) -> None:
    job = submit(ledger)
    faults = [Fault("notice.yaml", 3, 1, "b"), Fault("notice.yaml", None, None, "a")]
    assert ledger.refused(taken(ledger), faults)
    entry = ledger.job(job)
    assert (entry.state, entry.faults) == (JobState.REFUSED, tuple(faults))
    assert not ledger.retry(job)
    assert offered(ledger) == []


def test_a_cancelled_job_waits_for_its_workers_and_for_nobody_else(ledger: Ledger) -> None:
    job, unstarted = planned(ledger), submit(ledger)
    lease = taken(ledger)
    assert ledger.cancel(unstarted) == JobState.CANCELLED
    assert ledger.cancel(job) == JobState.CANCELLING
    assert offered(ledger) == [], "nothing of either is offered any more"
    assert not ledger.renew(lease, 60), "its worker is told to stop"
    assert ledger.finish(lease), "what it made may be recorded"
    assert ledger.job(job).state == JobState.CANCELLED, "but the job is not done by it"
    assert ledger.cancel(job) == JobState.CANCELLED
    assert {w.state for w in ledger.work(job)} == {WorkState.DONE, WorkState.CANCELLED}


def test_a_job_that_is_cancelled_while_it_is_planned_ends_with_its_planning(ledger: Ledger) -> None:
    job = submit(ledger)
    planning = taken(ledger)
    assert ledger.cancel(job) == JobState.CANCELLING
    assert ledger.planned(planning, "m", "p", [WorkItem("delivery", 4, "d", 0, "")], {}, [])
    assert ledger.job(job).state == JobState.CANCELLED
    assert [w.kind for w in ledger.work(job)] == ["planning"]


def test_a_cancelled_job_ends_although_its_worker_died(ledger: Ledger) -> None:
    job = planned(ledger, 1)
    taken(ledger)
    ledger.cancel(job)
    time_passes(ledger, 61)
    ledger.expired()
    assert ledger.job(job).state == JobState.CANCELLED


def test_a_failed_job_is_planned_anew_and_its_old_work_counts_no_more(ledger: Ledger) -> None:
    job = planned(ledger, 2)
    first, second = (taken(ledger, item) for item in offered(ledger))
    ledger.fail(first, ErrorClass.INPUT, "bad")
    assert ledger.job(job).state == JobState.FAILED
    assert ledger.retry(job)
    assert not ledger.retry(job), "once"
    assert not ledger.renew(second, 60), "the old round's worker is told to stop"
    assert ledger.finish(second)
    assert ledger.job(job).state == JobState.RECEIVED
    assert ledger.planned(taken(ledger), "m", "p", [WorkItem("delivery", 4, "d", 0, "")], {}, [])
    assert ledger.finish(taken(ledger), made=[DELIVERED])
    assert ledger.job(job).state == JobState.DONE


def test_lost_messages_are_offered_again_ever_less_often(ledger: Ledger) -> None:
    submit(ledger)
    said = 0
    for _ in range(60):
        ledger.mark_published(ledger.unpublished())  # and the broker loses them
        time_passes(ledger, 60)
        said += ledger.offer_due()
    assert 8 <= said <= 10, "in an hour: after 1, 3, 7 and 15 minutes, then every ten"


def test_the_most_urgent_goes_first_then_the_oldest_job_and_a_job_can_be_made_urgent(ledger: Ledger) -> None:
    submit(ledger, Priority.INTERACTIVE)
    old, new = submit(ledger), submit(ledger)
    interactive, older, newer = offered(ledger)
    assert [ledger.first_due(item) for item in (interactive, older, newer)] == [interactive] * 3
    taken(ledger, interactive)
    assert [ledger.first_due(item) for item in (interactive, older, newer)] == [None, older, older]
    assert ledger.prioritise(new, Priority.URGENT)
    assert [ledger.first_due(item) for item in (interactive, older, newer)] == [newer] * 3
    assert (newer, "urgent") in [(m.work, m.queue) for m in ledger.unpublished()]
    ledger.cancel(new)
    assert not ledger.prioritise(new, Priority.BULK)
    ledger.mark_published(ledger.unpublished())
    ledger.offer_again(older)
    ledger.offer_again(older)
    ledger.offer_again(newer)
    assert offered(ledger) == [older], "a message used for other work is said again, once, while there is work"
    assert ledger.job(old).state == JobState.RECEIVED


def test_the_same_key_gives_the_same_job_and_another_request_under_it_is_refused(ledger: Ledger) -> None:
    request = Submission("desk", "notice", "recipe: alert")
    job = ledger.submit(request, "k1")
    assert ledger.submit(request, "k1") == job
    assert ledger.submit(request, "k2") != job
    with pytest.raises(KeyReused, match="'k1' came with another request"):
        ledger.submit(Submission("desk", "notice", "recipe: interview"), "k1")
    assert ledger.submission(job) == request


def test_jobs_are_listed_the_newest_first_by_owner_state_and_page(ledger: Ledger) -> None:
    ids = [ledger.submit(Submission(owner, "notice", "recipe: alert")) for owner in ("a", "b", "a")]
    ledger.cancel(ids[2])

    def listed(entries: list[JobEntry]) -> list[str]:
        return [entry.id for entry in entries]

    assert listed(ledger.jobs()) == ids[::-1]
    assert listed(ledger.jobs(owners=["a"])) == [ids[2], ids[0]]
    assert listed(ledger.jobs(states=[JobState.RECEIVED], limit=1)) == [ids[1]]
    assert listed(ledger.jobs(before_s=ledger.job(ids[1]).created_s)) == [ids[0]]
    with pytest.raises(UnknownJob, match="there is no job 'x'"):
        ledger.job("x")


def test_one_reconciler_leads_until_it_falls_silent_or_steps_down(ledger: Ledger) -> None:
    assert ledger.lead("repair", "a", 30)
    assert not ledger.lead("repair", "b", 30)
    assert ledger.lead("repair", "a", 30)
    time_passes(ledger, 31)
    assert ledger.lead("repair", "b", 30)
    ledger.step_down("repair", "a")
    assert not ledger.lead("repair", "a", 30), "only the leader can step down"
    ledger.step_down("repair", "b")
    assert ledger.lead("repair", "a", 30)


def test_nothing_that_a_job_needs_may_be_thrown_away(ledger: Ledger) -> None:
    job = planned(ledger, 1)
    assert ledger.referenced(0) == {"abc", "k"}
    ledger.cancel(job)
    assert ledger.referenced(3600) == {"abc", "k"}, "for a while after its end"
    assert ledger.referenced(-1) == set()
    submit(ledger)
    taken(ledger)
    assert ledger.referenced(-1) is None, "a plan in the making may count on anything"


def test_a_token_is_known_by_its_secret_alone_and_only_while_it_is_valid(ledger: Ledger) -> None:
    access = Access(ledger.engine)
    token, secret = access.issue("desk", ["render"], ["ministere"], lifetime_s=100)
    assert secret.startswith("pvx_")
    known = access.who(secret)
    assert known is not None
    assert (known.id, known.scopes, known.accounts) == (token.id, ("render",), ("ministere",))
    assert access.who(secret[:-1]) is None
    with reading(ledger.engine) as db:
        assert secret not in str(db.execute(sa.select(tokens)).all()), "only its hash is kept"
    other, other_secret = access.issue("old", ["render"])
    access.revoke(other.id)
    assert access.who(other_secret) is None
    time_passes(ledger, 101)
    assert access.who(secret) is None
    assert [t.name for t in access.tokens()] == ["desk", "old"]
    with pytest.raises(UnknownToken):
        access.revoke("none")


def test_an_upload_becomes_the_input_of_its_owner_alone(ledger: Ledger) -> None:
    access = Access(ledger.engine)
    for number, owner in enumerate("aab"):
        access.upload_begun(Upload(f"u{number}", owner, "film.mp4", 9))
    assert access.upload("u0", "b") is None
    access.upload_ended("u0", "d" * 64)
    access.upload_ended("u0", "d" * 64)
    access.upload_ended("u1", None)
    assert access.upload("u0", "a") is None
    assert [(i.digest, i.name, i.bytes) for i in access.inputs("a")] == [("d" * 64, "film.mp4", 9)]
    assert access.inputs("b", ["d" * 64]) == []
    submit(ledger, files={"media/a.mp4": "e" * 64})
    assert access.referenced_inputs(3600) == {"d" * 64, "e" * 64}
    assert access.referenced_inputs(-1) == {"e" * 64}
    access.forget_inputs(["d" * 64])
    assert access.inputs("a") == []


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_cannot_serve_is_refused_by_name(url: str) -> None:
    with pytest.raises(BrokenInstallation, match="PORTEVOIX_DATABASE"):
        open_database(url)
