"""A publication that is killed at any point leaves the set before or the whole new one, and is simply given again.

Some random kills in the suite; PORTEVOIX_LONG=1 makes 200 for each kind of destination.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from forked import exit_code, forked
from killed_publishers import killed_at, killed_at_random, killed_in_a_withdrawal_at
from published import JOB, made_set, read_set
from s3 import BUCKET, Swift
from s3_moto import Moto

from portevoix.delivery.publishing import STEPS, newest_edition, publish, withdraw
from portevoix.store import ArtifactMissing
from portevoix.store.destination import Destination

KILLS = 200 if os.environ.get("PORTEVOIX_LONG") else 10


@pytest.fixture(params=["folder", "swift", "moto"])
def destination(request: pytest.FixtureRequest, prefix: str, tmp_path: Path) -> Destination:
    if request.param == "folder":
        return Destination.parse(tmp_path / "published")
    server: Swift | Moto = request.getfixturevalue(request.param)
    return Destination(f"s3://{BUCKET}/{prefix}", server.settings())


@contextmanager
def reading(destination: Destination) -> Iterator[list[int]]:
    """A reader that looks at the destination again and again. Gives the versions that it saw; fails for half a set."""
    done, seen, failed = threading.Event(), [], []

    def read() -> None:
        while not done.is_set():
            try:
                seen.append(whole_set(destination))
            except BaseException as error:
                failed.append(error)
                return

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield seen
    finally:
        done.set()
        reader.join()
    assert not failed, failed


def whole_set(destination: Destination) -> int:
    """As `read_set`, by a reader whose set may be withdrawn while it reads: it begins again."""
    objects = destination.open()
    while True:
        before = newest_edition(objects, JOB)
        try:
            return read_set(objects)
        except ArtifactMissing:
            if newest_edition(objects, JOB) == before:
                raise


@pytest.mark.parametrize("step", STEPS)
def test_a_publication_may_be_killed_at_any_point(destination: Destination, tmp_path: Path, step: str) -> None:
    publish(*made_set(tmp_path / "1", 1), destination)
    with reading(destination) as seen:
        assert exit_code(forked(killed_at, step, destination, tmp_path / "2")) == 137
        assert read_set(destination.open()) == (2 if step == "newest" else 1)
        again = publish(*made_set(tmp_path / "2", 2), destination)
    assert (again.edition.number, again.changed) == (2, step != "newest")
    assert read_set(destination.open()) == 2 and set(seen) <= {1, 2}
    manifests = list(destination.open().names(f"manifests/{JOB}/0"))
    assert len(manifests) == 2, "what was begun is ended, not begun anew"


@pytest.mark.parametrize("step", ["manifest", "newest"])
def test_a_withdrawal_may_be_killed_at_any_point(destination: Destination, tmp_path: Path, step: str) -> None:
    publish(*made_set(tmp_path / "1", 1), destination)
    assert exit_code(forked(killed_in_a_withdrawal_at, step, destination)) == 137
    assert read_set(destination.open()) == (-1 if step == "newest" else 1)
    assert withdraw(JOB, destination).deleted == 3
    assert read_set(destination.open()) == -1 and not list(destination.open().names("files/"))
    assert len(list(destination.open().names(f"manifests/{JOB}/0"))) == 2, "what was begun is ended, not begun anew"


def test_a_reader_sees_whole_sets_alone_while_publishers_are_killed(destination: Destination, tmp_path: Path) -> None:
    begun = time.monotonic()
    publish(*made_set(tmp_path / "0", 1000), destination)
    within_s = 0.2 + 3 * (time.monotonic() - begun)
    with reading(destination) as seen:
        assert exit_code(forked(killed_at_random, destination, tmp_path, KILLS, within_s), 3_600) == 0
    assert len(set(seen)) > 2, "it saw sets come and go"
    last = publish(*made_set(tmp_path / "last", 1001), destination)
    assert last.changed and read_set(destination.open()) == 1001
