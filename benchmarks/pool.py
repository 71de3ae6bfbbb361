"""Processes that work for a benchmark and end with it, however it ends."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

PR_SET_PDEATHSIG = 1  # linux/prctl.h


@contextmanager
def pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """New processes. An interruption does not wait for their work; where this process is killed, the kernel ends them,
    and each one's helper of the sandbox ends after it.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _end_with, (os.getpid(),)) as made:
        try:
            yield made
        except BaseException:
            for process in multiprocessing.active_children():
                process.kill()
            raise


def _end_with(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # one of the terminal goes to all: the parent ends the others
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before this was said
        os._exit(1)
