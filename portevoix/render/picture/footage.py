"""Where a chunk's pictures come from: a source read and decoded, pictures that are decoded already, or a photo."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from portevoix.ffmpeg import input_options
from portevoix.plan.photo_move import PhotoMove
from portevoix.render.photo_move import move_filters
from portevoix.sources.probe import Source
from portevoix.timing import LEAD_S, decimal, millisecond_before


@dataclass(frozen=True)
class Footage:
    """Where a chunk's pictures come from: `start_s` counts from the container's start; the crop is in stored pixels.

    `size`: width and height of the picture inside its black bars.
    """

    path: Path
    demuxer: str
    start_s: Fraction
    tempo: Fraction
    matrix: str
    full_range: bool
    crop: tuple[int, int, int, int] | None  # x, y, width, height of the picture inside its black bars
    size: tuple[int, int]
    pixel_format: str
    decoder: str | None = None  # where not ffmpeg's own choice


@dataclass(frozen=True)
class Decoded:
    """A chunk's pictures as raw planes, at the output's rate and inside the black bars."""

    path: Path
    size: tuple[int, int]
    pixel_format: str
    matrix: str
    full_range: bool


@dataclass(frozen=True)
class Still:
    """A photo behind a chunk:

    `path` a PNG of `size` pixels, of whose `move` the chunk begins with the frame `first`.
    """

    path: Path
    size: tuple[int, int]
    move: PhotoMove
    first: int


@dataclass(frozen=True)
class MovingGround:
    """A ground that moves: `path` a PNG of its picture, of whose way, `turn` frames long, the chunk begins with the
    frame `first`; `aside` and `lower` as in the plan.
    """

    path: Path
    aside: int
    lower: int
    turn: int
    first: int


def footage_of(source: Source, start_s: Fraction, tempo: Fraction, crop: tuple[int, int, int, int] | None) -> Footage:
    """A source from `start_s` after its container's start on, as it is stored; inside `crop`, where it has
    black bars.
    """
    # ffmpeg's own decoder of VP9 does not look for alpha.
    decoder = "libvpx-vp9" if (source.demuxer, source.pixel_format) == ("matroska", "yuva420p") else None
    size = (crop[2], crop[3]) if crop else (source.width, source.height)
    return Footage(
        source.path,
        source.demuxer,
        start_s,
        tempo,
        source.assumed_matrix,
        source.full_range,
        crop,
        size,
        source.pixel_format,
        decoder,
    )


def decoded(footage: Footage, fps: Fraction, frame_count: int, path: Path) -> tuple[Any, Decoded]:
    """The output that writes a chunk's pictures raw to `path`, and what reads them again."""
    raw = Decoded(path, footage.size, footage.pixel_format, footage.matrix, footage.full_range)
    options = {"frames:v": frame_count, "fps_mode": "passthrough", "pix_fmt": footage.pixel_format, "f": "rawvideo"}
    return ffmpeg.output(read(footage, fps, {}), str(path), **options), raw


def raw_bytes(footage: Footage) -> int:
    """Bytes of one picture, raw, at most: three samples of 16 bits a pixel where it is not of the common formats."""
    usual = footage.pixel_format in ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "nv12")
    return footage.size[0] * footage.size[1] * (2 if usual else 6)


def read(footage: Footage, fps: Fraction, apart: dict[str, Any]) -> Any:
    """Pictures from `start_s` on, at the output's rate: frame n shows the source at start + n / fps, in any chunk."""
    start = max(Fraction(0), footage.start_s - LEAD_S)
    seek = millisecond_before(start)
    options = {**input_options(footage.demuxer), **apart}
    if footage.decoder:
        options["c:v"] = footage.decoder
    if seek > 0:
        options["ss"] = decimal(seek, 3)
    stream = ffmpeg.input(f"file:{footage.path}", **options)["v:0"]
    lead, tempo = footage.start_s - seek, footage.tempo
    shifted = f"(PTS-({lead.numerator}/{lead.denominator})/TB)*{tempo.denominator}/{tempo.numerator}"
    # A finer clock first: a source's own time base may not hold the output's frame starts.
    picture = (
        stream.filter("settb", expr="1/120000")
        .filter("setpts", shifted)
        .filter("fps", fps=f"{fps.numerator}/{fps.denominator}", start_time=0, round="near")
        .filter("tpad", stop=-1, stop_mode="clone")
    )
    if footage.crop:
        x, y, width, height = footage.crop
        picture = picture.filter("crop", width, height, x, y)
    return picture


def read_decoded(footage: Decoded, fps: Fraction, apart: dict[str, Any]) -> Any:
    """The raw pictures that `decoded` wrote."""
    return ffmpeg.input(
        f"file:{footage.path}",
        protocol_whitelist="file",
        f="rawvideo",
        pixel_format=footage.pixel_format,
        video_size=footage.size,
        framerate=f"{fps.numerator}/{fps.denominator}",
        **apart,
    )


def read_ground(ground: MovingGround, frame: tuple[int, int], fps: Fraction, apart: dict[str, Any]) -> Any:
    """The ground on its way, by whole pixels, so that an encoder finds every frame in the one before; by two, for the
    planes of colour.

    Its steps of two whole pixels change a full-size picture by a tenth of a level at most.
    """
    rate = f"{fps.numerator}/{fps.denominator}"
    colours = {"flags": "bicubic+accurate_rnd+full_chroma_int", "out_color_matrix": "bt709", "out_range": "tv"}
    part = f"2*PI*(n+{ground.first})/{ground.turn}"
    left, top = f"{ground.aside}*(1+sin({part}))/2", f"{ground.lower}*(1+cos(2*{part}))/4"
    return (
        ffmpeg.input(f"file:{ground.path}", **input_options("png_pipe"), framerate=rate, **apart)
        .filter("scale", **colours)
        .filter("format", "yuv420p")
        .filter("loop", loop=-1, size=1)
        .filter("crop", *frame, f"2*round({left})", f"2*round({top})")
    )


def read_still(photo: Still, frame: tuple[int, int], fps: Fraction, apart: dict[str, Any]) -> Any:
    """The photo's move from its first wanted frame on, in the size of the `frame`."""
    rate = f"{fps.numerator}/{fps.denominator}"
    image = ffmpeg.input(f"file:{photo.path}", **input_options("png_pipe"), framerate=rate, **apart)
    for name, options in move_filters(photo.move, photo.size, frame, photo.first):
        image = image.filter(name, **options)
    return image
