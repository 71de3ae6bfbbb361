"""What the reconciler tidies: what nothing needs goes, what somebody needs stays; a duty that fails ends no other."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import worker_context
from released import house_in
from worker_context import a_submission, context_in, drain

from service.deliveries import delivered_to
from service.ledger import Submission, duties, inputs, jobs, leases, maintenance, queries, tables
from service.ledger.duties import SWEEPS, WEBHOOKS
from service.ledger.inputs import Upload
from service.ledger.states import JobState, WorkState
from workers.context import WorkerContext
from workers.reconciler import reconcile, sweep


def test_what_was_laid_out_for_a_job_that_was_cancelled_is_swept(film: Path, tmp_path: Path) -> None:
    context = context_in(tmp_path)
    cancelled, done = (
        jobs.submit(context.ledger, a_submission(context, film, worker_context.DOCUMENT + more))
        for more in ("", "fps: 30\n")
    )
    jobs.cancel(context.ledger, cancelled)
    drain(context)
    late = delivered_to(context.settings.deliveries, cancelled, 1)
    late.mkdir(parents=True)
    sweep(context.ledger, context.store, context.settings)
    assert not late.parent.exists()
    assert delivered_to(context.settings.deliveries, done, 1).exists()


def test_an_upload_of_whose_end_the_ledger_never_heard_is_struck_off_in_time(tmp_path: Path) -> None:
    context = context_in(tmp_path, keep_days=1)
    for upload in ("old", "new"):
        inputs.add_upload(context.ledger, Upload(upload, "desk", "a.mp4", 5))
    with context.ledger.begin() as db:
        db.execute(
            tables.uploads.update()
            .where(tables.uploads.c.id == "old")
            .values(begun_s=tables.uploads.c.begun_s - 2 * 86400)
        )
    sweep(context.ledger, context.store, context.settings)
    assert inputs.find_upload(context.ledger, "old", "desk") is None
    assert inputs.find_upload(context.ledger, "new", "desk") is not None


@contextmanager
def _reconciling(context: WorkerContext) -> Iterator[None]:
    stop = threading.Event()
    reconciler = threading.Thread(target=reconcile, args=(context.settings, lambda message: None, stop))
    reconciler.start()
    try:
        yield
    finally:
        stop.set()
        reconciler.join()


def _until(holds: Callable[[], object]) -> None:
    give_up_s = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < give_up_s
        time.sleep(0.02)


def test_each_reconciler_tidies_its_own_machine_whoever_sweeps_for_all(tmp_path: Path) -> None:
    context = context_in(tmp_path, repair_s=0.1)
    assert duties.lead(context.ledger, SWEEPS, "another machine's", 3600)
    dead = Path(context.settings.store) / "work" / "dead"
    dead.mkdir(parents=True)
    os.utime(dead, (time.time() - 2 * 86400,) * 2)
    with _reconciling(context):
        _until(lambda: not dead.exists())


def test_the_house_of_the_settings_is_meant_whatever_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = context_in(tmp_path, house=house_in(tmp_path, {}))
    monkeypatch.delenv("PORTEVOIX_HOUSE", raising=False)
    document = "recipe: alert\ntitle: {fr: Essai}\ntext: {fr: Essai}\naccounts: [ministere_fr]\n"
    job = jobs.submit(context.ledger, Submission("desk", "essai", document, draft=True))
    drain(context)
    entry = queries.find_job(context.ledger, job)
    assert (entry.state, entry.faults) == (JobState.DONE, ())
    assert {one.account for one in queries.list_deliveries(context.ledger, job)} == {"ministere_fr"}


def test_no_error_ends_a_duty_and_one_that_fails_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = context_in(tmp_path, repair_s=0.05)
    rounds: Counter[str] = Counter()

    def fails(duty: str, *arguments: object) -> None:
        rounds[duty] += 1
        assert not rounds[duty] % 2, "an error that nobody foresaw"

    monkeypatch.setattr("workers.reconciler.sweep", partial(fails, SWEEPS))
    monkeypatch.setattr("workers.reconciler.send_due", partial(fails, WEBHOOKS))
    with _reconciling(context):
        _until(lambda: rounds[SWEEPS] >= 2 and rounds[WEBHOOKS] >= 3)
        _until(lambda: duties.is_held(context.ledger, SWEEPS, 0))
        monkeypatch.setattr("workers.reconciler.send_due", _raises)
        _until(lambda: not duties.is_held(context.ledger, WEBHOOKS, 0))


def _raises(*arguments: object) -> None:
    raise RuntimeError("nobody foresaw it")


def test_a_long_sweep_holds_up_no_repair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = context_in(tmp_path, repair_s=0.1)
    begun, over = threading.Event(), threading.Event()

    def long_sweep(*arguments: object) -> None:
        begun.set()
        over.wait()

    monkeypatch.setattr("workers.reconciler.sweep", long_sweep)
    job = jobs.submit(context.ledger, Submission("desk", "essai", worker_context.DOCUMENT))
    with _reconciling(context):
        try:
            assert begun.wait(120)
            (planning,) = queries.list_work(context.ledger, job)
            assert leases.claim(context.ledger, planning.id, "a worker that falls silent", 0.1)
            _until(lambda: queries.list_work(context.ledger, job)[0].state == WorkState.QUEUED)
        finally:
            over.set()


def test_no_work_begins_on_a_disk_that_is_almost_full(film: Path, tmp_path: Path) -> None:
    context = context_in(tmp_path, free_bytes=1 << 60)
    job = jobs.submit(context.ledger, a_submission(context, film))
    drain(context)
    assert [(w.state, w.tries) for w in queries.list_work(context.ledger, job)] == [(WorkState.QUEUED, 0)]


def test_a_sweep_removes_what_nothing_needs_and_nothing_else(film: Path, tmp_path: Path) -> None:
    context = context_in(tmp_path, keep_days=1, upload_days=1)
    done, dropped = (
        jobs.submit(context.ledger, a_submission(context, film, worker_context.DOCUMENT + more))
        for more in ("", "fps: 30\n")
    )
    drain(context)
    needed = maintenance.needed_artifacts(context.ledger, 3600)
    assert needed is not None
    old_s = time.time() - 2 * 86400
    (tmp_path / "stray").write_bytes(b"of no job")
    stray = context.store.put_input(tmp_path / "stray")
    upload = context.store.begin_upload(5)
    for file in Path(context.settings.store).rglob("*"):
        os.utime(file, (old_s, old_s))
    first = sweep(context.ledger, context.store, context.settings)
    assert (first.uploads, first.inputs) == (1, 1)
    assert upload not in context.store.dead_uploads(timedelta(0))
    assert not context.store.has_input(stray)
    assert all(context.store.has(key) for key in needed)
    for job in (done, dropped):
        assert all(context.store.has(d.key) for d in queries.list_deliveries(context.ledger, job))
    with context.ledger.begin() as db:
        db.execute(
            tables.jobs.update()
            .where(tables.jobs.c.id == dropped)
            .values(changed_s=tables.jobs.c.changed_s - 2 * 86400)
        )
    second = sweep(context.ledger, context.store, context.settings)
    assert second.artifacts > 0
    assert all(context.store.has(d.key) for d in queries.list_deliveries(context.ledger, done))
    assert not any(context.store.has(d.key) for d in queries.list_deliveries(context.ledger, dropped))
