"""A document with some values changed: the rest stays as its author wrote it."""

from __future__ import annotations

from pathlib import Path

import pytest

from portevoix.authoring.document import load, with_values
from portevoix.authoring.job import Job
from portevoix.errors import InvalidInput

TEXT = "# remark\npost:\n  text: {fr: 'Un', en: Two}  # said\nlanguages: [fr, en]\n"


def test_other_values_comments_and_quotes_stay() -> None:
    changed = with_values(TEXT, {("post", "text", "fr"): "Été : oui"})
    assert changed.replace(" #", "  #") == TEXT.replace("'Un'", "'Été : oui'").replace("   #", "  #")


def test_what_is_taken_out_leaves_no_empty_keys_and_what_is_new_is_added() -> None:
    taken = with_values(TEXT, {("post", "text", "fr"): None, ("post", "text", "en"): None, ("post", "at", "x"): None})
    assert taken == "# remark\nlanguages: [fr, en]\n"
    assert "at:\n    x:\n      text:\n        fr: a" in with_values(TEXT, {("post", "at", "x", "text", "fr"): "a"})


def test_a_value_in_a_list_is_found_by_its_number_and_an_empty_entry_has_a_line(tmp_path: Path) -> None:
    text = "points:\n  - title: {fr: Un}  # first\n  - title: {fr: Deux}\n"
    changed = with_values(text, {("points", 1, "title", "fr"): "Second", ("points", 0, "text", "fr"): "a"})
    assert "# first" in changed and "Second" in changed and "text:" in changed
    file = tmp_path / "job.yaml"
    file.write_text("recipe: event\nlanguages: [fr]\nclips:\n  - {}\n", "utf-8")
    with pytest.raises(InvalidInput) as refused:
        load(Job, file)
    (fault,) = refused.value.faults
    assert (fault.line, fault.place, fault.message) == (4, ("clips", 0, "file"), "clips.0.file is missing")
