"""A film in parts by way of the service: the same files as on the command line."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import worker_context
from worker_context import a_clip, a_submission, context_in, drain

from portevoix import produce
from portevoix.authoring.account import Account
from portevoix.authoring.placement import Placement, StillRules, VideoRules
from portevoix.library import Library
from portevoix.plan.work import SOUND_CUT
from portevoix.store import FolderStore
from service.ledger import jobs, queries
from service.ledger.states import JobState
from workers import handlers as trade

DOCUMENT = worker_context.DOCUMENT.replace("languages: [fr]\nposter: none\n", "accounts: [desk]\n")


@pytest.fixture
def small(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account whose placement takes five seconds."""
    short = Placement(
        name="short",
        platform="x",
        read_on=date(2026, 11, 23),
        formats=("square",),
        captions="beside",
        sidecars=("{name}.{locale}.srt",),
        video=VideoRules(max_duration_s=5),
        still=StillRules(formats=("jpeg",), max_bytes=2_000_000),
    )
    account = Account(language="fr", kit="aster", prefix="desk", placements=("short",))
    found = replace(library, placements={"short": short}, accounts={"desk": account})
    monkeypatch.setattr(produce, "load_library", lambda house=None: found)
    monkeypatch.setattr(trade, "load_library", lambda house=None: found)


def test_parts_come_out_as_the_command_line_makes_them(small: None, tmp_path: Path) -> None:
    film = a_clip(tmp_path / "film" / "a.mp4", seconds=8)
    folder = tmp_path / "essai"
    (folder / "media").mkdir(parents=True)
    (folder / "scripts").mkdir()
    shutil.copy(film, folder / "media" / "a.mp4")
    (folder / "scripts" / "fr.vtt").write_text(worker_context.CUES, "utf-8")
    (folder / "job.yaml").write_text(DOCUMENT, "utf-8")
    outcome = produce.produce(
        folder / "job.yaml", folder / "out", produce.Production(FolderStore(folder / "store"), workers=1)
    )
    assert outcome.failures == []
    right = {d.path: d.sha256 for d in outcome.deliveries}
    names = {f"desk/short/essai_source_fr_{n}of2{end}" for n in (1, 2) for end in (".mp4", "_poster.jpg")}
    assert set(right) >= names

    context = context_in(tmp_path)
    job = jobs.submit(context.ledger, a_submission(context, film, DOCUMENT))
    drain(context)
    entry = queries.find_job(context.ledger, job)
    assert (entry.state, entry.failures) == (JobState.DONE, ())
    assert {d.path: d.sha256 for d in queries.list_deliveries(context.ledger, job)} == right
    assert sum(work.kind == SOUND_CUT for work in queries.list_work(context.ledger, job)) == 2
