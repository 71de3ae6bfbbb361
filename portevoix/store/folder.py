"""The store that is a folder: files, each under the hash of all that went into it.

An artifact is there whole or not at all: it is written under a name of its own and then renamed, its note last. The
note has what was measured on it, the bytes and SHA-256 of each of its files, which are hashed when a process first
takes them, and the SHA-256 of all that.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from portevoix.files import move_into_place
from portevoix.store.errors import ArtifactDamaged, ArtifactMissing
from portevoix.store.interface import SHA256, Spoilt, check_lifetime, checked_digest, checked_key
from portevoix.store.uploads import TakesUploads, Uploads, blocks
from portevoix.store.verified import Verified, digest_of
from portevoix.store.working_folders import sweep, working_folder


class FolderStore(TakesUploads):
    """A `Store` on one machine's disk. The same key always means the same artifact."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._uploads = Uploads(root / "uploads")
        self._verified = Verified()

    @property
    def local(self) -> Path:
        return self.root

    def has(self, key: str) -> bool:
        note = self._note(key)
        return note is not None and not self._incomplete(key, note)

    def facts(self, key: str) -> dict[str, Any]:
        note = self._note(key)
        if note is None:
            raise ArtifactMissing(f"artifact {key} is not in {self.root}; render its job again", key)
        facts: dict[str, Any] = note["facts"]
        return facts

    def path(self, key: str, suffix: str) -> Path:
        file, note = self._file(key, suffix), self._note(key)
        if note is None or suffix not in note["files"] or not file.exists():
            raise ArtifactMissing(f"artifact {key} has no {suffix} in {self.root}; render its job again", key)
        if not self._verified.holds(file, note["files"][suffix]["sha256"]):
            self.delete(key)
            raise ArtifactDamaged(f"artifact {key} was spoilt in {self.root} and is removed; render its job again", key)
        return file

    def put(self, key: str, files: dict[str, Path], facts: dict[str, Any]) -> None:
        with self._alone(key), self.workplace() as room:
            if self.has(key):
                return
            described = {}
            for suffix, file in files.items():
                shutil.move(file, ours := room / f"file{suffix}")
                described[suffix] = {"bytes": ours.stat().st_size, "sha256": digest_of(ours)}
                move_into_place(ours, target := self._file(key, suffix))
                self._verified.trust(target)
            (room / "note").write_text(_written({"facts": facts, "files": described}), "utf-8")
            move_into_place(room / "note", self._file(key, ".json"))

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
        if not self._verified.holds(file, digest):
            self.delete_input(digest)
            raise ArtifactDamaged(f"input {digest} was spoilt in {self.root} and is removed; upload it again", digest)
        return file

    def spoilt(self) -> Iterator[Spoilt]:
        for note in sorted((self.root / "artifacts").glob("*/*.json")):
            if why := self._why_spoilt(note.stem):
                yield Spoilt("artifact", note.stem, why)
        for file in sorted((self.root / "inputs").glob("*/*")):
            if SHA256.fullmatch(file.name) and digest_of(file) != file.name:
                yield Spoilt("input", file.name, "has other bytes than its name says")

    def _why_spoilt(self, key: str) -> str | None:
        note = self._note(key)
        if note is None:
            return "has no note that can be read"
        if incomplete := self._incomplete(key, note):
            return f"{incomplete} is not there, or has another length"
        digests = {suffix: said["sha256"] for suffix, said in note["files"].items()}
        other = [suffix for suffix, digest in digests.items() if digest_of(self._file(key, suffix)) != digest]
        return f"{other[0]} has other bytes than were put in" if other else None

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

    def _note(self, key: str) -> dict[str, Any] | None:
        """What is known of an artifact; None where it is not there, was spoilt, or is not known well enough to be
        checked.
        """
        try:
            written = self._file(key, ".json").read_text("utf-8")
            note: dict[str, Any] = json.loads(written)
        except (FileNotFoundError, ValueError, RecursionError):
            return None
        known = isinstance(note, dict) and note.keys() == {"facts", "files", "sha256"}
        return note if known and _written({name: note[name] for name in ("facts", "files")}) == written else None

    def _incomplete(self, key: str, note: dict[str, Any]) -> str | None:
        """The first of an artifact's files that is not there with its length."""
        for suffix, said in note["files"].items():
            try:
                if self._file(key, suffix).stat().st_size != said["bytes"]:
                    return str(suffix)
            except FileNotFoundError:
                return str(suffix)
        return None

    @contextmanager
    def _alone(self, key: str) -> Iterator[None]:
        """Of all who put this artifact at once, one goes on."""
        (self.root / "locks").mkdir(parents=True, exist_ok=True)
        with (self.root / "locks" / checked_key(key)[:2]).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _file(self, key: str, suffix: str) -> Path:
        return self.root / "artifacts" / checked_key(key)[:2] / f"{key}{suffix}"

    def _add_input(self, file: Path, digest: str) -> None:
        move_into_place(file, self._input(digest))

    def _input(self, digest: str) -> Path:
        return self.root / "inputs" / checked_digest(digest)[:2] / digest


def _written(note: dict[str, Any]) -> str:
    """A note as it lies on the disk, with the SHA-256 of what it says."""
    sha256 = hashlib.sha256(json.dumps(note, sort_keys=True).encode()).hexdigest()
    return json.dumps({**note, "sha256": sha256}, sort_keys=True)


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
