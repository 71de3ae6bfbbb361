"""What a caption format is: how its files are recognised, read and written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from portevoix.captions.cue import Cue
from portevoix.captions.files.report import FileReport

Keeps = Literal["top", "settings", "speaker", "identifier", "word_times", "italics"]


@dataclass(frozen=True)
class Content:
    """What a caption file holds: `data` of an office file, else `text` with LF line ends.

    `language` is the code of the language whose words are wanted; a table may hold several.
    """

    format: Format
    data: bytes
    text: str
    encoding: str
    language: str


@dataclass(frozen=True)
class Writing:
    """How a format is written. `text_of` takes the cues, the language's code and its direction (`ltr` or `rtl`).

    `suffixes` are those that are written, with their dot. `keeps` names what the format has a place for beside times
    and words; `top` is a place at the top of the picture.
    """

    suffixes: tuple[str, ...]
    text_of: Callable[[Sequence[Cue], str, str], str]
    keeps: frozenset[Keeps] = frozenset()


@dataclass(frozen=True)
class Format:
    """A kind of caption file. `title` is how messages name one file of it, with its article.

    `suffixes` are the endings under which such files are sent. `recognises` is asked with a text and its file's ending
    in small letters; an office file is recognised by `office_part`, a name inside of its package.
    """

    title: str
    suffixes: tuple[str, ...]
    read: Callable[[Content, FileReport], list[Cue]]
    recognises: Callable[[str, str], bool] = lambda text, suffix: False
    office_part: str = ""
    written: Writing | None = None


def head_of(text: str) -> str:
    """A text without the white space and byte-order marks before its first word."""
    return text.lstrip("\ufeff \t\n")
