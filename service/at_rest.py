"""What lies on a machine is for the service's own user: files and folders that it makes, and whether that holds."""

from __future__ import annotations

import os
import stat
from pathlib import Path

PRIVATE = 0o077  # taken from the rights of whatever is made: nothing for the group, nothing for others
OF_OTHERS = stat.S_IRWXO


def keep_private() -> None:
    """Have every file that this process makes from now on be its user's alone."""
    os.umask(PRIVATE)


def open_to_others(place: Path) -> str | None:
    """The rights of a file or folder (`0755`) that other users of this machine may open; None for one that is
    shut, or is not there.
    """
    try:
        mode = stat.S_IMODE(place.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return f"{mode:04o}" if mode & OF_OTHERS else None
