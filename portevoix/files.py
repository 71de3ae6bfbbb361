"""Files that are written whole or not at all: under a name of their own first, then renamed."""

from __future__ import annotations

import errno
import os
import stat
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def check_regular(path: Path) -> None:
    """Raise OSError for what is there and is neither a file nor a folder: a pipe would be waited for without end."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, "it is a pipe or a device and no file", str(path))


@contextmanager
def whole(target: Path, durable: bool = True) -> Iterator[Path]:
    """A name beside `target` to write to. It becomes `target` at the end of the block, and is gone where that fails.

    `durable`: its bytes are on the disk before it has its name, so that no power cut leaves an empty file. Without, it
    is whole for every reader of this machine, which is enough for what can be made again.
    """
    partial = target.with_name(f"{target.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        yield partial
        if durable:
            sync(partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def write_text(target: Path, text: str, durable: bool = True) -> None:
    """Write `text` as UTF-8, line ends as they are, whole or not at all. `durable` as in `whole`."""
    with whole(target, durable) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


def move_into_place(file: Path, target: Path) -> None:
    """Give a finished file its name, once its bytes are on the disk. Both lie on one disk."""
    sync(file)
    target.parent.mkdir(parents=True, exist_ok=True)
    file.replace(target)


def sync(file: Path) -> None:
    """Have a file's bytes on the disk."""
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


State = tuple[tuple[str, int, int, int], ...]


def state_of(*places: Path) -> State:
    """What differs as soon as a file under one of these folders, or one of these files, is another: the name, number,
    size and time of each.
    """
    found = []
    for place in places:
        for file in [place] if place.is_file() else sorted(_files_in(place)):
            try:
                stat = file.stat()
            except OSError:  # a link to nowhere, or to itself
                continue
            found.append((str(file), stat.st_ino, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


def _files_in(place: Path) -> Iterator[Path]:
    """The files under a folder, links to others followed, each folder once: a link may lead back."""
    seen: set[tuple[int, int]] = set()
    for folder, folders, names in os.walk(place, followlinks=True):
        stat = Path(folder).stat()
        if (stat.st_dev, stat.st_ino) in seen:
            folders.clear()
            continue
        seen.add((stat.st_dev, stat.st_ino))
        yield from (Path(folder, name) for name in names)


def resolved(path: Path) -> Path:
    """The path without links, as far as it leads anywhere: where links go round, what asks for the file says so."""
    return Path(os.path.realpath(path))


def as_spelled(root: Path, file: Path) -> Path:
    """`root / file`, its letters coded as the disk has them: an accent is a sign of its own in names from macOS.

    Where nothing has such a name, the path as it is asked for.
    """
    found = root
    for part in file.parts:
        wanted = found / part
        if not wanted.exists() and found.is_dir() and not part.isascii():
            same = unicodedata.normalize("NFC", part)
            wanted = next((one for one in found.iterdir() if unicodedata.normalize("NFC", one.name) == same), wanted)
        found = wanted
    return found
