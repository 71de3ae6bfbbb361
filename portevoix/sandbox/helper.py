"""The helper: a small process with an empty environment that starts every confined one, from the first to the last.

It is forked for each task, which costs a few milliseconds, and what it has loaded need not be loaded again. Where its
process ends or closes a task's connection, what runs there is killed.
"""

from __future__ import annotations

import importlib
import json
import os
import selectors
import signal
import socket
import sys
from dataclasses import dataclass

from portevoix.sandbox.confined import become, callable_of, task_from
from portevoix.sandbox.frames import Kind, receive, send

LARGEST_CALL_BYTES = 4096  # of what comes with the descriptors: the name of a function, and of libraries


@dataclass(frozen=True)
class _Running:
    """A confined process, a descriptor that says when it has ended, who wants it."""

    process: int
    ended: int
    connection: socket.socket


def main(control: socket.socket) -> None:
    """Start what is asked for over `control` until its other end is closed; then end all of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asked is told, and closes the connection
    with selectors.DefaultSelector() as waiting:
        waiting.register(control, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.fileobj is control:
                    if not _begin(control, waiting):
                        return  # the children die with this process
                elif key.fd == key.data.ended:
                    _end(key.data, waiting)
                else:
                    _kill(key.data, waiting)


def _begin(control: socket.socket, waiting: selectors.BaseSelector) -> bool:
    """Start one task. False where nobody is there any more."""
    called, descriptors, _, _ = socket.recv_fds(control, LARGEST_CALL_BYTES, 2)
    if not called:
        return False
    connection, log = socket.socket(fileno=descriptors[0]), descriptors[1]
    request = receive(connection)
    if request is not None:
        _load(*json.loads(called))
        helper = os.getpid()
        process = os.fork()
        if process == 0:
            become(task_from(request[1]), connection, log, helper)
        running = _Running(process, os.pidfd_open(process), connection)
        waiting.register(running.ended, selectors.EVENT_READ, running)
        waiting.register(connection, selectors.EVENT_READ, running)
    os.close(log)
    return True


def _load(module: str, function: str, loads: list[str]) -> None:
    """Load what a function uses here, once: each child has it then."""
    for library in loads:
        importlib.import_module(library)
    if module:
        callable_of(module, function)


def _kill(running: _Running, waiting: selectors.BaseSelector) -> None:
    """Nobody wants it any more; its end is seen as any other."""
    signal.pidfd_send_signal(running.ended, signal.SIGKILL)
    waiting.unregister(running.connection)


def _end(running: _Running, waiting: selectors.BaseSelector) -> None:
    status = os.waitstatus_to_exitcode(os.waitpid(running.process, 0)[1])
    for one in (running.ended, running.connection):
        if one in waiting.get_map():
            waiting.unregister(one)
    os.close(running.ended)
    with running.connection as connection:
        try:
            send(connection, Kind.ENDED, str(status).encode())
        except OSError:
            pass  # nobody asks


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
