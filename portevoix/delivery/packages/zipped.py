"""A package as a ZIP, written from its first byte to its last: no file of it is held as a whole, and the same package
gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from portevoix.delivery.packages.contents import Entry
from portevoix.store import ArtifactDamaged
from portevoix.store.uploads import blocks

NEVER = (1980, 1, 1, 0, 0, 0)  # the first time that a ZIP can say
UNIX = 3  # who made the ZIP, as it writes it; then it may say a file's mode
MODE = 0o644 << 16  # in the upper half of a file's attributes
LARGE = 2**31  # bytes, from which on a file needs the larger fields


def zipped(entries: Iterable[Entry], folder: str) -> Iterator[bytes]:
    """The bytes of the ZIP, block by block; its files lie in `folder`. Nothing is compressed: films are already.

    Raises ArtifactDamaged, before the ZIP is whole, where a file is not what its digest says.
    """
    sink: Any = _Sink()  # `write` and `flush` are all that zipfile asks of it
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for entry in entries:
            about = zipfile.ZipInfo(f"{folder}/{entry.name}", NEVER)
            about.external_attr, about.create_system = MODE, UNIX
            with archive.open(about, "w", force_zip64=entry.facts["bytes"] > LARGE) as file:
                for block in checked_blocks(entry):
                    file.write(block)
                    yield sink.taken()
    yield sink.taken()


def checked_blocks(entry: Entry) -> Iterator[bytes]:
    """An entry's bytes; at their end ArtifactDamaged is raised where they are not those of its digest."""
    sha256 = hashlib.sha256()
    with entry.content.open("rb") if isinstance(entry.content, Path) else io.BytesIO(entry.content) as file:
        for block in blocks(file):
            sha256.update(block)
            yield block
    if sha256.hexdigest() != entry.sha256:
        raise ArtifactDamaged(f"{entry.name} is not what its digest says; render the job again", entry.name)


class _Sink:
    """A write-only buffer, drained as the ZIP is built. It cannot seek, so zipfile streams."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes, /) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """What was written is there at once."""

    def taken(self) -> bytes:
        found = bytes(self._written)
        self._written.clear()
        return found
