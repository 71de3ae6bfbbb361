"""Tables and paragraphs of DOCX documents. The one module that uses python-docx."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table

from portevoix.captions.files.formats.package import check_package
from portevoix.captions.files.formats.table import HEADER_WITHIN, Row, is_header
from portevoix.captions.files.reading import Reading

_CHANGES = ("w:ins", "w:del", "w:moveFrom", "w:moveTo")
_SIGNS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "\u2011"}


def document_rows(data: bytes, reading: Reading) -> list[Row]:
    """The rows of the first table that has a header of cues; empty where there is none. A row's line is its place."""
    body = _body(data, reading)
    if body is None:
        return []
    for element in body.iter(qn("w:tbl")):
        table = Table(element, None)  # type: ignore[arg-type]
        rows = [Row(number, tuple(_text(cell._tc) for cell in row.cells)) for number, row in enumerate(table.rows, 1)]
        if any(is_header(row.cells) for row in rows[:HEADER_WITHIN]):
            _look_for_changes(element, reading)
            return rows
    return []


def document_paragraphs(data: bytes, reading: Reading) -> list[str]:
    """The text of each paragraph, in order, those of tables too."""
    body = _body(data, reading)
    if body is None:
        return []
    _look_for_changes(body, reading)
    return [_text(paragraph) for paragraph in body.iter(qn("w:p"))]


def _body(data: bytes, reading: Reading) -> Any:
    try:
        check_package(data)
    except ValueError as error:
        reading.fault(None, str(error))
        return None
    try:
        return docx.Document(io.BytesIO(data)).element.body
    except Exception:  # python-docx raises whatever its input made it stumble over
        reading.fault(None, "is a damaged document; save it again")
        return None


def _look_for_changes(element: Any, reading: Reading) -> None:
    """Which words of a tracked change hold is not for a reader to guess."""
    if any(next(element.iter(qn(name)), None) is not None for name in _CHANGES):
        reading.fault(None, "holds tracked changes; accept or reject them and save the document again")


def _text(element: Any) -> str:
    """All words below `element`, those in content controls, links and fields too, a line for each paragraph."""
    lines = [[""]]
    for part in element.iter():
        if part.tag == qn("w:p") and part is not element:
            lines.append([])
        elif part.tag == qn("w:t"):
            lines[-1].append(part.text or "")
        elif part.tag in _SIGNS and part.getparent().tag == qn("w:r"):
            lines[-1].append(_SIGNS[part.tag])
    return "\n".join("".join(line) for line in lines).strip("\n")
