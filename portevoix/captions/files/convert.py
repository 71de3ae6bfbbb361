"""One caption format to another."""

from __future__ import annotations

from pathlib import Path

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.format import Writing
from portevoix.captions.files.formats.registry import WRITTEN
from portevoix.captions.files.formats.table import profile_of
from portevoix.captions.files.read import read_captions
from portevoix.captions.files.write import write_captions
from portevoix.errors import invalid

_SHOWN = {"settings": "places on screen", "speaker": "speakers", "word_times": "word times", "italics": "italics"}


def convert(source: Path, target: Path, language: str, encoding: str = "") -> tuple[str, ...]:
    """Read `source`, whatever its format, and write `target` by its ending.

    Returns the repairs that were made, and what the target has no place for.

    Raises InvalidInput for a source with faults or an ending that is not written.
    """
    if target.suffix not in WRITTEN:
        raise invalid(
            target, f"no caption file that is written ends in {target.suffix!r}; use one of {', '.join(WRITTEN)}"
        )
    file = read_captions(source, language, encoding=encoding)
    profile = profile_of(language)
    write_captions(file.cues, target, profile.direction if profile else "ltr", language)
    lost = [
        shown for name, shown in _SHOWN.items() if any(_is_lost(cue, name, WRITTEN[target.suffix]) for cue in file.cues)
    ]
    return (*file.repairs, *((f"{target}: holds no {', '.join(lost)}; left out",) if lost else ()))


def _is_lost(cue: Cue, name: str, written: Writing) -> bool:
    value = getattr(cue, name)
    if name == "settings" and value == (("line", "0"),):
        return "top" not in written.keeps
    return bool(value) and name not in written.keeps
