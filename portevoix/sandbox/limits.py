"""How much a confined process may take of the machine."""

from __future__ import annotations

import math
import resource
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """The most of each: address space beyond what it begins with and of each file in bytes, seconds of processors and
    by the clock, open files.
    """

    memory_bytes: int
    cpu_s: float
    time_s: float
    file_bytes: int
    descriptors: int = 256


def take_on(limits: Limits, begins_with_bytes: int) -> None:
    """Set the limits of this process. A lower one that is set already stays."""
    for what, most, beyond in (
        (resource.RLIMIT_AS, limits.memory_bytes + begins_with_bytes, 0),
        (resource.RLIMIT_CPU, math.ceil(limits.cpu_s), 1),  # a second to be told so; then it is killed
        (resource.RLIMIT_FSIZE, limits.file_bytes, 0),
        (resource.RLIMIT_NOFILE, limits.descriptors, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, hard = resource.getrlimit(what)
        lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
        highest = lowest + beyond if hard == resource.RLIM_INFINITY else min(lowest + beyond, hard)
        resource.setrlimit(what, (lowest, highest))


def address_space_bytes() -> int:
    """What this process has mapped."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
