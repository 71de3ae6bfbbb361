"""Landlock: a process gives up every file but those that are named (Linux 5.13 or later; landlock(7))."""

from __future__ import annotations

import ctypes
import functools
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# linux/landlock.h; the numbers are the same on every machine.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION, PATH_BENEATH = 1, 1
PR_SET_NO_NEW_PRIVS = 38
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_DIR, MAKE_REG, TRUNCATE = 1 << 7, 1 << 8, 1 << 14
ALL_BY_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}  # later: also devices' ioctl
ALL = (1 << 16) - 1
TCP_SINCE, TCP = 4, 0b11  # bind and connect
SCOPES_SINCE, SCOPES = 6, 0b11  # abstract sockets and signals reach nobody outside
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Granted:
    """What stays in reach: files and whole folders, by their paths. Those that do not exist are left out."""

    reads: Sequence[str] = ()
    writes: Sequence[str] = ()
    executes: Sequence[str] = ()


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


@functools.cache
def version() -> int:
    """The version of the kernel's interface; 0 where it has none or it is switched off."""
    return max(0, int(_libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)))


def restrict(granted: Granted) -> None:
    """Give up, for this thread and all that it starts, every file that is not granted, and TCP. Raises OSError."""
    handled = ALL_BY_VERSION.get(version(), ALL)
    network = TCP if version() >= TCP_SINCE else 0
    scopes = SCOPES if version() >= SCOPES_SINCE else 0
    size = 24 if scopes else 16 if network else 8  # an older kernel refuses a longer structure
    attributes = _Ruleset(handled, network, scopes)
    rules = _checked(_libc.syscall(CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), 0))
    try:
        written = READ_FILE | READ_DIR | WRITE_FILE | TRUNCATE | MAKE_REG | MAKE_DIR | REMOVE_FILE | REMOVE_DIR
        _allow(rules, granted.reads, (READ_FILE | READ_DIR) & handled)
        _allow(rules, granted.executes, (READ_FILE | READ_DIR | EXECUTE) & handled)
        _allow(rules, granted.writes, written & handled)
        no_new_privileges()
        _checked(_libc.syscall(RESTRICT_SELF, rules, 0))
    finally:
        os.close(rules)


def no_new_privileges() -> None:
    """No program that this process starts has more rights than it. Raises OSError."""
    _checked(_libc.prctl(PR_SET_NO_NEW_PRIVS, *(ctypes.c_ulong(n) for n in (1, 0, 0, 0))))


def _allow(rules: int, paths: Iterable[str], rights: int) -> None:
    for path in paths:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what is not there cannot be read; who wanted it says so
        try:
            is_folder = stat.S_ISDIR(os.fstat(place).st_mode)
            rule = _Beneath(rights if is_folder else rights & OF_A_FILE, place)
            _checked(_libc.syscall(ADD_RULE, rules, PATH_BENEATH, ctypes.byref(rule), 0))
        finally:
            os.close(place)


def _checked(answer: int) -> int:
    if answer < 0:
        raise OSError(number := ctypes.get_errno(), f"Landlock: {os.strerror(number)}")
    return answer
