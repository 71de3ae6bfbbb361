"""A benchmark counts the processors' time of all that a command started."""

from __future__ import annotations

import sys

from portevoix.library import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

BUSY_S = 0.3
BUSY = f"import time\nwhile time.process_time() < {BUSY_S}: pass"
# As bubblewrap's outer process, which is killed while its inner one works.
KILLED = f"""
import os, subprocess, sys
made = subprocess.Popen([sys.executable, "-c", {BUSY!r}])
print("begun", flush=True)
os.kill(os.getpid(), 9)
"""
COMMAND = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {KILLED!r}])"


def test_the_time_of_a_process_whose_parent_was_killed_counts_too() -> None:
    from counting import counted

    _, cpu_s = counted([sys.executable, "-c", COMMAND])
    assert cpu_s > BUSY_S
