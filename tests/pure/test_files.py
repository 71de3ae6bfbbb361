"""Files are there whole or not at all."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from portevoix.files import as_spelled, move_into_place, whole, write_text


@pytest.mark.parametrize("durable", [True, False])
def test_a_file_has_its_name_only_once_it_is_whole(durable: bool, tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    with whole(target, durable) as partial:
        partial.write_text("half", "utf-8")
        assert not target.exists()
        partial.write_text("whole", "utf-8")
    assert target.read_text("utf-8") == "whole"
    assert list(tmp_path.iterdir()) == [target]


def test_what_fails_leaves_the_older_file_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    write_text(target, "older")
    with pytest.raises(ZeroDivisionError), whole(target) as partial:
        partial.write_text("newer", "utf-8")
        raise ZeroDivisionError
    assert target.read_text("utf-8") == "older"
    assert list(tmp_path.iterdir()) == [target]


def test_text_is_written_as_utf_8_with_its_own_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "é\nع\r\n")
    assert (tmp_path / "a.txt").read_bytes() == "é\nع\r\n".encode()


def test_a_finished_file_is_moved_into_a_folder_that_is_made_for_it(tmp_path: Path) -> None:
    (tmp_path / "made").write_text("it", "utf-8")
    move_into_place(tmp_path / "made", tmp_path / "new" / "name")
    assert (tmp_path / "new" / "name").read_text("utf-8") == "it"
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(("on_disk", "asked"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_a_name_is_found_however_its_accents_are_coded(on_disk: str, asked: str, tmp_path: Path) -> None:
    folder = tmp_path / unicodedata.normalize(on_disk, "été")
    folder.mkdir()
    (folder / unicodedata.normalize(on_disk, "Zürich.mp4")).write_text("film")
    named = Path(unicodedata.normalize(asked, "été/Zürich.mp4"))
    assert as_spelled(tmp_path, named).read_text() == "film"
    assert as_spelled(tmp_path, Path("ö/../none.mp4")) == tmp_path / "ö" / ".." / "none.mp4"
