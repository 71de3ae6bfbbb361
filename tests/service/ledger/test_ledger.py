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
from service import tokens
from service.gate import ALL, Right, Scope, at_the_command_line
from service.ledger import (
    JobEntry,
    KeyReused,
    Lease,
    Ledger,
    Submission,
    UnknownJob,
    duties,
    inputs,
    jobs,
    leases,
    maintenance,
    outbox,
    queries,
    tables,
)
from service.ledger.database import migrate, open_ledger, reading
from service.ledger.inputs import Upload
from service.ledger.leases import MadePlan
from service.ledger.states import MOST_TRIES, ErrorClass, JobState, Priority, WorkState, pause_s
from service.ledger.tables import metadata
from service.tokens import NewToken, UnknownToken

INSTALLER = at_the_command_line("installer")

pytest_plugins = ("servers",)

DELIVERED = Delivery("wide/n_wide_fr.mp4", "video", None, None, "fr", "wide", "abc", ["def"], bytes=3, sha256="0" * 64)


@pytest.fixture(scope="module")
def postgresql_ledger(postgresql_url: str) -> Iterator[Ledger]:
    yield (ledger := ledger_at(postgresql_url))
    ledger.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    if request.param == "postgresql":
        ledger = request.getfixturevalue("postgresql_ledger")
        yield ledger
        empty(ledger)
    else:
        yield (ledger := new_ledger(tmp_path))
        ledger.dispose()


def submit(ledger: Ledger, priority: Priority = Priority.BULK, **more: object) -> str:
    return jobs.submit(ledger, Submission("desk", "notice", "recipe: alert", priority=priority, **more))


def offered(ledger: Ledger) -> list[int]:
    return [message.work for message in outbox.unpublished(ledger)]


def taken(ledger: Ledger, item: int | None = None, holder: str = "worker") -> Lease:
    lease = leases.claim(ledger, offered(ledger)[0] if item is None else item, holder, 60)
    assert lease
    return lease


def planned(ledger: Ledger, batches: int = 2) -> str:
    """A job with a plan of so many batches, a join and the delivery."""
    job = submit(ledger)
    items = [WorkItem("batch", 2, f"batch {n}", 10, f"{{{n}}}") for n in range(batches)]
    items += [WorkItem("join", 3, "video", 0, "{}", tuple(range(batches)))]
    items += [WorkItem("delivery", 4, "delivery", 0, "", (batches,))]
    planning = taken(ledger, offered(ledger)[-1])
    assert leases.record_plan(
        ledger, planning, MadePlan("maker", "plan", items, {"abc": "video", "k": "chunk"}, ["a note"])
    )
    return job


def test_the_migrations_give_the_tables_that_the_code_names(ledger: Ledger) -> None:
    migrate(ledger)
    with ledger.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_what_ends_last_opens_what_comes_next_and_every_step_is_an_event(ledger: Ledger) -> None:
    job = planned(ledger)
    assert len(offered(ledger)) == 2, "both batches at once, nothing of the later stages"
    first, second = (taken(ledger, item) for item in offered(ledger))
    assert leases.finish(ledger, second, ["k2"])
    assert offered(ledger) == [], "the other batch still runs"
    assert leases.finish(ledger, first, ["k1", "k2"])
    join = taken(ledger)
    assert (join.name, join.payload, join.maker) == ("video", "{}", "maker")
    assert leases.finish(ledger, join)
    assert queries.find_job(ledger, job).state == JobState.CHECKING
    assert leases.finish(ledger, taken(ledger), made=[DELIVERED])
    entry = queries.find_job(ledger, job)
    assert (entry.state, entry.frames, entry.frames_done, entry.notes) == (JobState.DONE, 20, 20, ("a note",))
    assert queries.list_deliveries(ledger, job) == [DELIVERED]
    events = queries.list_events(ledger, 0, job)
    assert [e.detail["state"] for e in events if e.kind == "state"] == [
        "received",
        "planning",
        "rendering",
        "checking",
        "done",
    ]
    assert [e.detail["frames_done"] for e in events if e.kind == "progress"] == [10, 20, 20, 20]
    assert queries.list_events(ledger, events[2].id, job) == events[3:]


def test_a_failed_check_makes_the_job_fail_with_its_deliveries_to_be_looked_at(ledger: Ledger) -> None:
    job = submit(ledger)
    leases.record_plan(
        ledger, taken(ledger), MadePlan("m", "plan", [WorkItem("delivery", 4, "delivery", 0, "")], {}, [])
    )
    leases.finish(ledger, taken(ledger), made=[DELIVERED], failures=["wide/n.mp4: duration is 70 s, at most 60"])
    entry = queries.find_job(ledger, job)
    assert (entry.state, entry.failures) == (JobState.FAILED, ("wide/n.mp4: duration is 70 s, at most 60",))
    assert queries.list_deliveries(ledger, job) == [DELIVERED]


def test_work_is_given_to_one_worker_however_many_ask(ledger: Ledger) -> None:
    submit(ledger)
    (item,) = offered(ledger)
    claimed: list[Lease | None] = []
    threads = [
        threading.Thread(target=lambda n=n: claimed.append(leases.claim(ledger, item, f"w{n}", 60))) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 8
    assert sum(lease is not None for lease in claimed) == 1
    assert offered(ledger) == [], "a message for it would say nothing new"


@pytest.mark.parametrize("end", ["finish", "fail", "give back", "renew", "replan", "refused", "planned"])
def test_a_worker_that_lost_its_lease_changes_nothing(ledger: Ledger, end: str) -> None:
    job = planned(ledger, 1) if end not in ("refused", "planned") else submit(ledger)
    late = taken(ledger)
    time_passes(ledger, 61)
    assert maintenance.take_back_silent_work(ledger) == 1
    new = taken(ledger, late.work, "another")
    before = (
        queries.find_job(ledger, job),
        queries.list_work(ledger, job),
        queries.list_events(ledger, 0, job),
        offered(ledger),
    )
    calls = {
        "finish": lambda: leases.finish(ledger, late, ["k"]),
        "fail": lambda: leases.fail(ledger, late, ErrorClass.INPUT, "no"),
        "give back": lambda: leases.give_back(ledger, late),
        "renew": lambda: leases.renew(ledger, late, 60),
        "replan": lambda: leases.replan(ledger, late),
        "refused": lambda: leases.record_refusal(ledger, late, [Fault("a", 1, 1, "b")]),
        "planned": lambda: leases.record_plan(
            ledger, late, MadePlan("m", "p", [WorkItem("delivery", 4, "d", 0, "")], {}, [])
        ),
    }
    assert calls[end]() is False
    assert (
        queries.find_job(ledger, job),
        queries.list_work(ledger, job),
        queries.list_events(ledger, 0, job),
        offered(ledger),
    ) == before
    assert leases.renew(ledger, new, 60)


def test_a_lease_that_is_renewed_outlives_its_first_time(ledger: Ledger) -> None:
    planned(ledger, 1)
    lease = taken(ledger)
    for _ in range(3):
        time_passes(ledger, 40)
        assert leases.renew(ledger, lease, 60)
        assert maintenance.take_back_silent_work(ledger) == 0
    time_passes(ledger, 61)
    assert maintenance.take_back_silent_work(ledger) == 1
    assert not leases.renew(ledger, lease, 60)


@pytest.mark.parametrize("kind", [ErrorClass.INPUT, ErrorClass.RESOURCE, ErrorClass.UNKNOWN])
def test_work_is_tried_as_often_as_its_error_allows_and_then_fails_its_job_alone(
    ledger: Ledger, kind: ErrorClass
) -> None:
    job, other = planned(ledger, 1), planned(ledger, 1)
    mine, theirs = offered(ledger)
    for tries in range(1, MOST_TRIES[kind] + 1):
        assert leases.fail(ledger, taken(ledger, mine), kind, f"try {tries}")
        assert leases.claim(ledger, mine, "worker", 60) is None, "not before its pause is over"
        time_passes(ledger, 301)
    entry = queries.find_job(ledger, job)
    assert (entry.state, entry.failures) == (JobState.FAILED, (f"batch 0: try {MOST_TRIES[kind]}",))
    assert [w.error for w in queries.list_work(ledger, job) if w.kind == "batch"] == [f"try {MOST_TRIES[kind]}"]
    assert leases.finish(ledger, taken(ledger, theirs))
    assert queries.find_job(ledger, other).state == JobState.RENDERING


def test_an_outage_is_waited_for_with_longer_and_longer_pauses_and_no_end_within_hours() -> None:
    pauses = [pause_s(ErrorClass.INFRASTRUCTURE, n) for n in range(1, MOST_TRIES[ErrorClass.INFRASTRUCTURE])]
    assert pauses[:7] == [10, 20, 40, 80, 160, 300, 300]
    assert sum(pauses) > 12 * 3600


def test_work_that_met_an_outage_is_offered_again_after_its_pause(ledger: Ledger) -> None:
    job = planned(ledger, 1)
    (item,) = offered(ledger)
    for pause in (10, 20, 40, 80):
        leases.fail(ledger, taken(ledger, item), ErrorClass.INFRASTRUCTURE, "no answer")
        time_passes(ledger, pause - 5)
        assert outbox.offer_due(ledger) == 0
        time_passes(ledger, 6)
        assert outbox.offer_due(ledger) == 1
    assert queries.find_job(ledger, job).state == JobState.RENDERING


def test_what_ends_three_workers_is_not_tried_a_fourth_time(ledger: Ledger) -> None:
    job = planned(ledger, 1)
    (item,) = offered(ledger)
    for _ in range(3):
        taken(ledger, item)
        time_passes(ledger, 61)
        assert maintenance.take_back_silent_work(ledger) == 1
    assert leases.claim(ledger, item, "worker", 60) is None
    assert "fell silent" in queries.find_job(ledger, job).failures[0]


def test_a_worker_that_shuts_down_costs_its_work_no_try(ledger: Ledger) -> None:
    job = planned(ledger, 1)
    (item,) = offered(ledger)
    for _ in range(5):
        assert leases.give_back(ledger, taken(ledger, item))
        assert offered(ledger) == [item]
    assert queries.find_job(ledger, job).state == JobState.RENDERING


def test_refused_input_ends_its_job_with_every_fault_and_no_second_try(ledger: Ledger) -> None:
    job = submit(ledger)
    faults = [Fault("notice.yaml", 3, 1, "b"), Fault("notice.yaml", None, None, "a")]
    assert leases.record_refusal(ledger, taken(ledger), faults)
    entry = queries.find_job(ledger, job)
    assert (entry.state, entry.faults) == (JobState.REFUSED, tuple(faults))
    assert not jobs.retry(ledger, job)
    assert offered(ledger) == []


def test_a_cancelled_job_waits_for_its_workers_and_for_nobody_else(ledger: Ledger) -> None:
    job, unstarted = planned(ledger), submit(ledger)
    lease = taken(ledger)
    assert jobs.cancel(ledger, unstarted) == JobState.CANCELLED
    assert jobs.cancel(ledger, job) == JobState.CANCELLING
    assert offered(ledger) == [], "nothing of either is offered any more"
    assert not leases.renew(ledger, lease, 60), "its worker is told to stop"
    assert leases.finish(ledger, lease), "what it made may be recorded"
    assert queries.find_job(ledger, job).state == JobState.CANCELLED, "but the job is not done by it"
    assert jobs.cancel(ledger, job) == JobState.CANCELLED
    assert {w.state for w in queries.list_work(ledger, job)} == {WorkState.DONE, WorkState.CANCELLED}


def test_the_kits_files_that_a_plan_names_are_needed_as_long_as_its_job(ledger: Ledger) -> None:
    job = submit(ledger, files={"media/a.mp4": "e" * 64})
    delivery = WorkItem("delivery", 4, "delivery", 0, "")
    for digest in ("k" * 64, "l" * 64):  # what an older plan of the job names may still be at work
        made = MadePlan("m", "plan", [delivery], {"abc": "video"}, [], kit_files=[digest])
        assert leases.record_plan(ledger, taken(ledger), made)
        assert leases.replan(ledger, taken(ledger))
    assert inputs.needed_inputs(ledger, -1) == {"e" * 64, "k" * 64, "l" * 64}
    jobs.cancel(ledger, job)
    assert inputs.needed_inputs(ledger, -1) == set()


def test_repairs_are_counted_in_a_row_and_neither_corrections_nor_updates_among_them(ledger: Ledger) -> None:
    job = submit(ledger, files={"fr.vtt": "e" * 64})
    delivery, counted = WorkItem("delivery", 4, "delivery", 0, ""), []
    for end in ("repair", "repair", "repair", "correction", "repair", "update", "repair", "repair"):
        assert leases.record_plan(ledger, taken(ledger), MadePlan("m", "plan", [delivery], {}, []))
        lease = taken(ledger)
        counted.append(leases.repairs_in_a_row(ledger, lease, 2))
        if end == "correction":
            assert leases.give_back(ledger, lease)
            jobs.revise(ledger, job, "fr.vtt", "f" * 64)
        else:
            assert leases.replan(ledger, lease, is_repair=end == "repair")
    assert counted == [0, 1, 2, 2, 0, 1, 0, 1]


def test_a_job_that_is_cancelled_while_it_is_planned_ends_with_its_planning(ledger: Ledger) -> None:
    job = submit(ledger)
    planning = taken(ledger)
    assert jobs.cancel(ledger, job) == JobState.CANCELLING
    assert leases.record_plan(ledger, planning, MadePlan("m", "p", [WorkItem("delivery", 4, "d", 0, "")], {}, []))
    assert queries.find_job(ledger, job).state == JobState.CANCELLED
    assert [w.kind for w in queries.list_work(ledger, job)] == ["planning"]


def test_a_cancelled_job_ends_although_its_worker_died(ledger: Ledger) -> None:
    job = planned(ledger, 1)
    taken(ledger)
    jobs.cancel(ledger, job)
    time_passes(ledger, 61)
    maintenance.take_back_silent_work(ledger)
    assert queries.find_job(ledger, job).state == JobState.CANCELLED


def test_a_failed_job_is_planned_anew_and_its_old_work_counts_no_more(ledger: Ledger) -> None:
    job = planned(ledger, 2)
    first, second = (taken(ledger, item) for item in offered(ledger))
    leases.fail(ledger, first, ErrorClass.INPUT, "bad")
    assert queries.find_job(ledger, job).state == JobState.FAILED
    assert jobs.retry(ledger, job)
    assert not jobs.retry(ledger, job), "once"
    assert not leases.renew(ledger, second, 60), "the old round's worker is told to stop"
    assert leases.finish(ledger, second)
    assert queries.find_job(ledger, job).state == JobState.RECEIVED
    assert leases.record_plan(ledger, taken(ledger), MadePlan("m", "p", [WorkItem("delivery", 4, "d", 0, "")], {}, []))
    assert leases.finish(ledger, taken(ledger), made=[DELIVERED])
    assert queries.find_job(ledger, job).state == JobState.DONE


def test_lost_messages_are_offered_again_ever_less_often(ledger: Ledger) -> None:
    submit(ledger)
    said = 0
    for _ in range(60):
        outbox.mark_published(ledger, outbox.unpublished(ledger))  # and the broker loses them
        time_passes(ledger, 60)
        said += outbox.offer_due(ledger)
    assert 8 <= said <= 10, "in an hour: after 1, 3, 7 and 15 minutes, then every ten"


def test_the_most_urgent_goes_first_then_the_oldest_job_and_a_job_can_be_made_urgent(ledger: Ledger) -> None:
    submit(ledger, Priority.INTERACTIVE)
    old, new = submit(ledger), submit(ledger)
    interactive, older, newer = offered(ledger)
    assert [leases.first_due(ledger, item) for item in (interactive, older, newer)] == [interactive] * 3
    taken(ledger, interactive)
    assert [leases.first_due(ledger, item) for item in (interactive, older, newer)] == [None, older, older]
    assert jobs.prioritise(ledger, new, Priority.URGENT)
    assert [leases.first_due(ledger, item) for item in (interactive, older, newer)] == [newer] * 3
    assert (newer, "urgent") in [(m.work, m.queue) for m in outbox.unpublished(ledger)]
    jobs.cancel(ledger, new)
    assert not jobs.prioritise(ledger, new, Priority.BULK)
    outbox.mark_published(ledger, outbox.unpublished(ledger))
    outbox.offer_again(ledger, older)
    outbox.offer_again(ledger, older)
    outbox.offer_again(ledger, newer)
    assert offered(ledger) == [older], "a message used for other work is said again, once, while there is work"
    assert queries.find_job(ledger, old).state == JobState.RECEIVED


def test_the_same_key_gives_the_same_job_and_another_request_under_it_is_refused(ledger: Ledger) -> None:
    request = Submission("desk", "notice", "recipe: alert")
    job = jobs.submit(ledger, request, "k1")
    assert jobs.submit(ledger, request, "k1") == job
    assert jobs.submit(ledger, request, "k2") != job
    with pytest.raises(KeyReused, match="'k1' came with another request"):
        jobs.submit(ledger, Submission("desk", "notice", "recipe: interview"), "k1")
    assert queries.find_submission(ledger, job) == request


def test_jobs_are_listed_the_newest_first_by_owner_state_and_page(ledger: Ledger) -> None:
    ids = [jobs.submit(ledger, Submission(owner, "notice", "recipe: alert")) for owner in ("a", "b", "a")]
    jobs.cancel(ledger, ids[2])

    def listed(entries: list[JobEntry]) -> list[str]:
        return [entry.id for entry in entries]

    assert listed(queries.list_jobs(ledger)) == ids[::-1]
    assert listed(queries.list_jobs(ledger, owners=["a"])) == [ids[2], ids[0]]
    assert listed(queries.list_jobs(ledger, states=[JobState.RECEIVED], limit=1)) == [ids[1]]
    assert listed(queries.list_jobs(ledger, before_s=queries.find_job(ledger, ids[1]).created_s)) == [ids[0]]
    with pytest.raises(UnknownJob, match="there is no job 'x'"):
        queries.find_job(ledger, "x")


def test_one_reconciler_leads_until_it_falls_silent_or_steps_down(ledger: Ledger) -> None:
    assert duties.lead(ledger, "repair", "a", 30)
    assert not duties.lead(ledger, "repair", "b", 30)
    assert duties.lead(ledger, "repair", "a", 30)
    time_passes(ledger, 31)
    assert duties.lead(ledger, "repair", "b", 30)
    duties.step_down(ledger, "repair", "a")
    assert not duties.lead(ledger, "repair", "a", 30), "only the leader can step down"
    duties.step_down(ledger, "repair", "b")
    assert duties.lead(ledger, "repair", "a", 30)


def test_every_correction_goes_before_bulk_work_and_what_is_urgent_stays_so(ledger: Ledger) -> None:
    for asked, gets in ((Priority.BULK, Priority.INTERACTIVE), (Priority.URGENT, Priority.URGENT)):
        worded, captioned = submit(ledger, asked), submit(ledger, asked)
        jobs.rewrite(ledger, worded, "recipe: notice", "recipe: alert")
        jobs.revise(ledger, captioned, "fr.vtt", "0" * 64)
        for job in (worded, captioned):
            queues = {work.queue for work in queries.list_work(ledger, job) if work.state == WorkState.QUEUED}
            assert (queries.find_job(ledger, job).priority, queues) == (gets, {gets})


def test_more_is_thrown_away_at_once_than_one_statement_takes(ledger: Ledger) -> None:
    job = planned(ledger, 1)
    for name, digest in (("a.vtt", "first"), ("b.vtt", "last")):
        inputs.add_upload(ledger, Upload(name, "desk", name, 5))
        inputs.end_upload(ledger, name, digest)
    many = ["first", *map(str, range(70_000 if ledger.dialect.name == "postgresql" else 250_000)), "last"]
    maintenance.forget_artifacts(ledger, many)
    inputs.forget_inputs(ledger, many)
    assert inputs.list_inputs(ledger, "desk") == []
    assert maintenance.jobs_without_deliveries(ledger, [*many, job]) == []
    jobs.cancel(ledger, job)
    assert maintenance.jobs_without_deliveries(ledger, [*many, job]) == [job]


def test_nothing_that_a_job_needs_may_be_thrown_away(ledger: Ledger) -> None:
    job = planned(ledger, 1)
    assert maintenance.needed_artifacts(ledger, 0) == {"abc", "k"}
    jobs.cancel(ledger, job)
    assert maintenance.needed_artifacts(ledger, 3600) == {"abc", "k"}, "for a while after its end"
    assert maintenance.needed_artifacts(ledger, -1) == set()
    submit(ledger)
    taken(ledger)
    assert maintenance.needed_artifacts(ledger, -1) is None, "a plan in the making may count on anything"


def test_a_token_is_known_by_its_secret_alone_and_only_while_it_is_valid(ledger: Ledger) -> None:
    new = NewToken("desk", [Scope.RENDER], ["ministere"], lifetime_s=100)
    token, secret = tokens.issue_to_service(ledger, INSTALLER, new)
    assert secret.startswith("pvx_")
    known = tokens.find_caller(ledger, secret, "192.0.2.7")
    assert known is not None
    assert (known.id, known.means, known.address) == (token.owner, token.id, "192.0.2.7")
    theirs = frozenset({"ministere"})
    own = {Right.LIST: theirs, Right.SUBMIT: theirs, Right.EMBARGO: theirs}
    assert known.rights == {Right.SELF: frozenset({ALL}), **own}
    assert tokens.find_caller(ledger, secret[:-1], None) is None
    with reading(ledger) as db:
        assert secret not in str(db.execute(sa.select(tables.tokens)).all()), "only its hash is kept"
    other, other_secret = tokens.issue_to_service(ledger, INSTALLER, NewToken("old", [Scope.RENDER], [ALL]))
    tokens.revoke(ledger, INSTALLER, other.id)
    assert tokens.find_caller(ledger, other_secret, None) is None
    time_passes(ledger, 101)
    assert tokens.find_caller(ledger, secret, None) is None
    assert [t.name for t in tokens.list_tokens(ledger, INSTALLER)] == ["desk", "old"]
    with pytest.raises(UnknownToken):
        tokens.revoke(ledger, INSTALLER, "none")


def test_an_upload_becomes_the_input_of_its_owner_alone(ledger: Ledger) -> None:
    for number, owner in enumerate("aab"):
        inputs.add_upload(ledger, Upload(f"u{number}", owner, "film.mp4", 9))
    assert inputs.find_upload(ledger, "u0", "b") is None
    inputs.end_upload(ledger, "u0", "d" * 64)
    inputs.end_upload(ledger, "u0", "d" * 64)
    inputs.end_upload(ledger, "u1", None)
    assert inputs.find_upload(ledger, "u0", "a") is None
    assert [(i.digest, i.name, i.bytes) for i in inputs.list_inputs(ledger, "a")] == [("d" * 64, "film.mp4", 9)]
    assert inputs.list_inputs(ledger, "b", ["d" * 64]) == []
    submit(ledger, files={"media/a.mp4": "e" * 64})
    assert inputs.needed_inputs(ledger, 3600) == {"d" * 64, "e" * 64}
    assert inputs.needed_inputs(ledger, -1) == {"e" * 64}
    inputs.forget_inputs(ledger, ["d" * 64])
    assert inputs.list_inputs(ledger, "a") == []


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_cannot_serve_is_refused_by_name(url: str) -> None:
    with pytest.raises(BrokenInstallation, match="PORTEVOIX_DATABASE"):
        open_ledger(url)
