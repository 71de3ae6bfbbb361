"""Plans of the examples against what they were: `tests/golden/NAME.json`. Delete a file and run once to renew it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from portevoix import ffmpeg
from portevoix.errors import InvalidInput
from portevoix.library import ROOT
from portevoix.plan.budget import check_budget
from portevoix.plan.work import BATCH, missing_work
from portevoix.produce import Selection, prepare
from portevoix.render.run import in_order
from portevoix.store import FolderStore, Store

GOLDEN = ROOT / "tests/golden"


def _shape(summary: dict) -> dict:
    """A plan without its hashes, which change with every build of ffmpeg: what is shared with what stays."""
    names: dict[str, str] = {}

    def name(key: str) -> str:
        return names.setdefault(key, f"step {len(names)}")

    for batch in summary["batches"]:
        batch["clean"] = batch["clean"] and name(batch["clean"])
        batch["branches"] = {name(key): languages for key, languages in batch["branches"].items()}
    for video in summary["videos"]:
        video["chunks"] = [name(key) for key in video["chunks"]]
        del video["key"]
    del summary["sounds"]
    return summary


@pytest.mark.parametrize("example", ["sintel", "notice"])
def test_an_examples_plan_is_what_it_was(example: str, planned_store: Store) -> None:
    before = ffmpeg.encoder_starts
    *_, plan = prepare(ROOT / "examples" / example / "job.yaml", planned_store, Selection())
    assert ffmpeg.encoder_starts == before, "a plan renders nothing"
    shape = _shape(json.loads(json.dumps(plan.summary())))
    path = GOLDEN / f"{example}.json"
    if not path.exists():
        path.write_text(json.dumps(shape, ensure_ascii=False, indent=1) + "\n", "utf-8")
        pytest.fail(f"{path.name} was missing and is written now; look at it and run again")
    assert shape == json.loads(path.read_text("utf-8"))


def test_a_job_has_a_budget_of_pictures_and_artifacts(planned_store: Store) -> None:
    _, order, _, plan = prepare(ROOT / "examples" / "notice" / "job.yaml", planned_store, Selection())
    last = plan.timeline.scenes[-1]
    ten_hours = replace(plan.timeline, scenes=(replace(last, frame_count=10 * 3600 * 25),))
    check_budget(order, plan.timeline, {})
    with pytest.raises(InvalidInput, match=r"asks for .* at most 6,000,000 are made for one job"):
        check_budget(order, ten_hours, {})
    many = {audience.language: 100_000 for audience in order.audiences}
    with pytest.raises(InvalidInput, match=r"asks for about .* artifacts .* at most 300,000 are made for one job"):
        check_budget(order, plan.timeline, many)


def test_two_plans_of_one_job_have_the_same_keys(store: Store, tmp_path: Path) -> None:
    job = ROOT / "examples" / "notice" / "job.yaml"
    upright = Selection(formats=frozenset({"square", "story"}))
    *_, one = prepare(job, store, upright)
    *_, other = prepare(job, FolderStore(tmp_path / "other"), upright)
    assert one.summary() == other.summary()


def test_a_correction_changes_only_the_chunks_that_it_touches(planned_store: Store, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(ROOT / "examples" / "sintel", tmp_path / "job")
    two = Selection(frozenset({"fr", "de"}))
    *_, before = prepare(tmp_path / "job" / "job.yaml", planned_store, two)
    script = tmp_path / "job" / "scripts" / "de.vtt"
    script.write_text(script.read_text("utf-8").replace("Ich suche jemanden.", "Ich suche jemand."), "utf-8")
    *_, after = prepare(tmp_path / "job" / "job.yaml", planned_store, two)
    changed = [
        (new.format, new.language, number)
        for old, new in zip(before.videos, after.videos, strict=True)
        for number, (a, b) in enumerate(zip(old.chunks, new.chunks, strict=True))
        if a != b
    ]
    assert changed == [(frame, "de", 3) for frame in ("wide", "square", "story")]


def test_a_captioned_films_master_costs_no_encode_and_changes_no_other_file(
    planned_store: Store, tmp_path: Path
) -> None:
    import shutil

    shutil.copytree(ROOT / "examples" / "sintel", tmp_path / "job")
    job = tmp_path / "job" / "job.yaml"
    *_, without = prepare(job, planned_store, Selection())
    job.write_text(job.read_text("utf-8") + "\nmasters: true\n", "utf-8")
    *_, plan = prepare(job, planned_store, Selection())
    assert {video.key for video in plan.videos} - {video.key for video in plan.masters} == {
        v.key for v in without.videos
    }
    filmed = [batch for batch in plan.batches if batch.clean]
    assert [len(batch.steps) for batch in filmed] == [len(batch.steps) for batch in without.batches if batch.clean]
    shown = {key for master in plan.masters for key in master.chunks}
    assert all(batch.clean.overlays == () and batch.clean.key in shown for batch in filmed)


def test_another_institutions_film_shares_the_clean_branch(planned_store: Store, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(ROOT / "examples" / "sintel", tmp_path / "job")
    job = tmp_path / "job" / "job.yaml"
    two = Selection(frozenset({"fr", "ar"}))
    *_, one = prepare(job, planned_store, two)
    job.write_text(job.read_text("utf-8").replace("kit: aster", "kit: rivage"), "utf-8")
    *_, other = prepare(job, planned_store, two)
    assert [b.clean and b.clean.key for b in one.batches] == [b.clean and b.clean.key for b in other.batches]
    assert not {video.key for video in one.videos} & {video.key for video in other.videos}
    padded = replace(one.batches[0].view, framing=replace(one.batches[0].view.framing, fit="pad", ground="#ffffff"))
    assert padded.identity != replace(padded, framing=replace(padded.framing, ground="#000000")).identity


def test_chunks_are_made_abreast_and_each_in_all_its_formats(planned_store: Store) -> None:
    *_, plan = prepare(ROOT / "examples" / "sintel" / "job.yaml", planned_store, Selection())
    work = [piece for piece in missing_work(plan, planned_store) if piece.kind == BATCH]

    def order(at_once: int) -> list[tuple[int, str]]:
        batches = [piece.step for piece in in_order(work, at_once)]
        return [(batch.chunk.first_frame, batch.canvas.format) for batch in batches]

    alone = [first for first, _ in order(1)]
    assert alone == sorted(alone)
    first, second = sorted(set(alone))[:2]
    abreast = order(2)
    assert abreast[:6] == [(n, name) for name in ("wide", "square", "story") for n in (first, second)]
    assert sorted(abreast) == sorted((b.chunk.first_frame, b.canvas.format) for b in plan.batches)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Selection(frozenset({"fr", "pt"})), "has no language pt; it has ar, de, en, es, fr, ru, zh"),
        (Selection(frozenset({"fr"}), frozenset({"tall"})), "has no format tall; it has portrait, square, story, wide"),
    ],
)
def test_a_wanted_language_or_format_that_a_job_lacks_is_named(
    planned_store: Store, wanted: Selection, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        prepare(ROOT / "examples" / "notice" / "job.yaml", planned_store, wanted)
