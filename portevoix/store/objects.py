"""What a destination holds: named objects, in a folder or a bucket. A name is written once, but for the few that say
which set is the newest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Found:
    """An object that is there. `sha256` is None where only its bytes can say it: another program wrote it."""

    bytes: int
    sha256: str | None


@dataclass(frozen=True)
class ObjectVersion:
    """The bytes that a name had at a moment, and the mark with which `replace` notices that they are others now."""

    content: bytes
    mark: str


class Objects(Protocol):
    """Names and their bytes. All methods may raise StoreUnavailable, StoreRefused and StoreFull."""

    def find(self, name: str) -> Found | None:
        """What lies under a name; None where nothing does."""

    def digest(self, name: str) -> str:
        """The SHA-256 of the bytes under a name, all of them read. Raises ArtifactMissing."""

    def add(self, name: str, file: Path, sha256: str) -> bool:
        """Store a file under a name that nothing has yet; False where it is taken. Raises ArtifactDamaged where the
        file's bytes are not those of `sha256`.
        """

    def add_bytes(self, name: str, content: bytes) -> bool:
        """Store bytes under a name that nothing has yet; False where it is taken."""

    def read(self, name: str) -> bytes:
        """The bytes under a name, meant for small ones. Raises ArtifactMissing."""

    def version(self, name: str) -> ObjectVersion | None:
        """The bytes under a name as they are now; None where nothing is."""

    def replace(self, name: str, content: bytes, seen: ObjectVersion | None) -> bool:
        """Write bytes over those that were seen; False, and nothing is written, where the name has others by now."""

    def names(self, prefix: str) -> Iterator[str]:
        """Every name that begins with `prefix`, in order."""

    def remove(self, names: Iterable[str]) -> dict[str, str]:
        """Remove what may be removed. Returns the names that stay, each with its reason."""
