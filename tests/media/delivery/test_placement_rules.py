"""Each rule of each placement, broken by a file that is made to break it."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pytest

from portevoix import ffmpeg
from portevoix.authoring.placement import Placement
from portevoix.delivery.checks.placements import placement_checks
from portevoix.library import ROOT, load_library
from portevoix.render.measure import measure

PLACEMENTS = load_library(ROOT / "examples" / "house").placements
WITH_VIDEO = {name: placement for name, placement in PLACEMENTS.items() if placement.video}
SIZES = {"story": (540, 960), "square": (540, 540), "portrait": (540, 674), "wide": (960, 540)}
PLAIN = ("-preset", "ultrafast", "-g", "50", "-bf", "0")


@dataclass(frozen=True)
class Film:
    """What is made by ffmpeg: a film that breaks no rule but for what is changed in it."""

    size: tuple[int, int]
    seconds: float = 4
    rate: str = "25"
    picture: str = "testsrc2"
    filters: str = "null"
    codec: tuple[str, ...] = ("-c:v", "libx264", "-pix_fmt", "yuv420p", *PLAIN)
    sound: tuple[str, ...] = ("-c:a", "aac", "-b:a", "192k", "-ac", "2", "-ar", "48000")
    muxer: tuple[str, ...] = ("-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0")
    ending: str = ".mp4"
    bytes: int = 0

    def write(self, path: Path) -> None:
        width, height = self.size
        inputs = ["-f", "lavfi", "-i", f"{self.picture}=s={width}x{height}:r={self.rate}:d={self.seconds}"]
        inputs += ["-f", "lavfi", "-i", f"anoisesrc=r=48000:d={min(self.seconds, 10)}"]
        command = [ffmpeg.executable(), "-v", "error", "-y", *inputs, "-vf", self.filters, "-fps_mode", "passthrough"]
        subprocess.run([*command, *self.codec, *self.sound, *self.muxer, str(path)], check=True)
        if self.bytes:  # a box that holds nothing, and takes no room on the disk
            with path.open("r+b") as file:
                size = path.stat().st_size
                file.seek(size)
                file.write(struct.pack(">I4sQ", 1, b"free", self.bytes - size))
                file.truncate(self.bytes)


Break = Callable[[Film, Placement], Film]


def _shaped(shape: Fraction) -> tuple[int, int]:
    """A size of that shape, with even sides that an encoder takes."""
    short = 16 if not Fraction(1, 20) < shape < 20 else 180
    wide, high = (short, round(short / shape)) if shape < 1 else (round(short * shape), short)
    return wide + wide % 2, high + high % 2


def _long(film: Film, placement: Placement) -> Film:
    assert placement.video and placement.video.max_duration_s
    seconds = placement.video.max_duration_s + 1
    # Few and small pictures: as few as the placement takes, or one in a hundred seconds.
    rate = str(int(placement.video.min_fps)) if placement.video.min_fps else "1/100" if seconds > 1000 else "5"
    return replace(film, seconds=seconds, rate=rate, picture="color", size=(144, 256))


def _noise(film: Film, size: tuple[int, int]) -> Film:
    codec = (*film.codec, "-qp", "0")
    return replace(film, size=size, seconds=1, filters="noise=alls=100:allf=t", codec=codec)


BREAKS: dict[str, Break] = {
    "min_duration_s": lambda film, p: replace(film, seconds=p.video.min_duration_s - 0.1),
    "max_duration_s": _long,
    "min_bytes": lambda film, p: replace(film, picture="color", sound=("-an",)),
    "max_bytes": lambda film, p: replace(film, bytes=p.video.max_bytes + 1),
    "min_fps": lambda film, p: replace(film, rate=str(int(p.video.min_fps) - 1)),
    "max_fps": lambda film, p: replace(film, rate=str(int(p.video.max_fps) + 1)),
    "constant_fps": lambda film, p: replace(film, filters="settb=1/1000,setpts='if(gt(N,50),PTS+300,PTS)'"),
    "min_kbps": lambda film, p: replace(film, picture="color"),
    "max_kbps": lambda film, p: _noise(film, (1080, 1920) if p.video.max_kbps > 50_000 else film.size),
    "min_width": lambda film, p: replace(film, size=(p.video.min_width - 2, film.size[1])),
    "max_width": lambda film, p: replace(film, size=(p.video.max_width + 2, 64)),
    "min_height": lambda film, p: replace(film, size=(film.size[0], p.video.min_height - 2)),
    "max_height": lambda film, p: replace(film, size=(64, p.video.max_height + 2)),
    "aspect": lambda film, p: replace(film, size=(540, 1080)),
    "min_aspect": lambda film, p: replace(film, size=_shaped(Fraction(p.video.min_aspect) * Fraction(9, 10))),
    "max_aspect": lambda film, p: replace(film, size=_shaped(Fraction(p.video.max_aspect) * Fraction(11, 10))),
    "max_gop_s": lambda film, p: replace(film, seconds=6, codec=(*film.codec, "-g", "1000")),
    "closed_gop": lambda film, p: replace(
        film, codec=(*film.codec, "-preset", "fast", "-bf", "2", "-x264-params", "open-gop=1:keyint=10:scenecut=0")
    ),
    "edit_lists": lambda film, p: replace(film, codec=(*film.codec, "-bf", "2"), muxer=("-movflags", "+faststart")),
    "moov_first": lambda film, p: replace(film, muxer=("-use_editlist", "0")),
    "progressive": lambda film, p: replace(film, codec=(*film.codec, "-flags", "+ilme+ildct", "-x264-params", "tff=1")),
    "chroma": lambda film, p: replace(film, codec=(*film.codec, "-pix_fmt", "yuv422p")),
    "containers": lambda film, p: replace(film, ending=".mkv", muxer=()),
    "codecs": lambda film, p: replace(film, codec=("-c:v", "mpeg4", "-pix_fmt", "yuv420p")),
    "audio_codecs": lambda film, p: replace(film, sound=("-c:a", "ac3")),
    "audio_channels": lambda film, p: replace(film, sound=(*film.sound, "-ac", "3")),
    "audio_rates_hz": lambda film, p: replace(film, sound=(*film.sound, "-ar", "32000")),
    "max_audio_rate_hz": lambda film, p: replace(film, sound=(*film.sound, "-ar", "96000")),
    "min_audio_kbps": lambda film, p: replace(film, sound=(*film.sound, "-b:a", "64k")),
    "max_audio_kbps": lambda film, p: replace(film, sound=(*film.sound, "-ac", "6", "-b:a", "900k")),
}
NAMES = {  # what a manifest calls them
    **{f"{bound}_duration_s": "duration (s)" for bound in ("min", "max")},
    **{f"{bound}_bytes": "bytes" for bound in ("min", "max")},
    **{f"{bound}_fps": "frames a second" for bound in ("min", "max")},
    **{f"{bound}_kbps": "video kbit/s" for bound in ("min", "max")},
    **{f"{bound}_width": "width" for bound in ("min", "max")},
    **{f"{bound}_height": "height" for bound in ("min", "max")},
    **{f"{bound}_audio_kbps": "sound kbit/s" for bound in ("min", "max")},
    **dict.fromkeys(("aspect", "min_aspect", "max_aspect"), "aspect"),
    "constant_fps": "constant frame rate",
    "max_gop_s": "longest GOP (s)",
    "closed_gop": "closed GOP",
    "edit_lists": "edit list",
    "moov_first": "moov first",
    "progressive": "scan",
    "chroma": "chroma",
    "containers": "container",
    "codecs": "codec",
    "audio_codecs": "sound codec",
    "audio_channels": "sound channels",
    "audio_rates_hz": "sound rate (Hz)",
    "max_audio_rate_hz": "sound rate (Hz)",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Film], Path]:
    """Makes a film once, for all placements that ask for the same."""
    folder, known = tmp_path_factory.mktemp("films"), {}

    def make(film: Film) -> Path:
        if film not in known:
            path = folder / f"{len(known)}{film.ending}"
            film.write(path)
            known[film] = path
        return known[film]

    return make


def _good(placement: Placement) -> Film:
    return Film(SIZES[placement.formats[0]])


@pytest.mark.parametrize("name", WITH_VIDEO)
def test_a_placement_takes_a_good_film(name: str, made: Callable[[Film], Path]) -> None:
    placement = WITH_VIDEO[name]
    checks = placement_checks(measure(made(_good(placement))), placement)
    assert checks and [check for check in checks if check.verdict != "pass"] == []


@pytest.mark.parametrize(
    ("name", "key"), [(name, key) for name, p in WITH_VIDEO.items() for key in sorted(p.video.model_fields_set)]
)
def test_a_film_that_breaks_one_rule_is_blocked_with_its_value(
    name: str, key: str, made: Callable[[Film], Path]
) -> None:
    placement = WITH_VIDEO[name]
    measured = measure(made(BREAKS[key](_good(placement), placement)))
    source = placement.source_of(f"video.{key}")
    rule = f"{name}: {NAMES[key]}"
    (broken,) = [c for c in placement_checks(measured, placement) if c.rule == rule and c.verdict != "pass"]
    assert broken.verdict == ("warn" if source.advice else "fail")
    assert broken.measured and broken.wanted and broken.remedy
    assert (broken.source, broken.read_on) == (source.title, source.read_on.isoformat())
