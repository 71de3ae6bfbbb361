"""An editor's timeline read as a job's clips: which part of which film, in their order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from portevoix.delivery.timeline_clips import READ, TimelineClip, placed_clips, time_code_s
from portevoix.errors import Fault, InvalidInput, invalid
from portevoix.sources.time_code import time_code_of
from portevoix.timing import decimal


@dataclass(frozen=True)
class CutClip:
    """A part of a film, in seconds from its first frame. `file`: as a job beside the films names it."""

    file: str
    start_s: Fraction
    end_s: Fraction


@dataclass(frozen=True)
class ReadCut:
    """The clips of a cut, and a sentence for each thing of it that a job's clips do not have."""

    clips: tuple[CutClip, ...]
    notes: tuple[str, ...]


def read_cut(path: Path, fps: Fraction, media: Path) -> ReadCut:
    """Read an `.otio`, an `.edl` or Final Cut's `.xml`. `fps`: an EDL's own, which it does not say; `media`: the folder
    with its films.

    Raises InvalidInput for a file that is none of these, and for every clip whose film is not there.
    """
    if path.suffix.lower() not in READ:
        raise invalid(path, f"is no timeline that is read here; export {', '.join(READ)}")
    placed, notes = placed_clips(path, fps)
    if not placed:
        raise invalid(path, "has no clip on its first video track; put the cut there")
    there = sorted(file for file in media.rglob("*") if file.is_file()) if media.is_dir() else []
    found = [(one, _film(one, there)) for one in placed]
    missing = [f"clip {n}: {one.names[0]!r} is not in {media}" for n, (one, film) in enumerate(found, 1) if not film]
    if missing:
        raise InvalidInput(Fault(str(path), None, None, f"{what}; copy its film there") for what in missing)
    begins = {film: _begins_s(film) for film in {film for one, film in found if film and one.by_time_code}}
    clips = [
        _clip(one, film.relative_to(media).as_posix(), begins.get(film, Fraction(0))) for one, film in found if film
    ]
    return ReadCut(tuple(clips), tuple(notes))


def _clip(placed: TimelineClip, file: str, begins_s: Fraction) -> CutClip:
    """A clip that begins before its film's time code does was counted from the first frame."""
    before = begins_s if placed.by_time_code and placed.start_s >= begins_s else Fraction(0)
    return CutClip(file, placed.start_s - before, placed.end_s - before)


def _begins_s(film: Path) -> Fraction:
    """The time code of a film's first frame, in seconds; 0 where it has none."""
    said = time_code_of(film)
    return (said and time_code_s(*said)) or Fraction(0)


def as_yaml(cut: ReadCut, folder: str) -> str:
    """The `clips` of a job document."""
    prefix = f"{folder.strip('/')}/" if folder not in ("", ".") else ""
    lines = ["clips:"]
    for clip in cut.clips:
        lines += [f"  - file: {json.dumps(prefix + clip.file, ensure_ascii=False)}"]
        lines += [f"    from: {_written(clip.start_s)}", f"    to: {_written(clip.end_s)}"]
    return "\n".join(lines) + "\n"


def _written(seconds: Fraction) -> str:
    """To the millionth: far nearer to its frame than to the next."""
    return decimal(seconds).rstrip("0").rstrip(".")


def _film(placed: TimelineClip, there: Sequence[Path]) -> Path | None:
    """The film of a clip: of the same name, else of the same name without its ending, whatever its capitals."""
    for name in placed.names:
        same = [file for file in there if file.name.casefold() == name.casefold()]
        alike = [file for file in there if file.stem.casefold() in (name.casefold(), Path(name).stem.casefold())]
        if same or alike:
            return (same or alike)[0]
    return None
