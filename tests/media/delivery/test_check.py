"""`portevoix check`: files made elsewhere, each with something that a platform would refuse or a viewer would see."""

from __future__ import annotations

import json
import struct
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from portevoix import ffmpeg
from portevoix.authoring.placement import Placement, RuleSource, StillRules
from portevoix.cli.commands import app
from portevoix.delivery.checks.any_file import Rules, file_checks
from portevoix.delivery.checks.stretches import FLASHING, RED_FLASHING
from portevoix.delivery.checks.verdict import Check
from portevoix.library import Library
from portevoix.sources.probe import UnusableSource

TODAY = date(2026, 11, 23)
FAST = ("-movflags", "+faststart")
SRT = "1\n00:00:00,500 --> 00:00:0{end},000\nBonjour.\n"


@pytest.fixture
def checked(library: Library) -> Callable[..., dict[str, Check]]:
    def check(path: Path, placement: str = "youtube", film: Path | None = None) -> dict[str, Check]:
        rules = Rules([library.placements[placement]], library.languages, TODAY)
        return {one.rule.removeprefix(f"{placement}: "): one for one in file_checks(path, rules, film)}

    return check


def test_a_film_that_was_cut_short_is_blocked(clip, checked) -> None:
    path = clip("a.mp4", "testsrc2=s=320x180", seconds=4, options=FAST)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found = checked(path)["decoded to its end"]
    assert (found.verdict, found.measured) == ("fail", "cut short")


@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_a_matroska_film_that_was_cut_short_is_blocked(clip, checked, kept: float) -> None:
    path = clip("a.mkv", "testsrc2=s=320x180", seconds=4)
    assert checked(path)["decoded to its end"].verdict == "pass"
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    found = checked(path)["decoded to its end"]
    assert (found.verdict, found.measured) == ("fail", "cut short")


def test_a_film_that_states_a_length_which_no_track_reaches_is_blocked(clip, checked, tmp_path: Path) -> None:
    """Its last packets were taken out, and its sizes mended: what is left is decoded without a fault."""
    content = clip("a.mp4", "testsrc2=s=320x180", seconds=4, options=FAST).read_bytes()
    data, kept = content.index(b"mdat") - 4, len(content) // 2
    mended = content[:data] + struct.pack(">I", kept - data) + content[data + 4 : kept]
    (tmp_path / "mended.mp4").write_bytes(mended)
    found = checked(tmp_path / "mended.mp4")["decoded to its end"]
    assert (found.verdict, found.measured) == ("fail", "cut short")


def test_a_film_whose_index_was_cut_off_is_refused_in_a_sentence(clip, checked) -> None:
    path = clip("a.mp4", "testsrc2=s=320x180", seconds=4)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(UnusableSource, match="is cut short"):
        checked(path)


def test_black_frozen_and_silent_stretches_are_named_with_their_seconds(clip, checked) -> None:
    black = "geq=lum='if(lt(T,2.5),16,128+32*sin(T*9)*lt(T,4))':cb=128:cr=128"
    sound = "aevalsrc=exprs='0.4*sin(3000*t)*lt(t,3)'"
    path = clip("a.mp4", "testsrc2=s=160x90", seconds=12, sound=sound, filters=black, options=FAST)
    found = checked(path)
    assert found["first picture is not black"].verdict == "warn"
    assert found["black stretches"].measured.startswith("0.00 to 2.")
    assert found["frozen stretches"].measured.startswith("4.")
    assert found["silent stretches"].measured.startswith("3.")
    assert all(one.remedy for one in found.values() if one.verdict != "pass")


def test_red_flashes_are_named_where_their_brightness_alone_would_pass(clip, checked) -> None:
    lit = "if(lt(mod(T*8,1),0.5),{},70)"
    red = f"geq=r='{lit.format(130)}':g='{lit.format(0)}':b='{lit.format(0)}'"
    path = clip("a.mp4", "color=gray:s=160x90", seconds=2, filters=red, options=FAST)
    found = checked(path)
    assert found[FLASHING].verdict == "pass"
    assert found[RED_FLASHING].verdict == "warn" and found[RED_FLASHING].measured.startswith("0.")


def test_a_loud_film_is_warned_of(clip, checked) -> None:
    path = clip("a.mp4", "testsrc2=s=160x90", sound="aevalsrc=exprs='0.99*sin(3000*t)'", options=FAST)
    found = checked(path)
    assert found["true peak"].verdict == "warn" and float(found["loudness"].measured.split()[0]) > -12


def test_a_film_that_lies_on_its_side_by_its_metadata_is_named(clip, checked, tmp_path: Path) -> None:
    upright, turned = clip("a.mp4", "testsrc2=s=160x90"), tmp_path / "turned.mp4"
    command = [ffmpeg.executable(), "-v", "error", "-display_rotation:v:0", "90", "-i", str(upright), "-c", "copy"]
    subprocess.run([*command, str(turned)], check=True)
    assert checked(upright)["rotation"].verdict == "pass"
    assert (checked(turned)["rotation"].verdict, checked(turned)["rotation"].measured) == ("warn", "90°")


def test_another_kind_of_file_than_a_placement_takes_is_blocked(clip, checked, tmp_path: Path) -> None:
    film = clip("a.mp4", "testsrc2=s=160x90")
    assert checked(film, "linkedin_image")["kind of file"].verdict == "fail"
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + b"<< /Type /Pages >> " + b"<< /Type /Page >> " * 301)
    assert checked(tmp_path / "a.pdf", "x")["kind of file"].measured == "a PDF"
    assert checked(tmp_path / "a.pdf", "linkedin_document")["pages"].measured == "301"


def test_a_still_is_held_against_size_shape_and_format(checked, tmp_path: Path) -> None:
    Image.new("RGB", (1080, 1080), "teal").save(tmp_path / "good.jpg")
    assert {one.verdict for one in checked(tmp_path / "good.jpg", "instagram_feed").values()} == {"pass"}
    Image.new("RGB", (1500, 400), "teal").save(tmp_path / "bad.png")
    found = checked(tmp_path / "bad.png", "instagram_feed")
    assert (found["format"].verdict, found["aspect"].verdict, found["width"].verdict) == ("fail", "fail", "warn")
    assert found["aspect"].measured == "1500x400"


def test_a_poster_is_held_against_the_rules_for_covers_and_not_for_posts(library: Library, tmp_path: Path) -> None:
    """A post's picture is at most as high as 4:5; the cover of a film has the film's own shape."""
    Image.new("RGB", (1080, 1920), "teal").save(tmp_path / "poster.jpg")
    words = ["check", str(tmp_path / "poster.jpg"), "--placement", "instagram_feed"]
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 1 and "instagram_feed: aspect" in ended.stdout
    assert CliRunner().invoke(app, [*words, "--cover"]).exit_code == 0
    Image.effect_noise((4000, 4000), 200).convert("RGB").save(tmp_path / "heavy.jpg", quality=95)
    heavy = ["check", str(tmp_path / "heavy.jpg"), "--placement", "instagram_feed", "--cover", "--json"]
    found = {one["rule"]: one["verdict"] for one in json.loads(CliRunner().invoke(app, heavy).stdout)}
    assert found["instagram_feed: bytes"] == "fail"


@pytest.mark.parametrize(
    ("name", "end", "placement", "rule"),
    [
        ("film.fr_FR.srt", 9, "facebook_feed", "last cue (s)"),
        ("film.french.srt", 2, "facebook_feed", "caption name"),
        ("film.fr_FR.vtt", 2, "facebook_feed", "caption format"),
        ("film.srt", 2, "instagram_reel", "caption file"),
    ],
)
def test_a_caption_file_is_held_against_name_format_and_film(
    name: str, end: int, placement: str, rule: str, clip, checked, tmp_path: Path
) -> None:
    film = clip("a.mp4", "testsrc2=s=160x90", seconds=4)
    path = tmp_path / name
    path.write_text(
        SRT.format(end=end) if path.suffix == ".srt" else "WEBVTT\n\n00:00.500 --> 00:02.000\nUn\n", "utf-8"
    )
    found = checked(path, placement, film)
    assert found[rule].verdict == "fail" and found[rule].remedy
    good = tmp_path / "good.fr_FR.srt"
    good.write_text(SRT.format(end=2), "utf-8")
    assert {one.verdict for one in checked(good, "facebook_feed", film).values()} == {"pass"}


FRENCH = "Une tempête touche la côte et le consulat est fermé. Restez à l’abri dans les maisons."
ENGLISH = "A storm is on the coast and the consulate is closed. Stay in your houses and look for the news of the day."


@pytest.mark.parametrize(
    ("name", "text", "against"),
    [
        ("film.fr_FR.srt", FRENCH, ""),
        ("film.fr_FR.srt", ENGLISH, "small words of en"),
        ("film.en_US.srt", FRENCH, "small words of fr"),
        ("film.fr_FR.srt", "عاصفة تضرب الساحل والقنصلية مغلقة اليوم", "letters are of another script"),
        ("film.ar_AR.srt", FRENCH, "letters are of another script"),
        ("film.ar_AR.srt", "عاصفة تضرب الساحل والقنصلية مغلقة اليوم", ""),
        ("film.fr_FR.srt", "Kyiv, Lviv", ""),
    ],
)
def test_captions_in_another_language_than_their_name_says_are_blocked(
    name: str, text: str, against: str, checked, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(f"1\n00:00:00,500 --> 00:00:08,000\n{text}\n", "utf-8")
    found = checked(path, "facebook_feed")["caption language"]
    assert found.verdict == ("fail" if against else "pass") and against in found.measured


def test_mono_and_another_rate_of_the_sound_are_named_with_their_values(clip, checked) -> None:
    mono = clip("a.mp4", "testsrc2=s=540x960", seconds=4, options=("-ac", "1", *FAST))
    found = checked(mono, "facebook_reel")
    assert (found["sound channels"].verdict, found["sound channels"].measured) == ("fail", "1")
    other = clip("b.mp4", "testsrc2=s=540x960", seconds=4, options=("-ar", "44100", *FAST))
    found = checked(other, "facebook_reel")
    assert (found["sound rate (Hz)"].verdict, found["sound rate (Hz)"].measured) == ("fail", "44100")
    assert "44100 Hz" in found["sound"].measured


def test_a_story_of_61_seconds_and_one_of_101_megabytes_are_blocked(clip, checked) -> None:
    long = clip("a.mp4", "color=teal:s=144x256:r=23", seconds=61, options=FAST)
    assert (checked(long, "instagram_story")["duration (s)"].measured) == "61"
    large = clip("b.mp4", "testsrc2=s=144x256", seconds=4, options=FAST)
    with large.open("r+b") as file:
        size = file.seek(0, 2)
        file.write(struct.pack(">I4sQ", 1, b"free", 101_000_000 - size))
        file.truncate(101_000_000)
    found = checked(large, "instagram_story")["bytes"]
    assert (found.verdict, found.measured) == ("fail", "101000000")


def test_rules_that_were_read_long_ago_are_warned_of(library: Library, tmp_path: Path) -> None:
    Image.new("RGB", (100, 100)).save(tmp_path / "a.jpg")
    old = RuleSource(title="A page", read_on=date(2025, 1, 1), confidence="official")
    values = {"name": "wall", "platform": "wall", "read_on": TODAY, "formats": ("wide",), "captions": "burned"}
    wall = Placement(**values, sources=(old,), still=StillRules(formats=("jpeg",), max_bytes=10_000))
    found = [one for one in file_checks(tmp_path / "a.jpg", Rules([wall], {}, TODAY)) if one.verdict != "pass"]
    assert [(one.rule, one.verdict, one.measured, one.read_on) for one in found] == [
        ("wall: age of its rules", "warn", "691 days", "2025-01-01")
    ]
    fresh = wall.model_copy(update={"sources": (old.model_copy(update={"read_on": date(2026, 1, 1)}),)})
    assert fresh.old_sources(TODAY) == []


def test_the_command_says_all_of_it_as_json_and_ends_with_a_code(clip) -> None:
    path = clip("a.mp4", "testsrc2=s=160x90", seconds=2)
    names = ["--placement", "instagram_story", "--placement", "x"]
    ended = CliRunner().invoke(app, ["check", str(path), *names, "--json"])
    found = {one["rule"]: one for one in json.loads(ended.stdout)}
    assert ended.exit_code == 1
    short = [one for one in json.loads(ended.stdout) if one["rule"] == "instagram_story: duration (s)"]
    assert [one["verdict"] for one in short] == ["fail", "pass"]
    assert short[0]["remedy"] and short[0]["read_on"] == "2026-10-08"
    assert found["x: bytes"]["verdict"] == "pass"


def test_high_dynamic_range_and_missing_sound_are_named(clip, checked) -> None:
    tags = ("-color_primaries", "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc", "-color_range", "tv")
    path = clip("a.mp4", "testsrc2=s=160x90", sound=None, options=tags, filters="setparams=color_trc=arib-std-b67")
    found = checked(path)
    assert "HLG" in found["colour"].measured and found["sound"].measured == "none"
