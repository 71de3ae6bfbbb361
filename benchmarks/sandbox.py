"""What the sandbox costs: a start of ffmpeg, a reader's start, and a small job made from nothing, each way in turn.

`python benchmarks/sandbox.py [ROUNDS]`. Processor time is told too, since a busy machine bends the clock.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from counting import counted

from portevoix import ffmpeg
from portevoix.library import ROOT
from portevoix.sandbox import SETTING, way
from portevoix.sandbox.way import Way, ways_here
from portevoix.sources.probe import look_at_film
from portevoix.sources.reading import read
from portevoix.sources.tracks import Tracks

FILM = ROOT / "examples" / "trailer" / "media" / "sintel_trailer.mp4"
JOB = ["render", "examples/notice/job.yaml", "--house", "examples/house", "--only", "language=fr"]
STARTS = 30


def main(rounds: int) -> None:
    """Print the figures."""
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = _median(lambda: subprocess.run([ffmpeg.executable(), "-version"], capture_output=True, check=True))
        bare = _median(lambda: look_at_film(FILM, "mov", Tracks()))
        print(f"without any: a start {plain:.1f} ms, the probe of a film of 52 s {bare:.1f} ms")
        jobs: dict[Way, list[tuple[float, float]]] = {found: [] for found in ways_here()}
        for _ in range(rounds):
            for found, costs in jobs.items():
                _take(found)
                costs.append(_job())
        for found, costs in jobs.items():
            _take(found)
            start = _median(lambda: ffmpeg.run(["-version"], folder, 60, encodes=False))
            looked = _median(lambda: read(look_at_film, FILM, "mov", Tracks()))  # `probe` remembers
            made_s, cpu_s = (statistics.median(column) for column in zip(*costs, strict=True))
            print(
                f"{found.value}: a start {start:.1f} ms, the same probe {looked:.1f} ms; "
                f"the notice {made_s:.2f} s, {cpu_s:.2f} s of processors"
            )


def _take(found: Way) -> None:
    os.environ[SETTING] = found.value
    way.cache_clear()


def _median(action: Callable[[], object]) -> float:
    """Milliseconds of an action, by the clock."""
    action()
    taken = []
    for _ in range(STARTS):
        begun_s = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begun_s)
    return statistics.median(taken) * 1000


def _job() -> tuple[float, float]:
    """Seconds by the clock and of processors for a small job from nothing."""
    with tempfile.TemporaryDirectory() as folder:
        return counted(
            [sys.executable, "-m", "portevoix", *JOB, "--out", f"{folder}/out", "--store", f"{folder}/store"]
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 5)
