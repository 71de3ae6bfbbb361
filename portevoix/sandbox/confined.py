"""What becomes of a helper's child before it runs anything: its limits, what it may reach, then a program or a call."""

from __future__ import annotations

import ctypes
import functools
import importlib
import json
import os
import resource
import signal
import socket
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, get_type_hints

from portevoix.errors import PortevoixError
from portevoix.sandbox import landlock, seccomp
from portevoix.sandbox.bubblewrap import around
from portevoix.sandbox.frames import Kind, send
from portevoix.sandbox.landlock import Granted
from portevoix.sandbox.limits import Limits, address_space_bytes, take_on
from portevoix.sandbox.way import Way

PR_SET_PDEATHSIG = 1  # linux/prctl.h
NOT_STARTED, OUT_OF_MEMORY = 127, 126
LOWEST_DESCRIPTORS = 3


@dataclass(frozen=True)
class Task:
    """One thing to run: a program with its arguments, or else a function of a module with its own.

    `folder`: where it begins. `environment`: all that it has of one. `loads`: the libraries that the function uses.
    """

    way: Way
    limits: Limits
    granted: Granted
    folder: str
    program: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    module: str = ""
    function: str = ""
    arguments: tuple[Any, ...] = ()
    loads: tuple[str, ...] = ()


def task_from(message: bytes) -> Task:
    """A task as `Task` has it, from JSON."""
    said = json.loads(message)
    return Task(
        Way(said["way"]),
        Limits(**said["limits"]),
        Granted(**said["granted"]),
        said["folder"],
        tuple(said["program"]),
        tuple((name, value) for name, value in said["environment"]),
        said["module"],
        said["function"],
        tuple(said["arguments"]),
    )


def become(task: Task, connection: socket.socket, log: int, helper: int) -> None:
    """Run a task in this process, a child of `helper` made for it alone. Never returns."""
    status = NOT_STARTED
    try:
        _die_with(helper)
        _only(connection, log)
        os.chdir(task.folder)
        take_on(task.limits, 0 if task.program else address_space_bytes())
        if task.program:
            _execute(task)
        _confine(task, may_execute=False)
        send(connection, *answered(task))
        status = 0
    except MemoryError:
        status = OUT_OF_MEMORY  # there is none left for words
    except BaseException:
        send(connection, Kind.STUMBLE, traceback.format_exc().encode("utf-8", "replace"))
    finally:
        os._exit(status)


def _die_with(helper: int) -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
    if os.getppid() != helper:
        os._exit(NOT_STARTED)


def _only(connection: socket.socket, log: int) -> None:
    """Nothing open but an empty input, the log and the connection, which a program does not get."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for target, source in ((0, nothing), (1, nothing), (2, log)):
        os.dup2(source, target)
    kept = connection.fileno()
    os.closerange(LOWEST_DESCRIPTORS, kept)
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def _execute(task: Task) -> None:
    """Take the program on. Raises OSError."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    program, environment = list(task.program), dict(task.environment)
    if task.way == Way.BUBBLEWRAP:
        filtered = _readable(seccomp.program(may_execute=True))
        program = around(program, task.granted, task.folder, environment, filtered)
        os.execve(program[0], program, {})
    _confine(task, may_execute=True)
    os.execve(program[0], program, environment)


def _readable(content: bytes) -> int:
    """A descriptor that a program inherits and reads `content` from."""
    held = os.memfd_create("filter", 0)
    os.write(held, content)
    os.lseek(held, 0, os.SEEK_SET)
    return held


def _confine(task: Task, may_execute: bool) -> None:
    """Give up everything else. Raises OSError."""
    if task.way.has_landlock:
        landlock.restrict(replace(task.granted, writes=[task.folder, *task.granted.writes]))
    landlock.no_new_privileges()
    if seccomp.is_known_here():
        seccomp.restrict(may_execute)


@dataclass(frozen=True)
class Signature:
    """A function with what reads its arguments and writes its answer."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    answer: Any


@functools.cache
def callable_of(module: str, function: str) -> Signature:
    """A function of a module, by its type hints. In the helper this is found once, and each child has it."""
    from pydantic import TypeAdapter  # here: a program needs none of it

    found = getattr(importlib.import_module(module), function)
    hints = get_type_hints(found)
    given = tuple(TypeAdapter(hint) for name, hint in hints.items() if name != "return")
    return Signature(found, given, TypeAdapter(hints["return"]))


def answered(task: Task) -> tuple[Kind, bytes]:
    """What the task's function says. Raises MemoryError, the only one for which there may be no room."""
    try:
        known = callable_of(task.module, task.function)
        given = [read.validate_python(value) for read, value in zip(known.arguments, task.arguments, strict=True)]
        return Kind.ANSWER, known.answer.dump_json(known.function(*given))
    except MemoryError:
        raise
    except PortevoixError as error:
        return Kind.REFUSAL, str(error).encode("utf-8", "replace")
    except Exception:
        return Kind.STUMBLE, traceback.format_exc().encode("utf-8", "replace")
