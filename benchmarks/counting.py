"""The time of a command and of all that it starts: `python benchmarks/counting.py COMMAND …`

Where bubblewrap is killed, nobody but init waits for what ran in it, and its time is counted nowhere. This process
takes init's place.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def counted(command: Sequence[str]) -> tuple[float, float]:
    """Seconds by the clock and of processors, of a command and its descendants, which all end with it."""
    said = subprocess.run([sys.executable, __file__, *command], check=True, stdout=subprocess.PIPE, text=True).stdout
    wall_s, cpu_s = said.splitlines()[-1].split()
    return float(wall_s), float(cpu_s)


def main(command: Sequence[str]) -> None:
    """Run a command, bury all that it leaves, print the seconds."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begun_s = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    wall_s = time.perf_counter() - begun_s
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}:\n{done.stderr}")
    try:
        while True:
            os.wait()
    except ChildProcessError:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(wall_s, used.ru_utime + used.ru_stime)


if __name__ == "__main__":
    main(sys.argv[1:])
