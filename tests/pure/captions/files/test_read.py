from fractions import Fraction
from pathlib import Path

import pytest

from portevoix.captions.cue import Cue
from portevoix.captions.files.read import read_captions
from portevoix.captions.files.write import write_captions
from portevoix.errors import InvalidInput


def _read(folder: Path, content: str | bytes, name: str = "a.vtt", language: str = "fr"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_captions(path, language)


def test_webvtt_notes_styles_names_and_tags_are_not_words(tmp_path: Path) -> None:
    file = _read(
        tmp_path,
        "\ufeffWEBVTT - x\n\nSTYLE\n::cue{color:red}\n\nNOTE here\n\nfirst\n"
        "00:01.000 --> 00:02.000 align:center\n<v Ada>Le <i>vent</i> &amp; la mer</v>\n",
    )
    assert [c.text for c in file.cues] == ["Le vent & la mer"]


def test_a_heart_in_the_text_stays(tmp_path: Path) -> None:
    assert _read(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\nI <3 you\n").cues[0].text == "I <3 you"


def test_srt_dialects_are_read(tmp_path: Path) -> None:
    text = (
        '1\r\n00:00:01,5 --> 00:00:02.000 X1:10\r\n{\\an8}<font color="#ff0">Un</font>\r\n\r\ndeux\r\n\r\n7\r\n'
        "0:0:3,0-->0:0:4,0\r\n2026\r\n"
    )
    cues = _read(tmp_path, text, "a.srt").cues
    assert [c.text for c in cues] == ["Un\ndeux", "2026"]
    assert cues[0].start_s == Fraction(3, 2)


@pytest.mark.parametrize(
    ("language", "encoding", "words"),
    [
        ("ru", "cp1251", "Ветер несёт"),
        ("ar", "cp1256", "تحمل الريح"),
        ("fr", "cp1252", "Où étais-tu"),
        ("zh", "gb18030", "孤独的旅人"),
    ],
)
def test_an_old_encoding_is_recognised_and_said(tmp_path: Path, language: str, encoding: str, words: str) -> None:
    file = _read(tmp_path, f"1\n00:00:01,000 --> 00:00:02,000\n{words}\n".encode(encoding), "a.srt", language)
    assert file.cues[0].text == words
    assert encoding in file.repairs[0]


def test_a_wrong_encoding_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="save it as UTF-8"):
        _read(tmp_path, "1\n00:00:01,000 --> 00:00:02,000\nCafé\n".encode("cp1252"), "a.srt", "zh")


def test_all_mistakes_of_a_file_are_listed_at_their_lines(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        _read(
            tmp_path,
            "WEBVTT\n\n00:05.000 --> 00:04.000\nA\n\n00:0x.000 --> 00:09.000\nB\n\n00:10.000 --> 00:14.000\n"
            "C\n\n00:11.000 --> 00:15.000\nD\n",
        )
    assert [(f.line, f.message.split(";")[1].strip()) for f in caught.value.faults] == [
        (3, "correct the times"),
        (6, "write 00:01:02.500"),
        (12, "shorten one of the two"),
    ]


def test_an_arabic_line_that_begins_in_latin_is_marked_for_the_player(tmp_path: Path) -> None:
    write_captions([Cue(Fraction(0), Fraction(1), "UN تعلن\nتعلن", 0)], tmp_path / "a.srt", "rtl")
    assert "\n\u200fUN تعلن\nتعلن" in (tmp_path / "a.srt").read_text("utf-8")


def test_words_after_a_blank_line_are_not_lost_in_silence(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="'two' stands in no cue"):
        _read(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\none\n\ntwo\nthree\n\n00:03.000 --> 00:04.000\nfour\n")


def test_numbers_are_words_in_a_file_that_does_not_number_its_cues(tmp_path: Path) -> None:
    text = "00:00:01,000 --> 00:00:02,000\nYear\n\n2026\n\n00:00:03,000 --> 00:00:04,000\nNext\n"
    assert [c.text for c in _read(tmp_path, text, "a.srt").cues] == ["Year\n2026", "Next"]


def test_a_next_cues_number_is_not_words_although_no_blank_line_precedes_it(tmp_path: Path) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb\n"
    assert [c.text for c in _read(tmp_path, text, "a.srt").cues] == ["a", "b"]


def test_a_wrong_arrow_is_a_fault_and_not_words(tmp_path: Path) -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:03,000 -> 00:00:04,000\nb\n"
    with pytest.raises(InvalidInput, match=r"a.srt:6:1: .*without their arrow"):
        _read(tmp_path, text, "a.srt")


@pytest.mark.parametrize(
    ("encoding", "language", "words"),
    [
        ("koi8-r", "ru", "Ветер несёт старые предания."),
        ("iso8859-6", "ar", "تحمل الريح حكايات الماضي"),
        ("cp1252", "en", "It’s “fine”"),
    ],
)
def test_the_better_of_two_old_encodings_is_taken(tmp_path: Path, encoding: str, language: str, words: str) -> None:
    file = _read(tmp_path, f"1\n00:00:01,000 --> 00:00:02,000\n{words}\n".encode(encoding), "a.srt", language)
    assert (file.encoding, file.cues[0].text) == (encoding, words)
