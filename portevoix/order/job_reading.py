"""A job while it is read: its document, what is wrong in it, what its author should know."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from portevoix.authoring.document import read_document, validate_known
from portevoix.authoring.job import Job
from portevoix.errors import InvalidInput, suggestion
from portevoix.files import as_spelled, resolved
from portevoix.library import Library
from portevoix.store import Store

Known = TypeVar("Known")


def job_name(path: Path) -> str:
    """What a job is called: by its own file, or by its folder where that is `job.yaml`."""
    return resolved(path).parent.name if path.stem == "job" else path.stem


class JobReading:
    """Collects the faults of one job while its parts are read. Raises InvalidInput where its file is no job at all.

    `store`: remembers what was found in films, where there is one.
    """

    def __init__(self, path: Path, library: Library, store: Store | None = None) -> None:
        self.document = read_document(path)
        self.job, self.faults = validate_known(Job, self.document)
        self.library, self.store = library, store
        self.folder = path.parent
        self.name = job_name(path)
        self.notes: list[str] = []

    def fault(self, place: Sequence[str | int], message: str) -> None:
        """A mistake at a place of the job's file."""
        self.faults.append(self.document.fault(place, message))

    def raise_faults(self) -> None:
        """Raises InvalidInput where there are any."""
        if self.faults:
            raise InvalidInput(self.faults)

    def known(self, kind: str, name: str, known: dict[str, Known], place: Sequence[str | int]) -> Known | None:
        """The entry of the library that a job names; None, and a fault, where there is none."""
        if name not in known:
            self.fault(place, f"{kind} {name!r} is not known; {suggestion(name, known)}{self.library.hint}")
        return known.get(name)

    def named(self, path: Path) -> str:
        """What a file that was found is called: by the job's folder where it lies there."""
        root = resolved(self.folder)
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)

    def existing(self, file: Path, place: Sequence[str | int]) -> Path | None:
        """The full path of a file of the job's folder, else of the first of the house's media folders that has it.

        None, and a fault, where it leads out of them, also through a link, or where there are such folders and none of
        them has it.
        """
        path, media = self.inside(file, place), self.library.media
        if path is None or path.exists() or not media:
            return path
        for folder in media:
            found = resolved(as_spelled(folder, file))
            if found.exists():
                if found.is_relative_to(folder):
                    return found
                self.fault(
                    place, f"{str(file)!r} leads out of the house's media folder {folder}; copy the file into it"
                )
                return None
        where = ", ".join(str(folder) for folder in media)
        self.fault(place, f"{file} is neither beside the job nor in the house's media folder ({where}); check the name")
        return None

    def inside(self, file: Path, place: Sequence[str | int]) -> Path | None:
        """The file's full path, or None (and a fault) where it leads out of the job's folder, also through a link."""
        root = resolved(self.folder)
        path = resolved(as_spelled(root, file))
        if file.is_absolute() or not path.is_relative_to(root):
            self.fault(place, f"{str(file)!r} leads out of the job's folder; copy the file into it")
            return None
        return path
