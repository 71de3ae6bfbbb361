"""The list of fonts: which files there are, and which family sets which script. One file, `fonts/fonts.yaml`."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from portevoix.authoring.document import Authored, Document, read_document, validate
from portevoix.errors import Fault, InvalidInput
from portevoix.files import State, state_of


class FontFile(Authored):
    """One file under the family name that stands inside it."""

    file: str
    family: str
    weight: Literal["regular", "bold"]
    version: str = ""


class FontList(Authored):
    """`fonts.yaml`: the files, the families that serve each script (ISO 15924), and the order of fallback after
    them.
    """

    scripts: dict[str, tuple[str, ...]]
    fallback: tuple[str, ...] = ()
    emoji: str = ""
    files: tuple[FontFile, ...]


def load_font_list(folder: Path) -> FontList:
    """The fonts of a folder. Raises InvalidInput with every fault, also where a file or a family is not there."""
    return _read(folder, state_of(folder))


@functools.lru_cache(maxsize=4)
def _read(folder: Path, state: State) -> FontList:
    document = read_document(folder / "fonts.yaml")
    listed = validate(FontList, document)
    if faults := list(_faults(listed, document, folder)):
        raise InvalidInput(faults)
    return listed


def _faults(listed: FontList, document: Document, folder: Path) -> Iterator[Fault]:
    families = {file.family for file in listed.files}
    known = ", ".join(sorted(families))
    named = [
        *((("scripts", script, n), name) for script, row in listed.scripts.items() for n, name in enumerate(row)),
        *((("fallback", n), name) for n, name in enumerate(listed.fallback)),
        *([(("emoji",), listed.emoji)] if listed.emoji else []),
    ]
    for place, name in named:
        if name not in families:
            yield document.fault(place, f"the family {name!r} has no file; families with files: {known}")
    serving = {name for _, name in named}
    for n, file in enumerate(listed.files):
        if not (folder / file.file).is_file():
            yield document.fault(("files", n, "file"), f"{file.file!r} is not in {folder}; put it there")
        if file.family not in serving:
            yield document.fault(("files", n, "family"), f"{file.family!r} serves no script; add it under `scripts`")
