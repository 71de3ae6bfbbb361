"""A mark drawn frame by frame on its way out."""

from __future__ import annotations

import builtins
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from portevoix.drawing.frame import Drawing
from portevoix.drawing.motion import Step, moved


def test_what_moves_it_is_loaded_by_one_thread_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that load a package at once may lock each other out."""
    usual, counting, inside, most = builtins.__import__, threading.Lock(), 0, 0

    def loading(name: str, *more: Any) -> Any:
        nonlocal inside, most
        if name != "moviepy":
            return usual(name, *more)
        with counting:
            inside += 1
            most = max(most, inside)
        time.sleep(0.05)
        try:
            return usual(name, *more)
        finally:
            with counting:
                inside -= 1

    mark = Drawing(Image.new("RGBA", (40, 20), "#ffffff"), 0, 0)
    moved(mark, Step(0, 4, True), False)
    monkeypatch.setattr(builtins, "__import__", loading)
    with ThreadPoolExecutor(2) as pool:
        drawn = list(pool.map(lambda number: moved(mark, Step(number, 4, True), False), range(4)))
    assert most == 1 and len({one.image.tobytes() for one in drawn}) > 1
