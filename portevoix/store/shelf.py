"""Where finished sets of files are published: every name is written once, whole, and never changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from portevoix.files import sync
from portevoix.store.errors import ArtifactDamaged, ArtifactMissing
from portevoix.store.folder import copy
from portevoix.store.opening import bucket_of, is_bucket
from portevoix.store.settings import S3Settings
from portevoix.store.work import working_folder


class Shelf(Protocol):
    """Names and their bytes: a bucket's prefix or a folder."""

    def add(self, name: str, file: Path, sha256: str) -> bool:
        """Store a file under a name that nothing has yet; False where it is taken. Raises ArtifactDamaged where the
        file's bytes are others than those of `sha256`.
        """

    def add_bytes(self, name: str, content: bytes) -> bool:
        """Store bytes under a name that nothing has yet; False where it is taken."""

    def read(self, name: str) -> bytes:
        """The bytes under a name. Raises ArtifactMissing."""

    def names(self, prefix: str) -> Iterator[str]:
        """Every name that begins with `prefix`, in order."""


class FolderShelf:
    """A folder as a shelf; it lies on one disk, which knows hard links."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, name: str, file: Path, sha256: str) -> bool:
        with working_folder(self.root / ".work") as room:
            if copy(file, room / "file") != sha256:
                raise ArtifactDamaged(f"{file} is not what SHA-256 {sha256} names; make it again", name)
            return self._place(room / "file", name)

    def add_bytes(self, name: str, content: bytes) -> bool:
        with working_folder(self.root / ".work") as room:
            (room / "file").write_bytes(content)
            return self._place(room / "file", name)

    def read(self, name: str) -> bytes:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            raise ArtifactMissing(f"{name} is not in {self.root}", name) from None

    def names(self, prefix: str) -> Iterator[str]:
        folder, _, begin = prefix.rpartition("/")
        places = [place for place in (self.root / folder).glob("[!.]*") if place.name.startswith(begin)]
        files = [file for place in places for file in (place, *place.rglob("*")) if file.is_file()]
        return iter(sorted(str(file.relative_to(self.root)) for file in files))

    def _place(self, file: Path, name: str) -> bool:
        """A second name for a file, given to the first who asks: unlike a rename, it never replaces."""
        sync(file)
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file, target)
        except FileExistsError:
            return False
        return True


def open_shelf(place: str | Path, s3: S3Settings | None = None) -> Shelf:
    """The shelf at `place`: a folder, or `s3://bucket/prefix`. Raises StoreRefused for another kind of address."""
    if not is_bucket(place):
        return FolderShelf(Path(place))
    from portevoix.store.bucket import Bucket  # here: who has a folder need not load boto3

    return Bucket(*bucket_of(str(place)), s3 or S3Settings())
