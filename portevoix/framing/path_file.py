"""The camera's path as a small file beside the job, for people to read and correct. It wins over what is found."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import Field

from portevoix.authoring.document import Authored, Document, read_document, validate
from portevoix.authoring.values import Seconds
from portevoix.errors import Fault, InvalidInput, invalid
from portevoix.files import write_text
from portevoix.framing.path import CameraPath, Key, ShotPath
from portevoix.sources.probe import Source
from portevoix.timing import clock

HEADER = """\
# Where the camera looks, in seconds from the clip's first picture. Correct it here: this file wins over what is found.
# x and y are shares of the picture's width and height inside its black bars (0 is left and top).
# One point stands still; between two points the camera pans, easing in and out.
# `person`: follow keeps the point in the frame; nobody and apart are framed as the recipe says.
"""


class LookPoint(Authored):
    """A point that the camera looks at."""

    at: Seconds
    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)


class SeenPerson(Authored):
    """One of two faces far apart."""

    x: float = Field(ge=0, le=1)
    y: float = Field(ge=0, le=1)


class Shot(Authored):
    """One shot, from its first second up to, not including, the last one."""

    start_s: Seconds = Field(alias="from")
    end_s: Seconds = Field(alias="to")
    person: Literal["follow", "nobody", "apart"] = "follow"
    look: tuple[LookPoint, ...] = Field(min_length=1)
    people: tuple[SeenPerson, ...] = ()


class PathFile(Authored):
    """The whole file. `clip`: the SHA-256 of the clip that it was made for."""

    clip: str
    shots: tuple[Shot, ...] = Field(min_length=1)


def write_path(path: CameraPath, source: Source, file: Path) -> None:
    """Write the path of `source`, whole or not at all. An older file of the name is replaced."""
    write_text(file, as_text(path, source))


def keep_or_write(
    found: CameraPath, source: Source, file: Path, shown_as: Path, force: bool
) -> tuple[CameraPath, bool]:
    """The path that holds, and whether it was written: a file that says something else was corrected, and stays.

    `force` writes what was found all the same. Raises InvalidInput where the file that stays cannot be read, or a new
    one not be written.
    """
    if file.exists() and not force:
        return read_path(file, source, shown_as), False
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_path(found, source, file)
    except OSError as error:
        raise invalid(
            shown_as, f"cannot be written: {error.strerror}; name another file by the clip's `path`"
        ) from None
    return found, True


def as_text(path: CameraPath, source: Source) -> str:
    """The file's text: times to the millisecond, points to a thousandth."""
    lines = [HEADER + f"clip: {source.digest}\nshots:"]
    for shot in path.shots:
        lines += [f"  - from: {clock(shot.start_s)}", f"    to: {clock(shot.end_s)}", f"    person: {shot.verdict}"]
        lines += ["    look:"]
        lines += [f"      - {{at: {clock(Fraction(k.second))}, x: {k.x:.3f}, y: {k.y:.3f}}}" for k in shot.keys]
        if shot.people:
            lines += ["    people:", *(f"      - {{x: {x:.3f}, y: {y:.3f}}}" for x, y in shot.people)]
    return "\n".join(lines) + "\n"


def read_path(file: Path, source: Source, shown_as: Path | None = None) -> CameraPath:
    """The path in `file`. Raises InvalidInput with every fault, each at its line and column."""
    document = read_document(file, shown_as)
    written = validate(PathFile, document)
    if faults := list(_faults(written, document, source)):
        raise InvalidInput(faults)
    return CameraPath(
        tuple(
            ShotPath(
                shot.start_s,
                shot.end_s,
                shot.person,
                tuple(Key(float(k.at), k.x, k.y) for k in shot.look),
                tuple((p.x, p.y) for p in shot.people),
            )
            for shot in written.shots
        )
    )


def _faults(written: PathFile, document: Document, source: Source) -> list[Fault]:
    faults: list[Fault] = []

    def fault(place: tuple[str | int, ...], message: str) -> None:
        faults.append(document.fault(place, message))

    if written.clip != source.digest:
        fault(
            ("clip",),
            f"clip: the path was made for another clip ({written.clip[:12]}…), {source.path.name} is "
            f"{source.digest[:12]}…; make the path again, or write this clip's digest if it still fits",
        )
    for number, shot in enumerate(written.shots):
        if shot.end_s <= shot.start_s:
            fault(("shots", number, "to"), f"to: {clock(shot.end_s)} is not after `from` ({clock(shot.start_s)})")
        for at, (before, after) in enumerate(pairwise(shot.look), 1):
            if after.at <= before.at:
                fault(("shots", number, "look", at), f"at: {clock(after.at)} is not after the point before it")
        if shot.person == "apart" and len(shot.people) != 2:
            fault(("shots", number, "person"), f"apart needs two `people`, not {len(shot.people)}; add their x and y")
    for number, (one, next_one) in enumerate(pairwise(written.shots), 1):
        if next_one.start_s != one.end_s:
            fault(
                ("shots", number, "from"),
                f"from: {clock(next_one.start_s)} is not where the shot before it ends ({clock(one.end_s)})",
            )
    return faults
