"""The store that is a folder: files, each under the hash of all that went into it.

An artifact is there whole or not at all: it is written under a name of its own and then renamed, its facts last.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from portevoix.files import move_into_place
from portevoix.store.errors import ArtifactMissing
from portevoix.store.interface import check_lifetime, checked_digest, checked_key
from portevoix.store.uploads import TakesUploads, Uploads, blocks
from portevoix.store.work import sweep, working_folder


class FolderStore(TakesUploads):
    """A `Store` on one machine's disk. The same key always means the same artifact."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._uploads = Uploads(root / "uploads")

    @property
    def local(self) -> Path:
        return self.root

    def has(self, key: str) -> bool:
        return self._file(key, ".json").exists()

    def facts(self, key: str) -> dict[str, Any]:
        try:
            facts: dict[str, Any] = json.loads(self._file(key, ".json").read_text("utf-8"))
        except FileNotFoundError:
            raise ArtifactMissing(f"artifact {key} is not in {self.root}; render its job again", key) from None
        return facts

    def path(self, key: str, suffix: str) -> Path:
        file = self._file(key, suffix)
        if not (file.exists() and self.has(key)):
            raise ArtifactMissing(f"artifact {key} has no {suffix} in {self.root}; render its job again", key)
        return file

    def put(self, key: str, files: dict[str, Path], facts: dict[str, Any]) -> None:
        if self.has(key):
            return
        with self.workplace() as room:
            for suffix, file in files.items():
                shutil.move(file, room / f"file{suffix}")
                move_into_place(room / f"file{suffix}", self._file(key, suffix))
            (room / "facts").write_text(json.dumps(facts, sort_keys=True), "utf-8")
            move_into_place(room / "facts", self._file(key, ".json"))

    def send_waiting(self) -> int:
        return 0

    def workplace(self) -> AbstractContextManager[Path]:
        return working_folder(self.root / "work")

    def put_input(self, source: Path | BinaryIO) -> str:
        with self.workplace() as room:
            digest = copy(source, room / "input")
            self._add_input(room / "input", digest)
        return digest

    def has_input(self, digest: str) -> bool:
        return self._input(digest).exists()

    def input_path(self, digest: str) -> Path:
        if not (file := self._input(digest)).exists():
            raise ArtifactMissing(f"input {digest} is not in {self.root}; upload it again", digest)
        return file

    def abort_dead_uploads(self, older_than: timedelta) -> int:
        dead = self.dead_uploads(older_than)
        for upload in dead:
            self.abort(upload)
        return len(dead)

    def unreferenced(self, referenced: set[str], older_than: timedelta) -> Iterator[str]:
        return _old_names(self.root / "artifacts", referenced, older_than)

    def unreferenced_inputs(self, referenced: set[str], older_than: timedelta) -> Iterator[str]:
        return _old_names(self.root / "inputs", referenced, older_than)

    def delete(self, key: str) -> None:
        note = self._file(key, ".json")
        note.unlink(missing_ok=True)
        for file in note.parent.glob(f"{key}.*"):
            file.unlink(missing_ok=True)

    def delete_input(self, digest: str) -> None:
        self._input(digest).unlink(missing_ok=True)

    def sweep_work(self, older_than: timedelta) -> int:
        return sweep(self.root / "work", older_than)

    def free_bytes(self) -> int:
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free

    def link(self, key: str, suffix: str, seconds: int, filename: str, *, released: bool) -> str | None:
        check_lifetime(seconds)
        return None

    def _file(self, key: str, suffix: str) -> Path:
        return self.root / "artifacts" / checked_key(key)[:2] / f"{key}{suffix}"

    def _add_input(self, file: Path, digest: str) -> None:
        move_into_place(file, self._input(digest))

    def _input(self, digest: str) -> Path:
        return self.root / "inputs" / checked_digest(digest)[:2] / digest


def copy(source: Path | BinaryIO, target: Path) -> str:
    """Copy a file or the rest of a stream. Returns its SHA-256; a megabyte of it is in memory at a time."""
    sha256 = hashlib.sha256()
    with source.open("rb") if isinstance(source, Path) else nullcontext(source) as stream, target.open("wb") as file:
        for block in blocks(stream):
            sha256.update(block)
            file.write(block)
    return sha256.hexdigest()


def _old_names(folder: Path, referenced: set[str], older_than: timedelta) -> Iterator[str]:
    before = time.time() - older_than.total_seconds()
    for shard in sorted(folder.iterdir()) if folder.is_dir() else []:
        files = sorted(shard.iterdir())
        for name, group in groupby(files, lambda file: file.name.partition(".")[0]):
            if name not in referenced and max(file.stat().st_mtime for file in group) <= before:
                yield name
