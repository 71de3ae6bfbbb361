"""Authors' files that no parser should see."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portevoix.authoring.document import read_document
from portevoix.errors import InvalidInput


def test_brackets_without_end_are_refused_before_a_parser_sees_them(tmp_path: Path) -> None:
    (tmp_path / "deep.yaml").write_text("clips:\n  " + "[" * 25_000)
    with pytest.raises(InvalidInput, match=r"deep\.yaml:2:35: opens more than 32 brackets within each other"):
        read_document(tmp_path / "deep.yaml")


def test_half_a_letter_is_refused_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "half.yaml").write_text('title:\n  fr: "a \\ud800"\n')
    with pytest.raises(InvalidInput, match=r"half\.yaml:2: holds half a letter"):
        read_document(tmp_path / "half.yaml")


def test_two_halves_are_one_letter_as_json_means_it(tmp_path: Path) -> None:
    (tmp_path / "whole.json").write_text('{"title": "a \\ud83d\\ude00"}')
    assert read_document(tmp_path / "whole.json").content["title"] == "a \U0001f600"


def test_what_is_no_file_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    for name in ("pipe.yaml", "loop.yaml"):
        with pytest.raises(InvalidInput, match="cannot be read"):
            read_document(tmp_path / name)
