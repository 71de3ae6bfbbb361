"""Tables and paragraphs of DOCX documents. The one module that uses python-docx."""

from __future__ import annotations

import io
from typing import Any

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.format import Content, Format
from portevoix.captions.files.formats.office import check_package
from portevoix.captions.files.formats.plain_text import NO_TIMES
from portevoix.captions.files.formats.table import HEADER_WITHIN, Row, is_header, read_table
from portevoix.captions.files.report import FileReport

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHANGES = (f"{_W}ins", f"{_W}del", f"{_W}moveFrom", f"{_W}moveTo")
_SIGNS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "\u2011"}


def document_rows(data: bytes, report: FileReport) -> list[Row]:
    """The rows of the first table that has a header of cues; empty where there is none. A row's line is its place."""
    body = _body(data, report)
    if body is None:
        return []
    from docx.table import Table

    for element in body.iter(f"{_W}tbl"):
        table = Table(element, None)  # type: ignore[arg-type]
        rows = [Row(number, tuple(_text(cell._tc) for cell in row.cells)) for number, row in enumerate(table.rows, 1)]
        if any(is_header(row.cells) for row in rows[:HEADER_WITHIN]):
            _look_for_changes(element, report)
            return rows
    return []


def document_paragraphs(data: bytes, report: FileReport) -> list[str]:
    """The text of each paragraph, in order, those of tables too."""
    body = _body(data, report)
    if body is None:
        return []
    _look_for_changes(body, report)
    return [_text(paragraph) for paragraph in body.iter(f"{_W}p")]


def _body(data: bytes, report: FileReport) -> Any:
    try:
        check_package(data)
    except ValueError as error:
        report.fault(None, str(error))
        return None
    import docx  # here: most scripts are text

    try:
        return docx.Document(io.BytesIO(data)).element.body
    except Exception:  # python-docx raises whatever its input made it stumble over
        report.fault(None, "is a damaged document; save it again")
        return None


def _look_for_changes(element: Any, report: FileReport) -> None:
    """Which words of a tracked change hold is not for a reader to guess."""
    if any(next(element.iter(name), None) is not None for name in _CHANGES):
        report.fault(None, "holds tracked changes; accept or reject them and save the document again")


def _text(element: Any) -> str:
    """All words below `element`, those in content controls, links and fields too, a line for each paragraph."""
    lines = [[""]]
    for node in element.iter():
        if node.tag == f"{_W}p" and node is not element:
            lines.append([])
        elif node.tag == f"{_W}t":
            lines[-1].append(node.text or "")
        elif node.tag in _SIGNS and node.getparent().tag == f"{_W}r":
            lines[-1].append(_SIGNS[node.tag])
    return "\n".join("".join(line) for line in lines).strip("\n")


def _read(content: Content, report: FileReport) -> list[Cue]:
    rows = document_rows(content.data, report)
    if not rows and not report.faults:
        report.fault(1, NO_TIMES)
    return read_table(rows, content.language, report) if rows else []


DOCX = Format("a DOCX document", (".docx", ".docm"), _read, office_part="word/document.xml")
