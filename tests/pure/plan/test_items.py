"""A plan's work as the ledger takes it: variant by variant, each piece behind what it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from portevoix.library import ROOT
from portevoix.plan import Plan
from portevoix.plan.items import UNCHANGED, languages_of, products_of, work_items
from portevoix.plan.wire import step_from_json
from portevoix.plan.work import BATCH, DELIVERY, JOIN, SOUND, VARIANT, missing_work
from portevoix.produce import Selection, prepare
from portevoix.store import FolderStore, Store


@pytest.fixture(scope="module")
def plan(planned_store: Store) -> Plan:
    wanted = Selection(frozenset({"fr", "ar"}), frozenset({"story", "square"}))
    return prepare(ROOT / "examples" / "sintel" / "job.yaml", planned_store, wanted)[3]


def test_what_is_asked_for_first_is_finished_first(plan: Plan, planned_store: Store) -> None:
    items = work_items(plan, planned_store)
    assert items[0].kind == SOUND, "every variant waits for it"
    batches = [step_from_json(item.kind, item.payload, Path) for item in items if item.kind == BATCH]
    formats = [batch.canvas.format for batch in batches]
    first = plan.products[0].audience.format
    assert formats == sorted(formats, key=lambda name: name != first), "one format after the other"
    variants = [item.name for item in items if item.kind == VARIANT]
    assert variants == ["square in fr", "square in ar", "story in fr", "story in ar"]
    last_batch = max(n for n, item in enumerate(items) if item.kind == BATCH)
    assert items.index(next(item for item in items if item.kind == VARIANT)) < last_batch


def test_every_piece_waits_for_what_it_is_made_from_and_the_delivery_for_all(plan: Plan, planned_store: Store) -> None:
    items = work_items(plan, planned_store)
    assert len(items) == len(missing_work(plan, planned_store)) + len(plan.products) + 1
    for place, item in enumerate(items):
        assert all(need < place and items[need].stage < item.stage for need in item.needs), item.name
        if item.kind == JOIN:
            assert {items[need].kind for need in item.needs} == {BATCH, SOUND}
        if item.kind == VARIANT:
            assert [items[need].kind for need in item.needs] == [JOIN]
    assert items[-1].kind == DELIVERY
    reached, ahead = set(), {len(items) - 1}
    while ahead:
        reached |= ahead
        ahead = {need for place in ahead for need in items[place].needs} - reached
    assert reached == set(range(len(items)))


def test_what_a_correction_leaves_as_it_is_waits_for_nothing(plan: Plan, tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    for video in plan.videos:
        if video.language == "fr":
            store.put(video.key, {}, {})
    variants = [item for item in work_items(plan, store) if item.kind == VARIANT]
    assert [item.name for item in variants] == ["square in ar", "story in ar", UNCHANGED]
    assert variants[-1].needs == ()
    assert languages_of(variants[-1].payload) == ["fr"]
    assert [plan.products[n].audience.language for n in products_of(variants[-1].payload)] == ["fr", "fr"]
