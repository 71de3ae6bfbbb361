"""Office files, XML and long texts, read where nothing else is in reach: their readers follow what a stranger wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from portevoix.errors import invalid
from portevoix.files import check_regular
from portevoix.sandbox import Limits, Reading, call

Answer = TypeVar("Answer")

# 20,000 rows take 3 s and 100 MB.
DOCUMENT = Reading(Limits(memory_bytes=600_000_000, cpu_s=20, time_s=40, file_bytes=0), ("docx", "openpyxl"))
# Shorter plain text our own Python reads in milliseconds (at most 45, whatever was tried);
# beyond it the 10 ms of a start are little.
PLAIN_BYTES = 16_000
ZIP, MARKUP = b"PK", b"<"
BEFORE_MARKUP = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


def wants_confining(path: Path) -> bool:
    """Whether a library of documents or of XML would read this file, or it is long. Of what cannot be read, no."""
    try:
        check_regular(path)
        with path.open("rb") as file:
            head = file.read(PLAIN_BYTES + 1)
    except OSError:
        return False  # who reads it says why
    is_markup = head.lstrip(BEFORE_MARKUP).startswith(MARKUP)
    return len(head) > PLAIN_BYTES or head.startswith(ZIP) or is_markup


def confined(function: Callable[..., Answer], path: Path, language: str, shown: Path, encoding: str) -> Answer:
    """What a reader of ours answers of a document. Raises InvalidInput where something stopped it."""
    arguments = path.absolute(), language, shown, encoding
    return call(function, arguments, [path], DOCUMENT, lambda said: invalid(shown, said))
