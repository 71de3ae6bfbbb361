"""The picture as a graph of filters: footage, framing and the images that lie over it. All of ffmpeg-python is here.

No text of a user ever enters a graph: words arrive as images, files under names of ours.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from portevoix.ffmpeg import input_options
from portevoix.render.photo_move import Move, move_filters
from portevoix.timing import decimal

LEAD_S = Fraction(1, 2)  # decoded before the first wanted picture, so that the right one is there whatever the rate
TAGS = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709", "range": "tv"}


@dataclass(frozen=True)
class Footage:
    """Where a chunk's pictures come from: `start_s` counts from the container's start; the crop is in stored pixels."""

    path: Path
    demuxer: str
    start_s: Fraction
    tempo: Fraction
    matrix: str
    full_range: bool
    crop: tuple[int, int, int, int] | None  # x, y, width, height of the picture inside its black bars


@dataclass(frozen=True)
class Aside:
    """Frames of a chunk, up to `end`, that are not followed but framed as `fit` says; `split` shows both `people`."""

    first: int
    end: int
    fit: str
    people: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Camera:
    """Where the middle of the window lies, as ffmpeg's expressions of the chunk's frame number, and what is framed otherwise."""

    x: str
    y: str
    asides: tuple[Aside, ...]


@dataclass(frozen=True)
class Framing:
    """How a picture fills a frame of `width` by `height` pixels. `camera`: where it moves (fit `follow`)."""

    width: int
    height: int
    fit: str
    focus: tuple[float, float]
    ground: str  # colour under a padded picture, #rrggbb
    camera: Camera | None = None


@dataclass(frozen=True)
class Still:
    """A photo behind a chunk: `path` a PNG of `size` pixels, of whose `move` the chunk begins with the frame `first`."""

    path: Path
    size: tuple[int, int]
    move: Move
    first: int


@dataclass(frozen=True)
class Way:
    """How one picture goes over into another within `frame_count` frames. `ground`: the colour that a dip goes through."""

    how: str
    frame_count: int
    leftwards: bool
    ground: str


@dataclass(frozen=True)
class Overlay:
    """One image over the picture from `first` up to, not including, `end`, counted in the chunk's frames."""

    image: Path
    x: int
    y: int
    first: int
    end: int


def composed(footage: Footage | Still | None, framing: Framing, fps: Fraction) -> Any:
    """The stream of one chunk's framed pictures, BT.709 limited range, tagged."""
    if isinstance(footage, Still):
        return _tagged(_still(footage, framing, fps))
    if footage is None:
        size = f"{framing.width}x{framing.height}"
        ground = ffmpeg.input(f"color=c={framing.ground}:s={size}:r={fps}", f="lavfi")
        return _tagged(ground.filter("scale", out_color_matrix="bt709", out_range="tv").filter("format", "yuv420p"))
    picture = _read(footage, fps)
    if footage.crop:
        x, y, width, height = footage.crop
        picture = picture.filter("crop", width, height, x, y)
    if framing.camera:
        return _tagged(_followed(picture, footage, framing, framing.camera))
    return _tagged(_framed(picture, footage, framing))


def blended(first: Any, second: Any, way: Way, fps: Fraction) -> Any:
    """The first picture on its way into the second."""
    if way.how == "dip":
        half = way.frame_count // 2
        out = first.filter("fade", type="out", start_frame=0, nb_frames=half, color=way.ground)
        into = second.filter("fade", type="in", start_frame=half, nb_frames=way.frame_count - half, color=way.ground)
        return _tagged(out.overlay(into, enable=f"gte(n,{half})", format="yuv420"))
    kind = "fade" if way.how == "crossfade" else ("wipeleft" if way.leftwards else "wiperight")
    duration = decimal(Fraction(way.frame_count) / fps)
    joined = ffmpeg.filter([first, second], "xfade", transition=kind, duration=duration, offset=0)
    return _tagged(joined.filter("format", "yuv420p"))


def _still(photo: Still, framing: Framing, fps: Fraction) -> Any:
    rate = f"{fps.numerator}/{fps.denominator}"
    image = ffmpeg.input(f"file:{photo.path}", **input_options("png_pipe"), framerate=rate)
    for name, options in move_filters(photo.move, photo.size, (framing.width, framing.height), photo.first):
        image = image.filter(name, **options)
    return image


def _read(footage: Footage, fps: Fraction) -> Any:
    """Pictures from `start_s` on, at the output's rate: frame n shows the source at start + n / fps, in any chunk."""
    start = max(Fraction(0), footage.start_s - LEAD_S)
    seek = Fraction(int(start * 1000), 1000)
    options = input_options(footage.demuxer)
    if seek > 0:
        options["ss"] = decimal(seek, 3)
    stream = ffmpeg.input(f"file:{footage.path}", **options)["v:0"]
    lead, tempo = footage.start_s - seek, footage.tempo
    shifted = f"(PTS-({lead.numerator}/{lead.denominator})/TB)*{tempo.denominator}/{tempo.numerator}"
    # A finer clock first: a source's own time base may not hold the output's frame starts.
    return (
        stream.filter("settb", expr="1/120000")
        .filter("setpts", shifted)
        .filter("fps", fps=f"{fps.numerator}/{fps.denominator}", start_time=0, round="near")
        .filter("tpad", stop=-1, stop_mode="clone")
    )


def _scale(stream: Any, footage: Footage, width: Any, height: Any, **more: Any) -> Any:
    return stream.filter(
        "scale", width, height, flags="bicubic+accurate_rnd+full_chroma_int", in_color_matrix=footage.matrix,
        in_range="pc" if footage.full_range else "tv", out_color_matrix="bt709", out_range="tv", **more,
    ).filter("format", "yuv420p")  # fmt: skip


def _followed(picture: Any, footage: Footage, framing: Framing, camera: Camera) -> Any:
    copies = _split(picture, 1 + len(camera.asides))
    width, height = framing.width, framing.height
    scaled = _scale(copies[0], footage, width, height, force_original_aspect_ratio="increase", force_divisible_by=2)
    # Whole pixels, not pairs: a slow pan in steps of two trembles, chroma half a pixel off for one frame is not seen.
    left, top = (
        f"round(clip({side}*({at})-{out}/2,0,{side}-{out}))"
        for side, at, out in (("iw", camera.x, "ow"), ("ih", camera.y, "oh"))
    )
    followed = scaled.filter("crop", width, height, left, top, exact=1)
    for copy, aside in zip(copies[1:], camera.asides, strict=True):
        shown = _aside(copy, footage, framing, aside)
        followed = followed.overlay(shown, enable=f"between(n,{aside.first},{aside.end - 1})", format="yuv420")
    return followed


def _aside(picture: Any, footage: Footage, framing: Framing, aside: Aside) -> Any:
    if aside.fit != "split":
        return _framed(picture, footage, replace(framing, fit=aside.fit, focus=(0.5, 0.5)))
    half = replace(framing, height=framing.height // 4 * 2, fit="crop")
    halves = [
        _framed(copy, footage, replace(half, focus=point))
        for copy, point in zip(_split(picture, 2), aside.people, strict=True)
    ]
    return ffmpeg.filter(halves, "vstack").filter("scale", framing.width, framing.height)


def _framed(picture: Any, footage: Footage, framing: Framing) -> Any:
    width, height = framing.width, framing.height
    if framing.fit == "crop":
        scaled = _scale(picture, footage, width, height, force_original_aspect_ratio="increase", force_divisible_by=2)
        x, y = framing.focus
        # The window's middle is the focus point, held inside the picture; even, for the colour planes.
        left = f"2*trunc(clip(iw*{x}-ow/2,0,iw-ow)/2)"
        top = f"2*trunc(clip(ih*{y}-oh/2,0,ih-oh)/2)"
        return scaled.filter("crop", width, height, left, top)
    fitted = {"force_original_aspect_ratio": "decrease", "force_divisible_by": 2}
    if framing.fit == "pad":
        return _scale(picture, footage, width, height, **fitted).filter(
            "pad", width, height, "2*trunc((ow-iw)/4)", "2*trunc((oh-ih)/4)", framing.ground
        )
    branches = picture.filter_multi_output("split", 2)
    # A blurred ground holds no detail, so it is blurred at an eighth of the size and enlarged.
    small_width, small_height = width // 16 * 2, height // 16 * 2
    small = _scale(
        branches[0], footage, small_width, small_height, force_original_aspect_ratio="increase", force_divisible_by=2
    )
    ground = (
        small.filter("crop", small_width, small_height)
        .filter("gblur", sigma=16)
        .filter("eq", brightness=-0.12, saturation=0.8)
        .filter("scale", width, height, flags="bicubic")
    )
    front = _scale(branches[1], footage, width, height, **fitted)
    return ground.overlay(front, x="2*trunc((W-w)/4)", y="2*trunc((H-h)/4)")


def _tagged(stream: Any) -> Any:
    # Square pixels said too: a blurred ground comes from a reduced picture whose sides do not divide evenly.
    return stream.filter("setsar", 1).filter("setparams", **TAGS)


def branches(stream: Any, layers: list[list[Overlay]]) -> list[Any]:
    """`stream` once for each set of images, with these over it.

    Each image is decoded once, whatever the number of branches, and shown by frame number, so its change is exact.
    """
    uses: dict[Path, list[Any]] = {}
    counts = Counter(overlay.image for overlays in layers for overlay in overlays)
    for image, count in counts.items():
        uses[image] = _split(_image(image), count)
    finished = []
    for copy, overlays in zip(_split(stream, len(layers)), layers, strict=True):
        picture = copy
        for overlay in overlays:
            picture = picture.overlay(
                uses[overlay.image].pop(), x=overlay.x, y=overlay.y, eof_action="repeat", format="yuv420",
                enable=f"between(n,{overlay.first},{overlay.end - 1})",
            )  # fmt: skip
        finished.append(_tagged(picture))
    return finished


def _image(path: Path) -> Any:
    image = ffmpeg.input(f"file:{path}", **input_options("png_pipe"))
    image = image.filter("scale", out_color_matrix="bt709", out_range="tv", flags="accurate_rnd+full_chroma_int")
    return _tagged(image.filter("format", "yuva420p"))


def _split(stream: Any, count: int) -> list[Any]:
    if count == 1:
        return [stream]
    node = stream.filter_multi_output("split", count)
    return [node[number] for number in range(count)]


def encoded(stream: Any, path: str, frame_count: int, options: dict[str, Any]) -> Any:
    """One output: `frame_count` pictures without sound, to `path` in the working folder."""
    return ffmpeg.output(stream, path, **{"frames:v": frame_count, "fps_mode": "passthrough", **options})


def arguments(*outputs: Any) -> list[str]:
    """The argument list of one ffmpeg that makes all `outputs`, without the program's name."""
    merged = outputs[0] if len(outputs) == 1 else ffmpeg.merge_outputs(*outputs)
    args: list[str] = ffmpeg.compile(merged, cmd="ffmpeg")[1:]
    return args
