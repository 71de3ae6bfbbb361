"""Uploads that arrive in pieces, lie on a local disk and go on after a cut connection or a restart."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

from portevoix.files import write_text
from portevoix.store.errors import StoreFull, UploadRefused
from portevoix.store.working_folders import enough_room

BLOCK = 1 << 20
FLOOR_BYTES = 1_000_000_000  # what an upload leaves free: a full disk would stop the jobs that are running on it
PATIENCE_S = 10.0  # the longest wait for another connection's block, and for its hash of what lies there
ASK_EVERY_S = 0.005
ID = re.compile(r"[0-9a-f]{32}")


def blocks(stream: BinaryIO | FileIO) -> Iterator[bytes]:
    """A stream's bytes, a megabyte at a time."""
    while block := stream.read(BLOCK):
        yield block


@dataclass(frozen=True)
class Arrival:
    """How much of an upload has arrived, in bytes, and when it last grew, in seconds since 1970.

    `metadata` is what its sender said of it. `sha256` is empty until it is an input.
    """

    size: int
    received: int
    metadata: str
    touched_s: float
    sha256: str = ""


@dataclass
class _Running:
    """The hash of an upload's first `count` bytes."""

    sha256: hashlib._Hash
    count: int


class Uploads:
    """A folder of uploads: `<id>.part` holds what has arrived, `<id>.json` what was announced and, at the end, the
    digest.

    Bytes are hashed as they arrive. A process that finds an upload begun by another reads and hashes what lies there
    first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[str, _Running] = {}

    def begin(self, size: int, metadata: str) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.folder).free
        if size + FLOOR_BYTES > free:
            raise StoreFull(
                f"an upload of {size:,} bytes does not fit: {free:,} are free and {FLOOR_BYTES:,} must stay so; "
                "try again when uploads and jobs have ended, or free the disk"
            )
        upload = secrets.token_hex(16)
        self._part(upload).touch()
        self._write_note(upload, {"size": size, "metadata": metadata})
        return upload

    def arrival(self, upload: str) -> Arrival:
        note = self._note(upload)
        try:
            part = self._part(upload).stat()
        except FileNotFoundError:
            note = self._note(upload)  # it became an input meanwhile
            if "sha256" not in note:
                raise _unknown(upload) from None
            return _arrived(note, self._note_file(upload).stat().st_mtime)
        if "sha256" in note:
            return _arrived(note, part.st_mtime)
        return Arrival(int(note["size"]), part.st_size, note.get("metadata", ""), part.st_mtime)

    def append(self, upload: str, offset: int, pieces: Iterable[bytes]) -> int:
        size = int(self._note(upload)["size"])
        with self._open(upload) as file, enough_room(self.folder):
            count = file.seek(0, os.SEEK_END)
            if offset != count:
                raise UploadRefused(f"upload {upload} has {count} bytes; go on from there, not from {offset}", count)
            running = self._hashed(upload, file)
            try:
                for piece in pieces:
                    if count + len(piece) > size:
                        raise UploadRefused(f"upload {upload} was announced with {size} bytes and gets more", count)
                    _write(file, piece)
                    running.sha256.update(piece)
                    count = running.count = count + len(piece)
            except BaseException:
                self._running.pop(upload, None)  # a piece may lie there in part: what counts is what lies there
                raise
        return count

    def complete(self, upload: str) -> tuple[Path, str]:
        """The file of an upload that has arrived whole, on the disk for good, and its SHA-256."""
        size = int(self._note(upload)["size"])
        with self._open(upload) as file:
            count = file.seek(0, os.SEEK_END)
            if count != size:
                raise UploadRefused(f"upload {upload} has {count} of {size} bytes; send the rest", count)
            digest = self._hashed(upload, file).sha256.hexdigest()
            os.fsync(file.fileno())
        return self._part(upload), digest

    def digest(self, upload: str) -> str | None:
        """The SHA-256 of an upload that is an input already."""
        digest: str | None = self._note(upload).get("sha256")
        return digest

    def close(self, upload: str, digest: str) -> None:
        """Keep only the digest of an upload whose bytes are an input now."""
        self._write_note(upload, {**self._note(upload), "sha256": digest})
        self._part(upload).unlink(missing_ok=True)
        self._running.pop(upload, None)

    def abort(self, upload: str) -> None:
        if ID.fullmatch(upload):
            self._part(upload).unlink(missing_ok=True)
            self._note_file(upload).unlink(missing_ok=True)
            self._running.pop(upload, None)

    def dead(self, older_than: timedelta) -> list[str]:
        latest: dict[str, float] = {}
        for file in self.folder.iterdir() if self.folder.is_dir() else ():
            upload = file.name.partition(".")[0]
            try:
                latest[upload] = max(latest.get(upload, 0), file.stat().st_mtime)
            except FileNotFoundError:
                continue
        before = time.time() - older_than.total_seconds()
        return sorted(upload for upload, touched in latest.items() if touched <= before)

    def _hashed(self, upload: str, file: FileIO) -> _Running:
        """The hash of all that lies in `file`, whose position is left at the end."""
        count = file.seek(0, os.SEEK_END)
        running = self._running.get(upload)
        if running is None or running.count > count:
            running = self._running[upload] = _Running(hashlib.sha256(), 0)
        file.seek(running.count)
        for block in blocks(file):
            running.sha256.update(block)
            running.count += len(block)
        return running

    @contextmanager
    def _open(self, upload: str) -> Iterator[FileIO]:
        try:
            file = self._part(upload).open("r+b", buffering=0)
        except FileNotFoundError:
            raise _unknown(upload) from None
        with file:
            if not _locked(file):
                raise UploadRefused(
                    f"upload {upload} is being written to by another connection; ask again what has arrived",
                    os.fstat(file.fileno()).st_size,
                )
            yield file

    def _note(self, upload: str) -> dict[str, Any]:
        if not ID.fullmatch(upload):
            raise _unknown(upload)
        try:
            note: dict[str, Any] = json.loads(self._note_file(upload).read_text("utf-8"))
        except FileNotFoundError:
            raise _unknown(upload) from None
        return note

    def _write_note(self, upload: str, note: dict[str, Any]) -> None:
        write_text(self._note_file(upload), json.dumps(note), durable=False)

    def _part(self, upload: str) -> Path:
        return self.folder / f"{upload}.part"

    def _note_file(self, upload: str) -> Path:
        return self.folder / f"{upload}.json"


def _locked(file: FileIO) -> bool:
    """Lock a file for this writer alone. Of two writers at one offset the second finds it taken, so one always wins."""
    give_up_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up_s:
                return False
            time.sleep(ASK_EVERY_S)
        else:
            return True


def _arrived(note: dict[str, Any], touched_s: float) -> Arrival:
    return Arrival(int(note["size"]), int(note["size"]), note.get("metadata", ""), touched_s, note["sha256"])


def _write(file: FileIO, piece: bytes) -> None:
    left = memoryview(piece)
    while left:
        left = left[file.write(left) :]


def _unknown(upload: str) -> UploadRefused:
    return UploadRefused(f"upload {upload!r} is not known: it was aborted or has expired; begin a new one")


class TakesUploads(ABC):
    """What a store of any kind does with uploads that are still arriving: they lie on this machine's disk."""

    _uploads: Uploads

    def begin_upload(self, size: int, metadata: str = "") -> str:
        return self._uploads.begin(size, metadata)

    def arrival(self, upload: str) -> Arrival:
        return self._uploads.arrival(upload)

    def append(self, upload: str, offset: int, pieces: Iterable[bytes]) -> int:
        return self._uploads.append(upload, offset, pieces)

    def finish(self, upload: str) -> str:
        if done := self._uploads.digest(upload):
            return done
        try:
            digest = self._take_over(upload)
        except (UploadRefused, FileNotFoundError):
            if done := self._uploads.digest(upload):  # another process was at it too, and was faster
                return done
            raise
        self._uploads.close(upload, digest)
        return digest

    def abort(self, upload: str) -> None:
        self._uploads.abort(upload)

    def dead_uploads(self, older_than: timedelta) -> list[str]:
        return self._uploads.dead(older_than)

    @abstractmethod
    def workplace(self) -> AbstractContextManager[Path]:
        """As `Store` says."""

    @abstractmethod
    def _add_input(self, file: Path, digest: str) -> None:
        """Take `file` over as the input `digest`."""

    def _take_over(self, upload: str) -> str:
        part, digest = self._uploads.complete(upload)
        with self.workplace() as room:
            (room / "input").hardlink_to(part)  # the part goes last: cut short, this is begun again
            self._add_input(room / "input", digest)
        return digest
