"""Caption files as translators send them: their kind by their content, their cues in order, every mistake at once.

A cue is never lost in silence: what a player would drop is a fault with its line, what can be mended is mended and
said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portevoix.captions.cue import CaptionFile, Cue
from portevoix.captions.files.encoding import decode
from portevoix.captions.files.formats.ass import read_ass
from portevoix.captions.files.formats.cuejson import read_json
from portevoix.captions.files.formats.sbv import read_sbv
from portevoix.captions.files.formats.sheets import text_rows, workbook_rows
from portevoix.captions.files.formats.srt import read_srt
from portevoix.captions.files.formats.table import read_table
from portevoix.captions.files.formats.ttml import read_ttml
from portevoix.captions.files.formats.vtt import read_vtt
from portevoix.captions.files.kinds import binary_kind, mismatch, text_kind
from portevoix.captions.files.letters import clean, look_for_double_encoding, look_for_visual_order
from portevoix.captions.files.reading import Reading
from portevoix.captions.files.sequence import in_order
from portevoix.errors import invalid

LARGEST_FILE_BYTES = 5_000_000
NO_TIMES = "holds words without times; `portevoix captions align` gives them times by the film's sound"
TEXT_READERS: dict[str, Callable[[str, Reading], list[Cue]]] = {
    "vtt": read_vtt,
    "srt": read_srt,
    "sbv": read_sbv,
    "ass": read_ass,
    "ttml": read_ttml,
    "json": read_json,
}


@dataclass(frozen=True)
class Source:
    """A file's content: bytes for an office file, else text with LF line ends. `kind` as in `kinds.SHOWN`."""

    kind: str
    data: bytes
    text: str
    encoding: str


def read_captions(path: Path, language: str, shown_as: Path | None = None) -> CaptionFile:
    """The cues of a caption file in any of the kinds that are read. Raises InvalidInput with every fault of the file.

    `language` chooses the column of a table with several and, for a file that is not Unicode, the old encodings that
    are tried. `shown_as` is the name in faults and repairs.
    """
    reading = Reading(shown_as or path)
    source = open_source(path, language, reading)
    cues = in_order(_cues(source, language, reading), reading)
    look_for_visual_order(cues, reading)
    if not cues and not reading.faults:
        reading.fault(1, "holds no cue; is it a caption file?")
    reading.stop_at_faults()
    return CaptionFile(path, tuple(cues), source.encoding, reading.repairs)


def open_source(path: Path, language: str, reading: Reading) -> Source:
    """The content of a file and its kind. Raises InvalidInput where it is neither text nor an office file."""
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST_FILE_BYTES else None
    except OSError as error:
        raise invalid(reading.shown, f"cannot be read ({error.strerror})") from None
    if data is None:
        raise invalid(reading.shown, f"is larger than {LARGEST_FILE_BYTES:,} bytes; a caption file is text")
    try:
        kind = binary_kind(data)
        text, encoding = ("", "utf-8") if kind else decode(data, language)
        text = re.sub(r"\r*\n|\r", "\n", text.removeprefix("\ufeff"))
        kind = kind or text_kind(text, path)
    except ValueError as error:
        raise invalid(reading.shown, str(error)) from None
    if encoding != "utf-8":
        reading.repair(1, f"read as {encoding}; save it as UTF-8")
    if wrong_name := mismatch(kind, path):
        reading.repair(1, wrong_name)
    look_for_double_encoding(text, reading)
    # XML's own reader refuses control characters, and JSON's strings are cleaned when their escapes are resolved.
    return Source(kind, data, text if kind == "ttml" else clean(text, reading), encoding)


def _cues(source: Source, language: str, reading: Reading) -> list[Cue]:
    if source.kind in TEXT_READERS:
        return TEXT_READERS[source.kind](source.text, reading)
    if source.kind == "table":
        return read_table(text_rows(source.text, reading), language, reading)
    if source.kind == "xlsx":
        return read_table(workbook_rows(source.data, reading), language, reading)
    rows = []
    if source.kind == "docx":
        from portevoix.captions.files.formats.word import document_rows  # here: most scripts are text

        rows = document_rows(source.data, reading)
    if not rows and not reading.faults:
        reading.fault(1, NO_TIMES)
    return read_table(rows, language, reading) if rows else []
