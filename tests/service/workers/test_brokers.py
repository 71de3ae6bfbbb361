"""Celery's workers with each broker, as they are run: real processes, real servers, real kills."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import worker_context
from services import Service, kill, notice
from worker_context import a_clip, a_submission, context_in

from service import relay
from service.ledger import jobs, outbox, queries
from service.ledger.states import JobState, Priority, WorkState

if TYPE_CHECKING:
    from servers import Server

pytest_plugins = ("servers",)

SETTINGS = {"watch_s": 0.5, "repair_s": 0.5, "soft_shutdown_s": 1.0}


def service_in(folder: Path, broker: str, database: str | None = None, lease_s: float = 4.0) -> Service:
    """The service on SQLite and a folder as its store, where nothing else is said."""
    more = {"database": database} if database else {}
    return Service(folder, context_in(folder, broker=broker, lease_s=lease_s, **SETTINGS, **more))


@pytest.fixture(params=["filesystem", "redis", "amqp"])
def service(request: pytest.FixtureRequest, tmp_path: Path) -> Service:
    """The service with each broker in turn, all on SQLite."""
    if request.param == "filesystem":
        return service_in(tmp_path, f"filesystem://{tmp_path / 'broker'}")
    server: Server = request.getfixturevalue("redis_server" if request.param == "redis" else "rabbitmq_server")
    return service_in(tmp_path, server.url)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_clip(tmp_path_factory.mktemp("film") / "a.mp4", 2, "1280x720")


def test_each_broker_carries_a_job_through_kills_and_messages_that_come_thrice(service: Service, film: Path) -> None:
    ledger = service.context.ledger
    job = jobs.submit(ledger, a_submission(service.context, film))
    for _ in range(3):
        for message in outbox.unpublished(ledger):
            service.send(message)
    outbox.mark_published(ledger, outbox.unpublished(ledger))
    with service.reconciler():
        with service.worker() as first:
            service.until(
                lambda: any(w.kind == "batch" and w.state == WorkState.RUNNING for w in queries.list_work(ledger, job))
            )
            kill(first)  # the worker and its children, in the middle of an encode
        with service.worker():
            assert service.done(job)
    tries = {w.name: w.tries for w in queries.list_work(ledger, job)}
    assert sum(tries.values()) <= len(tries) + 1, f"what was said thrice was done once: {tries}"


def test_a_job_waits_for_a_broker_that_is_away_and_needs_no_help(tmp_path: Path, redis_server: Server) -> None:
    service = service_in(tmp_path, redis_server.url)
    with service.reconciler(), service.worker():
        first = notice(service.context)
        service.until(lambda: queries.find_job(service.context.ledger, first).state != JobState.RECEIVED)
        redis_server.kill()
        second = notice(service.context)  # taken in although nobody can be told
        assert relay.publish(service.context.ledger, service.send) == 0
        time.sleep(1)
        redis_server.start()
        assert service.done(first, second)


def test_a_job_waits_for_a_database_that_is_away(
    tmp_path: Path, film: Path, postgresql_server: Server, postgresql_url: str
) -> None:
    service = service_in(tmp_path, f"filesystem://{tmp_path / 'broker'}", postgresql_url)
    ledger = service.context.ledger
    job = jobs.submit(ledger, a_submission(service.context, film))
    with service.reconciler(), service.worker():
        service.until(
            lambda: any(w.kind == "batch" and w.state == WorkState.RUNNING for w in queries.list_work(ledger, job))
        )
        postgresql_server.kill()
        time.sleep(6)  # longer than a lease
        postgresql_server.start()
        assert service.done(job)
    ledger.dispose()


def test_a_worker_that_is_told_to_stop_gives_its_work_back_at_once(tmp_path: Path, film: Path) -> None:
    service = service_in(tmp_path, f"filesystem://{tmp_path / 'broker'}", lease_s=120)
    ledger = service.context.ledger
    job = jobs.submit(ledger, a_submission(service.context, film))
    with service.reconciler(), service.worker() as worker:
        service.until(
            lambda: any(w.kind == "batch" and w.state == WorkState.RUNNING for w in queries.list_work(ledger, job))
        )
        worker.terminate()
        assert worker.wait(120) == 0
        assert not any(w.state == WorkState.RUNNING for w in queries.list_work(ledger, job))
        assert not any(w.error for w in queries.list_work(ledger, job)), "it costs no try"
        with service.worker():
            assert service.done(job)


def test_a_pool_process_that_dies_costs_one_try_and_its_encoder_goes_with_it(tmp_path: Path, film: Path) -> None:
    service = service_in(tmp_path, f"filesystem://{tmp_path / 'broker'}", lease_s=10)
    ledger = service.context.ledger
    job = jobs.submit(ledger, a_submission(service.context, film))
    with service.reconciler(), service.worker():
        seen: list[tuple[str, int, int]] = []

        def encodes() -> bool:
            running = {w.holder for w in queries.list_work(ledger, job) if w.state == WorkState.RUNNING and w.holder}
            pids = {holder: int(holder.rpartition(":")[2]) for holder in running}
            seen[:] = [(name, pid, encoder) for name, pid in pids.items() for encoder in worker_context.encoders(pid)]
            return bool(seen)

        service.until(encodes)
        ((holder, pid, encoder),) = seen  # as it was seen at once: a moment later it may encode something else
        os.kill(pid, signal.SIGKILL)
        assert service.done(job)
        assert not Path(f"/proc/{encoder}").exists()
    assert [w.error for w in queries.list_work(ledger, job) if w.error] == [
        f"worker {holder} fell silent in the middle of it"
    ]


def test_an_urgent_job_does_not_wait_behind_a_long_queue(tmp_path: Path) -> None:
    service = service_in(tmp_path, f"filesystem://{tmp_path / 'broker'}")
    ledger = service.context.ledger
    bulk = [notice(service.context) for _ in range(30)]
    relay.publish(ledger, service.send)
    with service.reconciler(), service.worker("bulk"):
        service.until(lambda: any(queries.find_job(ledger, job).state == JobState.DONE for job in bulk))
        urgent = notice(service.context, Priority.URGENT)
        with service.worker("urgent"):
            assert service.done(urgent)
        left = [job for job in bulk if not service.ended(job)]
        assert left, "it went before them"
        for job in left:
            jobs.cancel(ledger, job)
        assert service.done(urgent)
