"""Cuts of editors' programs, from the adapters' own tests: each clip on the frames that its file says."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from portevoix import ffmpeg
from portevoix.delivery.read_cut import ReadCut, read_cut
from portevoix.errors import InvalidInput

SAMPLES = Path(__file__).parents[1] / "timelines"
# By hand, from the time codes of the files: hh:mm:ss:ff less the films' 01:00:00:00, in frames. A dissolve is a cut at
# its first frame; a frozen or sped clip is as long as in the cut.
CUTS = {
    ("avid_example.edl", 24): [("take_1.mov", 101, 132), ("take_2.mov", 157, 207)],
    ("dissolve_test_4.edl", 24): [
        ("ABC0000.mov", 162, 192),
        ("ABC0010.mov", 159, 210),
        ("ABC0020.mov", 166, 247),
        ("ABC0030.mov", 154, 238),
        ("ABC0040.mov", 206, 302),
        ("ABC0050.mov", 294, 429),
    ],
    ("speed_effects_small.edl", 24): [
        ("Z677_4C.mov", 45, 171),
        ("Z682_156.mov", 261, 278),
        ("Z682_157.mov", 260, 261),
        ("Z682_157.mov", 260, 278),
        ("Z686_5A.mov", 144, 180),
    ],
    ("25fps.edl", 25): [("SC00.mov", 0, 161), ("SC00.mov", 0, 200), ("SC00.mov", 0, 86), ("SC00.mov", 0, 49)],
    ("premiere_example.xml", 15): [("sc01_sh010_anim.mov", 0, 50)],
    ("simple_cut.otio", 24): [
        ("titles.mov", 3, 6),
        ("wind-up.mov", 2, 8),
        ("punchline.mov", 0, 4),
        ("credits.mov", 0, 6),
    ],
}
SAID = {
    "dissolve_test_4.edl": [
        "a transition of the first track is left out (after clip 2)",
        "a transition of the first track is left out (after clip 3)",
    ],
    "speed_effects_small.edl": [
        "a gap of the first track is left out (after clip 1)",
        "Z682_156 (LAY3): its freeze frame is left out",
        "a gap of the first track is left out (after clip 4)",
        "Z686_5A (LAY2) (47.56 FPS): its speed of 198% is left out",
    ],
    "premiere_example.xml": [
        "track 2 is left out: a job has one row of clips",
        "track 3 is left out: a job has one row of clips",
        "track 4 is left out: a job has one row of clips",
        "a gap of the first track is left out (before clip 1)",
        "the sound of sc01_placeholder.wav is left out: name it under `music` or `voice_over`",
        "the sound of track_08.wav is left out: name it under `music` or `voice_over`",
        "the sound of sc01_master_layerA_sh030_temp.mov is left out: name it under `music` or `voice_over`",
    ],
}


def film(folder: Path, fps: str, time_code: str) -> bytes:
    """A film of one picture, whose time code begins as a camera's does."""
    picture = ["-f", "lavfi", "-i", f"color=s=64x64:r={fps}", "-frames:v", "1", "-pix_fmt", "yuv420p"]
    ffmpeg.run([*picture, "-timecode", time_code, "film.mov"], folder, 60)
    return (folder / "film.mov").read_bytes()


def clips_of(cut: ReadCut, fps: Fraction) -> list[tuple[str, Fraction, Fraction]]:
    return [(clip.file, clip.start_s * fps, clip.end_s * fps) for clip in cut.clips]


@pytest.mark.parametrize(("name", "fps"), CUTS)
def test_an_editors_cut_comes_back_on_its_frames_and_what_is_left_out_is_said(
    tmp_path: Path, name: str, fps: int
) -> None:
    camera, media = film(tmp_path, str(fps), "01:00:00:00"), tmp_path / "media"
    media.mkdir()
    for file, _, _ in CUTS[name, fps]:
        (media / file).write_bytes(camera)
    found = read_cut(SAMPLES / name, Fraction(fps), media)
    assert clips_of(found, Fraction(fps)) == CUTS[name, fps]
    assert list(found.notes) == SAID.get(name, [])


def test_a_list_read_at_another_rate_than_its_own_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="rate mismatch"):
        read_cut(SAMPLES / "25fps.edl", Fraction(24), tmp_path)


DROPPED = """TITLE: a list that drops frames
FCM: DROP FRAME
001  TST V     C        00:00:59;28 00:01:00;04 00:00:00;00 00:00:00;04
* FROM CLIP NAME:  film
002  TST V     C        00:01:00:04 00:10:00:00 00:00:00:04 00:09:00:02
* FROM CLIP NAME:  film
"""


def test_time_codes_that_drop_frames_are_counted_so_however_they_are_written(tmp_path: Path) -> None:
    """SMPTE ST 12-1: each minute but every tenth has no codes 00 and 01; 10 minutes have 17982 frames."""
    (tmp_path / "cut.edl").write_text(DROPPED)
    (tmp_path / "film.mov").write_bytes(film(tmp_path, "30000/1001", "00:00:10;00"))
    rate = Fraction(30000, 1001)
    ten_s = 300
    expected = [("film.mov", 1798 - ten_s, 1802 - ten_s), ("film.mov", 1802 - ten_s, 17982 - ten_s)]
    assert clips_of(read_cut(tmp_path / "cut.edl", rate, tmp_path), rate) == expected


def test_a_list_that_drops_frames_is_refused_at_a_rate_that_drops_none(tmp_path: Path) -> None:
    (tmp_path / "cut.edl").write_text(DROPPED)
    with pytest.raises(InvalidInput, match=r"drops frames .* 29\.97 and 59\.94"):
        read_cut(tmp_path / "cut.edl", Fraction(25), tmp_path)


def test_a_clip_that_begins_before_its_films_time_code_is_counted_from_the_first_frame(tmp_path: Path) -> None:
    (tmp_path / "cut.edl").write_text("001  TST V     C        00:00:02:00 00:00:03:00 00:00:00:00 00:00:01:00\n")
    (tmp_path / "TST.mov").write_bytes(film(tmp_path, "25", "01:00:00:00"))
    assert clips_of(read_cut(tmp_path / "cut.edl", Fraction(25), tmp_path), Fraction(25)) == [("TST.mov", 50, 75)]


def test_what_is_switched_off_is_left_out_and_said(tmp_path: Path) -> None:
    text = (SAMPLES / "simple_cut.otio").read_text()
    off = text.replace('"enabled": true,', '"enabled": false,', 1)
    assert off != text
    (tmp_path / "cut.otio").write_text(off)
    for name in ("wind-up.mov", "punchline.mov", "credits.mov"):
        (tmp_path / name).write_bytes(b"")
    found = read_cut(tmp_path / "cut.otio", Fraction(24), tmp_path)
    assert [clip.file for clip in found.clips] == ["wind-up.mov", "punchline.mov", "credits.mov"]
    assert found.notes == ("Clip-001, which is switched off, is left out (before clip 1)",)


def test_a_clip_of_a_missing_film_that_names_no_part_of_it_is_left_out_and_said(tmp_path: Path) -> None:
    cut = json.loads((SAMPLES / "simple_cut.otio").read_text())
    clip = cut["tracks"]["children"][0]["children"][0]
    clip["source_range"] = None
    clip["media_reference"] = {"OTIO_SCHEMA": "MissingReference.1"}
    (tmp_path / "cut.otio").write_text(json.dumps(cut))
    for name in ("wind-up.mov", "punchline.mov", "credits.mov"):
        (tmp_path / name).write_bytes(b"")
    found = read_cut(tmp_path / "cut.otio", Fraction(24), tmp_path)
    assert found.notes == ("Clip-001, whose part of its film the file does not say, is left out (before clip 1)",)


def test_a_clip_that_premiere_has_switched_off_is_left_out_too(tmp_path: Path) -> None:
    text = (SAMPLES / "premiere_example.xml").read_text()
    (tmp_path / "cut.xml").write_text(text.replace("<enabled>TRUE", "<enabled>FALSE", 1))
    with pytest.raises(InvalidInput, match="has no clip"):
        read_cut(tmp_path / "cut.xml", Fraction(30), tmp_path)


ENDS_ITS_READER = [b'{"a": {"b": {}, "b": {"OTIO_SCHEMA": "x.1", "c": 0}', b"[" * 100_000]


@pytest.mark.parametrize(
    "content", [b"0", b"true", b"null", b'"film"', b"[]", b'{"clips": []}', b'["\xff"]', *ENDS_ITS_READER]
)
def test_a_file_that_holds_no_timeline_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cut.otio").write_bytes(content)
    with pytest.raises(InvalidInput, match="cut"):
        read_cut(tmp_path / "cut.otio", Fraction(25), tmp_path)
