"""Films that break no rule of a placement, or exactly one."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from portevoix import ffmpeg
from portevoix.authoring.placement import Placement

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
