"""What a store can do, whatever it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from portevoix.store.errors import ArtifactMissing
from portevoix.store.uploads import Arrival

SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_LINK_S = 3_600  # who holds a link needs no other right: an hour is enough to download
KEY = re.compile(r"[a-z0-9][a-z0-9-]{2,99}")


@dataclass(frozen=True)
class Spoilt:
    """An artifact or an input that is not what was put in. `kind`: artifact or input; `why`: a few words."""

    kind: str
    key: str
    why: str


class Store(Protocol):
    """Artifacts under the key of their step, and inputs under the SHA-256 of their bytes.

    Every store is safe for several threads and processes. All methods may raise StoreUnavailable, after which the same
    call may be made again, and StoreRefused, after which a person is needed.
    """

    @property
    def local(self) -> Path:
        """The folder of this machine's own files, on the disk that `workplace` is on."""

    def has(self, key: str) -> bool:
        """Whether the artifact is there, with all that belongs to it."""

    def facts(self, key: str) -> dict[str, Any]:
        """What was measured on the artifact when it was made. Raises ArtifactMissing."""

    def path(self, key: str, suffix: str) -> Path:
        """A local, whole file of the artifact, not to be written to. Raises ArtifactMissing, ArtifactDamaged.

        It stays until the end of the `workplace` in which it was asked for; outside of one, for ten minutes.
        """

    def put(self, key: str, files: dict[str, Path], facts: dict[str, Any]) -> None:
        """Take `files` (by suffix) over as the artifact `key`. Where the key has an artifact, that one stays."""

    def send_waiting(self) -> int:
        """Send the artifacts that an outage held back on this machine. Returns how many."""

    def workplace(self) -> AbstractContextManager[Path]:
        """An empty folder on the disk that the store keeps its local files on, gone afterwards."""

    def put_input(self, source: Path | BinaryIO) -> str:
        """Copy a source file in. Returns its SHA-256."""

    def has_input(self, digest: str) -> bool:
        """Whether the input with this SHA-256 is there."""

    def input_path(self, digest: str) -> Path:
        """A local, whole file of an input; it stays as `path` says. Raises ArtifactMissing, ArtifactDamaged."""

    def begin_upload(self, size: int, metadata: str = "") -> str:
        """Open an upload of `size` bytes that may arrive in pieces, and keep what its sender says of it. Returns its
        id. Raises StoreFull.
        """

    def arrival(self, upload: str) -> Arrival:
        """How much of an upload has arrived: where to go on. Raises UploadRefused where it is not known."""

    def append(self, upload: str, offset: int, pieces: Iterable[bytes]) -> int:
        """Add bytes from `offset` on. Returns how many have arrived.

        Raises UploadRefused, with the byte to go on from, where `offset` is another one, where they are more than was
        announced, or while another connection writes to it.
        """

    def finish(self, upload: str) -> str:
        """Make an upload that has arrived whole an input. Returns its SHA-256; asked again, the same one."""

    def abort(self, upload: str) -> None:
        """Forget an upload."""

    def dead_uploads(self, older_than: timedelta) -> list[str]:
        """Uploads to which nothing was added for so long."""

    def abort_dead_uploads(self, older_than: timedelta) -> int:
        """Forget them, and whatever a dead process left half-sent in the store. Returns how many."""

    def unreferenced(self, referenced: set[str], older_than: timedelta) -> Iterator[str]:
        """Keys, in order, of artifacts of at least that age that are not in `referenced`."""

    def unreferenced_inputs(self, referenced: set[str], older_than: timedelta) -> Iterator[str]:
        """Digests, in order, of inputs of at least that age that are not in `referenced`."""

    def delete(self, key: str) -> None:
        """Remove an artifact; nothing happens where there is none."""

    def delete_input(self, digest: str) -> None:
        """Remove an input; nothing happens where there is none."""

    def spoilt(self) -> Iterator[Spoilt]:
        """Hash everything in the store and yield what has changed since it was put in."""

    def sweep_work(self, older_than: timedelta) -> int:
        """Remove working folders of that age whose process is dead. Returns how many."""

    def free_bytes(self) -> int:
        """Room on the disk that the store's local files lie on."""

    def link(self, key: str, suffix: str, seconds: int, filename: str, *, released: bool) -> str | None:
        """A link that anybody can download the file with, under `filename`, for `seconds` (at most 3,600).

        None where the store gives no links, and always where the file is not `released`: before its embargo and its
        approval, a file is read through the service alone, which asks who reads it.
        """


def checked_key(key: str) -> str:
    """The key, where it can be one. Raises ArtifactMissing: nothing lies under any other name."""
    if not KEY.fullmatch(key):
        raise ArtifactMissing(f"{key!r} is no artifact's key: 3 to 100 small letters, digits and hyphens", key)
    return key


def checked_digest(digest: str) -> str:
    """The digest, where it can be one. Raises ArtifactMissing: nothing lies under any other name."""
    if not SHA256.fullmatch(digest):
        raise ArtifactMissing(f"{digest!r} is no input's SHA-256: 64 hexadecimal digits in small letters", digest)
    return digest


def check_lifetime(seconds: int) -> None:
    """Raise ValueError for a link that would last too long, or not at all."""
    if not 1 <= seconds <= LONGEST_LINK_S:
        raise ValueError(f"a link lasts 1 to {LONGEST_LINK_S} s, not {seconds}")
