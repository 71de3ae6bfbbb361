"""Folders of YAML files that hold one thing each: what is built in, then what a house adds or replaces."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from portevoix.authoring.document import Document, Model, read_document, validate
from portevoix.errors import Fault, InvalidInput, invalid
from portevoix.files import resolved


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
            document = read_document(contained(path, path.parent.parent))
            value = validate(model, document)
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


def contained(path: Path, folder: Path) -> Path:
    """The path itself. Raises InvalidInput where it leads out of the folder, as a link may."""
    if not resolved(path).is_relative_to(resolved(folder)):
        raise invalid(path, f"leads out of {folder}, to {resolved(path)}; copy that file or folder to its place", 1, 1)
    return path
