"""The store that is a bucket of an S3 service, behind a local cache.

`docs/store.md` shows what lies where. An artifact exists when its note does. Files lie under their own digest: whoever
makes the same artifact at the same time overwrites nothing, and whichever note stands names the files of one making.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO

from portevoix.files import sync
from portevoix.store.bucket import Bucket
from portevoix.store.cache import FRESH, Cache
from portevoix.store.errors import ArtifactDamaged, ArtifactMissing
from portevoix.store.folder import copy
from portevoix.store.interface import Spoilt, check_lifetime, checked_digest, checked_key
from portevoix.store.uploads import TakesUploads, Uploads
from portevoix.store.working_folders import sweep

TRUSTED = timedelta(minutes=10)  # how long an artifact counts as there without asking again: a plan asks for hundreds
AT_ANY_AGE = timedelta.max
STORED = re.compile(r"(?:artifacts|inputs)/[^/]+/([a-z0-9-]+)(?:[./].+)?")


class S3Store(TakesUploads):
    """A `Store` for several machines.

    What an outage keeps from the bucket waits in the cache folder, beside the limit, and is sent when its key is next
    asked for: nothing is made again because the store was away.
    """

    def __init__(self, bucket: Bucket, cache: Path, limit_bytes: int, fresh: timedelta = FRESH) -> None:
        self._bucket = bucket
        self._cache = Cache(cache, limit_bytes, fresh)
        self._uploads = Uploads(cache / "uploads")
        self._waiting = cache / "waiting"

    @property
    def local(self) -> Path:
        return self._cache.root

    def has(self, key: str) -> bool:
        if (self._waiting / checked_key(key)).exists():
            self._send_late(key)
        try:
            self._note(key, TRUSTED)
        except ArtifactMissing:
            return False
        return True

    def facts(self, key: str) -> dict[str, Any]:
        facts: dict[str, Any] = self._note(key)["facts"]
        return facts

    def path(self, key: str, suffix: str) -> Path:
        note = self._note(key)
        try:
            return self._fetched(key, suffix, note)
        except ArtifactMissing:  # it was deleted and made again since this machine read its note
            self._cache.forget(_note_name(key))
        latest = self._note(key)
        try:
            return self._fetched(key, suffix, latest)
        except ArtifactMissing:
            if suffix in latest["files"]:
                self.delete(key)  # without one of its files it is none: its step makes it again
            raise

    def put(self, key: str, files: dict[str, Path], facts: dict[str, Any]) -> None:
        if self._cache.read(_note_name(key), TRUSTED) is not None:
            return
        with self.workplace() as room:
            described = {}
            for suffix, file in files.items():
                shutil.move(file, ours := room / f"file{suffix}")
                sync(ours)
                with ours.open("rb") as stream:
                    sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
                described[suffix] = {"bytes": ours.stat().st_size, "sha256": sha256}
            (room / "note").write_text(json.dumps({"facts": facts, "files": described}, sort_keys=True), "utf-8")
            sync(room / "note")
            self._waiting.mkdir(exist_ok=True)
            try:
                room.rename(self._waiting / key)
            except OSError:
                if not (self._waiting / key).exists():
                    raise
                # another process has made it too: its files are as good
        self._send(key)

    def send_waiting(self) -> int:
        keys = sorted(folder.name for folder in self._waiting.iterdir()) if self._waiting.exists() else []
        for key in keys:
            self._send_late(key)
        return len(keys)

    def workplace(self) -> AbstractContextManager[Path]:
        return self._cache.workplace()

    def put_input(self, source: Path | BinaryIO) -> str:
        with self.workplace() as room:
            digest = copy(source, room / "input")
            self._add_input(room / "input", digest)
        return digest

    def has_input(self, digest: str) -> bool:
        return self._bucket.exists(_input_name(digest))

    def input_path(self, digest: str) -> Path:
        return self._copy(_input_name(digest), digest, digest)

    def abort_dead_uploads(self, older_than: timedelta) -> int:
        dead = self.dead_uploads(older_than)
        for upload in dead:
            self.abort(upload)
        return len(dead) + self._bucket.abort_uploads(older_than)

    def unreferenced(self, referenced: set[str], older_than: timedelta) -> Iterator[str]:
        return self._old_names("artifacts/", referenced, older_than)

    def unreferenced_inputs(self, referenced: set[str], older_than: timedelta) -> Iterator[str]:
        return self._old_names("inputs/", referenced, older_than)

    def delete(self, key: str) -> None:
        note = _note_name(key)
        files = [item.name for item in self._bucket.listed(note.removesuffix(".json") + "/")]
        self._bucket.delete([note])
        self._bucket.delete(files)
        for name in (note, *files):
            self._cache.forget(name)
        shutil.rmtree(self._waiting / key, ignore_errors=True)

    def delete_input(self, digest: str) -> None:
        self._bucket.delete([_input_name(digest)])
        self._cache.forget(_input_name(digest))

    def spoilt(self) -> Iterator[Spoilt]:
        names = [item.name for item in self._bucket.listed("")]
        for name in names:
            key = name.rpartition("/")[2]
            if name.startswith("artifacts/") and key.endswith(".json"):
                if why := self._why_spoilt(key.removesuffix(".json"), frozenset(names)):
                    yield Spoilt("artifact", key.removesuffix(".json"), why)
            elif name.startswith("inputs/") and self._digest(name) != key:
                yield Spoilt("input", key, "has other bytes than its name says")

    def _why_spoilt(self, key: str, names: frozenset[str]) -> str | None:
        note = json.loads(self._bucket.read(_note_name(key)))
        for suffix, said in note["files"].items():
            name = _file_name(key, suffix, note)
            if name not in names:
                return f"{suffix} is not there"
            if self._digest(name) != said["sha256"]:
                return f"{suffix} has other bytes than were put in"
        return None

    def _digest(self, name: str) -> str:
        with self.workplace() as room:
            return self._bucket.fetch(name, room / "file")

    def sweep_work(self, older_than: timedelta) -> int:
        return sweep(self._cache.root / "work", older_than)

    def free_bytes(self) -> int:
        return shutil.disk_usage(self._cache.root).free

    def link(self, key: str, suffix: str, seconds: int, filename: str, *, released: bool) -> str | None:
        check_lifetime(seconds)
        if not (released and self._bucket.settings.links):
            return None
        return self._bucket.link(_file_name(key, suffix, self._note(key)), seconds, filename)

    def _note(self, key: str, within: timedelta = AT_ANY_AGE) -> dict[str, Any]:
        name = _note_name(key)
        content = self._cache.read(name, within)
        if content is None:
            try:
                content = self._bucket.read(name)
            except ArtifactMissing:
                self._cache.forget(name)
                raise ArtifactMissing(
                    f"artifact {key} is not in {self._bucket}; its step makes it again", key
                ) from None
            self._keep_note(name, content)
        note: dict[str, Any] = json.loads(content)
        return note

    def _keep_note(self, name: str, content: bytes) -> None:
        with self.workplace() as room:
            (room / "note").write_bytes(content)
            self._cache.keep(name, room / "note")

    def _fetched(self, key: str, suffix: str, note: dict[str, Any]) -> Path:
        return self._copy(_file_name(key, suffix, note), note["files"][suffix]["sha256"], key)

    def _copy(self, name: str, sha256: str, key: str) -> Path:
        """The local copy of a name in the bucket; errors are about `key`."""
        try:
            return self._cache.get(name, sha256, lambda target: self._bucket.fetch(name, target))
        except ArtifactMissing as error:
            raise ArtifactMissing(f"{self._bucket}/{name} is not there; make or upload it again", key) from error
        except ArtifactDamaged as error:
            raise ArtifactDamaged(f"{self._bucket}: {error}; delete it, then make or upload it again", key) from error

    def _send(self, key: str) -> None:
        """Send what waits under `key`: its files, then its note. Twice is harmless."""
        with self._cache.alone(f"waiting/{key}"):
            folder = self._waiting / key
            if not folder.exists():
                return
            content = (folder / "note").read_bytes()
            note = json.loads(content)
            try:
                names = {suffix: _file_name(key, suffix, note) for suffix in note["files"]}
                for suffix, name in names.items():
                    self._bucket.add(name, folder / f"file{suffix}", note["files"][suffix]["sha256"])
            except ArtifactDamaged:
                shutil.rmtree(folder)  # this disk spoilt it: it is to be made again
                raise
            if self._bucket.add_bytes(_note_name(key), content):
                self._keep_note(_note_name(key), content)
                for suffix, name in names.items():
                    self._cache.keep(name, folder / f"file{suffix}")
            else:
                first = self._note(key)
                kept = {_file_name(key, suffix, first) for suffix in first["files"]}
                self._bucket.delete(set(names.values()) - kept)
            shutil.rmtree(folder)

    def _send_late(self, key: str) -> None:
        """Send what an outage held back, unless another machine has put the same meanwhile."""
        if self._bucket.exists(_note_name(key)):
            shutil.rmtree(self._waiting / key, ignore_errors=True)
        else:
            self._send(key)

    def _add_input(self, file: Path, digest: str) -> None:
        self._bucket.add(_input_name(digest), file, digest)
        self._cache.keep(_input_name(digest), file)

    def _old_names(self, prefix: str, referenced: set[str], older_than: timedelta) -> Iterator[str]:
        before = datetime.now(UTC) - older_than
        found = ((match[1], item) for item in self._bucket.listed(prefix) if (match := STORED.fullmatch(item.name)))
        for key, group in groupby(found, lambda pair: pair[0]):
            if max(item.modified for _, item in group) <= before and key not in referenced:
                yield key


def _note_name(key: str) -> str:
    return f"artifacts/{checked_key(key)[:2]}/{key}.json"


def _file_name(key: str, suffix: str, note: dict[str, Any]) -> str:
    if suffix not in note["files"]:
        raise ArtifactMissing(f"artifact {key} has no {suffix}, only {', '.join(note['files']) or 'facts'}", key)
    return f"artifacts/{key[:2]}/{key}/{note['files'][suffix]['sha256']}{suffix}"


def _input_name(digest: str) -> str:
    return f"inputs/{checked_digest(digest)[:2]}/{digest}"
