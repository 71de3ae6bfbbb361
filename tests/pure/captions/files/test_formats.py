"""SRT, SBV, ASS, TTML and JSON, and files that are another kind than their name says."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from portevoix.captions.cue import CaptionFile
from portevoix.captions.files.read import read_captions
from portevoix.errors import InvalidInput


def _read(folder: Path, content: str | bytes, name: str, language: str = "fr") -> CaptionFile:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_captions(path, language)


def _texts(file: CaptionFile) -> list[str]:
    return [cue.text for cue in file.cues]


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        ("1\n00:00:01,000 --> 00:00:02,000\na\n\n1\n00:00:03,000 --> 00:00:04,000\nb\n", ["a", "b"]),
        ("00:00:01.000 --> 00:00:02.000\na\n\n00:00:03:000 --> 00:00:04:000\nb", ["a", "b"]),
        ("1\n00:00:01,000 --> 00:00:02,000\na\n00:00:03,000 --> 00:00:04,000\nb", ["a", "b"]),
        (
            "1\r\r\n00:00:01,000 --> 00:00:02,000\r\r\na\r\r\n\r\r\n2\r\r\n00:00:03,000 --> 00:00:04,000\r\r\nb",
            ["a", "b"],
        ),
        ("1\r00:00:01,000 --> 00:00:02,000\ra\r", ["a"]),
        ("\n\n1\n\n00:00:01,000 --> 00:00:02,000\na\n\n2\n\n00:00:03,000 --> 00:00:04,000\nb", ["a", "b"]),
        ("1\n00:00:01,000 --> 00:00:02,000\n2025\n\n2\n00:00:03,000 --> 00:00:04,000\n2026\n", ["2025", "2026"]),
        (
            "1\n00:00:01,000 --> 00:00:02,000\nIn\n2026\n00:00:03,000 --> 00:00:04,000\nb\n\n3\n"
            "00:00:05,000 --> 00:00:06,000\nc",
            ["In\n2026", "b", "c"],
        ),
        ("1\n101:00:01,000 --> 101:00:02,000\na", ["a"]),
        ("1\n00:00:01,000 --> 00:00:02,000\n<i>a <b>b</b> {\\b1}c{\\b0} {y:i}d <u>e &amp; f", ["a b c d e & f"]),
        ("1\n00:00:01,000 --> 00:00:02,000\n{laughs} <Applause> I <3 you", ["{laughs} <Applause> I <3 you"]),
        ("1\n00:00:01,000 --> 00:00:02,000\na\x1a", ["a"]),
    ],
)
def test_srt_is_read_in_all_its_dialects(tmp_path: Path, content: str, texts: list[str]) -> None:
    assert _texts(_read(tmp_path, content, "a.srt")) == texts


def test_srt_places_become_settings(tmp_path: Path) -> None:
    places = ["{\\an8}a", "{\\an7}a", "{\\an2}a", "{\\a6}a", "a"]
    cues = "".join(f"00:00:0{n},000 --> 00:00:0{n},500\n{place}\n\n" for n, place in enumerate(places))
    found = [cue.settings for cue in _read(tmp_path, cues, "a.srt").cues]
    assert found == [(("line", "0"),), (("line", "0"), ("align", "left")), (), (("line", "0"),), ()]


def test_srt_coordinates_and_short_fractions_are_said(tmp_path: Path) -> None:
    file = _read(tmp_path, "1\n0:0:1,5 --> 00:00:02,000 X1:10 X2:20 Y1:1 Y2:2 line:0\na <i>b</i>", "a.srt")
    (cue,) = file.cues
    assert (cue.start_s, cue.settings, cue.italics) == (Fraction(3, 2), (("line", "0"),), ((2, 3),))
    assert [repair.split(": ", 1)[1] for repair in file.repairs] == [
        "time '0:0:1,5' is read as 1.5 s",
        "coordinates behind the times are left out: the recipe places captions",
    ]


def test_the_number_of_a_cue_that_was_cut_off_is_said(tmp_path: Path) -> None:
    file = _read(tmp_path, "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n", "a.srt")
    assert _texts(file) == ["a"]
    assert "a.srt:5: '2' is the number of a cue that does not follow" in file.repairs[0]


def test_words_before_the_first_cue_of_an_srt_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"a.srt:1:1: 'Film' stands before the first cue"):
        _read(tmp_path, "Film\n1\n00:00:01,000 --> 00:00:02,000\na", "a.srt")


def test_sbv_is_read(tmp_path: Path) -> None:
    file = _read(tmp_path, "0:00:01.000,0:00:02.500\none[br]two\nthree\n\n0:00:03.000,0:00:04.000\nfour", "a.sbv")
    assert [(cue.start_s, cue.end_s, cue.text, cue.line) for cue in file.cues] == [
        (1, Fraction(5, 2), "one\ntwo\nthree", 1),
        (3, 4, "four", 5),
    ]
    with pytest.raises(InvalidInput, match=r"a.sbv:4:1: 'lost' stands in no cue"):
        _read(tmp_path, "0:00:01.000,0:00:02.500\none\n\nlost\n", "a.sbv")


ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Italic
Style: Default,Arial,-1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,not words
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\i1}last{\\i0}, really
Dialogue: 0,0:00:01.00,0:00:02.50,Default,Ada,0,0,0,,{\\an8\\k50}Bon{\\kf100}jour,\\Nà\\htous{\\p1}m 0 0 l 10 10{\\p0}
"""


def test_ass_gives_the_words_of_its_dialogue(tmp_path: Path) -> None:
    file = _read(tmp_path, ASS, "a.ass")
    first, last = file.cues
    assert (first.text, first.speaker, first.settings) == ("Bonjour,\nà\u00a0tous", "Ada", (("line", "0"),))
    assert first.word_times == ((0, Fraction(1)), (3, Fraction(3, 2)))
    assert (last.text, last.italics) == ("last, really", ((0, 4),))
    assert "put in order" in file.repairs[0]


def test_ass_lines_that_lack_fields_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"a.ass:13:1: has 2 of the 10 fields"):
        _read(tmp_path, ASS + "Dialogue: 0,0:00:05.00\n", "a.ass")


TTML = """<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"
    xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xmlns:ttp="http://www.w3.org/ns/ttml#parameter"
    xml:lang="fr" ttp:frameRate="25" ttp:tickRate="1000">
  <head>
    <metadata><ttm:agent xml:id="ada"><ttm:name>Ada</ttm:name></ttm:agent></metadata>
    <styling><style xml:id="it" tts:fontStyle="italic"/></styling>
    <layout><region xml:id="up"><style tts:displayAlign="before"/></region></layout>
  </head>
  <body><div begin="10s">
    <p begin="00:00:01.000" end="00:00:02:05" region="up" ttm:agent="ada">
      Bonjour <span style="it">à
      tous</span><br/>et <span begin="0.5s">merci</span> &amp; adieu</p>
    <p begin="3000t" dur="500ms"><span tts:ruby="base">漢</span><span tts:ruby="text">かん</span></p>
    <p><span begin="100f" end="5s" style="it">seul <span>et</span> nu</span></p>
    <div end="6s"><p begin="5.5s" end="9s">court</p></div>
  </div></body>
</tt>
"""


def test_ttml_is_read_with_its_clocks_and_regions(tmp_path: Path) -> None:
    first, second, third, last = _read(tmp_path, TTML, "a.ttml").cues
    assert (first.start_s, first.end_s) == (11, 12 + Fraction(1, 5))
    assert first.text == "Bonjour à tous\net merci & adieu"
    assert (first.speaker, first.settings, first.italics) == ("Ada", (("line", "0"),), ((8, 14),))
    assert first.word_times == ((18, Fraction(23, 2)),)
    assert (second.start_s, second.end_s, second.text, second.line) == (13, Fraction(27, 2), "漢(かん)", 14)
    assert (third.start_s, third.end_s, third.text, third.italics) == (14, 15, "seul et nu", ((0, 10),))
    assert (last.start_s, last.end_s) == (Fraction(31, 2), 16)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<tt xml", '<!DOCTYPE tt [<!ENTITY a "b">]><tt xml', r"a.ttml:2:.*DOCTYPE"),
        ('dur="500ms"', "", r"a.ttml:14:1: has no end"),
        ("\n  </div></body>", "\n  lost words<p>more</p></div></body>", r"a.ttml:17:1: 'more' has no times"),
        ("</body>", "", r"a.ttml:18:\d+: is not XML"),
        ('ttp:frameRate="25"', 'ttp:frameRate="0"', r"a.ttml:4:1: .* another clock"),
        ("3000t", "3000q", r"a.ttml:14:1: '3000q' is not a time"),
    ],
)
def test_ttml_that_cannot_be_trusted_is_a_fault(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _read(tmp_path, TTML.replace(old, new, 1), "a.ttml")
    assert re.search(said, str(caught.value))


def test_json_is_read_cue_by_cue(tmp_path: Path) -> None:
    content = (
        '[\n{"start_s": 1.5, "end_s": 2, "text": "a\\nb",\n "settings": {"line": "0"}},\n'
        '{"start_s": 3, "end_s": 4, "text": "c"}]'
    )
    file = _read(tmp_path, content, "a.json")
    assert [(cue.start_s, cue.text, cue.line, cue.settings) for cue in file.cues] == [
        (Fraction(3, 2), "a\nb", 2, (("line", "0"),)),
        (3, "c", 4, ()),
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('[{"start_s": 1, "end_s": 2, "text": 7}]', 1),
        ('[{"start_s": -1, "end_s": 2, "text": "a"}]', 1),
        ('[{"start_s": NaN, "end_s": 2, "text": "a"}]', 1),
        ('[\n{"start_s": 1e999999999, "end_s": 2, "text": "a"}]', 2),
        ('[{"start_s": 1, "end_s": 2, "text": "a"}\n{}]', 2),
        ('[{"start_s": 1, "end_s": 2, "text": "a"},\n', 2),
        ('{"text": "a"}', 1),
    ],
)
def test_json_that_is_no_list_of_cues_is_a_fault(tmp_path: Path, content: str, line: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        _read(tmp_path, content, "a.json")
    assert caught.value.faults[0].line == line


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.vtt", "1\n00:00:01,000 --> 00:00:02,000\na", "is named .vtt but is an SRT; read as SRT"),
        ("a.srt", "WEBVTT\n\n00:01.000 --> 00:02.000\na", "is named .srt but is a WebVTT file; read as WebVTT file"),
        ("a.vtt", ASS, "is named .vtt but is an ASS script; read as ASS script"),
        ("a.srt", TTML, "is named .srt but is a TTML document; read as TTML document"),
        ("a.srt", "0:00:01.000,0:00:02.500\na", "is named .srt but is an SBV file; read as SBV file"),
        ("a.srt", "start\tend\ttext\n1\t2\ta", "is named .srt but is a table; read as table"),
    ],
)
def test_a_files_kind_is_what_it_holds_and_not_its_name(tmp_path: Path, name: str, content: str, said: str) -> None:
    file = _read(tmp_path, content, name)
    assert file.cues and f"{tmp_path / name}:1: {said}" in file.repairs


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word or Excel file"),
        (b"\0\0\0\x20ftypisom", "an MP4 film"),
        (b"{\\rtf1 text}", "an RTF document"),
        (b"850STL25.01", "an EBU STL file"),
        (b"<!DOCTYPE html><p>a", "a web page"),
        (b"{0}{25}text", "a MicroDVD file, which counts frames"),
        (b"PK\x03\x04broken", "a damaged zip or office file"),
        (b"", "is empty"),
        (b" \n\n", "is empty"),
    ],
)
def test_what_is_no_caption_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        _read(tmp_path, content, "a.vtt")


def test_a_text_without_times_is_sent_to_the_aligner(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="portevoix captions align"):
        _read(tmp_path, "Le vent\n\nla mer", "a.txt")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"here\.vtt: cannot be read \(No such file"):
        read_captions(tmp_path / "b.vtt", "fr", shown_as=Path("here.vtt"))


SEQUENCE = """<tt xmlns="http://www.w3.org/ns/ttml"><body begin="10s"><div timeContainer="seq">
<p dur="2s">a</p><p begin="1s" dur="2s">b</p>
<p timeContainer="seq"><span dur="1s">c</span><span dur="500ms">d</span></p><p dur="1s">e</p>
</div><div><p begin="1s" end="2s">f</p></div></body></tt>"""


def test_ttml_that_shows_one_after_the_other_is_timed_so(tmp_path: Path) -> None:
    cues = _read(tmp_path, SEQUENCE.replace('<div><p begin="1s" end="2s">f</p></div>', ""), "a.ttml").cues
    assert [(cue.text, float(cue.start_s), float(cue.end_s)) for cue in cues] == [
        ("a", 10, 12),
        ("b", 13, 15),
        ("c", 15, 16),
        ("d", 16, 16.5),
        ("e", 16.5, 17.5),
    ]
    with pytest.raises(InvalidInput, match=r"starts at 11 s, before the cue above it"):
        _read(tmp_path, SEQUENCE, "a.ttml")
