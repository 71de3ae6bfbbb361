"""Caption files beside the film."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.registry import WRITTEN
from portevoix.files import write_text

_BLANK = re.compile(r"^\s*$|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", re.MULTILINE)


def write_captions(cues: Iterable[Cue], path: Path, direction: str, language: str = "und") -> None:
    """Write a caption file by the path's ending (a key of WRITTEN): UTF-8, LF, whole or not at all.

    `language` stands in TTML alone. Times are rounded to the millisecond. Raises ValueError for another ending.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, captions_text(cues, path, direction, language))


def captions_text(cues: Iterable[Cue], path: Path, direction: str, language: str = "und") -> str:
    """What `write_captions` writes."""
    written = WRITTEN.get(path.suffix)
    if written is None:
        raise ValueError(f"{path.name}: no caption file ends in {path.suffix!r}; write one of {', '.join(WRITTEN)}")
    # A blank line would end the cue, another line separator is no line's end to every player.
    whole = [
        replace(cue, text=_plain_lines(cue.text), italics=(), word_times=()) if _BLANK.search(cue.text) else cue
        for cue in cues
    ]
    return written.text_of(whole, language, direction)


def _plain_lines(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.strip())
