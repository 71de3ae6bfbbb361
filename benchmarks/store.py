"""What storing costs, in a folder and in a real S3 service on this machine: `python benchmarks/store.py`."""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from portevoix.library import ROOT
from portevoix.store import FolderStore, Store

sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from s3 import Swift, open_machine

COUNT, SMALL, LARGE = 100, 20_000, 512 << 20


def keys(word: str) -> list[str]:
    return [hashlib.sha256(f"{word} {number}".encode()).hexdigest() for number in range(COUNT)]


def small(name: str, store: Store) -> None:
    marks = [time.perf_counter()]
    for key in keys("made"):
        with store.workplace() as room:
            (room / "drawing.png").write_bytes(bytes(SMALL))
            store.put(key, {".png": room / "drawing.png"}, {"at": [0, 0]})
    marks.append(time.perf_counter())
    for word in ("made", "not made"):
        for key in keys(word):
            store.has(key)
        marks.append(time.perf_counter())
    put, has, missed = ((after - before) / COUNT * 1000 for before, after in pairwise(marks))
    print(f"{name}: {put:.1f} ms to store {SMALL} bytes, {has:.2f} ms to find them, {missed:.1f} ms to miss them")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        small("folder", FolderStore(root / "folder"))
        swift = Swift(root / "swift")
        try:
            swift.start()
            one, other = (open_machine("benchmark", swift.settings(), root / name) for name in ("one", "other"))
            small("bucket", one)
            with (root / "large").open("wb") as file:
                file.truncate(LARGE)
            started = time.perf_counter()
            digest = one.put_input(root / "large")
            put = time.perf_counter()
            other.input_path(digest)
            fetched = time.perf_counter()
        finally:
            swift.stop()
    print(f"bucket: {LARGE >> 20} MiB in within {put - started:.1f} s, back within {fetched - put:.1f} s")
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB of memory")


if __name__ == "__main__":
    main()
