"""Bubblewrap (`bwrap`, Debian's package `bubblewrap`): namespaces without network, other processes and other files."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from portevoix.sandbox.landlock import Granted

APART = ("--unshare-all", "--new-session", "--cap-drop", "ALL")
LONGEST_TRY_S = 10.0


@functools.cache
def executable() -> str | None:
    """Where it is; None where there is none or this system does not let it make namespaces."""
    found = shutil.which("bwrap")
    if found is None:
        return None
    tried = [found, *APART, "--ro-bind", "/", "/", "--proc", "/proc", "--", shutil.which("true") or "/bin/true"]
    try:
        ended = subprocess.run(tried, capture_output=True, timeout=LONGEST_TRY_S, check=False).returncode
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found if ended == 0 else None


def around_all(command: Sequence[str]) -> list[str]:
    """A command that sees this machine's files, and no network and no process of it."""
    return [executable() or "bwrap", *APART, "--dev-bind", "/", "/", "--proc", "/proc", "--", *command]


def around(
    command: Sequence[str], granted: Granted, folder: str, environment: Mapping[str, str], filtered: int
) -> list[str]:
    """A command that sees what is granted alone. `filtered`: a descriptor with the list for seccomp."""
    read = [path for path in (*granted.reads, *granted.executes) if not path.startswith(("/proc", "/dev"))]
    seen = [word for path in read if Path(path).exists() for word in ("--ro-bind", path, path)]
    written = [word for path in (folder, *granted.writes) for word in ("--bind", path, path)]
    named = [word for name, value in environment.items() for word in ("--setenv", name, value)]
    inside = ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    limited = ["--die-with-parent", "--clearenv", *named, "--chdir", folder, "--seccomp", str(filtered)]
    return [executable() or "bwrap", *APART, *inside, *seen, *written, *limited, "--", *command]
