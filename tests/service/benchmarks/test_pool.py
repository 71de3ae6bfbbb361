"""A benchmark's processes end with it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portevoix.library import ROOT

BENCHMARK = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # what was begun in the background ignores it
sys.path.insert(0, {benchmarks!r})
from pool import pool
if __name__ == "__main__":
    with pool(2) as made:
        print(*[made.submit(os.getpid).result()], flush=True)
        made.submit(time.sleep, 600).result()
"""


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_processes_of_a_benchmark_end_with_it_at_once(by: signal.Signals, tmp_path: Path) -> None:
    program = tmp_path / "benchmark.py"
    program.write_text(BENCHMARK.format(benchmarks=str(ROOT / "benchmarks")))
    with subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as benchmark:
        assert benchmark.stdout
        worker = int(benchmark.stdout.readline())
        assert is_alive(worker)
        benchmark.send_signal(by)
        try:
            assert benchmark.wait(120) != 0
        finally:
            benchmark.kill()
    for _ in range(1_200):
        if not is_alive(worker):
            return
        time.sleep(0.05)
    raise AssertionError("it goes on")
