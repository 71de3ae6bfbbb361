"""Workers on real encodes: what comes out is right however they die, and what they may not do has no effect."""

from __future__ import annotations

import errno
import io
import os
import pickle
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import worker_context
from forked import exit_code
from ledgers import time_passes
from worker_context import a_submission, came_out, context_in, drain

from portevoix import ffmpeg
from portevoix.errors import InvalidInput, RenderFailed
from portevoix.plan.work import JOIN
from portevoix.render.run import MAKERS
from portevoix.store.errors import StoreFull, StoreUnavailable
from service import crash_points
from service.deliveries import UNFINISHED, delivered_to
from service.ledger import Submission, jobs, maintenance, outbox, queries
from service.ledger.states import ErrorClass, JobState, WorkState
from workers import runner
from workers.context import WorkerContext
from workers.error_classes import classify
from workers.reconciler import repair, tidy


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
    assert exit_code(dying) == 137
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
    assert exit_code(worker_context.worker(folder, **{crash_points.VARIABLE: point})) == 137
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
