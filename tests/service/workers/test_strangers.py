"""Strangers' files in the service and at the command line: the traps stay untouched, the next job works.

`make strangers` tries all of them, and thousands of files with a little changed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from gauntlet import Gauntlet, corpus, gauntlet_in
from strange_mutations import good_files, mutated
from strange_texts import Stranger

EACH = 15  # of the corpus, which has some hundred
CHANGED = 6


@pytest.fixture(scope="module")
def gauntlet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gauntlet]:
    with gauntlet_in(tmp_path_factory.mktemp("strangers")) as run:
        yield run


def _some(gauntlet: Gauntlet) -> list[Stranger]:
    folder = gauntlet.folder / "made"
    folder.mkdir()
    known = list(corpus(gauntlet.watch.traps, folder))
    changed = mutated(good_files(folder), CHANGED * 26, seed=1)
    return [*known[::EACH], *list(changed)[::26]]


def test_whatever_strangers_send_reaches_nothing_and_stops_nobody(gauntlet: Gauntlet) -> None:
    for number, stranger in enumerate(_some(gauntlet)):
        way = gauntlet.upload if number % 2 else gauntlet.command
        assert way(stranger).wrong == (), f"{stranger.tries} as {stranger.name!r}"
    assert gauntlet.next_works()


def test_the_traps_tell_when_they_are_touched(gauntlet: Gauntlet) -> None:
    gauntlet.watch.traps.canary.read_text()
    assert gauntlet.watch.touched() == ["the canary was opened"]
    assert gauntlet.watch.touched() == []
