"""A plan on its way through the ledger: what is written comes back, and what another version wrote is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from portevoix.library import ROOT, load_library
from portevoix.order import Order
from portevoix.plan import Plan, wire
from portevoix.plan.wire import OtherShape, plan_from_json, plan_to_json, step_from_json, step_to_json
from portevoix.plan.work import MEZZANINE, made_by, missing_work, needed_by
from portevoix.produce import Selection, prepare
from portevoix.store import FolderStore, Store

JOB = ROOT / "examples" / "photos" / "story.yaml"
FILM = ROOT / "examples" / "sintel" / "interview.yaml"


@pytest.fixture(scope="module", params=[JOB, FILM], ids=["photos", "film"])
def planned(request: pytest.FixtureRequest, planned_store: Store) -> tuple[Path, Order, Plan]:
    _, order, _, plan = prepare(request.param, planned_store, Selection())
    return request.param, order, plan


def test_a_plan_comes_back_as_it_was_written(planned: tuple[Path, Order, Plan]) -> None:
    job, order, plan = planned
    written = plan_to_json(order, plan)
    taken, same = plan_from_json(written, job, load_library(), Path)
    assert plan_to_json(taken, same) == written
    assert same.summary() == plan.summary()
    assert [batch.view.identity for batch in same.batches] == [batch.view.identity for batch in plan.batches]


def test_every_step_comes_back_as_it_was_written(planned: tuple[Path, Order, Plan], planned_store: Store) -> None:
    _, _, plan = planned
    work = missing_work(plan, planned_store)
    assert {type(piece.step) for piece in work} >= {type(plan.batches[0]), type(plan.sounds[0]), type(plan.videos[0])}
    for piece in work:
        written = step_to_json(piece.step)
        assert step_to_json(step_from_json(piece.kind, written, Path)) == written


def test_a_plan_of_an_older_version_is_refused_and_never_misread(
    planned: tuple[Path, Order, Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    job, order, plan = planned
    with monkeypatch.context() as older:
        older.setattr(wire, "SHAPE", wire.SHAPE - 1)
        written, step = plan_to_json(order, plan), step_to_json(plan.sounds[0])
    with pytest.raises(OtherShape, match=f"stored in shape {wire.SHAPE - 1}; this version reads shape {wire.SHAPE}"):
        plan_from_json(written, job, load_library(), Path)
    with pytest.raises(OtherShape, match="plan the job again"):
        step_from_json("sound", step, Path)
    with pytest.raises(OtherShape, match="stored in shape 1;"):
        plan_from_json('{"ordered": {}, "plan": {}}', job, load_library(), Path)


def test_the_work_goes_in_stages_each_from_what_earlier_ones_make(
    planned: tuple[Path, Order, Plan], planned_store: Store
) -> None:
    _, _, plan = planned
    work = missing_work(plan, planned_store)
    assert [piece.stage for piece in work] == sorted(piece.stage for piece in work)
    made: dict[str, int] = {key: piece.stage for piece in work for key in made_by(piece.step)}
    for piece in work:
        assert all(made[key] < piece.stage for key in needed_by(piece.step)), piece.name


def test_what_is_in_the_store_is_no_work(planned: tuple[Path, Order, Plan], tmp_path: Path) -> None:
    _, _, plan = planned
    store = FolderStore(tmp_path)
    batch = plan.batches[0]
    before = next(piece for piece in missing_work(plan, store) if piece.step == batch)
    store.put(batch.branches[0].key, {}, {})
    after = [piece for piece in missing_work(plan, store) if piece.step == batch]
    assert [piece.frames for piece in after] == [
        frames for frames in [before.frames - batch.chunk.frame_count] if frames
    ]
    assert MEZZANINE not in {piece.kind for piece in missing_work(plan, store)}
