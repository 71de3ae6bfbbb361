"""Which ways this machine has of confining a process, and which of them is in force."""

from __future__ import annotations

import functools
import os
from enum import Enum

from portevoix.errors import BrokenInstallation
from portevoix.sandbox import bubblewrap, landlock, seccomp

SETTING = "PORTEVOIX_SANDBOX"


class Way(Enum):
    """How files are kept from a confined process; all ways have limits, an empty environment and seccomp."""

    BOTH = "bubblewrap+landlock"  # the helper in namespaces, once; each start narrowed by Landlock
    LANDLOCK = "landlock"
    BUBBLEWRAP = "bubblewrap"  # namespaces for each start
    NONE = "none"

    @property
    def has_landlock(self) -> bool:
        """Whether each start is narrowed by Landlock."""
        return self in (Way.BOTH, Way.LANDLOCK)


def ways_here() -> list[Way]:
    """The ways that work on this machine, the best first; `NONE` always does."""
    has_landlock = landlock.version() > 0 and seccomp.is_known_here()  # without seccomp, UDP would be in reach
    has_bubblewrap = bubblewrap.executable() is not None
    found = [Way.BOTH] * (has_landlock and has_bubblewrap) + [Way.LANDLOCK] * has_landlock
    return [*found, *[Way.BUBBLEWRAP] * has_bubblewrap, Way.NONE]


@functools.cache
def way() -> Way:
    """The way in force: the one that PORTEVOIX_SANDBOX names, else the best. Raises BrokenInstallation where the one
    that is named does not work here.
    """
    here, wanted = ways_here(), os.environ.get(SETTING, "auto")
    if wanted == "auto":
        return here[0]
    known = {found.value: found for found in here}
    if wanted not in known:
        raise BrokenInstallation(f"{SETTING}={wanted} does not work here; take one of: auto, {', '.join(known)}")
    return known[wanted]
