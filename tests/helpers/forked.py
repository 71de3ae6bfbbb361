"""Processes of their own that begin at once: forked from one that has loaded the libraries and has started nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess

KILLED = -9  # the exit code of a process that SIGKILL ended

_SERVER = get_context("forkserver")
_SERVER.set_forkserver_preload(["workers.runner", "portevoix.framing.follow", "babel.numbers", "boto3", "cv2"])


def forked(function: Callable[..., object], *arguments: object, **environment: str) -> ForkServerProcess:
    """A process that calls a function of a module; what it says is in the caller's output. Its environment is that of
    the caller with these values.
    """
    process = _SERVER.Process(target=_begin, args=({**os.environ, **environment}, function, arguments), daemon=True)
    process.start()
    return process


def exit_code(process: ForkServerProcess, within_s: float = 120) -> int:
    """Wait for a process's end; fails where it goes on."""
    process.join(within_s)
    assert process.exitcode is not None, "it goes on"
    return process.exitcode


def _begin(environment: dict[str, str], function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    function(*arguments)
