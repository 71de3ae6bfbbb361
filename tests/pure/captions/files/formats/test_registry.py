"""Every caption format is in one list, and the list is all that reading, writing and converting know of formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from portevoix.captions.cue import Cue
from portevoix.captions.files import kinds, write
from portevoix.captions.files.convert import convert
from portevoix.captions.files.formats import format as base
from portevoix.captions.files.formats import registry
from portevoix.captions.files.formats.cue_times import make_cue
from portevoix.captions.files.formats.format import Content, Format, Writing
from portevoix.captions.files.marked_text import MarkedText
from portevoix.captions.files.read import read_captions
from portevoix.captions.files.report import FileReport

CUE = Cue(Fraction(1), Fraction(2), "Bonjour", 2)


def _read(content: Content, report: FileReport) -> list[Cue]:
    times = (Fraction(1), Fraction(2))
    cues = (make_cue(times, MarkedText(line), n, report) for n, line in enumerate(content.text.split("\n")[1:], 2))
    return [cue for cue in cues if cue]


def _text(cues: Sequence[Cue], _: str, direction: str) -> str:
    return "\n".join([f"BARE {direction}", *(cue.text for cue in cues)])


BARE = Format(
    "a bare file",
    (".bare",),
    _read,
    lambda text, _: base.head_of(text).startswith("BARE"),
    written=Writing((".bare",), _text),
)


@pytest.fixture
def with_bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "FORMATS", (BARE, *registry.FORMATS))
    monkeypatch.setitem(registry.BY_SUFFIX, ".bare", BARE)
    assert BARE.written
    monkeypatch.setitem(registry.WRITTEN, ".bare", BARE.written)


def test_every_module_that_ends_in_a_format_is_in_the_list() -> None:
    folder = Path(registry.__file__).parent
    defined = {
        name
        for path in folder.glob("*.py")
        for line in path.read_text("utf-8").split("\n")
        for name, equals, value in [line.partition(" = ")]
        if equals and value.startswith("Format(")
    }
    listed = {name for name in dir(registry) if isinstance(getattr(registry, name), Format)}
    assert defined == listed
    assert {id(getattr(registry, name)) for name in listed} == {id(format) for format in registry.FORMATS}


def test_no_ending_belongs_to_two_formats() -> None:
    suffixes = [suffix for format in registry.FORMATS for suffix in format.suffixes]
    assert len(suffixes) == len(set(suffixes))


def test_a_file_that_is_written_is_recognised_by_its_content(tmp_path: Path) -> None:
    for suffix, written in registry.WRITTEN.items():
        path = tmp_path / f"a{suffix}"
        write.write_captions([CUE], path, "ltr", "fr")
        assert kinds.text_format(path.read_text("utf-8"), "").written is written, suffix


@pytest.mark.usefixtures("with_bare")
def test_a_format_in_the_list_is_read_written_and_converted(tmp_path: Path) -> None:
    italic = replace(CUE, italics=((0, 7),))
    source, target, back = (tmp_path / f"a{suffix}" for suffix in (".srt", ".bare", ".vtt"))
    write.write_captions([italic], source, "ltr")
    assert convert(source, target, "ar") == (f"{target}: holds no italics; left out",)
    assert target.read_text("utf-8") == "BARE rtl\nBonjour"
    assert convert(target, back, "fr") == ()
    assert [cue.text for cue in read_captions(back, "fr").cues] == ["Bonjour"]
