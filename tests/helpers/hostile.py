"""A program as one that got hold of a reader of ours: it tries everything, and says what it reached.

Run as `hostile.py REPORT FILE`, or called by a helper in the place of a reader. It imports nothing of Portevoix.
"""

import ctypes
import json
import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

CLONE_NEWUSER = 0x10000000
SYSTEM_CALLS = {  # of x86-64
    "ptrace": 101,
    "mount": 165,
    "keyctl": 250,
    "unshare": 272,
    "process_vm_readv": 310,
    "bpf": 321,
    "io_uring_setup": 425,
    "pidfd_open": 434,
}


def attempts(known: dict) -> dict[str, Callable[[], object]]:
    """Everything that must fail. `known`: the port, files and process that a test has for it."""
    own = Path.cwd()
    tries: dict[str, Callable[[], object]] = {
        "connect": lambda: socket.create_connection(("127.0.0.1", known["port"]), 2),
        "send by UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)),
        "a local socket": lambda: socket.socket(socket.AF_UNIX),
        "read another file": lambda: Path(known["secret"]).read_bytes(),
        "read /etc/passwd": lambda: Path("/etc/passwd").read_bytes(),
        "see other files": lambda: [p.read_bytes() for p in Path(known["secret"]).parent.glob("secret")] or _refuse(),
        "read the environment of who asked": lambda: Path(f"/proc/{known['process']}/environ").read_bytes(),
        "find a secret in another environment": lambda: next(filter(_has_a_secret, Path("/proc").glob("*/environ"))),
        "read the memory of who asked": lambda: Path(f"/proc/{known['process']}/mem").open("rb").close(),
        "write beside": lambda: _write(Path(known["secret"]).with_name("left")),
        "write over its input": lambda: Path(known["file"]).write_bytes(b"x"),
        "fork": os.fork,
        "start a shell": lambda: subprocess.run(["/bin/sh", "-c", "true"], check=True),
        "become a shell": lambda: os.execv("/bin/sh", ["sh", "-c", "exit 0"]),
        "signal who asked": lambda: os.kill(known["process"], 0),
        "signal the helper": lambda: os.kill(os.getppid(), 0),
        "leave a link": lambda: (own / "link").symlink_to("/etc/passwd"),
        "leave a hard link": lambda: (own / "hard").hardlink_to(known["file"]),
        "leave a pipe": lambda: os.mkfifo(own / "pipe"),
        "raise a limit": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 12, 1 << 12)),
        "write a large file": lambda: (own / "large").write_bytes(bytes(known["file_bytes"] + 1)),
        "open many files": lambda: [(own / "one").open("wb") for _ in range(known["descriptors"])],
        "take much memory": lambda: bytearray(known["memory_bytes"]),
    }
    if os.uname().machine == "x86_64":
        tries |= {f"the call {name}": lambda number=number: _asked(number) for name, number in SYSTEM_CALLS.items()}
    return tries


def _has_a_secret(environment: Path) -> bool:
    try:
        return b"pvx_" in environment.read_bytes()
    except OSError:
        return False


def _write(file: Path) -> None:
    """In a namespace's own root this does no harm: whether a file was left is for the test to see."""
    file.write_bytes(b"x")
    _refuse()


def _refuse() -> None:
    raise OSError("there is nothing")


def _asked(number: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, CLONE_NEWUSER if number == 272 else 0, 0, 0, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def reached(known: dict) -> dict:
    """What could be done, what this process was given, and whether it can do its own work."""
    found = []
    for name, attempt in attempts(known).items():
        try:
            attempt()
            found.append(name)
        except (OSError, MemoryError, ValueError, StopIteration, subprocess.SubprocessError):
            continue
    ran = []
    thread = threading.Thread(target=lambda: ran.append(True))
    thread.start()
    thread.join()
    return {
        "done": found,
        "environment": dict(os.environ),
        "read": Path(known["file"]).read_bytes().decode(),
        "threads": bool(ran),
        "parent": os.getppid(),
    }


def read(file: Path, known: str) -> str:
    """The hostile reader."""
    return json.dumps(reached(json.loads(known)))


def spin(file: Path) -> str:
    """A reader that never ends."""
    while file:
        pass
    return ""


def swell(file: Path) -> str:
    """A reader that asks for ever more memory."""
    held = [bytearray(file.stat().st_size)]
    while held:
        held.append(bytearray(10_000_000))
    return ""


def lie(file: Path) -> int:
    """A reader whose answer is none: it writes to its helper's process what it likes."""
    return "no number"  # type: ignore[return-value]


if __name__ == "__main__":
    if sys.argv[1] == "wait":
        threading.Event().wait()
    Path("report.json").write_text(json.dumps(reached(json.loads(Path(sys.argv[1]).read_text("utf-8")))), "utf-8")
