"""The list of what a confined process may ask of the kernel, as a filter of seccomp(2). Everything else is refused.

No socket, no new process (threads alone), no signal to others, no mount, no link, no higher limit.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator

# Numbers on x86-64 and on arm64 (asm/unistd_64.h, asm-generic/unistd.h); None where a machine has no such call.
ALLOWED: dict[str, tuple[int | None, int | None]] = {
    # bytes of open files
    **{"read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67)},
    **{"pwrite64": (18, 68), "preadv": (295, 69), "pwritev": (296, 70), "lseek": (8, 62), "close": (3, 57)},
    **{"fcntl": (72, 25), "flock": (73, 32), "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24)},
    **{"pipe": (22, None), "pipe2": (293, 59), "ftruncate": (77, 46), "fallocate": (285, 47), "fsync": (74, 82)},
    **{"fdatasync": (75, 83), "fadvise64": (221, 223), "copy_file_range": (326, 285), "sendfile": (40, 71)},
    # files and folders, of which Landlock or a namespace leaves few
    **{"openat": (257, 56), "open": (2, None), "fstat": (5, 80), "stat": (4, None), "lstat": (6, None)},
    **{"newfstatat": (262, 79), "statx": (332, 291), "statfs": (137, 43), "fstatfs": (138, 44), "access": (21, None)},
    **{"faccessat": (269, 48), "faccessat2": (439, 439), "readlink": (89, None), "readlinkat": (267, 78)},
    **{"getcwd": (79, 17), "chdir": (80, 49), "getdents64": (217, 61), "mkdir": (83, None), "mkdirat": (258, 34)},
    **{"unlink": (87, None), "unlinkat": (263, 35), "rmdir": (84, None), "rename": (82, None), "renameat": (264, 38)},
    **{"renameat2": (316, 276), "umask": (95, 166)},
    # waiting
    **{"poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72), "epoll_wait": (232, None)},
    **{"epoll_create1": (291, 20), "epoll_ctl": (233, 21), "epoll_pwait": (281, 22), "eventfd2": (290, 19)},
    **{"nanosleep": (35, 101), "clock_nanosleep": (230, 115), "pause": (34, None), "restart_syscall": (219, 128)},
    # memory
    **{"mmap": (9, 222), "munmap": (11, 215), "mprotect": (10, 226), "mremap": (25, 216), "madvise": (28, 233)},
    **{"brk": (12, 214), "mincore": (27, 232), "msync": (26, 227), "membarrier": (324, 283)},
    # threads of its own
    **{"futex": (202, 98), "set_robust_list": (273, 99), "get_robust_list": (274, 100), "rseq": (334, 293)},
    **{"set_tid_address": (218, 96), "exit": (60, 93), "exit_group": (231, 94), "gettid": (186, 178)},
    **{"getpid": (39, 172), "getppid": (110, 173), "sched_yield": (24, 124), "sched_getaffinity": (204, 123)},
    **{"sched_getparam": (143, 121), "sched_getscheduler": (145, 120), "sched_get_priority_max": (146, 125)},
    **{"sched_get_priority_min": (147, 126), "getpriority": (140, 141), "getcpu": (309, 168), "wait4": (61, 260)},
    # signals that it gets
    **{"rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132)},
    **{"rt_sigtimedwait": (128, 137), "rt_sigpending": (127, 136)},
    # what it may know
    **{"clock_gettime": (228, 113), "clock_getres": (229, 114), "gettimeofday": (96, 169), "time": (201, None)},
    **{"times": (100, 153), "getrusage": (98, 165), "getuid": (102, 174), "geteuid": (107, 175)},
    **{"getgid": (104, 176), "getegid": (108, 177), "getgroups": (115, 158), "uname": (63, 160)},
    **{"sysinfo": (99, 179), "getrandom": (318, 278), "arch_prctl": (158, None), "prctl": (157, 167)},
    "getrlimit": (97, 163),
}
EXECVE, CLONE, CLONE3, PRLIMIT, IOCTL = (59, 221), (56, 220), (435, 435), (302, 261), (16, 29)
FIONCLEX, FIOCLEX = 0x5450, 0x5451  # whether a file stays open in the next program: all of ioctl(2) that is needed
CLONE_THREAD = 0x00010000
PR_SET_SECCOMP, MODE_FILTER = 22, 2

# linux/bpf_common.h, linux/seccomp.h, linux/audit.h
LOAD, EQUAL, ANY_BIT, ANSWER = 0x20, 0x15, 0x45, 0x06
NUMBER_AT, MACHINE_AT, ARGUMENTS_AT = 0, 4, 16
ALLOW, REFUSE, END = 0x7FFF0000, 0x00050000, 0x80000000
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_libc = ctypes.CDLL(None, use_errno=True)
_Line = tuple[int, int, int, int]  # a code, how many lines to jump where it holds and where not, a value


def is_known_here() -> bool:
    """Whether the list has this machine's numbers."""
    return platform.machine() in MACHINES


def program(may_execute: bool) -> bytes:
    """The filter as bytes; `may_execute`: whether another program may take this one's place."""
    column, machine = MACHINES[platform.machine()]
    return b"".join(struct.pack("HBBI", *line) for line in _lines(column, machine, may_execute))


def restrict(may_execute: bool) -> None:
    """Refuse all that the list does not name, to this thread and all that it starts, for good. Raises OSError.

    Needs `no_new_privileges` before.
    """
    lines = program(may_execute)
    held = ctypes.create_string_buffer(lines, len(lines))
    described = struct.pack("HxxxxxxP", len(lines) // 8, ctypes.addressof(held))
    if _libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(MODE_FILTER), ctypes.c_char_p(described), 0, 0):
        raise OSError(number := ctypes.get_errno(), f"seccomp: {os.strerror(number)}")


def _lines(column: int, machine: int, may_execute: bool) -> Iterator[_Line]:
    refused = (ANSWER, 0, 0, REFUSE | errno.EPERM)
    yield from ((LOAD, 0, 0, MACHINE_AT), (EQUAL, 1, 0, machine), (ANSWER, 0, 0, END), (LOAD, 0, 0, NUMBER_AT))
    named = [*ALLOWED.values(), *([EXECVE] if may_execute else [])]
    for number in (numbers[column] for numbers in named):
        if number is not None:
            yield from ((EQUAL, 0, 1, number), (ANSWER, 0, 0, ALLOW))
    # The C library asks for `clone` where it is told that there is no `clone3`, whose flags no filter can see.
    yield from ((EQUAL, 0, 1, CLONE3[column]), (ANSWER, 0, 0, REFUSE | errno.ENOSYS))
    yield from ((EQUAL, 0, 4, CLONE[column]), (LOAD, 0, 0, ARGUMENTS_AT), (ANY_BIT, 0, 1, CLONE_THREAD))
    yield from ((ANSWER, 0, 0, ALLOW), refused)
    # A limit may be asked for, and not set: the third argument, in two halves, is nothing.
    yield from ((EQUAL, 0, 6, PRLIMIT[column]), (LOAD, 0, 0, ARGUMENTS_AT + 16), (EQUAL, 0, 3, 0))
    yield from ((LOAD, 0, 0, ARGUMENTS_AT + 20), (EQUAL, 0, 1, 0), (ANSWER, 0, 0, ALLOW), refused)
    yield from ((EQUAL, 0, 5, IOCTL[column]), (LOAD, 0, 0, ARGUMENTS_AT + 8), (EQUAL, 1, 0, FIOCLEX))
    yield from ((EQUAL, 0, 1, FIONCLEX), (ANSWER, 0, 0, ALLOW), (ANSWER, 0, 0, REFUSE | errno.ENOTTY))
    yield refused
