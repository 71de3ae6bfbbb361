"""What caption programs leave in a file is understood or named."""

from __future__ import annotations

from pathlib import Path

import pytest

from portevoix.captions.files.read import read_captions
from portevoix.errors import InvalidInput

ROLLING = "WEBVTT\n\n" + "\n".join(f"00:0{n}.000 --> 00:0{n + 1}.000\nline {n}\nline {n + 1}\n" for n in range(1, 6))


def _words(tmp_path: Path, name: str, content: str) -> tuple[list[str], str]:
    (tmp_path / name).write_text(content, "utf-8")
    file = read_captions(tmp_path / name, "fr")
    return [cue.text for cue in file.cues], "\n".join(file.repairs)


@pytest.mark.parametrize(("name", "head"), [("a.srt", "1\n"), ("a.vtt", "WEBVTT\n\n")])
def test_escapes_of_ass_are_line_ends_and_spaces(tmp_path: Path, name: str, head: str) -> None:
    words, repairs = _words(tmp_path, name, f"{head}00:00:01.000 --> 00:00:02.000\nun\\Ndeux\\htrois C:\\new\n")
    assert words == ["un\ndeux\u00a0trois C:\\new"]
    assert "ASS's mark" in repairs


def test_references_of_html_in_srt_are_read(tmp_path: Path) -> None:
    words, repairs = _words(tmp_path, "a.srt", "1\n00:00:01,000 --> 00:00:02,000\nL&#39;eau &amp; l&eacute;t &zz;\n")
    assert words == ["L'eau & lét &zz;"]
    assert "'&zz;' names no character" in repairs


def test_a_rolling_file_says_each_line_once(tmp_path: Path) -> None:
    words, repairs = _words(tmp_path, "a.vtt", ROLLING)
    assert words == ["line 1\nline 2", "line 3", "line 4", "line 5", "line 6"]
    assert "rolls" in repairs


def test_words_that_are_repeated_on_purpose_stay(tmp_path: Path) -> None:
    chant = "WEBVTT\n\n" + "\n".join(f"00:0{n}.000 --> 00:0{n + 1}.000\nNon !\n" for n in range(1, 6))
    assert _words(tmp_path, "a.vtt", chant)[0] == ["Non !"] * 5


def test_a_credit_behind_a_blank_line_is_a_fault_and_other_words_are_named(tmp_path: Path) -> None:
    cue = "1\n00:00:01,000 --> 00:00:02,000\nBonjour\n\n"
    with pytest.raises(InvalidInput, match="is a credit in no cue"):
        _words(tmp_path, "a.srt", cue + "Sous-titrage par Ana\n")
    words, repairs = _words(tmp_path, "b.srt", cue + "tout le monde\n")
    assert words == ["Bonjour\ntout le monde"]
    assert "below a blank line" in repairs


def test_two_languages_in_one_cue_are_named(tmp_path: Path) -> None:
    content = "WEBVTT\n\n" + "\n".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n你好世界\nHello world\n" for n in range(1, 5))
    assert "hold two languages" in _words(tmp_path, "a.vtt", content)[1]
