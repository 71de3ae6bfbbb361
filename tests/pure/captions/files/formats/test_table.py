"""Tables of cues (CSV, XLSX, DOCX) and scripts without times."""

import datetime
import io
import zipfile
from fractions import Fraction
from pathlib import Path

import docx
import openpyxl
import pytest

from portevoix.captions.aligning.script import read_script
from portevoix.captions.cue import Block, CaptionFile
from portevoix.captions.files.read import read_captions
from portevoix.errors import InvalidInput


def _read(folder: Path, content: str | bytes, name: str, language: str = "fr") -> CaptionFile:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_captions(path, language)


ROWS = [
    ["Film: Le vent", None, None, None, None, None],
    ["TC in", "TC out", "Speaker", "Français", "Arabic", "zh_CN"],
    ["00:00:01.500", "0:02", "Ada", "Le vent\n{\\an8}souffle", "تحمل الريح", "风"],
    [None] * 6,
    ["3", "4,25", None, "2026", "", "海"],
]


def _workbook(rows: list[list[object]], sheets: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    for title in sheets:
        book.create_sheet(title)
    for row in rows:
        book.worksheets[-1].append(row)
    handle = io.BytesIO()
    book.save(handle)
    return handle.getvalue()


def _document(rows: list[list[object]]) -> bytes:
    document = docx.Document()
    document.add_paragraph("Le vent")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value or "")
    handle = io.BytesIO()
    document.save(handle)
    return handle.getvalue()


def _delimited(delimiter: str) -> bytes:
    lines = (delimiter.join('"' + str(cell or "") + '"' for cell in row) for row in ROWS)
    return "\r\n".join(lines).encode("utf-8-sig")


FILES = {
    "a.csv": _delimited(","),
    "b.csv": _delimited(";"),
    "a.tsv": _delimited("\t"),
    "a.xlsx": _workbook(ROWS, ("Captions",)),
    "a.docx": _document(ROWS),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("language", "texts"),
    [("fr", ["Le vent\nsouffle", "2026"]), ("ar", ["تحمل الريح"]), ("zh", ["风", "海"]), ("zh-Hans", ["风", "海"])],
)
def test_a_table_gives_the_column_of_its_language(tmp_path: Path, name: str, language: str, texts: list[str]) -> None:
    file = _read(tmp_path, FILES[name], name, language)
    assert [cue.text for cue in file.cues] == texts
    assert (file.cues[0].start_s, file.cues[0].end_s, file.cues[0].speaker) == (Fraction(3, 2), 2, "Ada")
    left_out = [repair for repair in file.repairs if repair.endswith("cue without words; left out")]
    assert len(left_out) == (language == "ar")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_column_is_a_fault_that_names_those_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match=r"no column for the language 'ru'.* 'Français', 'Arabic', 'zh_CN'"):
        _read(tmp_path, FILES[name], name, "ru")


@pytest.mark.parametrize(
    ("header", "language", "found"),
    [
        ("French (fr)", "fr", True),
        ("fr-CA", "fr", True),
        ("FR_FR", "fr", True),
        ("Text", "fr", True),
        ("Frisian", "fr", False),
        ("zh-Hant", "zh", False),
        ("pl", "pl", True),
    ],
)
def test_a_column_is_known_by_code_name_or_locale(tmp_path: Path, header: str, language: str, found: bool) -> None:
    content = f"start,end,{header}\n1,2,a\n"
    if found:
        assert _read(tmp_path, content, "a.csv", language).cues[0].text == "a"
    else:
        with pytest.raises(InvalidInput, match=f"its columns of words are '{header}'"):
            _read(tmp_path, content, "a.csv", language)


def test_a_quoted_cell_holds_line_ends_and_faults_keep_their_line(tmp_path: Path) -> None:
    content = 'start;end;fr\n1;2;"a, ""b""\nc"\n3;x;d\n00:00:04:12;;e\n'
    with pytest.raises(InvalidInput) as caught:
        _read(tmp_path, content, "a.csv")
    assert [(fault.line, fault.message.split("; ")[0]) for fault in caught.value.faults] == [
        (4, "end: 'x' is not a time"),
        (5, "end: is empty"),
        (5, "start: '00:00:04:12' counts frames"),
    ]
    assert _read(tmp_path, content.split("3;x")[0], "a.csv").cues[0].text == 'a, "b"\nc'


def test_a_workbooks_times_may_be_times_lengths_or_seconds(tmp_path: Path) -> None:
    rows = [
        ["start", "end", "fr"],
        [datetime.time(0, 0, 1, 500000), datetime.timedelta(seconds=2.25), "a"],
        [3, 4.1, 7],
    ]
    cues = _read(tmp_path, _workbook(rows), "a.xlsx").cues
    assert [(cue.start_s, cue.end_s, cue.text) for cue in cues] == [
        (Fraction(3, 2), Fraction(9, 4), "a"),
        (3, Fraction(41, 10), "7"),
    ]


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(_workbook([["start", "end", "fr"], [1, 2, "new"]], ("Captions",))))
    for row in (["start", "end", "fr"], [1, 2, "old"]):
        book["Notes"].append(row)
    book["Notes"].sheet_state = "hidden"
    book.save(str(tmp_path / "b.xlsx"))
    assert [cue.text for cue in read_captions(tmp_path / "b.xlsx", "fr").cues] == ["new"]


def test_a_document_with_tracked_changes_is_refused(tmp_path: Path) -> None:
    document = docx.Document(io.BytesIO(FILES["a.docx"]))
    paragraph = document.tables[0].cell(2, 3).paragraphs[0]._p
    inserted = docx.oxml.parse_xml(
        '<w:ins xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:r><w:t>x</w:t></w:r></w:ins>'
    )
    paragraph.append(inserted)
    document.save(str(tmp_path / "b.docx"))
    with pytest.raises(InvalidInput, match="tracked changes; accept or reject them"):
        read_captions(tmp_path / "b.docx", "fr")


def _package(parts: dict[str, bytes]) -> bytes:
    handle = io.BytesIO()
    with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return handle.getvalue()


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"xl/workbook.xml": b"", "xl/a.xml": b"0" * 60_000_000}, r"unpacks to 60,000,000 bytes"),
        ({"xl/workbook.xml": b"", **{f"{n}.bin": b"" for n in range(2_001)}}, r"in 2,002 parts"),
        ({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'}, r"document type in word/"),
        ({"word/document.xml": "<!DOCTYPE a>".encode("utf-16")}, r"document type in word/"),
        ({"xl/workbook.xml": b"<workbook/>"}, r"is a damaged workbook"),
        ({"word/document.xml": b"<document/>"}, r"is a damaged document"),
        ({"xl/workbook.bin": b""}, r"is an XLSB workbook"),
        ({"mimetype": b"", "content.xml": b""}, r"is an OpenDocument file"),
        ({"a.vtt": b"WEBVTT"}, r"is a zip archive"),
    ],
)
def test_a_package_that_cannot_be_trusted_is_refused(tmp_path: Path, parts: dict[str, bytes], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        _read(tmp_path, _package(parts), "a.xlsx")


def test_a_workbook_cut_short_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="did not arrive whole"):
        _read(tmp_path, FILES["a.xlsx"][:-30], "a.xlsx")


def test_a_script_is_its_paragraphs_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeff\r\nLe vent\r\n  souffle. \r\n\r\n\r\nLa mer.".encode())
    assert read_script(path, "fr").blocks == (Block("Le vent\nsouffle.", 2), Block("La mer.", 6))


def test_the_marks_of_markdown_are_not_words(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        "---\ntitle: x\n---\n# Le *vent*\n\n<!-- not\nthis -->\n- la [mer](https://a.example) **bleue**\n\n"
        "5 * 3 * 2 = 30, a_b_c\n"
    )
    blocks = read_script(path, "fr").blocks
    assert blocks == (Block("Le vent", 4), Block("la mer bleue", 8), Block("5 * 3 * 2 = 30, a_b_c", 10))


def test_a_documents_paragraphs_are_a_script(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("Le vent", "", "La mer\tbleue"):
        document.add_paragraph(text)
    document.save(str(tmp_path / "a.docx"))
    assert read_script(tmp_path / "a.docx", "fr").blocks == (Block("Le vent", 1), Block("La mer bleue", 3))
    with pytest.raises(InvalidInput, match="portevoix captions align"):
        read_captions(tmp_path / "a.docx", "fr")


def test_captions_are_no_script(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\na\n")
    with pytest.raises(InvalidInput, match="is a WebVTT file, which has times already"):
        read_script(path, "fr")
