"""What a machine keeps of a bucket, and for how long."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from s3 import Swift, at_once, open_machine
from stored import noise

from portevoix.store.cache import FRESH
from portevoix.store.s3 import S3Store

SOME = 50_000


def copies(store: S3Store) -> set[str]:
    return {file.name for file in (store._cache.root / "files").rglob("*") if file.is_file()}


TEN = "tests/ten"


@pytest.fixture(scope="module")
def ten(swift: Swift, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Ten inputs of `SOME` bytes, under the prefix `TEN`."""
    store = open_machine(TEN, swift.settings(), tmp_path_factory.mktemp("ten"))
    return [store.put_input(io.BytesIO(noise(SOME, n))) for n in range(10)]


@pytest.fixture
def small(swift: Swift, tmp_path: Path) -> Callable[..., S3Store]:
    """A machine that has room for so many of the ten."""
    return lambda room, fresh=timedelta(0): open_machine(TEN, swift.settings(), tmp_path / "small", room * SOME, fresh)


def test_the_cache_keeps_its_limit_and_what_was_used_last(small: Callable[..., S3Store], ten: list[str]) -> None:
    store = small(4)
    for digest in ten:
        store.input_path(ten[0])
        assert store.input_path(digest).stat().st_size == SOME
        assert (
            sum(file.stat().st_size for file in (store._cache.root / "files").rglob("*") if file.is_file()) <= 4 * SOME
        )
    assert {ten[0], ten[9], ten[8]} <= copies(store)


def test_what_is_in_use_is_never_removed(small: Callable[..., S3Store], ten: list[str]) -> None:
    store = small(2)
    with store.workplace() as room:
        files = [store.input_path(digest) for digest in ten]
        assert all(file.read_bytes() == noise(SOME, n) for n, file in enumerate(files))
        assert list(room.iterdir()) == []
        assert copies(store) == set(ten), "removing them would free nothing"
    store.input_path(ten[0])
    store._cache.forget(f"inputs/{ten[1][:2]}/{ten[1]}")
    store.input_path(ten[1])
    assert len(copies(store)) <= 2, "after its use it goes as all others do"


def test_what_was_just_asked_for_stays_a_while(small: Callable[..., S3Store], ten: list[str]) -> None:
    store = small(2, FRESH)
    files = [store.input_path(digest) for digest in ten]
    assert all(file.exists() for file in files)


def test_several_processes_share_one_cache(
    small: Callable[..., S3Store], swift: Swift, tmp_path: Path, ten: list[str]
) -> None:
    work = """
sizes = []
for digest in argument * 3:
    with store.workplace():
        sizes.append(len(store.input_path(digest).read_bytes()))
print(sizes)
"""
    orders: list[object] = [ten, ten[::-1], ten[5:] + ten[:5]]
    folders = [tmp_path / "small"] * 3
    sizes = at_once(work, TEN, swift.settings(), folders, orders, limit_bytes=3 * SOME, fresh_s=0)
    assert sizes == [[SOME] * 30] * 3
    store = small(3)
    store.input_path(ten[0])
    assert len(copies(store)) <= 3
