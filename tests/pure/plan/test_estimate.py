"""A plan's own estimate, and the notes that it learns from."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from portevoix.library import ROOT
from portevoix.plan import Plan
from portevoix.plan.calibration import FILE, pace, paced
from portevoix.plan.estimate import PLANNED_S, estimate
from portevoix.produce import Selection, prepare
from portevoix.store import FolderStore, Store


@pytest.fixture(scope="module")
def notice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Store]:
    store = FolderStore(tmp_path_factory.mktemp("store"))
    *_, plan = prepare(ROOT / "examples" / "notice" / "job.yaml", store, Selection(frozenset({"fr", "en"})))
    return plan, store


def _clock(monkeypatch: pytest.MonkeyPatch, *seconds: float) -> None:
    read = iter(seconds)
    monkeypatch.setattr(time, "monotonic", lambda: next(read))


def test_two_workers_halve_what_can_be_shared(notice: tuple[Plan, Store]) -> None:
    plan, store = notice
    one, two = (estimate(plan, store, workers) for workers in (1, 2))
    assert two < one < 2 * two


def test_what_is_in_the_store_costs_nothing(notice: tuple[Plan, Store], tmp_path: Path) -> None:
    plan, _ = notice
    store = FolderStore(tmp_path)
    for key in [step.key for batch in plan.batches for step in batch.steps] + [s.key for s in plan.sounds]:
        store.put(key, {}, {})
    for video in plan.videos:
        store.put(video.key, {}, {})
    assert estimate(plan, store, 2) == PLANNED_S


def test_a_machine_that_took_twice_as_long_is_expected_to_again(
    notice: tuple[Plan, Store], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, _ = notice
    (store.local).mkdir(parents=True)
    before = estimate(plan, store, 1)
    for kind in ("alone", "sound", "joined"):
        _clock(monkeypatch, 10.0, 14.0)
        with paced(store, kind, 2.0):
            pass
    assert estimate(plan, store, 1) - PLANNED_S == pytest.approx(2 * (before - PLANNED_S))


def test_an_old_note_counts_less_than_a_new_machine(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    (store.local).mkdir(parents=True)
    for took in [1.0] * 100 + [3.0] * 200:
        _clock(monkeypatch, 0.0, took)
        with paced(store, "clean", 1.0):
            pass
    assert pace(store, "clean") == pytest.approx(3.0, abs=0.05)


def test_what_failed_is_not_noted(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), paced(store, "clean", 1.0):
        raise ZeroDivisionError
    assert pace(store, "clean") == 1.0


def test_spoiled_notes_are_forgotten(store: Store) -> None:
    (store.local).mkdir(parents=True)
    for spoiled in ("", "[1]", '{"clean": 3}', '{"clean": ["x", 1]}'):
        (store.local / FILE).write_text(spoiled, "utf-8")
        assert pace(store, "clean") == 1.0
