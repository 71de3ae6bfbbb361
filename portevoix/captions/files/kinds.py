"""What a file is: by its first bytes and lines. Its name is asked only where they do not say."""

from __future__ import annotations

import re

from portevoix.captions.files.formats.cue_times import LIKE_TIMES
from portevoix.captions.files.formats.format import Format, head_of
from portevoix.captions.files.formats.office import other_package, part_names
from portevoix.captions.files.formats.plain_text import TEXT
from portevoix.captions.files.formats.registry import BY_SUFFIX, FORMATS
from portevoix.captions.files.formats.srt import SRT

_FOREIGN = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1aE\xdf\xa3", "a Matroska film"),
    (b"RIFF", "a WAV, AVI or WebP file"),
    (b"ID3", "an MP3 recording"),
    (b"OggS", "an Ogg recording"),
    (b"bplist", "a property list"),
    (b"SQLite format", "a database"),
)
_REMEDY = "send a caption file: WebVTT, SRT, SBV, TTML, ASS, a table of cues or its XLSX or DOCX"
_WEB_PAGE = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)
_OTHERS = (
    (re.compile(r"\s*<SAMI\b", re.IGNORECASE), "a SAMI file"),
    (re.compile(r"\s*\{\d+\}\{\d+\}"), "a MicroDVD file, which counts frames"),
    (re.compile(r"Scenarist_SCC"), "an SCC file"),
    (_WEB_PAGE, "a web page"),
)


def office_format(data: bytes) -> Format | None:
    """The format of an office file; None where the bytes must be text. Raises ValueError that names another kind."""
    if not data.strip():
        raise ValueError("is empty; send the file again")
    if data.startswith(b"PK\x03\x04"):
        names = part_names(data)
        known = next((format for format in FORMATS if format.office_part in names), None)
        if known is None:
            raise ValueError(f"is {other_package(names)}; send a caption file, an XLSX workbook or a DOCX document")
        return known
    found = next((name for mark, name in _FOREIGN if data.startswith(mark)), "")
    if data[4:8] == b"ftyp":
        found = "an MP4 film"
    elif data[3:6] == b"STL":
        found = "an EBU STL file"
    if found:
        raise ValueError(f"is {found}; {_REMEDY}")
    return None


def text_format(text: str, suffix: str) -> Format:
    """The format of a text; `suffix` is its file's, in small letters. Raises ValueError that names a kind not read."""
    head = head_of(text)
    other = next((title for pattern, title in _OTHERS if pattern.match(head)), "")
    if other:
        raise ValueError(f"is {other}; {_REMEDY}")
    found = next((format for format in FORMATS if format.recognises(text, suffix)), None)
    if found:
        return found
    return SRT if any(LIKE_TIMES.fullmatch(line) for line in text.split("\n")) else TEXT


def wrong_name(format: Format, suffix: str) -> str | None:
    """A sentence where a file's name promises another format than it has."""
    promised = BY_SUFFIX.get(suffix.lower())
    if promised in {None, format, TEXT}:
        return None
    return f"is named {suffix} but is {format.title}; read as {format.title.split(' ', 1)[1]}"
