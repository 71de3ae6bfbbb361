"""A folder as a destination."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

from portevoix.files import move_into_place, sync
from portevoix.store.errors import ArtifactDamaged, ArtifactMissing, StoreRefused, StoreUnavailable
from portevoix.store.folder import copy
from portevoix.store.objects import Found, ObjectVersion
from portevoix.store.uploads import blocks
from portevoix.store.working_folders import enough_room, sweep, working_folder

WORK, LOCK = ".work", ".lock"  # objects on their way in, on the folder's own disk; readers follow no such names
DEAD = timedelta(minutes=10)
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR)


class FolderObjects:
    """The `Objects` in a folder of one disk, which knows hard links and locks."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __str__(self) -> str:
        return str(self.root)

    def find(self, name: str) -> Found | None:
        with self._translated():
            try:
                return Found((self.root / name).stat().st_size, None)
            except FileNotFoundError:
                return None

    def digest(self, name: str) -> str:
        sha256 = hashlib.sha256()
        with self._translated(), self._existing(name).open("rb") as file:
            for block in blocks(file):
                sha256.update(block)
        return sha256.hexdigest()

    def add(self, name: str, file: Path, sha256: str) -> bool:
        with self._translated(), self._room() as room:
            if copy(file, room / "file") != sha256:
                raise ArtifactDamaged(f"{file} is not what SHA-256 {sha256} names; make it again", name)
            return self._place(room / "file", name)

    def add_bytes(self, name: str, content: bytes) -> bool:
        with self._translated(), self._room() as room:
            (room / "file").write_bytes(content)
            return self._place(room / "file", name)

    def read(self, name: str) -> bytes:
        with self._translated():
            return self._existing(name).read_bytes()

    def version(self, name: str) -> ObjectVersion | None:
        try:
            content = self.read(name)
        except ArtifactMissing:
            return None
        return ObjectVersion(content, hashlib.sha256(content).hexdigest())

    def replace(self, name: str, content: bytes, seen: ObjectVersion | None) -> bool:
        with self._translated(), self._alone(), self._room() as room:
            if self.version(name) != seen:
                return False
            (room / "file").write_bytes(content)
            self._open(room / "file", name)
            move_into_place(room / "file", self.root / name)
        return True

    def names(self, prefix: str) -> Iterator[str]:
        folder, _, begin = prefix.rpartition("/")
        places = [place for place in (self.root / folder).glob("[!.]*") if place.name.startswith(begin)]
        files = [file for place in places for file in (place, *place.rglob("*")) if file.is_file()]
        return iter(sorted(str(file.relative_to(self.root)) for file in files))

    def remove(self, names: Iterable[str]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for name in names:
            try:
                (self.root / name).unlink(missing_ok=True)
            except OSError as error:
                kept[name] = error.strerror or str(error)
        return kept

    def _existing(self, name: str) -> Path:
        if not (file := self.root / name).exists():
            raise ArtifactMissing(f"{name} is not in {self.root}", name)
        return file

    def _place(self, file: Path, name: str) -> bool:
        """A second name for a file, given to the first who asks: unlike a rename, it never replaces."""
        sync(file)
        target = self.root / name
        self._open(file, name)
        try:
            os.link(file, target)
        except FileExistsError:
            return False
        return True

    def _open(self, file: Path, name: str) -> None:
        """Make a file and the folders on its way as readable as the destination itself: others publish from here."""
        rights = stat.S_IMODE(self.root.stat().st_mode)
        file.chmod(rights & 0o666)
        for folder in reversed((self.root / name).parents[: name.count("/")]):
            if not folder.exists():
                folder.mkdir(exist_ok=True)
                folder.chmod(rights)

    def _room(self) -> AbstractContextManager[Path]:
        sweep(self.root / WORK, DEAD)
        return working_folder(self.root / WORK)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else replaces anything in this folder; the lock goes with its process, however it dies."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / LOCK).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn errors of the disk into ours, which name the folder and the next step."""
        try:
            with enough_room(self.root):
                yield
        except OSError as error:
            said = f"{self.root}: {error.strerror} ({error.filename})"
            if error.errno in FORBIDDEN:
                raise StoreRefused(f"{said}; choose another folder, or give the right to write there") from error
            raise StoreUnavailable(f"{said}; see that the disk is there, then try again") from error
