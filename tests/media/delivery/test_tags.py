"""What a film and a still say of themselves once they go out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import av
import pytest
from PIL import Image, ImageChops

from portevoix.delivery.checks.any_file import Rules, file_checks
from portevoix.delivery.tags import Tags, read_tags, write_tags
from portevoix.delivery.track_language import code_of, three_letters
from portevoix.library import load_library
from portevoix.render.measure import measure

TAGS = Tags("المناخ <يتغير> & « climat »", "Ministère de la Parole", "© Aster, CC BY 3.0", "ar")


def packets(film: Path) -> list[tuple[int, int, int, int, bytes]]:
    with av.open(str(film), format="mp4") as opened:
        return sorted((p.stream.index, p.dts, p.pts, p.duration, bytes(p)) for p in opened.demux() if p.size)


@pytest.fixture
def film(clip: Callable[..., Path]) -> Path:
    return clip("a.mp4", "testsrc=s=160x90", seconds=2, options=("-use_editlist", "0", "-movflags", "+faststart"))


def test_a_film_says_what_it_is_and_every_packet_of_it_is_as_it_was(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "tagged.mp4"
    write_tags(film, target, TAGS)
    assert read_tags(target) == TAGS and read_tags(film) == Tags()
    assert packets(target) == packets(film)
    before, after = measure(film), measure(target)
    assert after.moov_first and not after.edit_list and (after.frames, after.fps) == (before.frames, before.fps)
    assert b"edts" not in target.read_bytes() and target.stat().st_size - film.stat().st_size < 400
    with av.open(str(target)) as opened:
        assert [stream.metadata["language"] for stream in opened.streams] == ["ara", "ara"]
    rules = Rules([], load_library().languages, date(2026, 11, 29))
    said = {one.rule: one.measured for one in file_checks(target, rules)}
    assert (said["title in the file"], said["language in the file"]) == (TAGS.title, "ar")


def test_a_still_says_what_it_is_and_no_pixel_of_it_has_changed(tmp_path: Path) -> None:
    still, target = tmp_path / "a.jpg", tmp_path / "tagged.jpg"
    Image.effect_noise((64, 64), 90).convert("RGB").save(still, quality=80)
    write_tags(still, target, TAGS)
    assert read_tags(target) == TAGS and read_tags(still) == Tags()
    with Image.open(still) as before, Image.open(target) as after:
        assert ImageChops.difference(before, after).getbbox() is None
        assert after.info["xmp"].startswith(b"<?xpacket") and after.info["jfif"] == before.info["jfif"]


def test_a_language_has_its_letters_and_what_has_none_is_undetermined() -> None:
    for code in load_library().languages:
        assert code_of(three_letters(code)) == code.partition("-")[0], f"give {code} its letters of ISO 639-2"
    found = {one: three_letters(one) for one in ("zh-Hant", "ckb", "", "x-klingon")}
    assert found == {"zh-Hant": "zho", "ckb": "ckb", "": "und", "x-klingon": "und"}
    assert code_of("und") == "" and code_of("ckb") == "ckb"


def test_metadata_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    broken = tmp_path / "a.jpg"
    Image.new("RGB", (8, 8)).save(broken, xmp=b"<x:xmpmeta><unclosed")
    assert read_tags(broken) == Tags()
    (tmp_path / "b.mp4").write_bytes(b"no film")
    assert read_tags(tmp_path / "b.mp4") == Tags()
