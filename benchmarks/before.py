"""The same job from nothing by this checkout and by an earlier commit, in turn: `make before COMMIT=c ROUNDS=n`.

    python benchmarks/before.py COMMIT [--rounds N] [--job PATH] [--only SELECTION ...]

Each side has an installation, a store and a house of its own, and makes its own copy of the job, so only the code
differs. Processor time is told too, since a busy machine bends the clock.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from counting import counted

from portevoix.library import ROOT

JOB = "examples/trailer/job.yaml"  # what `make bench` measures
STEPS = ("plan", "render")


def main(commit: str, rounds: int, job: str, only: Sequence[str]) -> None:
    """Print each run, and the ratios of the medians."""
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name) / "before"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", tree, commit], cwd=ROOT, check=True)
        try:
            subprocess.run(["make", "setup"], cwd=tree, check=True, stdout=subprocess.DEVNULL)
            _compare({"before": tree, "now": ROOT}, Path(name) / "made", rounds, [job, *_selection(only)])
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", tree], cwd=ROOT, check=True)


def _selection(only: Sequence[str]) -> list[str]:
    return [word for one in only for word in ("--only", one)]


def _compare(sides: dict[str, Path], folder: Path, rounds: int, job: Sequence[str]) -> None:
    took: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for number in range(rounds):
        for step in STEPS:
            for side, tree in sides.items():
                cost = _run(tree, folder, step, job)
                took.setdefault((side, step), []).append(cost)
                print(f"round {number + 1}, {side}, {step}: {cost[0]:.1f} s, {cost[1]:.1f} s of processors", flush=True)
    for step in STEPS:
        (wall, cpu), (old_wall, old_cpu) = (
            [statistics.median(column) for column in zip(*took[side, step], strict=True)] for side in ("now", "before")
        )
        print(f"{step}: {wall / old_wall:.3f} of the time by the clock, {cpu / old_cpu:.3f} of processor time")


def _run(tree: Path, folder: Path, step: str, job: Sequence[str]) -> tuple[float, float]:
    """Seconds by the clock and of processors for one command of a checkout, from nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    own = [f"--store={folder / 'store'}", f"--house={tree / 'examples/house'}"]
    out = [f"--out={folder / 'out'}"] if step == "render" else []
    return counted([str(tree / ".venv/bin/portevoix"), step, str(tree / job[0]), *job[1:], *own, *out])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("commit")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--job", default=JOB)
    parser.add_argument("--only", action="append", default=[])
    given = parser.parse_args()
    main(given.commit, given.rounds, given.job, given.only)
