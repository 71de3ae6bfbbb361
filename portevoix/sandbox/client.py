"""The side of a process that has strangers' bytes read: its one helper, and what it asks of it."""

from __future__ import annotations

import atexit
import dataclasses
import json
import os
import selectors
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from portevoix.sandbox import bubblewrap
from portevoix.sandbox.confined import Task
from portevoix.sandbox.frames import Kind, receive, send
from portevoix.sandbox.libraries import running
from portevoix.sandbox.way import Way

KILLED = -9
SIGNALLED = 128  # bubblewrap's status where a signal ended its program is so much more than the signal's number
MOST_LOG_BYTES = 64_000_000  # ffmpeg says a line for each frame at most
GOODBYE_S = 10.0
HELPER = running("portevoix.sandbox.helper")
TRIES = 2  # the helper may have ended since it was last asked
# Libraries of numbers start no threads of their own: the helper forks.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "VIPS_CONCURRENCY": "1", "LC_ALL": "C.UTF-8"}


class TookTooLong(Exception):
    """The time by the clock has run out."""


@dataclass(frozen=True)
class Ended:
    """How a task ended: its status, as subprocess has it; what it answered, if it did; what it wrote to its log."""

    status: int
    answer: tuple[Kind, bytes] | None
    log: str


@dataclass(frozen=True)
class _Helper:
    process: subprocess.Popen[bytes]
    control: socket.socket


_helpers: dict[bool, _Helper] = {}  # by whether it is in namespaces
_starting = threading.Lock()


def run(task: Task) -> Ended:
    """Run a task and wait for its end. Raises TookTooLong; whatever is raised, the task has been killed."""
    log, written = os.pipe()
    ours, theirs = socket.socketpair()
    try:
        with ours, _killed_at_last(ours):
            with theirs:
                _hand_over(task, theirs, written)
            os.close(written)
            send(ours, Kind.REQUEST, as_message(task))
            ended = _watched(ours, log, time.monotonic() + task.limits.time_s)
            by_signal = task.way == Way.BUBBLEWRAP and ended.status > SIGNALLED
            return dataclasses.replace(ended, status=SIGNALLED - ended.status) if by_signal else ended
    finally:
        os.close(log)


def end_all() -> None:
    """Kill all that runs confined for this process; the next task begins with a new helper."""
    with _starting:
        for helper in _helpers.values():
            helper.control.close()
            helper.process.kill()
            helper.process.wait()
        _helpers.clear()


def as_message(task: Task) -> bytes:
    """A task as JSON, for `task_from`."""
    return json.dumps(dataclasses.asdict(task), default=_plain).encode()


def _plain(value: object) -> object:
    return value.value if isinstance(value, Way) else str(value)


def _hand_over(task: Task, connection: socket.socket, log: int) -> None:
    """Give the helper the ends of a task's connection and log."""
    in_namespaces = task.way == Way.BOTH
    for left in reversed(range(TRIES)):
        helper = _helper(in_namespaces)
        try:
            called = json.dumps([task.module, task.function, task.loads]).encode()
            socket.send_fds(helper.control, [called], [connection.fileno(), log])
            return
        except OSError:
            _forget(in_namespaces, helper)
            if not left:
                raise


def _helper(in_namespaces: bool) -> _Helper:
    with _starting:
        if in_namespaces not in _helpers:
            ours, theirs = socket.socketpair(type=socket.SOCK_SEQPACKET)
            command = [*HELPER, str(theirs.fileno())]
            with theirs:
                process = subprocess.Popen(
                    bubblewrap.around_all(command) if in_namespaces else command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    env=ENVIRONMENT,
                    cwd="/",
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
            _helpers[in_namespaces] = _Helper(process, ours)
        return _helpers[in_namespaces]


def _forget(in_namespaces: bool, helper: _Helper) -> None:
    with _starting:
        if _helpers.get(in_namespaces) is helper:
            del _helpers[in_namespaces]
            helper.control.close()
            helper.process.kill()
            helper.process.wait()


def _in_a_fork() -> None:
    """A forked process has a helper of its own: with a copy of the socket here, the other would outlive its process."""
    for helper in _helpers.values():
        helper.control.close()
        helper.process.returncode = 0  # no child of this process: nothing to wait for
    _helpers.clear()


os.register_at_fork(after_in_child=_in_a_fork)
atexit.register(end_all)


@contextmanager
def _killed_at_last(ours: socket.socket) -> Iterator[None]:
    """At an error, close our side, and wait until the helper has buried the process."""
    try:
        yield
    except BaseException:
        try:
            ours.shutdown(socket.SHUT_WR)
            ours.settimeout(GOODBYE_S)
            while ours.recv(1 << 16):
                pass
        except OSError:
            pass
        raise


def _watched(ours: socket.socket, log: int, deadline_s: float) -> Ended:
    """Read the log and the answer until the task has ended."""
    said, answer = bytearray(), None
    with selectors.DefaultSelector() as waiting:
        waiting.register(ours, selectors.EVENT_READ)
        waiting.register(log, selectors.EVENT_READ)
        while True:
            left_s = deadline_s - time.monotonic()
            ready = {key.fd for key, _ in waiting.select(max(0.0, left_s))}
            if not ready and left_s <= 0:
                raise TookTooLong
            if log in ready and not _read_on(log, said):
                waiting.unregister(log)
            if ours.fileno() in ready:
                message = receive(ours)
                if message is None or message[0] == Kind.ENDED:
                    status = int(message[1]) if message else KILLED
                    while _read_on(log, said):
                        pass
                    return Ended(status, answer, said.decode("utf-8", "replace"))
                answer = message


def _read_on(log: int, said: bytearray) -> bool:
    """Take more of the log. False at its end. Raises TookTooLong where it has none."""
    piece = os.read(log, 1 << 16)
    said += piece
    if len(said) > MOST_LOG_BYTES:
        raise TookTooLong
    return bool(piece)
