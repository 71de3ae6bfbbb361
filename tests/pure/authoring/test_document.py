"""Authors' files that no parser should see."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portevoix.authoring.document import MOST_FAULTS, load, read_document
from portevoix.authoring.job import Job
from portevoix.errors import InvalidInput


def test_brackets_without_end_are_refused_before_a_parser_sees_them(tmp_path: Path) -> None:
    (tmp_path / "deep.yaml").write_text("clips:\n  " + "[" * 25_000)
    with pytest.raises(InvalidInput, match=r"deep\.yaml:2:35: opens more than 32 brackets within each other"):
        read_document(tmp_path / "deep.yaml")


def test_values_without_end_are_refused_before_a_parser_sees_them(tmp_path: Path) -> None:
    for name, text in (("list.yaml", "clips:\n" + "- 1\n" * 60_000), ("flow.json", "[" + "1," * 60_000 + "1]")):
        (tmp_path / name).write_text(text)
        with pytest.raises(InvalidInput, match=r"lines and values; at most 50,000 are read"):
            read_document(tmp_path / name)


def test_a_thousand_mistakes_are_said_in_part_and_counted(tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text("recipe: alert\nlanguages: [fr]\n" + "".join(f"k{n}: 1\n" for n in range(1000)))
    with pytest.raises(InvalidInput) as refused:
        load(Job, tmp_path / "job.yaml")
    assert len(refused.value.faults) == MOST_FAULTS + 1
    assert refused.value.faults[-1].message == "and 800 more mistakes from here on"
    assert refused.value.faults[-1].line == 203


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
