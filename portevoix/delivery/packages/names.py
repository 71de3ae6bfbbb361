"""Names that every system takes, and that sort as their numbers do."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

LONGEST = 100  # characters of a name: with its folders far from the 260 of a path in Windows
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)  # devices of Windows
PART = re.compile(r"_(\d+)of(\d+)(?=[_.]|$)")


def safe_names(paths: Iterable[str]) -> dict[str, str]:
    """For each path its name in a package: ASCII letters, digits, `-`, `_` and `.`, no two alike."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for path in paths:
        safe = "/".join(safe_name(step) for step in PurePosixPath(path).parts)
        if safe.casefold() in taken:
            safe = _marked(safe, path)
        taken.add(safe.casefold())
        found[path] = safe
    return found


def safe_name(name: str) -> str:
    """One step of a path. A name of which nothing is left is called by its digest."""
    numbered = PART.sub(lambda m: f"_{int(m[1]):0{len(m[2])}}of{m[2]}", name)
    safe = ".".join(_plain(step) for step in numbered.split("."))
    if not safe[:1].isalnum():  # all files of a job whose name is lost begin alike
        lost = re.match(r"[^A-Za-z0-9_.]*", numbered)
        safe = _digest(lost[0] if lost else name) + safe
    safe = safe.rstrip("._")
    if RESERVED.match(safe):
        safe = f"_{safe}"
    return safe if len(safe) <= LONGEST else _shortened(safe, name)


def _plain(step: str) -> str:
    """ASCII letters, digits, `-` and `_`, accents taken off."""
    letters = unicodedata.normalize("NFKD", step).encode("ascii", "ignore").decode()
    return re.sub(r"-*_-*", "_", re.sub(r"[^A-Za-z0-9_]+", "-", letters)).strip("-")


def _shortened(safe: str, name: str) -> str:
    stem, dot, ending = safe.partition(".")
    return f"{stem[: LONGEST - len(ending) - 10]}-{_digest(name)}{dot}{ending}"


def _marked(safe: str, path: str) -> str:
    folder, slash, name = safe.rpartition("/")
    stem, dot, ending = name.partition(".")
    return f"{folder}{slash}{stem}-{_digest(path)}{dot}{ending}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
