"""Workers on real encodes: what comes out is right however they die, and what they may not do has no effect."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
import shutil
import signal
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
from ledgers import time_passes
from released import house_in
from worker_context import a_clip, a_submission, context_in, drain

from portevoix import ffmpeg
from portevoix.errors import InvalidInput, RenderFailed
from portevoix.plan.work import JOIN
from portevoix.produce import Production, produce
from portevoix.render.run import MAKERS
from portevoix.store import FolderStore
from portevoix.store.errors import StoreFull, StoreUnavailable
from service import crash_points, relay
from service.deliveries import UNFINISHED, delivered_to
from service.ledger import Submission, duties, inputs, jobs, leases, maintenance, outbox, queries, tables
from service.ledger.duties import SWEEPS, WEBHOOKS
from service.ledger.inputs import Upload
from service.ledger.states import ErrorClass, JobState, WorkState
from workers import handlers, runner
from workers.context import WorkerContext
from workers.error_classes import classify
from workers.reconciler import reconcile, repair, sweep, tidy


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_clip(tmp_path_factory.mktemp("film") / "a.mp4")


@pytest.fixture(scope="module")
def right(film: Path) -> dict[str, str]:
    """Each delivery's path and SHA-256, as the command line makes them."""
    folder = film.parent / "essai"
    (folder / "media").mkdir(parents=True)
    (folder / "scripts").mkdir()
    shutil.copy(film, folder / "media" / "a.mp4")
    (folder / "scripts" / "fr.vtt").write_text(worker_context.CUES, "utf-8")
    (folder / "job.yaml").write_text(worker_context.DOCUMENT, "utf-8")
    outcome = produce(folder / "job.yaml", folder / "out", Production(FolderStore(folder / "store"), workers=1))
    assert outcome.failures == []
    return {d.path: d.sha256 for d in outcome.deliveries}


def came_out(context: WorkerContext, job: str) -> dict[str, str]:
    """What a job delivered, once it is shown that nothing else is left of it."""
    entry = queries.find_job(context.ledger, job)
    assert (entry.state, entry.failures) == (JobState.DONE, ())
    assert entry.frames_done == entry.frames
    assert outbox.unpublished(context.ledger) == []
    assert {w.state for w in queries.list_work(context.ledger, job)} == {WorkState.DONE}
    folder = delivered_to(context.settings.deliveries, job, entry.round)
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))["deliveries"]
    lying = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert lying == {d["path"] for d in listed} | {"manifest.json"}, "no file that the manifest does not list"
    context.store.sweep_work(timedelta(0))
    assert list((Path(context.settings.store) / "work").iterdir()) == [], "no working folder of a dead process"
    assert {d["path"]: d["sha256"] for d in listed} == {
        d.path: d.sha256 for d in queries.list_deliveries(context.ledger, job)
    }
    return {d.path: d.sha256 for d in queries.list_deliveries(context.ledger, job)}


def test_a_job_comes_out_as_the_command_line_makes_it(film: Path, right: dict[str, str], tmp_path: Path) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, film))
    drain(context)
    assert came_out(context, job) == right


@pytest.mark.parametrize("point", crash_points.POINTS)
def test_a_worker_may_die_at_any_point(point: str, film: Path, right: dict[str, str], tmp_path: Path) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, film))
    dying = worker_context.worker(tmp_path, **{crash_points.VARIABLE: point})
    assert dying.wait(60) == 137, dying.stdout and dying.stdout.read()
    time_passes(context.ledger, 61)
    repair(context.ledger, lambda message: None)
    time_passes(context.ledger, 601)  # the messages of that repair are lost too
    outbox.offer_due(context.ledger)
    drain(context)
    assert came_out(context, job) == right
    assert (
        sum(w.tries for w in queries.list_work(context.ledger, job)) <= len(queries.list_work(context.ledger, job)) + 1
    ), "one piece of work was done twice"


def _dies_at(point: str, context: WorkerContext, folder: Path) -> None:
    """A worker gets as far as that point; then its lease is over."""
    assert worker_context.worker(folder, **{crash_points.VARIABLE: point}).wait(60) == 137
    time_passes(context.ledger, 61)
    maintenance.take_back_silent_work(context.ledger)


TWO = worker_context.DOCUMENT.replace("[fr]", "[fr, es]").replace("fr.vtt}", "fr.vtt, es: scripts/fr.vtt}")


def _corrected(context: WorkerContext, job: str, word: str) -> None:
    jobs.revise(context.ledger, job, "scripts/fr.vtt", context.store.put_input(io.BytesIO(word.encode())))


def test_a_variant_is_seen_as_soon_as_it_is_finished_and_none_is_lost_with_its_worker(
    film: Path, tmp_path: Path
) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, film, TWO.replace("title: {", "title: {es: Ensayo, ")))
    _dies_at("variant", context, tmp_path)
    assert queries.list_deliveries(context.ledger, job) == [], "its files lie there, and nobody has heard of them"
    assert queries.unfinished_languages(context.ledger, job) == ["fr", "es"]
    while not (seen := queries.list_deliveries(context.ledger, job)):
        outbox.offer_due(context.ledger)
        runner.do_next(outbox.unpublished(context.ledger)[-1].work, context)
    assert ({d.language for d in seen}, queries.unfinished_languages(context.ledger, job)) == ({"fr"}, ["es"])
    assert queries.find_job(context.ledger, job).state == JobState.RENDERING
    assert not delivered_to(context.settings.deliveries, job, 1).exists(), "no manifest names half a set"
    drain(context)
    made = came_out(context, job)
    assert {d.path: d.sha256 for d in seen}.items() < made.items()
    told = [e.detail["files"] for e in queries.list_events(context.ledger, 0, job) if e.kind == "variant"]
    assert {path: sha for files in told for path, sha in files.items()} == made


def test_a_correction_copies_only_what_it_changes(film: Path, tmp_path: Path) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, film, TWO.replace("title: {", "title: {es: Ensayo, ")))
    drain(context)
    before = came_out(context, job)
    _corrected(context, job, worker_context.CUES.replace("Au revoir", "À demain"))
    drain(context)
    after = came_out(context, job)
    place = context.settings.deliveries / job
    for path, sha in after.items():
        same = (place / "1" / path).stat().st_ino == (place / "2" / path).stat().st_ino
        assert same == (before[path] == sha), path
    assert len({file.stat().st_ino for file in place.rglob("*.mp4")}) == len({*before.values(), *after.values()})


def test_a_set_of_deliveries_that_was_once_seen_is_never_changed(
    film: Path, right: dict[str, str], tmp_path: Path
) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, film))
    _dies_at("manifest", context, tmp_path)
    seen = {file: file.stat().st_mtime_ns for file in delivered_to(context.settings.deliveries, job, 1).rglob("*")}
    assert seen, "the whole set stands, and the ledger does not know it yet"
    drain(context)
    assert came_out(context, job) == right
    assert {file: file.stat().st_mtime_ns for file in seen} == seen


def test_a_worker_that_dies_while_it_delivers_leaves_nothing_in_sight_and_nothing_for_good(
    film: Path, right: dict[str, str], tmp_path: Path
) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, film))
    _dies_at("files", context, tmp_path)
    assert not delivered_to(context.settings.deliveries, job, 1).exists()
    (left,) = (context.settings.deliveries / UNFINISHED).iterdir()
    assert any(file.suffix == ".mp4" for file in left.rglob("*"))
    os.utime(left, (time.time() - 2 * 86400,) * 2)
    tidy(context.store, context.settings)
    assert not left.exists()
    drain(context)
    assert came_out(context, job) == right


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
    give_up_s = time.monotonic() + 20
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
            assert begun.wait(20)
            (planning,) = queries.list_work(context.ledger, job)
            assert leases.claim(context.ledger, planning.id, "a worker that falls silent", 0.1)
            _until(lambda: queries.list_work(context.ledger, job)[0].state == WorkState.QUEUED)
        finally:
            over.set()


def test_a_job_that_kills_its_workers_stops_after_three_and_harms_no_other(
    film: Path, right: dict[str, str], tmp_path: Path
) -> None:
    context = context_in(tmp_path)
    poison = jobs.submit(context.ledger, a_submission(context, film))
    deaths = 0
    while queries.find_job(context.ledger, poison).state != JobState.FAILED:
        assert worker_context.worker(tmp_path, **{crash_points.VARIABLE: "claimed"}).wait(60) == 137
        deaths += 1
        time_passes(context.ledger, 61)
        maintenance.take_back_silent_work(context.ledger)
    assert deaths == 3
    good = jobs.submit(context.ledger, a_submission(context, film))
    drain(context)
    assert came_out(context, good) == right
    assert queries.find_job(context.ledger, poison).state == JobState.FAILED


def _until_it_encodes(context: WorkerContext, pid: int) -> None:
    give_up_s = time.monotonic() + 30
    while not (
        worker_context.encoders(pid)
        and any(w.kind == "batch" and w.state == "running" for w in queries.list_work(context.ledger, _only(context)))
    ):
        assert time.monotonic() < give_up_s
        time.sleep(0.02)


def _only(context: WorkerContext) -> str:
    (job,) = queries.list_jobs(context.ledger)
    return job.id


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One chunk of it takes an encoder long enough to be met at work."""
    return a_clip(tmp_path_factory.mktemp("film") / "a.mp4", 2, "1920x1080")


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
    said = asleep.communicate(timeout=60)[0]
    assert asleep.returncode == 0, said
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
    said = working.communicate(timeout=10)[0]
    assert working.returncode == 0, said
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
    assert begun.wait(20)
    assert jobs.cancel(context.ledger, job) == JobState.CANCELLING
    planning.join(10)
    assert not planning.is_alive()
    assert queries.find_job(context.ledger, job).state == JobState.CANCELLED


def test_an_encoder_dies_with_its_worker(long_film: Path, tmp_path: Path) -> None:
    context = context_in(tmp_path)
    jobs.submit(context.ledger, a_submission(context, long_film))
    working = worker_context.worker(tmp_path)
    _until_it_encodes(context, working.pid)
    (encoder,) = worker_context.encoders(working.pid)
    working.kill()
    working.wait()
    give_up_s = time.monotonic() + 5
    while Path(f"/proc/{encoder}").exists() and " Z " not in Path(f"/proc/{encoder}/stat").read_text(
        "ascii", "replace"
    ):
        assert time.monotonic() < give_up_s, "it goes on without anybody who wants its work"
        time.sleep(0.02)


def test_trying_again_makes_only_what_failed(
    film: Path, right: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, film))
    before = ffmpeg.encoder_starts

    def fails(*arguments: object) -> None:
        raise InvalidInput([])

    with monkeypatch.context() as broken:
        broken.setitem(MAKERS, JOIN, fails)
        drain(context)
    assert queries.find_job(context.ledger, job).state == JobState.FAILED
    encoded = ffmpeg.encoder_starts - before
    assert jobs.retry(context.ledger, job)
    drain(context)
    assert ffmpeg.encoder_starts - before == encoded, "everything but the join was there"
    entry = queries.find_job(context.ledger, job)
    assert (entry.state, entry.round, entry.frames) == (JobState.DONE, 2, 0)
    assert {d.path: d.sha256 for d in queries.list_deliveries(context.ledger, job)} == right


def test_bad_input_is_refused_once_in_the_words_of_its_author(film: Path, tmp_path: Path) -> None:
    context = context_in(tmp_path)
    document = worker_context.DOCUMENT.replace("languages: [fr]", "languages: [fr, xx]")
    job = jobs.submit(
        context.ledger, a_submission(context, film, document, cues="WEBVTT\n\n00:02.000 --> 00:01.000\nBonjour\n")
    )
    drain(context)
    entry = queries.find_job(context.ledger, job)
    assert entry.state == JobState.REFUSED
    text = "\n".join(str(fault) for fault in entry.faults)
    assert "essai.yaml:6:17: language 'xx' is not known" in text
    assert "scripts/fr.vtt:3" in text
    assert str(tmp_path) not in text
    assert [w.tries for w in queries.list_work(context.ledger, job)] == [1]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../a.mp4", "inside its folder"),
        ("/etc/a", "inside its folder"),
        ("essai.yaml", "no name"),
    ],
)
def test_no_file_leaves_its_job(name: str, says: str, tmp_path: Path) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, Submission("desk", "essai", worker_context.DOCUMENT, {name: "0" * 64}))
    drain(context)
    (fault,) = queries.find_job(context.ledger, job).faults
    assert fault.file == name
    assert says in fault.message


@pytest.mark.parametrize(
    "spoil", [lambda file: file.unlink(), lambda file: file.write_bytes(b"?")], ids=["lost", "spoilt"]
)
def test_a_job_whose_film_was_lost_says_so_and_goes_on_when_it_is_sent_again(
    spoil: Callable[[Path], object], film: Path, right: dict[str, str], tmp_path: Path
) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, submission := a_submission(context, film))
    digest = submission.files["media/a.mp4"]
    spoil(context.store.input_path(digest))
    drain(context)
    entry = queries.find_job(context.ledger, job)
    assert (entry.state, [w.tries for w in queries.list_work(context.ledger, job)]) == (JobState.FAILED, [1])
    assert f"media/a.mp4: its bytes (SHA-256 {digest}) are not here any more; upload them again" in entry.failures[0]
    context.store.put_input(film)
    assert jobs.retry(context.ledger, job)
    drain(context)
    assert {d.path: d.sha256 for d in queries.list_deliveries(context.ledger, job)} == right


CORRECTIONS = 12  # more than a job may repair itself in a row


def corrected_often(context: WorkerContext, job: str) -> None:
    """An author corrects a job again and again, and ends with the words that it had."""
    digest = queries.find_submission(context.ledger, job).files["scripts/fr.vtt"]
    for _ in range(CORRECTIONS):
        jobs.revise(context.ledger, job, "scripts/fr.vtt", digest)


@pytest.mark.parametrize("loss", ["drawing", "chunk", "spoilt chunk"])
def test_what_is_lost_or_spoilt_is_made_again_however_often_authors_corrected(
    loss: str, film: Path, right: dict[str, str], tmp_path: Path
) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, film))
    corrected_often(context, job)
    user = "batch" if loss == "drawing" else "join"
    while not any(w.kind == user and w.state == WorkState.QUEUED for w in queries.list_work(context.ledger, job)):
        for message in outbox.unpublished(context.ledger):
            runner.do_next(message.work, context)
    spoilt = 0
    for note in (Path(context.settings.store) / "artifacts").rglob("*.json"):
        drawing = note.with_suffix(".png").exists()
        worded_chunk = note.with_suffix(".mp4").exists() and not note.with_suffix(".stats").exists()
        if loss == "spoilt chunk" and worded_chunk:
            spoilt += 1
            content = note.with_suffix(".mp4").read_bytes()
            note.with_suffix(".mp4").write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
        elif drawing if loss == "drawing" else worded_chunk:
            context.store.delete(note.stem)
    if loss == "spoilt chunk":
        context = worker_context.context_in(tmp_path)  # another process: nothing was looked at yet
    drain(context)
    assert queries.find_job(context.ledger, job).round == CORRECTIONS + 1 + max(1, spoilt), "each is met by itself"
    assert {d.path: d.sha256 for d in queries.list_deliveries(context.ledger, job)} == right


@pytest.mark.parametrize(("name", "older_value"), [("maker", lambda: "older"), ("SHAPE", 1)])
def test_work_of_another_version_is_planned_anew(
    name: str,
    older_value: object,
    film: Path,
    right: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, film))
    corrected_often(context, job)
    with monkeypatch.context() as older:
        older.setattr(f"portevoix.plan.wire.{name}", older_value)
        runner.do_next(outbox.unpublished(context.ledger)[-1].work, context)
    drain(context)
    assert queries.find_job(context.ledger, job).round == CORRECTIONS + 2
    assert {d.path: d.sha256 for d in queries.list_deliveries(context.ledger, job)} == right


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


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (InvalidInput([]), ErrorClass.INPUT),
        (OSError(errno.ENOSPC, "No space left on device"), ErrorClass.RESOURCE),
        (RenderFailed("ffmpeg ended with code 228: the disk is full", scarce=True), ErrorClass.RESOURCE),
        (pickle.loads(pickle.dumps(RenderFailed("it was stopped", "its words", scarce=True))), ErrorClass.RESOURCE),
        (RenderFailed("'No space left on device.mp4' was stopped after all"), ErrorClass.UNKNOWN),
        (RuntimeError("unable to write: No space left on device"), ErrorClass.RESOURCE),
        (MemoryError(), ErrorClass.RESOURCE),
        (StoreFull("no room"), ErrorClass.RESOURCE),
        (StoreUnavailable("no answer"), ErrorClass.INFRASTRUCTURE),
        (ConnectionResetError(), ErrorClass.INFRASTRUCTURE),
        (RenderFailed("ffmpeg ended with code -11: "), ErrorClass.UNKNOWN),
        (ValueError("?"), ErrorClass.UNKNOWN),
    ],
)
def test_an_error_is_blamed_on_what_can_mend_it(error: Exception, kind: ErrorClass) -> None:
    assert classify(error) == kind
