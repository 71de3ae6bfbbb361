import re
from fractions import Fraction
from pathlib import Path

import pytest

from portevoix.captions.cue import CaptionFile, Cue
from portevoix.captions.files.formats.webvtt_parser import parse_file
from portevoix.captions.files.read import read_captions
from portevoix.errors import InvalidInput


def _read(folder: Path, content: str | bytes, name: str, language: str = "fr") -> CaptionFile:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_captions(path, language)


def _cue(folder: Path, words: str, times: str = "00:01.000 --> 00:03.000") -> Cue:
    return _read(folder, f"WEBVTT\n\n{times}\n{words}\n", "a.vtt").cues[0]


@pytest.mark.parametrize(
    ("times", "start_s", "end_s"),
    [
        ("1:00:01.000 --> 1:00:02.000", 3601, 3602),
        ("100:00:01.000 --> 100:00:02.000", 360001, 360002),
        ("00:01.000-->00:02.000", 1, 2),
        ("\t00:01.000 \t--> 00:02.000align:start", 1, 2),
        ("00:00:01,000 --> 00:00:02,000", 1, 2),
        ("0:01.0 --> 0:02", 1, 2),
    ],
)
def test_times_are_read_as_they_are_meant(tmp_path: Path, times: str, start_s: int, end_s: int) -> None:
    cue = _cue(tmp_path, "a", times)
    assert (cue.start_s, cue.end_s) == (start_s, end_s)


@pytest.mark.parametrize(
    "times", ["00:60:01.000 --> 01:00:02.000", "00:00:01:12 --> 00:00:02:00", "1.5 --> 2.5", " --> "]
)
def test_times_that_could_mean_two_things_are_a_fault_at_their_line(tmp_path: Path, times: str) -> None:
    with pytest.raises(InvalidInput, match=r"a.vtt:3:\d+: .*; write 00:01:02.500"):
        _cue(tmp_path, "a", times)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("I <3 you", "I <3 you"),
        ("3 < 4 and 5 > 2", "3 < 4 and 5 > 2"),
        ("<Applause>", "<Applause>"),
        ("if a <b and c> d", "if a <b and c> d"),
        ("AT&T &amp; R&D &eacute;&#233;", "AT&T & R&D éé"),
        ("a <b>b</b> <c.loud>c</c> <u>d</u> <lang fr>e</lang>", "a b c d e"),
        ("<FONT color=red>Rouge</font> <I>et</I> <em>noir</em>", "Rouge et noir"),
        ("one<br/>two", "one\ntwo"),
        ("{\\an8}haut {\\i1}a{\\i0}", "haut a"),
        ("  spaces  \n\tand a tab", "spaces\nand a tab"),
        ("<ruby>漢字<rt>かんじ</rt></ruby>です", "漢字（かんじ）です"),
        ("<ruby>WWW<rt>World Wide Web</ruby>", "WWW(World Wide Web)"),
        ("<ruby>漢字<rt>kanji</rt></ruby>", "漢字（kanji）"),
        ("\u202a<i>UN</i>\u202c", "\u202aUN\u202c"),
        ("<i>unclosed", "unclosed"),
        ("e\u0301te\u0301", "été"),
    ],
)
def test_words_are_kept_and_marks_are_not(tmp_path: Path, written: str, words: str) -> None:
    assert _cue(tmp_path, written).text == words


def test_what_a_browser_would_drop_is_said(tmp_path: Path) -> None:
    file = _read(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\nI <3 you\n", "a.vtt")
    assert file.repairs == (f"{tmp_path / 'a.vtt'}:4: '<3 you' is no tag; kept as words, write &lt; for <",)


def test_marks_become_values_that_count_the_characters_of_the_text(tmp_path: Path) -> None:
    cue = _cue(tmp_path, "<v.loud Ada &amp; Bob>Le <i>vent &lt;fort&gt;</i>\n<00:02.000>la <i>mer</i>")
    assert (cue.speaker, cue.text) == ("Ada & Bob", "Le vent <fort>\nla mer")
    assert [cue.text[start:end] for start, end in cue.italics] == ["vent <fort>", "mer"]
    assert cue.word_times == ((15, Fraction(2)),)


def test_word_times_outside_their_cue_are_said_and_left_out(tmp_path: Path) -> None:
    file = _read(tmp_path, "WEBVTT\n\n00:01.000 --> 00:02.000\n<00:09.000>a <00:01.500>b <00:01.200>c\n", "a.vtt")
    assert file.cues[0].word_times == ((2, Fraction(3, 2)),)
    assert "00:00:09.000" in file.repairs[0] and "00:00:01.200" in file.repairs[1]


def test_settings_are_kept_as_given_and_old_words_are_understood(tmp_path: Path) -> None:
    times = "00:01.000 --> 00:02.000 line:0 align:middle position:10%,line-left T:5 size:x%"
    file = _read(tmp_path, f"WEBVTT\n\n{times}\na\n", "a.vtt")
    assert file.cues[0].settings == (("line", "0"), ("position", "10%,line-left"), ("align", "center"))
    assert [repair.split(": ", 1)[1] for repair in file.repairs] == [
        "'align:middle' is the old word for center; read so",
        "'T:5' is no setting of WebVTT; left out",
        "'size:x%' is no setting of WebVTT; left out",
    ]


def test_a_repair_that_is_made_everywhere_is_said_once(tmp_path: Path) -> None:
    cues = "".join(f"00:{n:02}.000 --> 00:{n:02}.500 align:middle\na\n\n" for n in range(20))
    (repair,) = _read(tmp_path, f"WEBVTT\n\n{cues}", "a.vtt").repairs
    assert repair.endswith("read so (so too at lines 6, 9, 12, 15, 18 and 14 more)")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n{cue}", r":2: 'X-TIMESTAMP-MAP.* not applied"),
        ("WEBVTT\nHello\n\n{cue}", r":2: 'Hello' stands in the header"),
        ("webvtt\n\n{cue}", r":1: the file does not begin with WEBVTT alone"),
        ("\n\nWEBVTTx\n{cue}", r":3: the file does not begin with WEBVTT alone"),
        ("WEBVTT\n\n{cue}\nSTYLE\n::cue {{ color: red }}\n", r":6: STYLE stands after the first cue"),
        ("WEBVTT\n\nREGION\nid:top\n\n00:01.000 --> 00:02.000 region:top\na\n", r":6: regions are left out"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000 region:none\na\n", r":3: regions are left out"),
        ("WEBVTT\n\n7\n\n{cue}", r":3: '7' is taken for a cue's number"),
        ("WEBVTT\n\n00:00.000 --> 00:00.500\nb\n2\n{cue}", r":5: '2' is taken for the next cue's number"),
    ],
)
def test_what_is_mended_is_said_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    file = _read(tmp_path, content.format(cue="00:01.000 --> 00:02.000\na\n"), "a.vtt")
    assert file.cues[-1].text == "a"
    (repair,) = file.repairs
    assert re.search(said, repair)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("WEBVTT\n\n{cue}\nlost words\n", 6),
        ("WEBVTT\n\nlost\nwords\n{cue}", 3),
        ("WEBVTT\n\n{cue}more --> words\n", 5),
        ("WEBVTT\n\nNOTE not this one\n{cue}", 4),
        ("WEBVTT\n\n{cue}00:02.000 -> 00:03.000\nb\n", 5),
        ("WEBVTT\n\nSTYLE\n::cue{{}}\n--> x\n\n{cue}", 5),
        ("WEBVTT\n\n{cue}&#27;\n", 5),
        ("WEBVTT\n\n{cue}a\x07b\n", 5),
    ],
)
def test_words_that_players_would_lose_are_a_fault_at_their_line(tmp_path: Path, content: str, line: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        _read(tmp_path, content.format(cue="00:01.000 --> 00:02.000\na\n"), "a.vtt")
    assert [fault.line for fault in caught.value.faults] == [line]


def test_comments_and_styles_may_hold_anything(tmp_path: Path) -> None:
    content = (
        "WEBVTT\n\nNOTE\nall of\nthis <i>\n\nSTYLE\n::cue { }\n\nNOTE 00:01.000\n\n00:01.000 --> 00:02.000\nNOTE a\n"
    )
    file = _read(tmp_path, content, "a.vtt")
    assert ([cue.text for cue in file.cues], file.repairs) == (["NOTE a"], ())


def test_the_place_that_a_converter_left_in_the_words_is_understood(tmp_path: Path) -> None:
    assert _cue(tmp_path, "{\\an8}a").settings == (("line", "0"),)


def test_the_parsing_layer_drops_a_time_of_four_decimals_as_browsers_do(tmp_path: Path) -> None:
    content = "WEBVTT\n\n00:01.000 --> 00:02.0000\na\n"
    assert parse_file(content).cues == []
    assert _read(tmp_path, content, "a.vtt").cues[0].end_s == 2


@pytest.mark.parametrize(("start", "mended"), [("00:01.950", True), ("00:01.900", True), ("00:01.899", False)])
def test_only_an_overlap_that_is_rounding_is_mended(tmp_path: Path, start: str, mended: bool) -> None:
    content = f"WEBVTT\n\n00:01.000 --> 00:02.000\na\n\n{start} --> 00:03.000\nb\n"
    if mended:
        first, second = _read(tmp_path, content, "a.vtt").cues
        assert first.end_s == second.start_s
    else:
        with pytest.raises(InvalidInput, match=r"a.vtt:6:1: starts 0.10 s before the cue above it ends"):
            _read(tmp_path, content, "a.vtt")


def test_the_first_of_very_many_mistakes_are_listed(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        _read(tmp_path, "WEBVTT\n\nlost\n\n" + "00:0x --> 00:01.000\na\n\n" * 150, "a.vtt")
    assert caught.value.faults[0].line == 3
    assert caught.value.faults[-1].message == "and 51 more mistakes from here on"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<v Ada>Vous venez ? <v Bob>J'arrive.", "- Vous venez ?\n- J'arrive."),
        ("<v Ada>Vous venez ?</v>\n<v Bob>J'arrive.</v>", "- Vous venez ?\n- J'arrive."),
        ("<v Ada>Vous venez ?</v> <v Ada>Oui ?</v>", "Vous venez ? Oui ?"),
        ("<v Ada>– Vous venez ?</v>\n<v Bob>– J'arrive.</v>", "– Vous venez ?\n– J'arrive."),
    ],
)
def test_two_voices_in_a_cue_speak_on_two_lines(tmp_path: Path, text: str, words: str) -> None:
    assert _cue(tmp_path, text).text == words
