"""Films with every property of time that a container can give them: right to the frame and to the click, or named."""

from __future__ import annotations

import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import pytest

from portevoix import ffmpeg
from portevoix.library import ROOT
from portevoix.order import footage
from portevoix.render.measure import measure
from portevoix.sources import damage
from portevoix.sources.damage import Damage, damage_in
from portevoix.sources.probe import Tracks, UnusableSource, probe

sys.path.insert(0, str(ROOT / "benchmarks"))
import film_making
import films
from film_making import Recipe

SEED = 7


def _ffmpeg(*arguments: object) -> None:
    subprocess.run([ffmpeg.executable(), "-v", "error", "-y", *map(str, arguments)], check=True)


def _damage(film: Path) -> Damage:
    source = probe(film)
    return damage_in(source, Fraction(0), source.duration_s, True)


@pytest.mark.parametrize("change", film_making.CHANGES)
@pytest.mark.parametrize("kind", ["h264-bframes.mp4", "h264.mkv", "h264.ts", "mpeg4.avi"])
def test_every_picture_and_click_of_a_film_comes_out_at_its_place(kind: str, change: str, tmp_path: Path) -> None:
    result = films.try_film(Recipe(kind, change, True, 25, 2.0, 0.7), tmp_path)
    assert (result.faults, result.refused) == ((), "")


def test_a_last_picture_is_shown_that_stands_for_less_than_half_a_frame_of_the_average_rate(tmp_path: Path) -> None:
    result = films.try_film(Recipe("h264.mp4", "cut at both ends", True, 25, 2.0, 0.8, picture="gap"), tmp_path)
    assert (result.faults, result.refused) == ((), "")


def test_films_by_chance_come_out_right(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    for number in range(8):
        (folder := tmp_path / str(number)).mkdir()
        recipe = film_making.choose(chance)
        result = films.try_film(recipe, folder)
        assert (result.faults, result.refused) == ((), ""), f"film {number} of seed {SEED}: {recipe}"


@pytest.mark.parametrize("kind", ["h264.mp4", "h264.ts", "mpeg2.ts"])
def test_damage_is_named_and_made_only_with_its_authors_word(kind: str, tmp_path: Path) -> None:
    film = film_making.make(Recipe(kind, "none", True, 25, 3.0, 1.0), tmp_path)
    damaged = film_making.damage(film, "flipped bits", random.Random(SEED))
    source, whole = probe(damaged), probe(film)
    assert not damage_in(whole, Fraction(0), whole.duration_s, True)
    found = damage_in(source, Fraction(0), source.duration_s, True)
    assert found.pictures_s, "some of twenty flipped bits is seen"
    assert not damage_in(source, Fraction(0), Fraction(1, 5), True), "the damage lies later"
    made, result = films.put_through(damaged, tmp_path)
    assert made is None
    assert f"{damaged.name} has {found};" in result.refused
    assert "damaged: accept" in result.refused
    made, result = films.put_through(damaged, tmp_path, ", damaged: accept")
    assert made is not None


def test_pictures_before_the_first_key_picture_are_damaged(tmp_path: Path) -> None:
    whole = film_making.make(Recipe("theora.ogv", "none", True, 25, 2.0, 1.0), tmp_path)
    begun = tmp_path / "begun.ogv"
    _ffmpeg("-i", whole, "-map", "0:v", "-c", "copy", "-bsf:v", "noise=drop=lt(n\\,5)", begun)
    assert not _damage(whole) and len(_damage(begun).pictures_s) == 7, "a key picture comes every 12"


def test_a_bit_in_a_vp9_picture_is_seen(tmp_path: Path) -> None:
    film = film_making.make(Recipe("vp9.webm", "none", False, 25, 3.0, 1.0), tmp_path)
    assert not _damage(film)
    content = bytearray(film.read_bytes())
    content[len(content) // 2] ^= 1
    damaged = film.with_name("damaged.webm")
    damaged.write_bytes(content)
    assert _damage(damaged).pictures_s, "ffmpeg's own decoder shows what comes of it"


@pytest.mark.parametrize("how", ["cut out", "dropped", "doubled"])
def test_a_piece_that_an_avi_lost_or_has_twice_is_seen(how: str, tmp_path: Path) -> None:
    film = film_making.make(Recipe("mpeg4.avi", "none", True, 30, 2.0, 1.0), tmp_path)
    assert not _damage(film)
    assert _damage(film_making.damage(film, how, random.Random(SEED)))


def test_what_a_stream_has_twice_and_what_lacks_at_its_end_is_seen() -> None:
    seconds = [Fraction(n, 25) for n in range(20)]
    assert damage._doubled([*seconds, seconds[7], *seconds[8:]]) == []
    assert damage._doubled(sorted([*seconds, seconds[7]])) == [seconds[7]]
    assert damage._gaps([*seconds[:10], *seconds[19:]], damage.MOST_GAPS) == [seconds[9]], "nine pictures"
    assert damage._gaps([*seconds[:17], *seconds[18:]], damage.MOST_GAPS) == [], "one that would be decoded later"


def test_a_title_in_an_old_encoding_keeps_no_film_from_being_read(tmp_path: Path) -> None:
    film = film_making.make(Recipe("mjpeg.avi", "none", False, 25, 2.0, 1.0), tmp_path)
    titled = tmp_path / "titled.avi"
    _ffmpeg("-i", film, "-c", "copy", "-metadata", "title=Ete@Ete", titled)
    titled.write_bytes(titled.read_bytes().replace(b"Ete@Ete", b"\xe9t\xe9@\xe9t\xe9"))
    assert b"\xe9t\xe9@" in titled.read_bytes()
    assert probe(titled).frame_count == 50


def test_a_size_that_changes_soon_after_a_key_frame_is_seen(tmp_path: Path) -> None:
    film = film_making.make(Recipe("h264.mkv", "cut", True, 30, 2.0, 0.32, "grows"), tmp_path)
    assert probe(film).time.sizes == ((320, 192), (640, 384))


def test_a_sound_that_begins_with_half_a_packet_is_heard(tmp_path: Path) -> None:
    film = film_making.make(Recipe("mpeg2.mpg", "cut", True, 25, 3.0, 0.87), tmp_path)
    made, result = films.put_through(film, tmp_path)
    assert made, result
    assert films.compare(film, made) == ()


def test_a_transparent_sting_that_cannot_be_shown_as_it_is_is_refused_by_name(tmp_path: Path) -> None:
    sting = tmp_path / "in.mov"
    seen = ("-f", "lavfi", "-i", "testsrc2=s=320x192:r=25:d=1,format=yuva444p10le")
    _ffmpeg(
        *seen, "-f", "lavfi", "-i", "sine=d=2", "-c:v", "prores_ks", "-profile:v", "4444", "-c:a", "pcm_s16le", sting
    )
    with pytest.raises(UnusableSource, match=r"is transparent and has sound 1\.00 s after the last picture"):
        footage.whole_sting(sting)


def test_the_sound_of_a_finished_file_ends_with_its_pictures(tmp_path: Path) -> None:
    film = film_making.make(Recipe("h264.mp4", "none", True, 25, 3.0, 1.0), tmp_path)
    made, _ = films.put_through(film, tmp_path)
    assert made
    measured = measure(made)
    assert (measured.duration_s, measured.sound_s, measured.decoded) == (3, 3, True)
    with av.open(str(made)) as container:
        assert container.duration == 3 * av.time_base


def test_a_last_picture_that_stands_is_part_of_the_film(tmp_path: Path) -> None:
    film = film_making.make(Recipe("prores.mov", "none", False, 25, 2.0, 1.0), tmp_path)
    stands = tmp_path / "stands.mov"
    _ffmpeg("-i", film, "-c", "copy", "-bsf:v", "setts=duration=if(eq(N\\,49)\\,3/TB\\,DURATION)", stands)
    source = probe(stands)
    assert float(source.duration_s) == pytest.approx(1.96 + 3, abs=0.05)
    assert "a last picture that stands for 3.00 s" in source.why_conform
    made, _ = films.put_through(stands, tmp_path)
    assert made
    shown = [number for _, number in films.read(made).pictures]
    assert shown == [*range(50), *[49] * (len(shown) - 50)]
    assert len(shown) == round(source.duration_s * 25)


def test_pictures_of_several_sizes_stand_in_one_frame_each_whole(tmp_path: Path) -> None:
    for number, size in enumerate(("320x192", "640x384")):
        encoded = ("-c:v", "libvpx", "-deadline", "realtime", "-b:v", "2M", "-auto-alt-ref", "0")
        given = ("-f", "rawvideo", "-pix_fmt", "gray", "-s", "320x192", "-r", 25, "-i", "-")
        pictures = b"".join(film_making.numbered(n).tobytes() for n in range(number * 25, number * 25 + 25))
        command = [ffmpeg.executable(), "-v", "error", *given, "-s", size, *encoded, tmp_path / f"{number}.webm"]
        subprocess.run([str(word) for word in command], input=pictures, check=True)
    (tmp_path / "list").write_text("file 0.webm\nfile 1.webm\n", "utf-8")
    film = tmp_path / "film.webm"
    _ffmpeg("-f", "concat", "-i", tmp_path / "list", "-c", "copy", film)
    assert "a size that changes: 320x192, then 640x384" in probe(film).why_conform
    made, _ = films.put_through(film, tmp_path)
    assert made
    assert [number for _, number in films.read(made).pictures] == list(range(50))


def test_two_streams_that_were_joined_are_refused_by_name(tmp_path: Path) -> None:
    film = film_making.make(Recipe("h264.ts", "none", True, 25, 3.0, 1.0), tmp_path)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(film.read_bytes() * 2)
    with pytest.raises(UnusableSource, match="is two recordings joined: its clock jumps from 2"):
        probe(joined)


def test_the_sound_that_is_flagged_or_named_is_heard(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    inputs = [word for hz in (300, 600) for word in ("-f", "lavfi", "-i", f"sine=f={hz}:d=2")]
    maps = ["-map", 0, "-map", 1, "-map", 2, "-disposition:a:0", 0, "-disposition:a:1", "default"]
    _ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x192:d=2", *inputs, *maps, "-c:v", "libx264", "-c:a", "aac", film)
    assert (probe(film).sound_track, probe(film).sound_tracks) == (1, ("aac", "aac"))
    assert probe(film, Tracks(None, 1)).sound_track == 0
    with pytest.raises(UnusableSource, match="has no sound track 3; it has 2"):
        probe(film, Tracks(None, 3))
    made, result = films.put_through(film, tmp_path, ", sound_track: 3")
    assert (made, result.refused) == (None, "film.mkv has no sound track 3; it has 2")


@pytest.mark.parametrize("codec", ["dvvideo", "cfhd", "v210", "qtrle", "jpeg2000", "mpeg1video", "dnxhd"])
def test_what_cameras_and_editors_write_is_read(codec: str, tmp_path: Path) -> None:
    size = {"dvvideo": "720x576", "dnxhd": "1280x720"}.get(codec, "320x192")
    pixels = {"cfhd": "yuv422p10le", "v210": "yuv422p10le", "qtrle": "rgb24", "dnxhd": "yuv422p"}.get(codec, "yuv420p")
    film = tmp_path / ("film.mpg" if codec == "mpeg1video" else "film.mov")
    options = ("-b:v", "60M") if codec == "dnxhd" else ()
    _ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={size}:r=25:d=1", "-pix_fmt", pixels, "-c:v", codec, *options, film)
    made, result = films.put_through(film, tmp_path)
    assert made, result


def test_a_codec_that_no_render_reads_is_refused_at_acceptance(tmp_path: Path) -> None:
    film = tmp_path / "film.avi"
    _ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x192:d=1", "-c:v", "zmbv", film)
    with pytest.raises(UnusableSource, match="has its picture as zmbv, which is not read here"):
        probe(film)
