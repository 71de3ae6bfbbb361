"""Pictures that several processes show are decoded once, and nothing that is made of them differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from portevoix import ffmpeg
from portevoix.plan import Batch, Plan
from portevoix.produce import Selection, prepare
from portevoix.render import chunks, decoded
from portevoix.render.decoded import decodings_of
from portevoix.render.run import run_plan
from portevoix.store import FolderStore, Store


@pytest.fixture
def plan(clip, tmp_path: Path, store: Store) -> Plan:
    clip("a.mp4", "testsrc2=s=128x72", seconds=3, options=("-g", "75"))
    for code in ("fr", "en"):
        (tmp_path / f"{code}.vtt").write_text("WEBVTT\n\n00:00.500 --> 00:02.500\nOK\n", "utf-8")
    job = tmp_path / "job.yaml"
    job.write_text(
        "recipe: interview\ntitle: {fr: Titre, en: Title}\nclips: [{file: media/a.mp4}]\n"
        "scripts: {fr: fr.vtt, en: en.vtt}\nformats: [square, story]\nlanguages: [fr, en]\n",
        "utf-8",
    )
    return prepare(job, store, Selection())[3]


def _filmed(plan: Plan) -> list[Batch]:
    return [batch for batch in plan.batches if batch.clean]


@pytest.fixture
def starts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The arguments of every ffmpeg that reads the source file."""
    read: list[str] = []
    run = ffmpeg.run

    def noted(arguments: list[str], *more: object, **options: object) -> str:
        if any("media/a.mp4" in word for word in arguments) and "-vn" not in arguments:
            read.append(" ".join(arguments))
        return run(arguments, *more, **options)

    monkeypatch.setattr(ffmpeg, "run", noted)
    return read


def test_a_chunk_is_decoded_once_for_all_formats_and_languages(plan: Plan, store: Store, starts: list[str]) -> None:
    assert run_plan(plan, store, 2, lambda event: None) == []
    firsts = {batch.chunk.first_frame for batch in _filmed(plan)}
    assert (len(firsts), len(_filmed(plan)), len(starts)) == (2, 4, 2)


def test_what_is_made_of_decoded_pictures_is_the_same(
    plan: Plan, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    direct = FolderStore(tmp_path / "direct")
    for batch in _filmed(plan)[:2]:
        for step in batch.steps:
            for overlay in step.overlays:
                png = tmp_path / "overlay.png"
                png.write_bytes(store.path(overlay.drawn.key, ".png").read_bytes())
                direct.put(overlay.drawn.key, {".png": png}, store.facts(overlay.drawn.key))
        chunks.make_batch(batch, store)
    monkeypatch.setattr(decoded, "MOST_BYTES", 0)
    for batch in _filmed(plan)[:2]:
        chunks.make_batch(batch, direct)
        for step in batch.steps:
            assert store.path(step.key, ".mp4").read_bytes() == direct.path(step.key, ".mp4").read_bytes()


def test_raw_pictures_go_with_the_last_process_that_wants_them(plan: Plan, store: Store) -> None:
    batches = _filmed(plan)
    with decodings_of(batches, store) as decodings:
        left = []
        for batch in batches:
            chunks.make_batch(batch, store, decodings)
            left.append(len(list(store.local.glob("work/*/*.raw"))))
    assert max(left) >= 1
    assert left[-1] == 0


def test_pictures_that_one_process_wants_are_not_written(plan: Plan, store: Store, starts: list[str]) -> None:
    batch = _filmed(plan)[0]
    chunks.make_batch(batch, store)
    assert len(starts) == 1
    store.delete(batch.branches[0].key)
    chunks.make_batch(batch, store)
    assert len(starts) == 2
    assert ".raw" not in starts[1]
