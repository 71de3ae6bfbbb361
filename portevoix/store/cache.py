"""A folder of copies with a limit: what was used longest ago goes first, and never what is in use.

Safe for several threads and processes, by locks that end with their process:
- `locks/<xx>`: whoever fetches a file holds one, so that a machine fetches each file once;
- `total`: the bytes of all files. Adding and removing lock it; taking a file into use shares the lock.

A file is in use while a `workplace` that took it has not ended: it has a second name there, a hard link. A file's
access time is when it was last taken, set by hand, since disks are mounted without it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TextIO

from portevoix.store.errors import ArtifactDamaged
from portevoix.store.working_folders import working_folder

FRESH = timedelta(minutes=10)  # how long a file stays that was taken outside of a workplace
KEPT_SHARE = 0.9  # of the limit, when room is made: so that the folder is not looked through for every file
FETCHES = 2  # the bytes may be damaged on their way: fetched once more


class Cache:
    """Copies of named bytes under `root`, at most `limit_bytes` of them beside what is in use."""

    def __init__(self, root: Path, limit_bytes: int, fresh: timedelta = FRESH) -> None:
        self.root, self.limit_bytes, self.fresh = root, limit_bytes, fresh
        for folder in ("files", "locks"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        self._here = threading.local()  # the folder of links of this thread's innermost workplace
        self._verified: dict[str, tuple[int, int, int]] = {}

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """An empty folder; what is taken from the cache until its end stays until then."""
        before = getattr(self._here, "links", None)
        with working_folder(self.root / "work") as folder:
            for name in ("links", "room"):
                (folder / name).mkdir()
            self._here.links = folder / "links"
            try:
                yield folder / "room"
            finally:
                self._here.links = before

    def get(self, name: str, sha256: str, fetch: Callable[[Path], str]) -> Path:
        """The file `name`, whose bytes have that digest. `fetch` writes it to a path and returns the digest of what
        came.

        A copy is hashed when this process first takes it, afterwards only if its size or time changed.
        Raises ArtifactDamaged where `fetch` twice brings other bytes.
        """
        with self.alone(name):
            if (file := self._take(name)) and self._is(file, name, sha256):
                return file
            self.forget(name)
            for _ in range(FETCHES):
                with working_folder(self.root / "work") as room:
                    if fetch(room / "file") == sha256:
                        return self.keep(name, room / "file")
        raise ArtifactDamaged(f"{name} came twice with other bytes than were put in", name)

    def keep(self, name: str, file: Path) -> Path:
        """Take over a file whose bytes are known to be right."""
        size = file.stat().st_size
        with self._total(fcntl.LOCK_EX) as total:
            count = int(total.read() or 0) + size
            if count > self.limit_bytes:
                count = self._make_room(size) + size
            total.seek(0)
            total.truncate()
            total.write(str(count))
            target = self._file(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
            self._verified[name] = _identity(target)
            return self._linked(name)

    def read(self, name: str, within: timedelta) -> bytes | None:
        """The bytes of a copy that was kept no longer ago than that."""
        try:
            with self._file(name).open("rb") as file:
                if time.time() - os.fstat(file.fileno()).st_mtime > within.total_seconds():
                    return None
                return file.read()
        except FileNotFoundError:
            return None

    def forget(self, name: str) -> None:
        if self._file(name).exists():
            with self._total(fcntl.LOCK_EX):
                self._file(name).unlink(missing_ok=True)

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Only one thread of one process on this machine at a time is here with that name."""
        stripe = hashlib.sha256(name.encode()).hexdigest()[:2]
        with (self.root / "locks" / stripe).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _take(self, name: str) -> Path | None:
        with self._total(fcntl.LOCK_SH):
            try:
                return self._linked(name)
            except FileNotFoundError:
                return None

    def _linked(self, name: str) -> Path:
        """The file in use: its link in this thread's workplace, or itself. Call it with `total` locked."""
        file = self._file(name)
        os.utime(file, ns=(time.time_ns(), file.stat().st_mtime_ns))
        links: Path | None = getattr(self._here, "links", None)
        if links is None:
            return file
        link = links / name.replace("/", "_")
        if link.exists() and not link.samefile(file):
            link.unlink()
        if not link.exists():
            link.hardlink_to(file)
        return link

    def _is(self, file: Path, name: str, sha256: str) -> bool:
        identity = _identity(file)
        if self._verified.get(name) != identity:
            with file.open("rb") as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
                    return False
            self._verified[name] = identity
        return True

    def _make_room(self, size: int) -> int:
        """Remove what was used longest ago. Returns the bytes that stay. Call it with `total` locked alone."""
        found = []
        for folder, _, names in os.walk(self.root / "files"):
            for name in names:
                file = Path(folder, name)
                found.append((file.stat(), file))
        count = sum(status.st_size for status, _ in found)
        used_before = time.time() - self.fresh.total_seconds()
        for status, file in sorted(found, key=lambda item: item[0].st_atime_ns):
            if count + size <= self.limit_bytes * KEPT_SHARE or status.st_atime > used_before:
                break
            if status.st_nlink == 1:
                file.unlink()
                count -= status.st_size
        return count

    @contextmanager
    def _total(self, lock: int) -> Iterator[TextIO]:
        with (self.root / "total").open("a+") as total:
            fcntl.flock(total, lock)
            total.seek(0)
            yield total

    def _file(self, name: str) -> Path:
        return self.root / "files" / name


def _identity(file: Path) -> tuple[int, int, int]:
    status = file.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns
