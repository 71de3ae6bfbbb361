"""What a package holds, the same every time, to a folder, a ZIP and a bucket's layout."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from packed import TEXTS, finished_set
from PIL import Image

from portevoix.delivery.packages import Entry, package_of, send_package, zipped
from portevoix.delivery.packages.send import _to_bucket
from portevoix.store import ArtifactDamaged, StoreRefused
from portevoix.store.destination import Destination
from portevoix.store.objects_folder import FolderObjects


@pytest.fixture
def entries(tmp_path: Path) -> list[Entry]:
    return package_of(finished_set(tmp_path / "set"), lambda one: tmp_path / "set" / one["path"])


def test_a_post_has_all_that_its_publisher_needs(entries: list[Entry]) -> None:
    names = [entry.name for entry in entries]
    assert names[:-1] == sorted(names[:-1]) and names[-1] == "manifest.json"
    stem = "ministere_ar/x/climat_wide_ar"
    ends = (
        ".AR.srt",
        ".mp4",
        "_alt.txt",
        "_post.json",
        "_post.txt",
        "_poster.jpg",
        "_thumbnail.jpg",
        "_transcript.txt",
    )
    assert [name for name in names if name.startswith("ministere_ar")] == sorted(f"{stem}{end}" for end in ends)
    content = {entry.name: entry.content for entry in entries}
    assert content[f"{stem}_post.txt"] == (TEXTS["ar"] + "\n").encode()
    small = content[f"{stem}_thumbnail.jpg"]
    assert isinstance(small, bytes) and Image.open(io.BytesIO(small)).size == (640, 360)


def test_the_manifest_names_every_file_with_its_digest_and_no_hour(entries: list[Entry]) -> None:
    *files, last = entries
    assert isinstance(last.content, bytes)
    listed = json.loads(last.content)
    assert [(f["name"], f["sha256"]) for f in listed["files"]] == [(e.name, e.sha256) for e in files]
    assert listed.keys() == {"schema_version", "job", "embargo", "files"}


def test_the_tables_come_back_in_arabic_and_chinese_and_hold_no_formula(entries: list[Entry]) -> None:
    content: dict[str, Any] = {entry.name: entry.content for entry in entries}
    rows = list(csv.DictReader(io.StringIO(content["posts.csv"].decode("utf-8-sig"), newline="")))
    assert [row["Text"] for row in rows] == list(TEXTS.values())
    assert rows[0]["Media URL(s)"] == "ministere_ar/x/climat_wide_ar.mp4"
    book = openpyxl.load_workbook(io.BytesIO(content["posts.xlsx"]))
    header, *cells = book.active.iter_rows()
    column = [cell.value for cell in header].index("Text")
    assert [row[column].value for row in cells] == list(TEXTS.values())
    assert {row[column].data_type for row in cells} == {"s"}, "a post that begins with = is no formula"


def test_films_on_the_web_are_named_by_their_address(tmp_path: Path) -> None:
    found = package_of(finished_set(tmp_path), lambda one: tmp_path / one["path"], "https://media.example/climat/")
    table = next(entry.content for entry in found if entry.name == "posts.csv")
    assert isinstance(table, bytes) and b"https://media.example/climat/ministere_ar/x/climat_wide_ar.mp4" in table


def test_the_same_set_gives_the_same_zip_block_by_block(tmp_path: Path, entries: list[Entry]) -> None:
    blocks = list(zipped(entries, "climat"))
    assert len(blocks) > len(entries) - 1, "nothing is held as a whole"
    again = package_of(finished_set(tmp_path / "again"), lambda one: tmp_path / "again" / one["path"])
    assert b"".join(zipped(again, "climat")) == b"".join(blocks)
    with zipfile.ZipFile(io.BytesIO(b"".join(blocks))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"climat/{entry.name}" for entry in entries]


def test_a_damaged_film_leaves_no_zip_and_no_folder(tmp_path: Path, entries: list[Entry]) -> None:
    (tmp_path / "set" / "ministere_ar" / "x" / "climat_wide_ar.mp4").write_bytes(b"another film")
    for target in (tmp_path / "a.zip", tmp_path / "a"):
        with pytest.raises(ArtifactDamaged, match=r"climat_wide_ar\.mp4 is not what its digest says"):
            send_package("climat", entries, Destination.parse(target))
        assert not target.exists()


def test_a_folder_is_replaced_as_a_whole_and_only_where_it_holds_a_package(
    tmp_path: Path, entries: list[Entry]
) -> None:
    target = tmp_path / "out" / "climat"
    sent = send_package("climat", entries, Destination.parse(target))
    (target / "ministere_ar" / "x" / "old.txt").write_text("of before")
    send_package("climat", entries, Destination.parse(target))
    found = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert found == {entry.name for entry in entries} and sent.files == len(entries)
    assert [path.name for path in target.parent.iterdir()] == ["climat"]
    with pytest.raises(StoreRefused, match="holds something other than a package"):
        send_package("climat", entries, Destination.parse(tmp_path / "set"))


def test_in_a_bucket_the_manifest_comes_last_and_the_same_again_writes_nothing(
    tmp_path: Path, entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    add, add_bytes = FolderObjects.add, FolderObjects.add_bytes
    monkeypatch.setattr(FolderObjects, "add", lambda s, name, *rest: written.append(name) or add(s, name, *rest))
    monkeypatch.setattr(FolderObjects, "add_bytes", lambda s, name, c: written.append(name) or add_bytes(s, name, c))
    objects = FolderObjects(tmp_path / "bucket")
    place = _to_bucket("climat", entries, objects, "s3://bucket")
    assert [name.rpartition("/")[2] for name in written][-1] == "manifest.json" and len(written) == len(entries)
    written.clear()
    assert _to_bucket("climat", entries, objects, "s3://bucket") == place
    assert [name.rpartition("/")[2] for name in written] == ["manifest.json"], "which stands there already"
