"""Scripts without times: plain text, Markdown or DOCX, as paragraphs."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from portevoix.captions.cue import Block, Script
from portevoix.captions.files.kinds import SHOWN
from portevoix.captions.files.letters import clean
from portevoix.captions.files.read import open_source
from portevoix.captions.files.reading import Reading

LONGEST_BLOCK = 20_000  # characters; a quarter of an hour of speech
_FRONT_MATTER = re.compile(r"---\n.*?\n(?:---|\.\.\.)(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINE_MARK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|_|`)(?=\S)([^*_`\n]+)(?<=\S)\1(?!\w)")


def read_script(path: Path, language: str, shown_as: Path | None = None) -> Script:
    """The paragraphs of an untimed text, with their lines (in DOCX: their place). Raises InvalidInput.

    In Markdown the marks of headings, lists, quotations, links and emphasis are left out, their words stay;
    comments and front matter are not words.
    """
    reading = Reading(shown_as or path)
    source = open_source(path, language, reading)
    if source.kind == "docx":
        from portevoix.captions.files.formats.word import document_paragraphs  # here: most scripts are text

        paragraphs = document_paragraphs(source.data, reading)
        blocks = [Block(_tidy(clean(text, reading, number)), number) for number, text in enumerate(paragraphs, 1)]
    elif source.kind == "text":
        text = _without_markdown(source.text) if path.suffix.lower() == ".md" else source.text
        blocks = _paragraphs(text)
    else:
        blocks = []
        reading.fault(1, f"is {SHOWN[source.kind]}, which has times already; give it as captions")
    blocks = [block for block in blocks if block.text]
    for block in blocks:
        if len(block.text) > LONGEST_BLOCK:
            reading.fault(block.line, f"has {len(block.text):,} characters in one paragraph; part it by blank lines")
    if not blocks and not reading.faults:
        reading.fault(1, "holds no words")
    reading.stop_at_faults()
    return Script(path, tuple(blocks), source.encoding, reading.repairs)


def _paragraphs(text: str) -> list[Block]:
    blocks: list[Block] = []
    lines: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            lines.append(line)
        elif lines:
            blocks.append(Block(_tidy("\n".join(lines)), number - len(lines)))
            lines = []
    return blocks


def _tidy(text: str) -> str:
    lines = (line.strip() for line in unicodedata.normalize("NFC", text).split("\n"))
    return "\n".join(line for line in lines if line)


def _without_markdown(text: str) -> str:
    """The words alone; what is left out leaves its line ends, so that line numbers stay."""
    for pattern in (_FRONT_MATTER, _COMMENT):
        found = pattern.match(text) if pattern is _FRONT_MATTER else None
        if found:
            text = "\n" * found[0].count("\n") + text[found.end() :]
        elif pattern is _COMMENT:
            text = pattern.sub(lambda match: "\n" * match[0].count("\n"), text)
    lines = (_LINE_MARK.sub("", line) for line in text.split("\n"))
    return "\n".join(_EMPHASIS.sub(r"\2", _LINK.sub(r"\1", line)) for line in lines)
