"""Working folders: empty, on the disk of the local files, gone with the process that has them."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from portevoix.store.errors import StoreFull


@contextmanager
def working_folder(root: Path) -> Iterator[Path]:
    """An empty folder under `root`, locked as long as this process lives. Raises StoreFull where the disk is full."""
    root.mkdir(parents=True, exist_ok=True)
    with enough_room(root), tempfile.TemporaryDirectory(dir=root) as folder:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield Path(folder)
        finally:
            os.close(lock)


@contextmanager
def enough_room(folder: Path) -> Iterator[None]:
    """Say so where the disk of `folder` has no room for what is written here."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise StoreFull(
            f"no room in {folder}: {error.strerror}; free the disk or raise the limit, then try again"
        ) from error


def sweep(root: Path, older_than: timedelta) -> int:
    """Remove folders of that age that no living process has. Returns how many.

    The age is for the moment between a folder's making and its lock; the lock goes with its process, however it dies.
    """
    swept = 0
    for folder in sorted(root.iterdir()) if root.is_dir() else []:
        try:
            lock = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            if time.time() - os.fstat(lock).st_mtime < older_than.total_seconds():
                continue
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
        finally:
            os.close(lock)
    return swept
