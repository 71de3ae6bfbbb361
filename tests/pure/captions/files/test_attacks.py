"""Documents that somebody made to do harm are refused by name, within limits, whatever they say of themselves."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from portevoix.captions.aligning.script import read_script
from portevoix.captions.files.budget import MOST_CUES, MOST_LETTERS
from portevoix.captions.files.confined import PLAIN_BYTES, wants_confining
from portevoix.captions.files.formats.spreadsheet import MOST_ROWS
from portevoix.captions.files.read import read_captions
from portevoix.errors import InvalidInput

WORD = "word/document.xml"
DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def _package(parts: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return made.getvalue()


def _refused(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_captions(path, "fr")
    return str(caught.value).replace(str(path), path.name)


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    honest = _package({WORD: DOCUMENT.format(" " * 100_000_000).encode()})
    assert len(honest) < 1_000_000
    place = honest.rindex(b"PK\x01\x02")
    lying = bytearray(honest)
    lying[place + 24 : place + 28] = struct.pack("<I", 1000)  # what it says that it unpacks to
    for name, data in (("honest.docx", honest), ("lying.docx", bytes(lying))):
        (tmp_path / name).write_bytes(data)
    assert "unpacks to 100,000" in _refused(tmp_path / "honest.docx")
    assert "damaged" in _refused(tmp_path / "lying.docx")


def test_a_package_that_unpacks_without_a_bound_is_not_unpacked(tmp_path: Path) -> None:
    packed = _package({WORD: bytes(50_000_000 - 1000)}, zipfile.ZIP_LZMA)
    (tmp_path / "a.docx").write_bytes(packed)
    assert "is packed as no office program does it" in _refused(tmp_path / "a.docx")


def test_a_workbook_of_99_000_rows_is_left_at_the_limit(tmp_path: Path) -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in range(1, 99_000))
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packed = b"http://schemas.openxmlformats.org/package/2006/relationships"
    kinds = b"application/vnd.openxmlformats-officedocument.spreadsheetml."
    parts = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Override PartName="/xl/workbook.xml" ContentType="' + kinds + b'sheet.main+xml"/>'
        b'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="' + kinds + b'worksheet+xml"/></Types>',
        "_rels/.rels": b'<Relationships xmlns="' + packed + b'">'
        b'<Relationship Id="rId1" Type="' + relations + b'/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": b'<workbook xmlns="' + main + b'" xmlns:r="' + relations + b'"><sheets>'
        b'<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": b'<Relationships xmlns="' + packed + b'">'
        b'<Relationship Id="rId1" Type="' + relations + b'/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": b'<worksheet xmlns="'
        + main
        + b'"><sheetData>'
        + rows
        + b"</sheetData></worksheet>",
    }
    (tmp_path / "a.xlsx").write_bytes(_package(parts))
    assert f"has more than {MOST_ROWS:,} rows" in _refused(tmp_path / "a.xlsx")


def test_xml_of_deep_nesting_or_with_entities_is_refused(tmp_path: Path) -> None:
    open_tags = '<tt xmlns="http://www.w3.org/ns/ttml"><body>' + "<div>" * 200_000
    (tmp_path / "deep.ttml").write_text(open_tags)
    entities = '<!DOCTYPE tt [<!ENTITY a SYSTEM "file:///etc/passwd">]><tt xmlns="http://www.w3.org/ns/ttml">&a;</tt>'
    (tmp_path / "entities.ttml").write_text(entities)
    assert "deep.ttml" in _refused(tmp_path / "deep.ttml")
    assert "root:" not in _refused(tmp_path / "entities.ttml")


def test_a_script_has_its_limits_of_cues_and_letters(tmp_path: Path) -> None:
    cue = "{0:02d}:{1:02d}:{2:02d}.000 --> {0:02d}:{1:02d}:{2:02d}.900\nmot\n\n"
    cues = [cue.format(n // 3600, n // 60 % 60, n % 60) for n in range(MOST_CUES + 1)]
    (tmp_path / "many.vtt").write_text("WEBVTT\n\n" + "".join(cues))
    assert f"has {MOST_CUES + 1:,} cues; at most {MOST_CUES:,} are read" in _refused(tmp_path / "many.vtt")
    (tmp_path / "long.txt").write_text("\n\n".join(["mot " * 4000] * 90))
    with pytest.raises(InvalidInput, match=f"letters; at most {MOST_LETTERS:,} are read"):
        read_script(tmp_path / "long.txt", "fr")


def test_what_a_library_parses_is_parsed_elsewhere(tmp_path: Path) -> None:
    for name, head in (
        ("a.docx", b"PK\x03\x04"),
        ("a.ttml", b"\xef\xbb\xbf\n<tt>"),
        ("b.ttml", "<tt>".encode("utf-16")),
    ):
        (tmp_path / name).write_bytes(head)
        assert wants_confining(tmp_path / name)
    (tmp_path / "a.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\n<i>mot</i>\n")
    assert not wants_confining(tmp_path / "a.srt")
    (tmp_path / "long.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nmot\n" + "\n" * PLAIN_BYTES)
    assert wants_confining(tmp_path / "long.srt")
