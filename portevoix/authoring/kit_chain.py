"""A kit's file and those that it inherits, merged into one; and where the files that they name lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portevoix.authoring.caption_style import for_every_format
from portevoix.authoring.document import Document, Place
from portevoix.errors import Fault, InvalidInput, suggestion
from portevoix.files import resolved


@dataclass(frozen=True)
class KitChain(Document):
    """A kit's file with those that it inherits, nearest first; `content` is all of them merged."""

    files: tuple[Document, ...]

    def fault(self, place: Place, message: str) -> Fault:
        """A fault in the file whose value it is."""
        owner = max(self.files, key=lambda file: _depth(file.content, place))  # the nearest of those that go as deep
        return owner.fault(place, message)

    def nearest(self, *places: Place) -> Place:
        """The one of some values that the nearest kit has written: where two do not go together, it is to be
        changed.
        """
        return next((p for file in self.files for p in places if _depth(file.content, p) == len(p)), places[0])

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folder of each file."""
        return tuple(file.path.parent for file in self.files)

    def find(self, name: str | Path) -> Path | str:
        """A file of the kit, or what is wrong with it."""
        return found_in(self.folders, name)


def chain_of(name: str, documents: Mapping[str, Document]) -> KitChain:
    """A kit with those that it inherits, among all kits by name. Raises InvalidInput where that leads nowhere."""
    names = [name]
    while (parent := _parent(documents[names[-1]])) is not None:
        last = documents[names[-1]]
        if parent not in documents:
            raise InvalidInput(
                [last.fault(("inherits",), f"kit {parent!r} is not known; {suggestion(parent, documents)}")]
            )
        if parent in names:
            raise InvalidInput([_circle(names[names.index(parent) :], documents)])
        names.append(parent)
    files = [documents[name] for name in names]
    content = _by_format(files[-1].content)
    for file in files[-2::-1]:
        content = _inherited(_by_format(file.content), content)
    return KitChain(files[0].path, content, tuple(files))


def _circle(names: list[str], documents: Mapping[str, Document]) -> Fault:
    """The same fault from whichever of its kits the circle was entered."""
    first = names.index(min(names))
    ring = names[first:] + names[:first]
    shown = " → ".join([*ring, ring[0]])
    return documents[ring[-1]].fault(("inherits",), f"kits inherit in a circle: {shown}; end it at one")


def _parent(document: Document) -> str | None:
    parent = document.content.get("inherits") if isinstance(document.content, dict) else None
    return None if parent is None else str(parent)


def _by_format(content: Any) -> Any:
    """Places by format, so that a kit may change one of them."""
    if not (isinstance(content, dict) and isinstance(content.get("placing"), dict)):
        return content
    return {**content, "placing": {key: for_every_format(value) for key, value in content["placing"].items()}}


def _inherited(own: Any, parent: Any) -> Any:
    """A kit over its parent. Its name stands alone: no language of it may show the parent's name instead."""
    merged = _merged(own, parent)
    if isinstance(own, dict) and "organisation" in own:
        merged["organisation"] = own["organisation"]
    return merged


def _merged(own: Any, inherited: Any) -> Any:
    if not (isinstance(own, dict) and isinstance(inherited, dict)):
        return own
    return {**inherited, **{key: _merged(value, inherited.get(key)) for key, value in own.items()}}


def _depth(content: Any, place: Place) -> int:
    """How many leading keys of `place` exist in a file."""
    for depth, step in enumerate(place):
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            return depth
    return len(place)


def found_in(folders: Iterable[Path], name: str | Path) -> Path | str:
    """A kit's file in the first of its folders that has it, or what is wrong with it."""
    for folder in folders:
        path = folder / name
        if not resolved(path).is_relative_to(resolved(folder)):
            return f"{name} lies outside {folder}; put the file into the kit"
        if path.is_file():
            return path
    return f"{name} is not in {' or '.join(str(folder) for folder in folders)}; add it"
