"""Tables of cues: CSV and TSV text, and XLSX workbooks; and any table as a workbook. The one module that uses
openpyxl.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.format import Content, Format
from portevoix.captions.files.formats.office import check_package
from portevoix.captions.files.formats.table import HEADER_WITHIN, Cell, Row, is_header, read_table
from portevoix.captions.files.report import FileReport
from portevoix.timing import millisecond_at

DELIMITERS = (",", ";", "\t", "|")
MOST_ROWS, MOST_COLUMNS = 20_000, 100
MADE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
WIDEST = 60  # characters of a column
FORMULA = ("=", "+", "-", "@")  # what a spreadsheet takes for one


def delimiter_of(text: str) -> str | None:
    """The character between the columns of a table's header; None where no line is one."""
    lines = text.split("\n", HEADER_WITHIN)[:HEADER_WITHIN]
    for delimiter in DELIMITERS:
        if any(delimiter in line and is_header(cell.strip('" ') for cell in line.split(delimiter)) for line in lines):
            return delimiter
    return None


def text_rows(text: str, report: FileReport) -> list[Row]:
    """The rows of CSV or TSV text; cells in double quotes may hold line ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text) or ",", strict=True)
    rows = []
    first = 1
    try:
        for cells in reader:
            rows.append(Row(first, tuple(cells[:MOST_COLUMNS])))
            first = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise csv.Error(f"more than {MOST_ROWS:,} rows")
    except csv.Error as error:
        report.fault(first, f"is not CSV as it should be ({error}); look for a quotation mark that nothing closes")
    return rows


def workbook_rows(data: bytes, report: FileReport) -> list[Row]:
    """The rows of the first visible sheet that has a header of cues. Macros and links to other files stay unread."""
    import openpyxl  # type: ignore[import-untyped]  # here: most scripts are text

    try:
        check_package(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions, which are not read
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            tables = [list(_sheet_rows(sheet, report)) for sheet in sheets]
    except ValueError as error:
        report.fault(None, str(error) if _is_ours(error) else "is a damaged workbook; save it again")
        return []
    except Exception:  # openpyxl raises whatever its input made it stumble over
        report.fault(None, "is a damaged workbook; save it again")
        return []
    found = (rows for rows in tables if any(is_header(row.cells) for row in rows[:HEADER_WITHIN]))
    return next(found, tables[0] if tables else [])


def workbook_of(name: str, rows: Sequence[Sequence[str | int | None]]) -> bytes:
    """A workbook with one sheet, its first row as the header. Text is text, also where it looks like a formula; the
    same rows give the same bytes.
    """
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title, sheet.freeze_panes = name, "A2"
    for number, cells in enumerate(rows, 1):
        for column, value in enumerate(cells, 1):
            cell = sheet.cell(number, column, None)
            cell.value = value
            if isinstance(value, str) and value:
                cell.data_type, cell.quotePrefix = "s", value.startswith(FORMULA)
    for column in sheet.columns:
        longest = max(len(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = min(WIDEST, longest + 2)
    file = io.BytesIO()
    book.save(file)
    return _without_when(file.getvalue())


def _without_when(workbook: bytes) -> bytes:
    """A workbook that does not say when it was made."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as after:
        for name in before.namelist():
            after.writestr(zipfile.ZipInfo(name), MADE.sub(rb"\g<1>1980-01-01T00:00:00Z", before.read(name)))
    return made.getvalue()


def _is_ours(error: ValueError) -> bool:
    return type(error) is ValueError and str(error).startswith(("is ", "holds ", "unpacks "))


def _sheet_rows(sheet: Any, report: FileReport) -> Iterator[Row]:
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), 1):
        if number > MOST_ROWS:
            report.fault(number, f"has more than {MOST_ROWS:,} rows; save the captions alone in a new file")
            return
        if any(cell is not None for cell in cells):
            yield Row(number, tuple(_cell(cell) for cell in cells))


def _cell(value: object) -> Cell:
    """A cell formatted as a time, or a number, in seconds (to the millisecond); everything else as text."""
    if isinstance(value, datetime.time):
        value = datetime.timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        )
    if isinstance(value, datetime.timedelta):
        return millisecond_at(Fraction(value // datetime.timedelta(microseconds=1), 1_000_000))
    if isinstance(value, float):
        return millisecond_at(Fraction(str(value)))
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    return None if value is None else str(value)


def _read_csv(content: Content, report: FileReport) -> list[Cue]:
    return read_table(text_rows(content.text, report), content.language, report)


def _read_xlsx(content: Content, report: FileReport) -> list[Cue]:
    return read_table(workbook_rows(content.data, report), content.language, report)


def _recognises(text: str, suffix: str) -> bool:
    return suffix in CSV.suffixes or delimiter_of(text) is not None


CSV = Format("a table", (".csv", ".tsv", ".tab"), _read_csv, _recognises)
XLSX = Format("an XLSX workbook", (".xlsx", ".xlsm"), _read_xlsx, office_part="xl/workbook.xml")
