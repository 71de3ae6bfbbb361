"""One caption, a file of them, and the words of a script that has no times yet."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path


@dataclass(frozen=True)
class Cue:
    """Words on screen from `start_s` to `end_s` (seconds). `text` is plain, `\\n` between lines; `line` counts from 1.

    `settings` are WebVTT's (`line`, `align` …), as the file gives them. `speaker` is empty where the file names none.
    `word_times` are pairs of an offset into `text` and the second at which the words from there on are spoken, counted
    on the clock of `start_s`. `italics` are half-open ranges of `text`.
    """

    start_s: Fraction
    end_s: Fraction
    text: str
    line: int
    settings: tuple[tuple[str, str], ...] = ()
    speaker: str = ""
    identifier: str = ""
    word_times: tuple[tuple[int, Fraction], ...] = ()
    italics: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class CaptionFile:
    """A file's cues in order, its encoding, and a sentence for each repair that was made."""

    path: Path
    cues: tuple[Cue, ...]
    encoding: str
    repairs: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    """A paragraph of a script; `line` is its first line, from 1."""

    text: str
    line: int


@dataclass(frozen=True)
class Script:
    """The words of an untimed text, paragraph by paragraph."""

    path: Path
    blocks: tuple[Block, ...]
    encoding: str
    repairs: tuple[str, ...]
