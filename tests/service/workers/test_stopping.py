"""Workers that die again and again, sleep, or are told to stop: no other job suffers, nothing late has an effect."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import worker_context
from forked import KILLED, exit_code, forked
from ledgers import time_passes
from worker_context import a_submission, came_out, context_in, drain

from portevoix.library import ROOT
from service import crash_points, relay
from service.deliveries import delivered_to
from service.ledger import Submission, jobs, maintenance, outbox, queries
from service.ledger.states import JobState
from workers import handlers, runner
from workers.context import WorkerContext
from workers.lease_watch import Interrupted, let_arrive
from workers.reconciler import repair


def test_a_job_that_kills_its_workers_stops_after_three_and_harms_no_other(
    film: Path, right: dict[str, str], tmp_path: Path
) -> None:
    context = context_in(tmp_path)
    poison = jobs.submit(context.ledger, a_submission(context, film))
    deaths = 0
    while queries.find_job(context.ledger, poison).state != JobState.FAILED:
        assert exit_code(worker_context.worker(tmp_path, **{crash_points.VARIABLE: "claimed"})) == 137
        deaths += 1
        time_passes(context.ledger, 61)
        maintenance.take_back_silent_work(context.ledger)
    assert deaths == 3
    good = jobs.submit(context.ledger, a_submission(context, film))
    drain(context)
    assert came_out(context, good) == right
    assert queries.find_job(context.ledger, poison).state == JobState.FAILED


def _until_it_encodes(context: WorkerContext, pid: int) -> None:
    give_up_s = time.monotonic() + 120
    while not (
        worker_context.encoders(pid)
        and any(w.kind == "batch" and w.state == "running" for w in queries.list_work(context.ledger, _only(context)))
    ):
        assert time.monotonic() < give_up_s
        time.sleep(0.02)


def _only(context: WorkerContext) -> str:
    (job,) = queries.list_jobs(context.ledger)
    return job.id


def test_a_paused_worker_that_wakes_up_late_changes_nothing(long_film: Path, tmp_path: Path) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, long_film))
    asleep = worker_context.worker(tmp_path)
    _until_it_encodes(context, asleep.pid)
    os.kill(asleep.pid, signal.SIGSTOP)
    time_passes(context.ledger, 61)
    repair(context.ledger, lambda message: None)
    time_passes(context.ledger, 601)
    outbox.offer_due(context.ledger)
    drain(context)
    ended = _as_it_stands(context, job)
    os.kill(asleep.pid, signal.SIGCONT)
    assert exit_code(asleep) == 0
    assert _as_it_stands(context, job) == ended
    assert worker_context.encoders(asleep.pid) == []


def _as_it_stands(context: WorkerContext, job: str) -> object:
    files = {
        path: path.stat().st_mtime_ns
        for path in (Path(context.settings.store) / "artifacts").rglob("*")
        if path.is_file()
    }
    return (
        queries.find_job(context.ledger, job),
        queries.list_deliveries(context.ledger, job),
        queries.list_events(context.ledger, 0),
        files,
    )


def test_a_cancelled_job_ends_its_encoders_and_is_never_done(long_film: Path, tmp_path: Path) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, long_film))
    working = worker_context.worker(tmp_path)
    _until_it_encodes(context, working.pid)
    assert jobs.cancel(context.ledger, job) == JobState.CANCELLING
    assert exit_code(working) == 0
    assert queries.find_job(context.ledger, job).state == JobState.CANCELLED
    assert worker_context.encoders(working.pid) == []
    assert not delivered_to(context.settings.deliveries, job, 1).exists()


def test_planning_stops_when_its_job_is_cancelled_however_long_it_computes(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, film))
    begun = threading.Event()

    def computes(*arguments: object) -> None:
        begun.set()
        while True:
            try:
                sum(range(1000))
            except Exception:  # as a library may swallow what it does not know, once
                break
        while True:
            sum(range(1000))

    monkeypatch.setattr(handlers, "prepare_from", computes)
    offered: list[int] = []
    relay.publish(context.ledger, lambda message: offered.append(message.work))
    planning = threading.Thread(target=runner.work_on, args=(offered[0], context), daemon=True)
    planning.start()
    assert begun.wait(120)
    assert jobs.cancel(context.ledger, job) == JobState.CANCELLING
    planning.join(120)
    assert not planning.is_alive()
    assert queries.find_job(context.ledger, job).state == JobState.CANCELLED


def _planned(folder: Path) -> None:
    context = context_in(folder)
    jobs.submit(context.ledger, Submission("desk", "essai", worker_context.DOCUMENT, {}))
    drain(context)


def _interrupted(folder: Path) -> None:
    let_arrive(Interrupted)


def _traced_after(before: Callable[[Path], None], folder: Path) -> None:
    before(folder)
    sys.settrace(lambda *step: None)
    (lambda: None)()  # begins, though it is traced


@pytest.mark.parametrize("before", [_planned, _interrupted])
def test_what_may_interrupt_a_planning_leaves_nothing_behind_that_holds_up_a_traced_function(
    before: Callable[[Path], None], tmp_path: Path
) -> None:
    assert exit_code(forked(_traced_after, before, tmp_path)) == 0


def test_an_encoder_dies_with_its_worker(long_film: Path, tmp_path: Path) -> None:
    context = context_in(tmp_path)
    jobs.submit(context.ledger, a_submission(context, long_film))
    working = worker_context.worker(tmp_path)
    _until_it_encodes(context, working.pid)
    (encoder,) = worker_context.encoders(working.pid)
    working.kill()
    assert exit_code(working) == KILLED
    give_up_s = time.monotonic() + 60
    while Path(f"/proc/{encoder}").exists() and " Z " not in Path(f"/proc/{encoder}/stat").read_text(
        "ascii", "replace"
    ):
        assert time.monotonic() < give_up_s, "it goes on without anybody who wants its work"
        time.sleep(0.02)


# A pool whose pipe is slow, so that its process is told to end while it holds the pipe's lock: a worker that stops
# then waited for this lock without end.
STOPPED_POOL = """
import os, signal, threading, time
import workers.app
from billiard.pool import Pool
from billiard.queues import SimpleQueue
from celery.concurrency.prefork import process_destructor

def send_slowly(queue, value):
    with queue._wlock:
        queue._writer.send_bytes(value)
        time.sleep(0.3)

def task():
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    os.kill(os.getpid(), signal.SIGQUIT)
    time.sleep(60)

SimpleQueue.send_payload = send_slowly
pool = Pool(1, on_process_exit=process_destructor)
process = pool._pool[0]
pool.apply_async(task)
process.join()
print("free" if pool._outqueue._wlock.acquire(True, 30) else "held by the dead", flush=True)
os.killpg(0, signal.SIGKILL)  # with the process that the pool has begun anew
"""


def test_a_process_that_ends_never_takes_the_lock_of_its_pool_with_it() -> None:
    command = [sys.executable, "-c", STOPPED_POOL]
    ended = subprocess.run(command, check=False, cwd=ROOT, stdout=subprocess.PIPE, timeout=120, start_new_session=True)
    assert ended.stdout == b"free\n"
