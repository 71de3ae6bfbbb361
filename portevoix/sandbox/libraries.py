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

_RUN = "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); runpy.run_module(sys.argv.pop(1), run_name='__main__')"


def running(module: str) -> tuple[str, ...]:
    """The command that runs a module of this very Portevoix, wherever it lies: without its user's paths and settings,
    another one may be installed.
    """
    return (sys.executable, "-I", "-c", _RUN, str(Path(__file__).parents[2]), module)


@functools.cache
def of_python() -> tuple[str, ...]:
    """Where this Python's modules and Portevoix's own lie."""
    own = Path(__file__).parents[1]
    return tuple(dict.fromkeys([sys.prefix, sys.base_prefix, str(own), str(own.parent / "fonts")]))
