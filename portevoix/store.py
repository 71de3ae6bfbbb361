"""Where artifacts lie: a folder of files, each under the hash of all that went into it.

An artifact is there whole or not at all: it is written under a name of its own and then renamed.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Store:
    """Artifacts of one folder. Safe for several processes: the same key always means the same artifact."""

    root: Path

    def path(self, key: str, suffix: str) -> Path:
        return self.root / "artifacts" / key[:2] / f"{key}{suffix}"

    def has(self, key: str) -> bool:
        """Whether the artifact is there, with all that belongs to it: its facts are written last."""
        return self.path(key, ".json").exists()

    def facts(self, key: str) -> dict[str, Any]:
        """What was measured on the artifact when it was made."""
        facts: dict[str, Any] = json.loads(self.path(key, ".json").read_text("utf-8"))
        return facts

    def put(self, key: str, files: dict[str, Path], facts: dict[str, Any]) -> None:
        """Take `files` (by suffix) over as the artifact `key`."""
        for suffix, file in files.items():
            target = self.path(key, suffix)
            target.parent.mkdir(parents=True, exist_ok=True)
            with file.open("rb") as handle:
                os.fsync(handle.fileno())
            shutil.move(file, partial := target.with_name(f"{target.name}.{os.getpid()}.part"))
            partial.replace(target)
        note = self.path(key, ".json")
        note.parent.mkdir(parents=True, exist_ok=True)
        partial = note.with_name(f"{note.name}.{os.getpid()}.part")
        partial.write_text(json.dumps(facts, sort_keys=True), "utf-8")
        partial.replace(note)

    @contextmanager
    def workplace(self) -> Iterator[Path]:
        """An empty folder on the store's own disk, gone afterwards."""
        (self.root / "work").mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.root / "work") as folder:
            yield Path(folder)
