"""One caption, and a file of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path


@dataclass(frozen=True)
class Cue:
    """Words on screen from `start_s` to `end_s` (seconds). `text` is plain, `\\n` between lines; `line` counts from 1."""

    start_s: Fraction
    end_s: Fraction
    text: str
    line: int


@dataclass(frozen=True)
class CaptionFile:
    """A file's cues in order, its encoding, and a sentence for each repair that was made."""

    path: Path
    cues: tuple[Cue, ...]
    encoding: str
    repairs: tuple[str, ...]
