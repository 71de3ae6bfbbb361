"""What every confined process may read: libraries and the little that they ask of the machine."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

SYSTEM = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64")
ASKED = (  # how many processors there are decides what x264 makes
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
    "/sys/devices/system/cpu",
    "/proc/cpuinfo",
    "/proc/meminfo",
)


@functools.cache
def of_python() -> tuple[str, ...]:
    """Where this Python's modules and Portevoix's own lie."""
    own = Path(__file__).parents[1]
    return tuple(dict.fromkeys([sys.prefix, sys.base_prefix, str(own), str(own.parent / "fonts")]))
