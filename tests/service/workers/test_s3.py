"""Workers whose store is a bucket of a real S3 service, also while it is away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ledgers import time_passes
from worker_context import a_clip, a_submission, context_in, drain

from portevoix import ffmpeg
from portevoix.store import Store
from service.ledger import jobs, outbox, queries
from service.ledger.states import JobState
from workers import runner
from workers.context import WorkerContext

if TYPE_CHECKING:
    from proxy import Proxy


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_clip(tmp_path_factory.mktemp("film") / "a.mp4")


def _with(context: WorkerContext, store: Store, holder: str) -> WorkerContext:
    return WorkerContext(context.ledger, store, context.settings, holder)


def _made(context: WorkerContext, job: str) -> dict[str, str]:
    entry = queries.find_job(context.ledger, job)
    assert (entry.state, entry.failures) == (JobState.DONE, ())
    return {d.path: d.sha256 for d in queries.list_deliveries(context.ledger, job)}


@pytest.fixture
def right(film: Path, tmp_path: Path) -> tuple[dict[str, str], int]:
    """What the job delivers with a folder as the store, and how many encoders that takes."""
    before = ffmpeg.encoder_starts
    context = context_in(tmp_path / "folder")
    job = jobs.submit(context.ledger, a_submission(context, film))
    drain(context)
    return _made(context, job), ffmpeg.encoder_starts - before


def test_machines_that_share_a_bucket_share_the_work(
    machine: Any, film: Path, tmp_path: Path, right: tuple[dict[str, str], int]
) -> None:
    before = ffmpeg.encoder_starts
    context = context_in(tmp_path)
    one, other = (_with(context, machine(name), name) for name in "ab")
    job = jobs.submit(context.ledger, a_submission(one, film))
    turn = 0
    while messages := outbox.unpublished(context.ledger):
        runner.do_next(messages[0].work, (one, other)[turn % 2])
        turn += 1
    assert _made(context, job) == right[0]
    assert ffmpeg.encoder_starts - before == right[1], "each made what the other had not"


def test_a_store_that_goes_away_costs_time_and_no_second_encode(
    machine: Any,
    s3_proxy: Proxy,
    film: Path,
    tmp_path: Path,
    right: tuple[dict[str, str], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = ffmpeg.encoder_starts
    context = context_in(tmp_path)
    store = machine("a", f"http://127.0.0.1:{s3_proxy.port}", attempts=1, read_timeout_s=0.5, connect_timeout_s=1)
    context = _with(context, store, "a")
    job = jobs.submit(context.ledger, a_submission(context, film))
    (planning,) = outbox.unpublished(context.ledger)
    runner.do_next(planning.work, context)
    encode = ffmpeg.run

    def encode_while_the_store_goes_away(*arguments: Any, **more: Any) -> str:
        log = encode(*arguments, **more)
        s3_proxy.refuse()
        return log

    with monkeypatch.context() as away:
        away.setattr(ffmpeg, "run", encode_while_the_store_goes_away)
        drain(context)
    assert queries.find_job(context.ledger, job).state == JobState.RENDERING
    assert {w.error_class for w in queries.list_work(context.ledger, job) if w.error} == {"infrastructure"}
    s3_proxy.heal()
    for _ in range(3):
        time_passes(context.ledger, 301)
        outbox.offer_due(context.ledger)
        drain(context)
    assert _made(context, job) == right[0]
    assert ffmpeg.encoder_starts - before == right[1]
