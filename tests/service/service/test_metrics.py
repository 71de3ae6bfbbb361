"""What Prometheus and the logs are told, against what was really done."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledgers import empty, ledger_at, new_ledger, time_passes
from prometheus_client.parser import text_string_to_metric_families
from released import desk_in
from services import NOTICE, Service, kill, notice
from worker_context import a_clip, a_submission, context_in, drain

from portevoix import ffmpeg
from portevoix.library import load_library
from portevoix.plan.wire import WorkItem
from portevoix.plan.work import BATCH, DELIVERY, JOIN, PLANNING, SOUND, STAGES
from portevoix.store import FolderStore
from service import logs, releases, tallies
from service.ledger import Ledger, Submission, jobs, leases, maintenance, outbox, queries, tables
from service.ledger.database import writing
from service.ledger.leases import MadePlan
from service.ledger.states import ErrorClass, JobState, Priority, WorkState
from service.metrics import Metrics
from service.releases import NewRelease

pytest_plugins = ("servers",)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    made = new_ledger(tmp_path) if request.param == "sqlite" else ledger_at(request.getfixturevalue("postgresql_url"))
    empty(made)
    yield made
    made.dispose()


class Told:
    """One answer, as Prometheus reads it."""

    def __init__(self, text: bytes) -> None:
        self.samples = {
            (
                sample.name.removeprefix("portevoix_"),
                *(sample.labels[label] for label in sorted(sample.labels)),
            ): sample.value
            for family in text_string_to_metric_families(text.decode())
            for sample in family.samples
        }

    def __getitem__(self, key: str | tuple[str, ...]) -> float:
        return self.samples[(key,) if isinstance(key, str) else tuple(map(str, key))]


def told(ledger: Ledger, tmp_path: Path) -> Told:
    return Told(Metrics(ledger, FolderStore(tmp_path / "store")).exposition())


def submit(ledger: Ledger, priority: Priority = Priority.BULK) -> str:
    return jobs.submit(ledger, Submission("desk", "avis", NOTICE, priority=priority))


def plan(ledger: Ledger, *items: WorkItem) -> None:
    lease = leases.claim(ledger, max(message.work for message in outbox.unpublished(ledger)), "w", 60)
    assert lease
    leases.record_plan(ledger, lease, MadePlan("maker", "{}", items, {}, []))


BATCHES = [WorkItem(BATCH, STAGES[BATCH], f"batch {n}", 50, "") for n in range(2)]
LAST = WorkItem(DELIVERY, STAGES[DELIVERY], DELIVERY, 0, "", (0, 1))


def test_an_empty_ledger_tells_every_series_as_nothing(ledger: Ledger, tmp_path: Path) -> None:
    answer = told(ledger, tmp_path)
    for key in [
        *(("jobs", state) for state in JobState),
        *(("queue_age_seconds", queue) for queue in Priority),
        *(("failures_total", error, kind) for kind in STAGES for error in ErrorClass),
        ("outbox_messages",),
        ("leases_expired",),
        ("cache_hits_total",),
        *(("encoder_starts_total", kind) for kind in STAGES),
        *(("work_seconds_count", kind) for kind in STAGES),
        *(("work", queue, WorkState.QUEUED) for queue in Priority),
    ]:
        assert answer[key] == 0, key
    assert answer["store_free_bytes"] > 0


def test_jobs_work_and_messages_stand_as_in_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    submit(ledger)
    plan(ledger, *BATCHES, LAST)
    submit(ledger, Priority.URGENT)
    answer = told(ledger, tmp_path)
    assert (answer["jobs", JobState.RENDERING], answer["jobs", JobState.RECEIVED]) == (1, 1)
    assert answer["work", Priority.BULK, WorkState.QUEUED] == 2
    assert answer["work", Priority.BULK, WorkState.WAITING] == 1
    assert answer["work", Priority.URGENT, WorkState.QUEUED] == 1
    assert answer["outbox_messages"] == 3
    outbox.mark_published(ledger, outbox.unpublished(ledger))
    assert told(ledger, tmp_path)["outbox_messages"] == 0


def test_a_release_that_waits_is_counted_once_and_is_no_workers_load(ledger: Ledger, tmp_path: Path) -> None:
    job = submit(ledger)
    before = told(ledger, tmp_path).samples
    waiting = {"kind": "release", "account": "press", "state": "waiting", "at_embargo": True, "languages": []}
    with writing(ledger) as db:
        made = {"kind": "release", "stage": 0, "name": "release", "frames": 0, "payload": "r", "queue": Priority.URGENT}
        row = {**made, "job": job, "round": 0, "state": WorkState.QUEUED, "fence": 0, "not_before_s": 4e9, "offers": 0}
        number = db.execute(tables.work.insert().values(**row).returning(tables.work.c.id)).scalar_one()
        asked = {"id": "r", "job": job, "person": "p", "work": number, "asked_s": 0, "deliveries": [], "left_out": {}}
        db.execute(tables.releases.insert().values(**waiting, **asked))
    after = told(ledger, tmp_path).samples
    assert {key for key in after if after[key] != before[key] and key[0] in ("work", "releases")} == {
        ("releases", "release", "waiting")
    }


def test_a_release_that_is_due_and_that_nobody_takes_ages_the_urgent_queue(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, {"ministere_fr": str(tmp_path / "published")})
    job = desk.finished("fr")
    desk.approve(job, "fr")
    accounts = load_library(desk.context.settings.house).accounts
    releases.ask(desk.ledger, desk.people["publisher"], job, NewRelease("ministere_fr"), accounts)
    with writing(desk.ledger) as db:
        db.execute(tables.releases.update().values(asked_s=tables.releases.c.asked_s - 300))
    assert told(desk.ledger, tmp_path)["queue_age_seconds", Priority.URGENT] == pytest.approx(300, abs=20)
    desk.work()
    assert told(desk.ledger, tmp_path)["queue_age_seconds", Priority.URGENT] == 0


def opened_long_ago(ledger: Ledger, seconds: float) -> None:
    """Move everything that has happened into the past."""
    with writing(ledger) as db:
        db.execute(
            tables.jobs.update().values(
                changed_s=tables.jobs.c.changed_s - seconds, created_s=tables.jobs.c.created_s - seconds
            )
        )
        for column in (tables.attempts.c.started_s, tables.attempts.c.ended_s):
            db.execute(tables.attempts.update().values({column.name: column - seconds}))
    time_passes(ledger, seconds)


def test_a_queue_is_as_old_as_the_oldest_work_that_may_begin(ledger: Ledger, tmp_path: Path) -> None:
    submit(ledger)
    opened_long_ago(ledger, 500)
    assert told(ledger, tmp_path)["queue_age_seconds", Priority.BULK] == pytest.approx(500, abs=20)
    outbox.offer_due(ledger)
    assert told(ledger, tmp_path)["queue_age_seconds", Priority.BULK] == pytest.approx(500, abs=20), (
        "offered again, no younger"
    )
    plan(ledger, *BATCHES, LAST)
    assert told(ledger, tmp_path)["queue_age_seconds", Priority.BULK] < 20, "the batches have only just been opened"
    opened_long_ago(ledger, 300)
    first, second = sorted(message.work for message in outbox.unpublished(ledger))
    lease = leases.claim(ledger, first, "w", 60)
    assert lease
    assert told(ledger, tmp_path)["queue_age_seconds", Priority.BULK] == pytest.approx(300, abs=20), (
        "the second still waits"
    )
    assert leases.fail(ledger, lease, ErrorClass.INFRASTRUCTURE, "no store")
    other = leases.claim(ledger, second, "w", 60)
    assert other
    assert told(ledger, tmp_path)["queue_age_seconds", Priority.BULK] == 0, (
        "the first has its pause, the second its worker"
    )
    leases.finish(ledger, other)
    time_passes(ledger, 40)
    assert told(ledger, tmp_path)["queue_age_seconds", Priority.BULK] == pytest.approx(30, abs=20), (
        "40 s less its pause of 10"
    )
    again = leases.claim(ledger, first, "w", 60)
    assert again and leases.finish(ledger, again)
    assert told(ledger, tmp_path)["queue_age_seconds", Priority.BULK] < 20, "the delivery was opened by what ended last"
    assert told(ledger, tmp_path)["queue_age_seconds", Priority.URGENT] == 0


def test_a_silent_worker_is_seen_until_its_work_is_taken_and_then_as_a_failure(ledger: Ledger, tmp_path: Path) -> None:
    submit(ledger)
    assert leases.claim(ledger, outbox.unpublished(ledger)[0].work, "w", 60)
    assert told(ledger, tmp_path)["leases_expired"] == 0
    time_passes(ledger, 61)
    assert told(ledger, tmp_path)["leases_expired"] == 1
    maintenance.take_back_silent_work(ledger)
    answer = told(ledger, tmp_path)
    assert answer["leases_expired"] == 0
    assert answer["attempts_total", PLANNING, "expired"] == answer["failures_total", ErrorClass.UNKNOWN, PLANNING] == 1


def test_what_is_remembered_and_what_is_read_anew_are_the_same(ledger: Ledger, tmp_path: Path) -> None:
    """One that is asked after every change and one that is asked for the first time say the same."""
    long_at_it = Metrics(ledger, FolderStore(tmp_path / "store"))

    def same() -> Told:
        anew = told(ledger, tmp_path)
        kept = Told(long_at_it.exposition())
        counts = re.compile("attempts|failures|work_seconds")
        assert {k: v for k, v in kept.samples.items() if counts.match(k[0])} == pytest.approx(
            {k: v for k, v in anew.samples.items() if counts.match(k[0])}
        )
        return kept

    for n in range(3):
        same()
        submit(ledger)
        same()
        plan(ledger, *BATCHES, LAST)
        for kind in (BATCH, BATCH, DELIVERY):
            lease = leases.claim(ledger, max(m.work for m in outbox.unpublished(ledger)), "w", 60)
            assert lease and lease.kind == kind
            same()
            if n == 1 and kind == DELIVERY:
                leases.fail(ledger, lease, ErrorClass.INPUT, "no")
            else:
                leases.finish(ledger, lease)
    answer = same()
    assert answer["attempts_total", BATCH, "done"] == answer["work_seconds_count", BATCH] == 6
    assert answer["work_seconds_bucket", BATCH, "1.0"] == answer["work_seconds_bucket", BATCH, "+Inf"] == 6
    assert answer["attempts_total", DELIVERY, "done"] == 2
    assert answer["attempts_total", DELIVERY, "failed"] == answer["failures_total", ErrorClass.INPUT, DELIVERY] == 1
    assert long_at_it._ended[0][0] > 1, "what has ended was not read again"


def test_seconds_are_those_of_work_that_was_done_in_the_bucket_that_holds_them(ledger: Ledger, tmp_path: Path) -> None:
    submit(ledger)
    plan(ledger, *BATCHES, LAST)
    for message, took_s in zip(outbox.unpublished(ledger), (7.0, 90.0), strict=True):
        lease = leases.claim(ledger, message.work, "w", 60)
        assert lease
        leases.finish(ledger, lease)
        with writing(ledger) as db:
            mine = tables.attempts.c.work == message.work
            db.execute(tables.attempts.update().where(mine).values(started_s=tables.attempts.c.ended_s - took_s))
    answer = told(ledger, tmp_path)
    assert [answer["work_seconds_bucket", BATCH, le] for le in ("5.0", "10.0", "80.0", "160.0", "+Inf")] == [
        0,
        1,
        1,
        2,
        2,
    ]
    assert answer["work_seconds_sum", BATCH] == pytest.approx(97, abs=0.01)


def test_a_job_counts_its_encoders_and_the_second_of_its_kind_none(tmp_path: Path) -> None:
    context = context_in(tmp_path)
    submission = a_submission(context, a_clip(tmp_path / "a.mp4"), draft=True)
    first = jobs.submit(context.ledger, submission)
    before = ffmpeg.encoder_starts
    drain(context)
    started = ffmpeg.encoder_starts - before
    assert queries.find_job(context.ledger, first).state == JobState.DONE
    after_first = told(context.ledger, tmp_path)
    counted = {kind: after_first["encoder_starts_total", kind] for kind in STAGES}
    assert sum(counted.values()) == started > 0
    assert counted[BATCH] > 0 and counted[SOUND] > 0 and counted[JOIN] == counted[PLANNING] == 0
    assert after_first["cache_misses_total"] > 0
    missed = after_first["cache_misses_total"]

    second = jobs.submit(context.ledger, submission)
    drain(context)
    assert queries.find_job(context.ledger, second).state == JobState.DONE
    after_second = told(context.ledger, tmp_path)
    assert {kind: after_second["encoder_starts_total", kind] for kind in STAGES} == counted
    assert after_second["cache_misses_total"] == missed, "nothing that it wanted was missing"
    assert after_second["cache_hits_total"] - after_first["cache_hits_total"] >= missed


def test_a_ledger_that_is_away_costs_the_count_and_not_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    context = context_in(tmp_path)
    job = notice(context)

    def away(*_: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception("gone"))

    monkeypatch.setattr(tallies, "add", away)
    drain(context)
    assert queries.find_job(context.ledger, job).state == JobState.DONE
    assert "what was counted is lost" in caplog.text


# Logs

SECRET_WORDS = "le sommet secret"
SAID = re.compile("sommet|secret|mon-embargo", re.IGNORECASE)
FAULTY = {
    "refused": f"recipe: alert\ntitle: {{fr: {SECRET_WORDS}}}\ntext: {{fr: {SECRET_WORDS}}}\nformats: [mon-embargo]\n",
    "done": (
        f"recipe: alert\ntitle: {{fr: {SECRET_WORDS}}}\ntext: {{fr: {SECRET_WORDS}}}\nformats: [square]\n"
        f"languages: [fr]\n"
    ),
}


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """What a process of the service would write, line by line, as it is written."""
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler, root = Kept(), logging.getLogger()
    handler.setFormatter(logs.Lines())
    root.addHandler(handler)
    with caplog.at_level(logging.INFO):
        yield written
    root.removeHandler(handler)


@pytest.mark.parametrize("state", FAULTY)
def test_a_line_names_job_work_and_attempt_and_none_of_the_jobs_words(
    state: str, tmp_path: Path, lines: list[str]
) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, Submission("desk", "mon-embargo", FAULTY[state], draft=True))
    drain(context)
    assert queries.find_job(context.ledger, job).state == state
    assert lines and not SAID.search("\n".join(lines))
    ends = [line for line in map(json.loads, lines) if line["event"] == "work ends"]
    kinds = [entry.kind for entry in queries.list_work(context.ledger, job)]
    assert [line["kind"] for line in ends] == kinds
    for line, entry in zip(ends, queries.list_work(context.ledger, job), strict=True):
        assert (line["job"], line["work"], line["attempt"]) == (job, entry.id, 1)
        assert line["holder"] == context.holder and line["seconds"] >= 0 and line["level"] == "info"


def test_an_error_is_told_by_its_class_and_place_and_not_in_its_words(
    tmp_path: Path, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> bool:
        raise RuntimeError(SECRET_WORDS)

    context = context_in(tmp_path)
    job = notice(context)
    monkeypatch.setattr("workers.runner.do", breaks)
    drain(context)
    (line,) = [line for line in map(json.loads, lines) if "error" in line]
    assert (line["error"], line["job"], line["level"]) == ("RuntimeError", job, "warning")
    assert any(place.endswith(" breaks") for place in line["trace"])
    assert not SAID.search("\n".join(lines))
    assert (queries.list_work(context.ledger, job)[0].error or "").startswith("could not be made (RuntimeError)")


def test_celerys_own_sentence_about_a_failed_task_keeps_the_class_alone(lines: list[str]) -> None:
    try:
        raise ValueError(SECRET_WORDS)
    except ValueError as error:
        context = {"name": "portevoix.look", "id": "1", "description": "raised unexpected", "exc": repr(error)}
        logging.getLogger("celery.app.trace").error(
            "Task %(name)s[%(id)s] %(description)s: %(exc)s", context, exc_info=True
        )
    (line,) = map(json.loads, lines)
    assert line["event"] == "Task portevoix.look[1] raised unexpected: ValueError"
    assert not SAID.search(lines[0])


def test_a_worker_under_celery_writes_nothing_but_lines(tmp_path: Path) -> None:
    context = context_in(tmp_path, broker=f"filesystem://{tmp_path / 'broker'}")
    service = Service(tmp_path, context)
    job = notice(context)
    command = [
        "celery",
        "-q",
        "-A",
        "workers.app",
        "worker",
        "-n",
        "w@localhost",
        "-Q",
        "bulk",
        "-c",
        "1",
        "-l",
        "INFO",
    ]
    # Celery warns of a worker that is root's before anything else can be said about logs.
    worker = service.start(*command, "--without-gossip", "--without-mingle", PYTHONWARNINGS="ignore")
    try:
        for message in outbox.unpublished(context.ledger):
            service.send(message)
        service.until(
            lambda: any(
                entry.kind == PLANNING and entry.state == "done" for entry in queries.list_work(context.ledger, job)
            )
        )
    finally:
        kill(worker)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text("utf-8").splitlines()]
    assert next(line["kind"] for line in lines if line.get("job") == job) == PLANNING
