"""Scripts without times: plain text, Markdown or DOCX, as paragraphs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from portevoix.captions.cue import Block, Script
from portevoix.captions.files.budget import look_for_too_many
from portevoix.captions.files.confined import confined, wants_confining
from portevoix.captions.files.formats.plain_text import TEXT
from portevoix.captions.files.formats.word_document import DOCX, document_paragraphs
from portevoix.captions.files.letters import clean
from portevoix.captions.files.read import open_content
from portevoix.captions.files.report import FileReport
from portevoix.errors import Fault, InvalidInput

LONGEST_BLOCK = 20_000  # characters; a quarter of an hour of speech
_FRONT_MATTER = re.compile(r"---\n.*?\n(?:---|\.\.\.)(?:\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINE_MARK = re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+)")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_EMPHASIS = re.compile(r"(\*\*|__|\*|_|`)(?=\S)([^*_`\n]+)(?<=\S)\1(?!\w)")


def read_script(path: Path, language: str, shown_as: Path | None = None, encoding: str = "") -> Script:
    """The paragraphs of an untimed text, with their lines (in DOCX: their place). Raises InvalidInput.

    In Markdown the marks of headings, lists, quotations, links and emphasis are left out, their words stay;
    comments and front matter are not words.
    """
    shown = shown_as or path
    if not wants_confining(path):
        return parse_script(path, language, shown, encoding)
    found = confined(script_or_faults, path, language, shown, encoding)
    if found.script is None:
        raise InvalidInput(found.faults)
    return replace(found.script, path=path)


@dataclass(frozen=True)
class ScriptRead:
    """A script, or else what is wrong with its file."""

    script: Script | None
    faults: tuple[Fault, ...] = ()


def script_or_faults(path: Path, language: str, shown: Path, encoding: str) -> ScriptRead:
    """Both as values, to be carried from one process to another."""
    try:
        return ScriptRead(parse_script(path, language, shown, encoding))
    except InvalidInput as error:
        return ScriptRead(None, tuple(error.faults))


def parse_script(path: Path, language: str, shown: Path, encoding: str) -> Script:
    """The same in this very process. Raises InvalidInput."""
    report = FileReport(shown)
    content = open_content(path, language, report, encoding)
    if content.format is DOCX:
        paragraphs = document_paragraphs(content.data, report)
        blocks = [Block(_tidy(clean(text, report, number)), number) for number, text in enumerate(paragraphs, 1)]
    elif content.format is TEXT:
        text = _without_markdown(content.text) if path.suffix.lower() == ".md" else content.text
        blocks = _paragraphs(text)
    else:
        blocks = []
        report.fault(1, f"is {content.format.title}, which has times already; give it as captions")
    blocks = [block for block in blocks if block.text]
    for block in blocks:
        if len(block.text) > LONGEST_BLOCK:
            report.fault(block.line, f"has {len(block.text):,} characters in one paragraph; divide it by blank lines")
    if not blocks and not report.faults:
        report.fault(1, "holds no words")
    look_for_too_many(blocks, report)
    report.stop_at_faults()
    return Script(path, tuple(blocks), content.encoding, report.repairs)


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
