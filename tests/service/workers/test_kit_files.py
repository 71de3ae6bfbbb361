"""The files of a brand kit that a programme shows and plays: workers find them in the store, like those of a job."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from worker_context import a_clip, context_in, drain

from portevoix import ffmpeg, produce
from portevoix.library import Library, load_library
from portevoix.sources.probe import digest_of
from portevoix.store import FolderStore
from service.ledger import Submission, jobs, queries, tables
from service.ledger.states import JobState
from workers import handlers, runner
from workers.context import WorkerContext
from workers.reconciler import sweep

DOCUMENT = """\
recipe: event
kit: rivage
title: {fr: Essai}
clips:
  - file: media/a.mp4
languages: [fr]
formats: [wide]
poster: none
"""
EXAMPLE = Path(os.environ["PORTEVOIX_HOUSE"])


@pytest.fixture
def rivage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a kit with an opening sting and music of its own, which every planning and delivery uses."""
    house = tmp_path / "house"
    shutil.copytree(EXAMPLE, house)
    kit = house / "brand" / "rivage"
    tone = ["-f", "lavfi", "-i", "sine=f=220:d=4", "-c:a", "aac", str(kit / "music.m4a")]
    subprocess.run([ffmpeg.executable(), "-v", "error", *tone], check=True)
    with (kit / "kit.yaml").open("a", encoding="utf-8") as values:
        values.write("music: music.m4a\n")

    def load(place: Path | None = None) -> Library:
        return load_library(house)

    monkeypatch.setattr(produce, "load_library", load)
    monkeypatch.setattr(handlers, "load_library", load)
    return kit


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return a_clip(tmp_path / "film" / "a.mp4")


def submitted(context: WorkerContext, film: Path) -> str:
    files = {"media/a.mp4": context.store.put_input(film)}
    return jobs.submit(context.ledger, Submission("desk", "essai", DOCUMENT, files, draft=True))


def test_a_kits_sting_and_music_come_out_as_the_command_line_makes_them(
    rivage: Path, film: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "essai"
    shutil.copytree(film.parent, folder / "media")
    (folder / "job.yaml").write_text(DOCUMENT, "utf-8")
    production = produce.Production(FolderStore(folder / "store"), draft=True, workers=1)
    outcome = produce.produce(folder / "job.yaml", folder / "out", production)
    assert outcome.failures == []

    context = context_in(tmp_path)
    job = submitted(context, film)
    drain(context)
    entry = queries.find_job(context.ledger, job)
    assert (entry.state, entry.failures, entry.round) == (JobState.DONE, (), 1)
    made = {d.path: d.sha256 for d in queries.list_deliveries(context.ledger, job)}
    assert made == {d.path: d.sha256 for d in outcome.deliveries}


def test_a_kits_files_are_kept_as_long_as_their_job_and_no_longer(rivage: Path, film: Path, tmp_path: Path) -> None:
    context = context_in(tmp_path, keep_days=1)
    job = submitted(context, film)
    [planning] = queries.list_work(context.ledger, job)
    assert runner.work_on(planning.id, context)
    digests = [digest_of(rivage / name) for name in ("opening.webm", "music.m4a")]

    _two_days_pass(context, job)
    sweep(context.ledger, context.store, context.settings)
    assert all(context.store.has_input(digest) for digest in digests), "the job waits, and needs them"

    jobs.cancel(context.ledger, job)
    _two_days_pass(context, job)
    sweep(context.ledger, context.store, context.settings)
    assert not any(context.store.has_input(digest) for digest in digests)


def _two_days_pass(context: WorkerContext, job: str) -> None:
    then_s = time.time() - 2 * 86400
    for file in Path(context.settings.store).rglob("*"):
        os.utime(file, (then_s, then_s))
    with context.ledger.begin() as db:
        earlier = tables.jobs.c.changed_s - 2 * 86400
        db.execute(tables.jobs.update().where(tables.jobs.c.id == job).values(changed_s=earlier))
