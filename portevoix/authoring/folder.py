"""Folders of YAML files that hold one thing each: what is built in, then what a house adds or replaces."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic

from portevoix.authoring.document import Document, Model, read_document, validate
from portevoix.errors import Fault, InvalidInput, invalid
from portevoix.files import State, resolved, state_of


@dataclass(frozen=True)
class Filed(Generic[Model]):
    """One value and the file that it stands in."""

    document: Document
    value: Model


def load_files(model: type[Model], folders: Iterable[Path], key: str) -> dict[str, Filed[Model]]:
    """Every file of some folders, by the name that it gives itself under `key`.

    A file replaces one of the same name in a folder before its own. Raises InvalidInput with the faults of all files.
    """
    found: dict[str, Filed[Model]] = {}
    faults: list[Fault] = []
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        try:
            document, value = _read(model, contained(path, path.parent.parent), state_of(path))
        except InvalidInput as error:
            faults += error.faults
            continue
        name = str(getattr(value, key))
        if name != path.stem:
            faults.append(document.fault((key,), f"{name!r} is not the file's name; call it {name}.yaml"))
        found[name] = Filed(document, value)
    if faults:
        raise InvalidInput(faults)
    return found


@functools.lru_cache(maxsize=256)
def _read(model: type[Model], path: Path, state: State) -> Any:
    """A file's document and value: read once while it is the same. A house that changes is read without what is built
    in, which takes most of the time.
    """
    document = read_document(path)
    return document, validate(model, document)


def contained(path: Path, folder: Path) -> Path:
    """The path itself. Raises InvalidInput where it leads out of the folder, as a link may."""
    if not resolved(path).is_relative_to(resolved(folder)):
        raise invalid(path, f"leads out of {folder}, to {resolved(path)}; copy that file or folder to its place", 1, 1)
    return path
