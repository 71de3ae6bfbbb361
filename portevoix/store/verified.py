"""Which files on this machine have the bytes that their digests say: hashed once by a process, not at every use."""

from __future__ import annotations

import hashlib
from pathlib import Path


class Verified:
    """The files that this process has hashed. One is read again where its size or its time of change is another."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[int, int, int]] = {}

    def holds(self, file: Path, sha256: str) -> bool:
        """Whether a file has the bytes of that digest. Raises FileNotFoundError."""
        found = _identity(file)
        if self._known.get(file) != found:
            if digest_of(file) != sha256:
                return False
            self._known[file] = found
        return True

    def trust(self, file: Path) -> None:
        """Take a file as it is: its bytes were hashed on their way here."""
        self._known[file] = _identity(file)


def digest_of(file: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _identity(file: Path) -> tuple[int, int, int]:
    stat = file.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
