"""All caption formats. A file is taken for the first one that recognises it."""

from __future__ import annotations

from portevoix.captions.files.formats.ass import ASS
from portevoix.captions.files.formats.format import Format
from portevoix.captions.files.formats.json_cues import JSON
from portevoix.captions.files.formats.plain_text import TEXT
from portevoix.captions.files.formats.sbv import SBV
from portevoix.captions.files.formats.spreadsheet import CSV, XLSX
from portevoix.captions.files.formats.srt import SRT
from portevoix.captions.files.formats.ttml import TTML
from portevoix.captions.files.formats.webvtt import WEBVTT
from portevoix.captions.files.formats.word_document import DOCX

FORMATS: tuple[Format, ...] = (
    WEBVTT,
    TTML,
    JSON,
    ASS,
    SRT,
    SBV,
    CSV,
    XLSX,
    DOCX,
    TEXT,
)

BY_SUFFIX = {suffix: format for format in FORMATS for suffix in format.suffixes}
WRITTEN = {suffix: format.written for format in FORMATS if format.written for suffix in format.written.suffixes}
