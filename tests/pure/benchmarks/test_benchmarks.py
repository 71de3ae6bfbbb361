"""What the benchmarks say of their measurements, and the model of the service on paper."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portevoix.library import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
from correction import until
from report import figures, filled
from scale_model import Item, Site, simulate

SITE = Site(processors=1, workers_each=1, pause_s=0.0)
# A plan of 1 s, eight batches of 10 s, a delivery of 2 s; nothing holds the lock.
ITEMS = [
    Item(0, "plan", 1, 1, 0, 0, 0),
    *[Item(1, "batch", 10, 10, 0, 0, 0)] * 8,
    Item(2, "deliver", 2, 2, 0, 0, 0),
]


def _took(seconds: float, films: int = 1) -> dict[str, Any]:
    return {
        "wall_s": seconds,
        "cpu_s": 2 * seconds,
        "peak_bytes": 1 << 30,
        "disk_bytes": 0,
        "load": 1.0,
        "films": films,
    }


def _sides(kind: str, films: int) -> dict[str, Any]:
    return {f"{kind}, {name}": _took(10.0 * films, films) for name in ("wide", "square", "story")}


@pytest.mark.parametrize("films", [1, 2, 14])
def test_a_side_costs_what_one_film_of_each_format_takes_times_their_number(films: int) -> None:
    parts = {"cold": {"first": _took(100)}, "sides": _sides("per video", films)}
    figure = figures({"parts": parts})["one ffmpeg per delivery"]
    assert figure["theirs_s"] == pytest.approx(420)
    assert figure["value"] == pytest.approx(4.2)
    assert figure["met"]


def test_a_correction_is_held_against_an_editors_patience_and_the_whole_story() -> None:
    item = {"whole_s": 60.0, "whole_cpu_s": 100.0, "median_s": 3.0, "longest_s": 11.0, "cpu_s": 2.5, "load": 1.0}
    parts = {"cold": {"first": _took(100)}, "correction": {"a word by the service": item}}
    found = figures({"parts": parts})
    assert found["a corrected word plays, median"]["met"] and not found["a corrected word plays, longest"]["met"]
    share = found["a corrected word, of the whole story"]
    assert (share["value"], share["cpu_value"], share["met"]) == (0.05, 0.025, True)


def test_a_story_that_is_cut_keeps_the_cues_that_end_within_it() -> None:
    text = "WEBVTT\n\nNOTE Words.\n\n00:00:00.200 --> 00:00:03.800\nUn\n\n00:00:04.200 --> 00:00:07.800\nDeux\n"
    assert until(text, 7.8) == text
    assert until(text, 7) == text.partition("\n\n00:00:04")[0] + "\n"


def test_bytes_are_compared_over_all_films_and_vmaf_over_those_looked_at() -> None:
    sides = {
        "quality, wide-fr": {"ours_bytes": 130, "plain_bytes": 100, "ours_vmaf": 96.0, "plain_vmaf": 96.5},
        "quality, wide-clean": {"ours_bytes": 100, "plain_bytes": 100},
    }
    found = figures({"parts": {"cold": {"first": _took(100)}, "sides": sides}})
    assert (found["bytes"]["value"], found["bytes"]["met"]) == (1.15, True)
    assert (found["VMAF"]["value"], found["VMAF"]["met"]) == (-0.5, False)


def test_a_page_without_a_region_is_not_written(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- bench: one -->\nold\n<!-- end -->\nafter\n", "utf-8")
    assert filled(page, {"one": "new"}, "bench") == "before\n<!-- bench: one -->\nnew\n<!-- end -->\nafter\n"
    with pytest.raises(RuntimeError, match="no region 'two'"):
        filled(page, {"two": "new"}, "bench")


@pytest.mark.parametrize(("workers", "seconds"), [(1, 83), (2, 43), (8, 13), (1000, 13)])
def test_batches_are_shared_and_what_goes_before_and_after_is_not(workers: int, seconds: float) -> None:
    assert simulate(ITEMS, [0.0], workers, SITE).end_s == pytest.approx(seconds)


def test_the_oldest_job_goes_first() -> None:
    run = simulate(ITEMS, [0.0, 0.5], 1, SITE)
    assert run.took_s == pytest.approx([83, 165.5])


def test_the_lock_is_held_by_one_at_a_time() -> None:
    locking = [replace(item, seconds=0.0, cpu_s=0.0, lock_s=1.0) for item in ITEMS]
    run = simulate(locking, [0.0], 1000, SITE)
    assert run.end_s == pytest.approx(run.locked_s) == pytest.approx(10)


def test_workers_that_share_a_processor_take_twice_as_long() -> None:
    site = replace(SITE, workers_each=2)
    assert simulate(ITEMS, [0.0], 2, site).end_s == pytest.approx(86, abs=0.1)  # a lease is kept twice


@pytest.mark.parametrize(
    "name", sorted(file.stem for file in (ROOT / "benchmarks").glob("*.py") if "sys.path" in file.read_text("utf-8"))
)
def test_a_benchmark_finds_the_helpers_that_it_shares_with_the_tests(name: str) -> None:
    code = f"import sys; sys.path.insert(0, 'benchmarks'); import {name}"
    started = subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, capture_output=True, text=True)
    assert started.returncode == 0, started.stderr
