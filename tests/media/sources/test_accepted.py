"""One list of what is read, for ffmpeg and PyAV alike."""

from __future__ import annotations

import subprocess
from pathlib import Path

import av
import pytest

from portevoix import ffmpeg
from portevoix.accepted import DEMUXERS, KNOWN_DECODERS, PIXEL_FORMATS, forced
from portevoix.sources.opened import opened
from portevoix.sources.probe import UnusableSource, probe
from portevoix.sources.sniff import PICTURE_ALONE


def _listed(what: str) -> set[str]:
    """The names that this ffmpeg lists."""
    said = subprocess.run([ffmpeg.executable(), "-hide_banner", f"-{what}"], capture_output=True, text=True, check=True)
    return {name for line in said.stdout.splitlines() if len(line.split()) > 1 for name in line.split()[1].split(",")}


def _film(file: Path, pixels: str, codec: str) -> Path:
    made = [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x36:r=5:d=1"]
    subprocess.run([*made, "-pix_fmt", pixels, "-c:v", codec, "-strict", "-2", str(file)], check=True)
    return file


def test_every_name_of_the_list_is_one_that_this_ffmpeg_has() -> None:
    assert _listed("demuxers") >= DEMUXERS
    assert _listed("decoders") >= KNOWN_DECODERS
    assert _listed("pix_fmts") >= {name for name in PIXEL_FORMATS if name in av.video.format.names}


@pytest.mark.parametrize("demuxer", ["hls", "dash", "concat", "sdp", "image2", "lavfi", "", *PICTURE_ALONE[1:]])
def test_no_other_demuxer_is_forced_on_a_file(demuxer: str) -> None:
    with pytest.raises(ValueError, match="is no container that is let in"):
        forced(demuxer)


def test_both_readers_have_the_same_list(tmp_path: Path) -> None:
    film = _film(tmp_path / "a.mov", "yuv420p", "libx264")
    said = ffmpeg.input_options("mov")
    assert {name: said[name] for name in forced("mov")} == forced("mov")
    with opened(film, "mov") as container:
        assert container.options == {name: str(value) for name, value in forced("mov").items()}


def test_pixels_of_an_exotic_layout_are_refused_by_name(tmp_path: Path) -> None:
    assert probe(_film(tmp_path / "known.mkv", "yuv422p10le", "ffv1")).pixel_format == "yuv422p10le"
    with pytest.raises(UnusableSource, match="has pixels as gbrpf32le, which are not read here"):
        probe(_film(tmp_path / "exotic.mkv", "gbrpf32le", "ffv1"))
