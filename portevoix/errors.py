"""Every error that Portevoix raises on purpose: its subject, its value, the next step."""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path


class PortevoixError(Exception):
    """Base of all errors that a user is meant to read."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, order=True)
class Fault:
    """One mistake in one file. `line` and `column` count from 1; None where the file as a whole is meant.

    `place`: of the value that is meant, within a document (`("clips", 0, "file")`).
    """

    file: str
    line: int | None
    column: int | None
    message: str
    place: tuple[str | int, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place}: {self.message}"


class InvalidInput(PortevoixError):
    """What an author wrote, or a file that they named, cannot be used. Holds all faults found, in reading order."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults), key=lambda f: (f.file, f.line or 0, f.column or 0, f.message))
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[list[Fault]]]:
        return InvalidInput, (self.faults,)


def invalid(file: Path | str, message: str, line: int | None = None, column: int | None = None) -> InvalidInput:
    """An `InvalidInput` that holds one fault."""
    return InvalidInput([Fault(str(file), line, column, message)])


def suggestion(name: str, known: Collection[str]) -> str:
    """The end of a message about an unknown name: the known one that it is like, else all of them."""
    close = difflib.get_close_matches(name, known, 1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known)) or 'none'}"


class RenderFailed(PortevoixError):
    """A step could not be made although its input was accepted. `said`: a tool's own last words; `scarce`: the machine
    had too little room, memory or time for it, and may have more later.
    """

    def __init__(self, message: str, said: str = "", scarce: bool = False) -> None:
        super().__init__(message)
        self.said, self.scarce = said, scarce

    def __reduce__(self) -> tuple[type[RenderFailed], tuple[str, str, bool]]:
        return RenderFailed, (self.message, self.said, self.scarce)


class BrokenInstallation(PortevoixError):
    """Something that Portevoix itself needs is missing or unusable; `portevoix doctor` names the remedy."""


def sentence_of(error: BaseException) -> str:
    """What an author reads of an error: its message, or a note that the fault is not the author's."""
    if isinstance(error, PortevoixError):
        return str(error)
    reason = isinstance(error, OSError) and error.strerror
    return f"could not be made ({reason or type(error).__name__}): a mistake of Portevoix, or a fault of this machine"


def detail_of(error: BaseException) -> str:
    """What whoever runs Portevoix reads beside the sentence: a tool's last words, a traceback; often nothing."""
    if isinstance(error, PortevoixError):
        return error.said if isinstance(error, RenderFailed) else ""
    return "".join(traceback.format_exception(error))
