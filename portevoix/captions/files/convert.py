"""One kind of caption file to another."""

from __future__ import annotations

from pathlib import Path

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.table import profile_of
from portevoix.captions.files.read import read_captions
from portevoix.captions.files.write import ENDINGS, write_sidecar
from portevoix.errors import invalid

# What a kind has a place for, beside times and words.
_HOLDS = {
    ".vtt": {"settings", "speaker", "identifier", "word_times", "italics"},
    ".srt": {"italics"},
    ".sbv": set(),
    ".ttml": {"speaker", "italics"},
    ".dfxp": {"speaker", "italics"},
    ".json": {"settings", "speaker", "identifier", "word_times", "italics"},
}
_SHOWN = {"settings": "places on screen", "speaker": "speakers", "word_times": "word times", "italics": "italics"}


def convert(source: Path, target: Path, language: str) -> tuple[str, ...]:
    """Read `source`, whatever its kind, and write `target` by its ending. Returns repairs, and what the target cannot
    hold.

    Raises InvalidInput for a source with faults or an ending that is not written.
    """
    if target.suffix not in ENDINGS:
        raise invalid(
            target, f"no caption file that is written ends in {target.suffix!r}; use one of {', '.join(ENDINGS)}"
        )
    file = read_captions(source, language)
    profile = profile_of(language)
    write_sidecar(file.cues, target, profile.direction if profile else "ltr", language)
    lost = [shown for name, shown in _SHOWN.items() if any(_is_lost(cue, name, target.suffix) for cue in file.cues)]
    return (*file.repairs, *((f"{target}: holds no {', '.join(lost)}; left out",) if lost else ()))


def _is_lost(cue: Cue, name: str, ending: str) -> bool:
    value = getattr(cue, name)
    if name == "settings" and value == (("line", "0"),):
        return ending == ".sbv"  # the others have their own word for the top of the picture
    return bool(value) and name not in _HOLDS[ending]
