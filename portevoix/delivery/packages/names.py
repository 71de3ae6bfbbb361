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
    plain = unicodedata.normalize("NFKD", numbered).encode("ascii", "ignore").decode()
    safe = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-. ")
    if not re.search("[A-Za-z0-9]", safe.partition(".")[0]):
        safe = f"{_digest(name)}_{safe.lstrip('._-')}".rstrip("_")
    if RESERVED.match(safe):
        safe = f"_{safe}"
    return safe if len(safe) <= LONGEST else _shortened(safe, name)


def _shortened(safe: str, name: str) -> str:
    stem, dot, ending = safe.partition(".")
    return f"{stem[: LONGEST - len(ending) - 10]}-{_digest(name)}{dot}{ending}"


def _marked(safe: str, path: str) -> str:
    folder, slash, name = safe.rpartition("/")
    stem, dot, ending = name.partition(".")
    return f"{folder}{slash}{stem}-{_digest(path)}{dot}{ending}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
