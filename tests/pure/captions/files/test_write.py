"""What is written beside the film reads back the same, in every kind; nothing is lost, and nothing crashes a reader."""

import re
import unicodedata
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import webvtt
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portevoix.captions.cue import CaptionFile, Cue
from portevoix.captions.files.convert import convert
from portevoix.captions.files.read import read_captions
from portevoix.captions.files.write import write_captions
from portevoix.errors import InvalidInput

KINDS = ["vtt", "srt", "sbv", "ttml", "dfxp", "json"]
QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80)
# Letters that only stand at a word's end, those coded by their shape and the leads of UTF-8 saved twice have their own
# tests.
LETTER = st.characters(categories=["L", "M", "N", "P", "S", "Zs", "Cf"], exclude_characters="ךםןףץةىÂÃâÎÏÐÑ×ØÙ").filter(
    lambda c: not re.match("[\u202a-\u202e\ufb1d-\ufdff\ufe70-\ufeff\ufffd\u2060]", c)
)
LINE = (
    st.text(LETTER, min_size=1, max_size=30)
    .map(lambda t: unicodedata.normalize("NFC", t).strip())
    .filter(lambda t: t and re.match(r"[.!?:;,،؛؟]", t) is None and re.fullmatch(r"\s*\d{1,3}:.*", t) is None)
)
WORDS = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
HARD = [
    "<i>",
    "a --> b",
    "{\\an8}x",
    "</v>",
    "&amp;",
    "<00:01.000>",
    "-->",
    "NOTE",
    "<3",
    "5",
    "2026\n7",
    "{y:i}",
    "]]>",
    "%s\\N",
    "[b",
]


@st.composite
def _cues(draw: st.DrawFn) -> list[Cue]:
    cues = []
    at = 0
    for words in draw(st.lists(st.one_of(WORDS, st.sampled_from(HARD)), min_size=1, max_size=5)):
        start = at + draw(st.integers(0, 5_000_000))
        at = start + draw(st.integers(1, 10_000))
        cues.append(Cue(Fraction(start, 1000), Fraction(at, 1000), words, 0))
    return cues


def _back(folder: Path, cues: list[Cue], kind: str) -> tuple[Cue, ...]:
    write_captions(cues, folder / f"a.{kind}", "ltr", "fr")
    return tuple(replace(cue, line=0) for cue in read_captions(folder / f"a.{kind}", "fr").cues)


@QUICK
@given(cues=_cues(), kind=st.sampled_from(KINDS))
@example(cues=[Cue(Fraction(n), Fraction(n + 1), words, 0) for n, words in enumerate(HARD)], kind="srt")
@example(cues=[Cue(Fraction(n), Fraction(n + 1), words, 0) for n, words in enumerate(HARD)], kind="vtt")
def test_what_is_written_reads_back_the_same(tmp_path: Path, cues: list[Cue], kind: str) -> None:
    assert _back(tmp_path, cues, kind) == tuple(cues)


FULL = Cue(
    Fraction(1),
    Fraction(3),
    "Le <vent> & la mer\nsouffle",
    0,
    (("line", "0"),),
    "Ada & Bob",
    "first",
    ((0, Fraction(1)), (19, Fraction(2))),
    ((3, 9), (19, 26)),
)


@pytest.mark.parametrize(
    ("kind", "lost"),
    [
        ("vtt", {}),
        ("json", {}),
        ("ttml", {"identifier": "", "word_times": ()}),
        ("srt", {"identifier": "", "word_times": (), "speaker": ""}),
        ("sbv", {"identifier": "", "word_times": (), "speaker": "", "settings": (), "italics": ()}),
    ],
)
def test_each_kind_keeps_what_it_has_a_place_for(tmp_path: Path, kind: str, lost: dict[str, object]) -> None:
    assert _back(tmp_path, [FULL], kind) == (replace(FULL, **lost),)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("srt", "holds no speakers, word times; left out"),
        ("sbv", "holds no places on screen, speakers, word times, italics"),
    ],
)
def test_a_conversion_says_what_its_target_cannot_hold(tmp_path: Path, kind: str, said: str) -> None:
    write_captions([FULL], tmp_path / "a.vtt", "ltr")
    (sentence,) = convert(tmp_path / "a.vtt", tmp_path / f"b.{kind}", "fr")
    assert said in sentence
    assert read_captions(tmp_path / f"b.{kind}", "fr").cues[0].text == FULL.text


def test_a_conversion_to_a_kind_that_is_not_written_is_refused(tmp_path: Path) -> None:
    write_captions([FULL], tmp_path / "a.vtt", "ltr")
    with pytest.raises(InvalidInput, match=r"ends in '\.ass'; use one of \.vtt, "):
        convert(tmp_path / "a.vtt", tmp_path / "b.ass", "fr")


def test_a_conversion_sets_the_languages_direction(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nUN تعلن\n", "utf-8")
    convert(tmp_path / "a.srt", tmp_path / "b.vtt", "ar")
    convert(tmp_path / "a.srt", tmp_path / "b.ttml", "ar")
    assert "\n\u200fUN تعلن\n" in (tmp_path / "b.vtt").read_text("utf-8")
    root = ET.parse(tmp_path / "b.ttml").getroot()
    styling = "{http://www.w3.org/ns/ttml#styling}"
    regions = list(root.iter("{http://www.w3.org/ns/ttml}region"))
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
    assert [region.get(f"{styling}writingMode") for region in regions] == ["rltb", "rltb"]


@pytest.mark.parametrize("kind", ["vtt", "srt", "sbv"])
def test_no_cue_holds_an_arrow_or_a_blank_line(tmp_path: Path, kind: str) -> None:
    write_captions([Cue(Fraction(0), Fraction(1), "a\n\n \nb --> c\u2028d", 0)], tmp_path / f"a.{kind}", "ltr")
    text = (tmp_path / f"a.{kind}").read_text("utf-8")
    assert text.count("-->") == (kind != "sbv")
    assert len(re.split(r"\n\s*\n", text.strip())) == 1 + (kind == "vtt")


def test_another_reader_reads_the_webvtt_and_srt_that_are_written(tmp_path: Path) -> None:
    cues = [Cue(Fraction(n), Fraction(n + 1), f"ligne {n}\nété", 0) for n in range(3)]
    for kind, parse in (("vtt", webvtt.read), ("srt", webvtt.from_srt)):
        write_captions(cues, tmp_path / f"a.{kind}", "ltr")
        assert [caption.text for caption in parse(str(tmp_path / f"a.{kind}"))] == [cue.text for cue in cues]


def test_word_times_of_another_clock_are_not_written(tmp_path: Path) -> None:
    (cue,) = _back(tmp_path, [replace(FULL, start_s=Fraction(7), end_s=Fraction(9))], "vtt")
    assert cue.word_times == ()


def test_nothing_half_made_stays_where_writing_fails(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_captions([Cue(Fraction(0), Fraction(1), "\ud800", 0)], tmp_path / "a.srt", "ltr")
    assert [path.name for path in tmp_path.iterdir()] == ["a.srt"]
    assert (tmp_path / "a.srt").read_text() == "old"
    with pytest.raises(ValueError, match=r"a\.doc: no caption file ends in '\.doc'"):
        write_captions([], tmp_path / "a.doc", "ltr")


def _read(folder: Path, content: str | bytes, name: str, language: str = "fr") -> CaptionFile:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_captions(path, language)


@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_cues_are_read(tmp_path: Path, kind: str) -> None:
    cues = [Cue(Fraction(n), Fraction(n + 1), f"ligne {n}", 0) for n in range(10_000)]
    assert _back(tmp_path, cues, kind) == tuple(cues)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "x" * 1_000_000, r"a.vtt:4:1: has 1,000,000 characters"),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<i>x" * 2_001, r"a.vtt:4:1: has 2,001 characters"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\n" + "<" * 1_000_000, r"a.srt:3:1: has 1,000,000 characters"),
        ("a.sbv", "0:00:01.000,0:00:02.000\n" + "x" * 1_000_000, r"a.sbv:2:1: has 1,000,000 characters"),
        ("a.ttml", "<tt><p begin='1s' end='2s'>" + "x" * 1_000_000 + "</p></tt>", r"has too many characters"),
        ("a.ttml", "<tt>" * 100_000, r"nests more than 100 elements"),
        ("a.json", "[" + '{"a":' * 100_000, r"is not JSON"),
        ("a.csv", 'start,end,fr\n1,2,"' + "x" * 1_000_000, r"a.csv:2:1: is not CSV"),
        ("a.vtt", b"WEBVTT" + b"\n" * 5_000_000, r"is larger than 5,000,000 bytes"),
        ("a.vtt", "WEBVTT\n\n" + "-->\n" * 5_000, r"a.vtt:103: and 4,900 more mistakes"),
        (
            "a.vtt",
            "WEBVTT\n\n" + "".join(f"00:01.000 --> 00:02.000\n{n} {'x' * 500}\n\n" for n in range(9)),
            "more words than one",
        ),
    ],
)
def test_what_is_too_large_is_refused_with_its_size(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        _read(tmp_path, content, name)


def test_two_speakers_with_the_same_times_become_one_cue(tmp_path: Path) -> None:
    content = (
        "WEBVTT\n\n{t}\n<v Ada>- Où <i>vas</i>-tu ?\n\n{t}\n<v Bob>- <00:01.500><i>Là</i>.\n\n{t}\n<v Bob>- <i>Là</i>."
    )
    file = _read(tmp_path, content.format(t="00:01.000 --> 00:02.000"), "a.vtt")
    (cue,) = file.cues
    assert (cue.text, cue.speaker) == ("- Où vas-tu ?\n- Là.", "Ada, Bob")
    assert [cue.text[start:end] for start, end in cue.italics] == ["vas", "Là"]
    assert [cue.text[place:] for place, _ in cue.word_times] == ["Là."]
    assert [repair.split(":", 1)[1].split(":")[0] for repair in file.repairs] == ["6", "9"]
    assert "both are one cue now" in file.repairs[0] and "once more" in file.repairs[1]


def test_the_same_cue_twice_is_one(tmp_path: Path) -> None:
    file = _read(tmp_path, "WEBVTT\n\n" + "00:01.000 --> 00:02.000\na\n\n" * 2, "a.vtt")
    assert len(file.cues) == 1
    assert "is the cue above once more" in file.repairs[0]


SEEDS = [
    "WEBVTT\n\nSTYLE\n::cue{}\n\nx\n00:01.000 --> 00:02.000 line:0\n<v A>I <3 <i>you</i> &amp; <00:01.500>me\n",
    "1\n00:00:01,000 --> 00:00:02,000\n{\\an8}<font color=x>a\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n",
    "0:00:01.000,0:00:02.000\na[br]b\n",
    "[Events]\nFormat: Start, End, Name, Text\nDialogue: 0:00:01.00,0:00:02.00,Ada,{\\k50}a{\\p1}m{\\p0}\\Nb\n",
    '<tt><body><div><p begin="1s" end="2s">a<br/><span fontStyle="italic">b</span></p></div></body></tt>',
    '[{"start_s": 1, "end_s": 2, "text": "a", "italics": [[0, 1]], "word_times": [[0, 1]]}]',
    'start,end,fr\n1,2,"a"\n',
]
PIECES = st.sampled_from(
    [
        "-->",
        "\n\n",
        "\r",
        "<",
        ">",
        "</i>",
        "{\\an",
        "}",
        '"',
        "\0",
        "\x1b",
        "\ufffd",
        "&#0;",
        "&#27;",
        "]",
        "NOTE",
        "1",
        ":",
        "\u202e",
        "ﻼ",
        "ם",
        "\x85",
        "\udcff",
    ]
)


@st.composite
def _spoiled(draw: st.DrawFn) -> bytes:
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(PIECES) + text[place + draw(st.integers(0, 6)) :]
    return text.encode(
        draw(st.sampled_from(["utf-8", "utf-16", "utf-16-be", "cp1256"])),
        "replace" if "\udcff" not in text else "ignore",
    )


@QUICK
@given(
    content=st.one_of(_spoiled(), st.binary(max_size=60)),
    ending=st.sampled_from([*KINDS, "csv", "xlsx", "docx", "ass", "txt"]),
    language=st.sampled_from(["fr", "ar", "zh", "he", "hi", "xx"]),
)
def test_no_bytes_stop_a_reader_but_by_a_fault(tmp_path: Path, content: bytes, ending: str, language: str) -> None:
    try:
        file = _read(tmp_path, content, f"a.{ending}", language)
    except InvalidInput as refused:
        assert all(fault.message for fault in refused.faults)
    else:
        assert file.cues and all(cue.text and cue.start_s < cue.end_s for cue in file.cues)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.vtt", "WEBVTT\n\n{n}:00:01.000 --> {n}:00:02.000\na"),
        (
            "a.vtt",
            "WEBVTT\n\n00:01.000 --> 00:02.000\n<{n}:00:01.000>a\n\n00:02.000 --> 00:03.000 line:{n} size:{n}%\nb",
        ),
        ("a.srt", "{n}\n00:00:01,000 --> {n}:00:02,000\na\n\n{n}\n00:00:03,{n} --> 00:00:04,000\nb"),
        ("a.srt", "²\n00:00:01,000 --> 00:00:02,000\na\n³\n00:00:03,000 --> 00:00:04,000\n{{\\an{n}}}b"),
        ("a.sbv", "{n}:00:01.000,{n}:00:02.000\na"),
        ("a.ass", "Dialogue: 0,0:00:01.00,{n}:00:02.00,D,,0,0,0,,{{\\k{n}\\an{n}\\p{n}}}a"),
        ("b.ass", "Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,{{\\k{n}\\an{n}\\i{n}}}a"),
        ("a.ttml", "<tt frameRate='{n}'><p begin='{n}:00:01' end='{n}s'>a</p></tt>"),
        ("b.ttml", "<tt><p begin='{n}:00:01' end='{n}s'>a</p></tt>"),
        ("a.json", '[{{"start_s": {n}, "end_s": {n}.5, "text": "a", "italics": [[{n}, 1]]}}]'),
        ("a.csv", "start,end,fr\n{n},{n}:00:01.000,a"),
    ],
)
@pytest.mark.parametrize("figures", [13, 5_000])
def test_figures_without_end_stop_no_reader(tmp_path: Path, name: str, content: str, figures: int) -> None:
    try:
        _read(tmp_path, content.format(n="9" * figures), name)
    except InvalidInput as refused:
        assert all(len(fault.message) < 300 for fault in refused.faults)


@QUICK
@given(words=st.lists(st.text(st.sampled_from("ab<>&/; {}\\i3!-")), min_size=1, max_size=4).map("".join))
def test_no_letter_of_a_webvtt_cue_is_lost_in_silence(tmp_path: Path, words: str) -> None:
    content = f"WEBVTT\n\n00:01.000 --> 00:02.000\n{words}\n\n00:03.000 --> 00:04.000\nend\n"
    try:
        file = _read(tmp_path, content, "a.vtt")
    except InvalidInput:
        return
    shown = "".join(cue.text for cue in file.cues[:-1])
    lost = Counter(re.sub(r"</?[abi](\.[^<> .]*)*[ /]*>", "", words)) - Counter(shown)
    assert not (set(lost) & set("ab3!-")) or file.repairs
