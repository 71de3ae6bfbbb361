"""What a file is: by its first bytes and lines. Its name is asked only where they do not say."""

from __future__ import annotations

import re
from pathlib import Path

from portevoix.captions.files.formats.package import package_kind
from portevoix.captions.files.formats.sbv import TIMES as SBV_TIMES
from portevoix.captions.files.formats.sheets import delimiter_of
from portevoix.captions.files.formats.times import LIKE_TIMES

BY_NAME = {
    ".vtt": "vtt",
    ".srt": "srt",
    ".sbv": "sbv",
    ".ass": "ass",
    ".ssa": "ass",
    ".ttml": "ttml",
    ".dfxp": "ttml",
    ".itt": "ttml",
    ".xml": "ttml",
    ".json": "json",
    ".csv": "table",
    ".tsv": "table",
    ".tab": "table",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".docx": "docx",
    ".docm": "docx",
    ".txt": "text",
    ".md": "text",
}
SHOWN = {
    "vtt": "a WebVTT file",
    "srt": "an SRT",
    "sbv": "an SBV file",
    "ass": "an ASS script",
    "ttml": "a TTML document",
    "json": "a JSON file",
    "table": "a table",
    "xlsx": "an XLSX workbook",
    "docx": "a DOCX document",
    "text": "a text without times",
}
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
_TTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>\s*)?<(?:\w+:)?tt[\s>]", re.DOTALL
)
_ASS = re.compile(r"^(?:\[(?:Script Info|Events|V4\+? Styles)\]|Dialogue:)", re.MULTILINE | re.IGNORECASE)
_ARROW = re.compile(r"\d\s*-->|-->\s*\d")  # an arrow alone ends a comment of Markdown
_OTHERS = (
    (re.compile(r"\s*<SAMI\b", re.IGNORECASE), "a SAMI file"),
    (re.compile(r"\s*\{\d+\}\{\d+\}"), "a MicroDVD file, which counts frames"),
    (re.compile(r"Scenarist_SCC"), "an SCC file"),
    (_WEB_PAGE, "a web page"),
)


def binary_kind(data: bytes) -> str | None:
    """`xlsx` or `docx`; None where the bytes must be text. Raises ValueError that names any other kind of file."""
    if not data.strip():
        raise ValueError("is empty; send the file again")
    if data.startswith(b"PK\x03\x04"):
        return package_kind(data)
    found = next((name for mark, name in _FOREIGN if data.startswith(mark)), "")
    if data[4:8] == b"ftyp":
        found = "an MP4 film"
    elif data[3:6] == b"STL":
        found = "an EBU STL file"
    if found:
        raise ValueError(f"is {found}; {_REMEDY}")
    return None


def text_kind(text: str, name: Path) -> str:
    """One of SHOWN's keys. Raises ValueError that names a kind that is not read."""
    head = text.lstrip("\ufeff \t\n")
    if re.match(r"WEBVTT", head, re.IGNORECASE):
        return "vtt"
    if _TTML.match(head):
        return "ttml"
    other = next((what for pattern, what in _OTHERS if pattern.match(head)), "")
    if other:
        raise ValueError(f"is {other}; {_REMEDY}")
    if re.match(r"\[\s*[\]{]", head) or (BY_NAME.get(name.suffix.lower()) == "json" and head[:1] in {"[", "{"}):
        return "json"
    if _ASS.search(text):
        return "ass"
    lines = text.split("\n")
    if any(_ARROW.search(line) for line in lines):
        return "srt"
    if any(SBV_TIMES.fullmatch(line) for line in lines):
        return "sbv"
    if BY_NAME.get(name.suffix.lower()) == "table" or delimiter_of(text):
        return "table"
    return "srt" if any(LIKE_TIMES.fullmatch(line) for line in lines) else "text"


def mismatch(kind: str, name: Path) -> str | None:
    """A sentence where a file's name promises another kind than it is."""
    promised = BY_NAME.get(name.suffix.lower())
    if promised in {None, kind, "text"}:
        return None
    return f"is named {name.suffix} but is {SHOWN[kind]}; read as {SHOWN[kind].split(' ', 1)[1]}"
