"""The picture as a graph of filters: footage, framing and the images that lie over it. All of ffmpeg-python is here.

No text of a user ever enters a graph: words arrive as images, files under names of ours.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from portevoix.drawing.motion import Glide
from portevoix.ffmpeg import input_options
from portevoix.render.photo_move import Move, move_filters
from portevoix.sources.probe import Source
from portevoix.timing import decimal, nearest

LEAD_S = Fraction(1, 2)  # decoded before the first wanted picture, so that the right one is there whatever the rate
SCALERS_REACH_PX = 4  # of the source at its own size: how far beside a place `bicubic` looks, and room to spare
GAP_PARTS = 135  # between two panes: 8 pixels of 1080
QUEUE = 8  # packets ahead of an input's thread: ffmpeg's own number
TAGS = {"colorspace": "bt709", "color_primaries": "bt709", "color_trc": "bt709", "range": "tv"}


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
class Aside:
    """Frames of a chunk, up to `end`, that are not followed but framed as `fit` says: `blur`, or a pane for each of two
    `people`.

    The panes `stack` (left person above) or stand `beside` each other.
    """

    first: int
    end: int
    fit: str
    people: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Camera:
    """Where the middle of the window lies, as ffmpeg's expressions of the chunk's frame number, and what is framed
    otherwise.
    """

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
    """One image over the picture from `first` up to, not including, `end`, counted in the chunk's frames, on its way or
    still.
    """

    image: Path
    x: int
    y: int
    first: int
    end: int
    glide: Glide | None = None


def footage_of(source: Source, start_s: Fraction, tempo: Fraction, crop: tuple[int, int, int, int] | None) -> Footage:
    """A source from `start_s` after its container's start on, as it is stored; inside `crop`, where it has black bars."""
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


def composed(footage: Footage | Decoded | Still | None, framing: Framing, fps: Fraction, copy: int = 0) -> Any:
    """The stream of one chunk's framed pictures, BT.709 limited range, tagged.

    `copy` tells apart the pictures that are in one graph: equal ones would be one node of it, which goes one way only.
    """
    apart = {"thread_queue_size": QUEUE + copy} if copy else {}
    if isinstance(footage, Still):
        return _tagged(_still(footage, framing, fps, apart))
    if footage is None:
        return _tagged(_ground(framing, fps, apart))
    picture = _raw(footage, fps, apart) if isinstance(footage, Decoded) else _read(footage, fps, apart)
    if framing.fit == "over":
        return _tagged(
            _ground(framing, fps, apart).overlay(_with_alpha(picture, footage, framing), x="(W-w)/2", y="(H-h)/2")
        )
    if framing.camera:
        return _tagged(_followed(picture, footage, framing, framing.camera))
    return _tagged(_framed(picture, footage, framing))


def _ground(framing: Framing, fps: Fraction, apart: dict[str, Any]) -> Any:
    size = f"{framing.width}x{framing.height}"
    # Made as RGB: in YCbCr the source would take its own matrix.
    ground = ffmpeg.input(f"color=c={framing.ground}:s={size}:r={fps},format=gbrp", f="lavfi", **apart)
    return ground.filter(
        "scale", out_color_matrix="bt709", out_range="tv", flags="accurate_rnd+full_chroma_int"
    ).filter("format", "yuv420p")


def _with_alpha(picture: Any, footage: Footage | Decoded, framing: Framing) -> Any:
    """The whole picture inside the frame, with its alpha where it has one."""
    return picture.filter(
        "scale",
        framing.width,
        framing.height,
        flags="bicubic+accurate_rnd",
        in_color_matrix=footage.matrix,
        in_range="pc" if footage.full_range else "tv",
        out_color_matrix="bt709",
        out_range="tv",
        force_original_aspect_ratio="decrease",
        force_divisible_by=2,
    ).filter("format", "yuva420p")


def parted(one: Any, other: Any, side: str, size: tuple[int, int], ground: str) -> Any:
    """Two pictures in one frame of `size`, the `other` on its `side`, the ground's colour between them."""
    width, height = size
    pictures = [other, one] if side == "left" else [one, other]
    if side == "below":
        return _tagged(pictures[0].filter("pad", width, height, 0, 0, ground).overlay(pictures[1], x=0, y="H-h"))
    return _tagged(pictures[0].filter("pad", width, height, 0, 0, ground).overlay(pictures[1], x="W-w", y=0))


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


def _still(photo: Still, framing: Framing, fps: Fraction, apart: dict[str, Any]) -> Any:
    rate = f"{fps.numerator}/{fps.denominator}"
    image = ffmpeg.input(f"file:{photo.path}", **input_options("png_pipe"), framerate=rate, **apart)
    for name, options in move_filters(photo.move, photo.size, (framing.width, framing.height), photo.first):
        image = image.filter(name, **options)
    return image


def decoded(footage: Footage, fps: Fraction, frame_count: int, path: Path) -> tuple[Any, Decoded]:
    """The output that writes a chunk's pictures raw to `path`, and what reads them again."""
    raw = Decoded(path, footage.size, footage.pixel_format, footage.matrix, footage.full_range)
    options = {"frames:v": frame_count, "fps_mode": "passthrough", "pix_fmt": footage.pixel_format, "f": "rawvideo"}
    return ffmpeg.output(_read(footage, fps, {}), str(path), **options), raw


def raw_bytes(footage: Footage) -> int:
    """Bytes of one picture, raw, at most: three samples of 16 bits a pixel where it is not of the common formats."""
    usual = footage.pixel_format in ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "nv12")
    return footage.size[0] * footage.size[1] * (2 if usual else 6)


def _raw(footage: Decoded, fps: Fraction, apart: dict[str, Any]) -> Any:
    return ffmpeg.input(
        f"file:{footage.path}",
        protocol_whitelist="file",
        f="rawvideo",
        pixel_format=footage.pixel_format,
        video_size=footage.size,
        framerate=f"{fps.numerator}/{fps.denominator}",
        **apart,
    )


def _read(footage: Footage, fps: Fraction, apart: dict[str, Any]) -> Any:
    """Pictures from `start_s` on, at the output's rate: frame n shows the source at start + n / fps, in any chunk."""
    start = max(Fraction(0), footage.start_s - LEAD_S)
    seek = Fraction(int(start * 1000), 1000)
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


def _scale(stream: Any, footage: Footage | Decoded, width: Any, height: Any, **more: Any) -> Any:
    return stream.filter(
        "scale",
        width,
        height,
        flags="bicubic+accurate_rnd+full_chroma_int",
        in_color_matrix=footage.matrix,
        in_range="pc" if footage.full_range else "tv",
        out_color_matrix="bt709",
        out_range="tv",
        **more,
    ).filter("format", "yuv420p")


def _followed(picture: Any, footage: Footage | Decoded, framing: Framing, camera: Camera) -> Any:
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


def _aside(picture: Any, footage: Footage | Decoded, framing: Framing, aside: Aside) -> Any:
    if aside.fit == "blur":
        return _framed(picture, footage, replace(framing, fit="blur", focus=(0.5, 0.5)))
    width, height = framing.width, framing.height
    gap = min(width, height) // GAP_PARTS
    if aside.fit == "stack":
        pane = replace(framing, fit="crop", height=(height - gap) // 4 * 2)
        first_width, first_height, joined = width, height - pane.height, "vstack"
    else:
        pane = replace(framing, fit="crop", width=(width - gap) // 4 * 2)
        first_width, first_height, joined = width - pane.width, height, "hstack"
    first, second = (
        _framed(copy, footage, replace(pane, focus=point))
        for copy, point in zip(_split(picture, 2), aside.people, strict=True)
    )
    return ffmpeg.filter([first.filter("pad", first_width, first_height, 0, 0, framing.ground), second], joined)


def _framed(picture: Any, footage: Footage | Decoded, framing: Framing) -> Any:
    width, height = framing.width, framing.height
    if framing.fit == "crop":
        return _cropped(picture, footage, framing)
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


def _cropped(picture: Any, footage: Footage | Decoded, framing: Framing) -> Any:
    """The picture as large as the frame or larger; the window's middle is the focus point, held inside the picture."""
    whole, frame = footage.size, (framing.width, framing.height)
    enlarged = max(Fraction(frame[0], whole[0]), Fraction(frame[1], whole[1]))
    margin = 2 * math.ceil(SCALERS_REACH_PX / min(enlarged, Fraction(1)))
    taken, scaled, offset = [], [], []
    for side, shown, focus in zip(whole, frame, framing.focus, strict=True):
        window = shown / enlarged
        first = min(max(side * Fraction(focus).limit_denominator(10_000) - window / 2, Fraction(0)), side - window)
        # Only what is shown is scaled, and what the scaler looks at beside it; on even places, for the colour planes.
        left = max(0, math.floor((first - margin) / 2) * 2)
        right = min(side, math.ceil((first + window + margin) / 2) * 2)
        taken.append((left, right - left))
        scaled.append(max(shown, 2 * nearest((right - left) * enlarged / 2)))
        offset.append(min(2 * nearest((first - left) * enlarged / 2), scaled[-1] - shown))
    (x, width), (y, height) = taken
    return _scale(picture.filter("crop", width, height, x, y), footage, *scaled).filter("crop", *frame, *offset)


def _tagged(stream: Any) -> Any:
    # Square pixels said too: a blurred ground comes from a reduced picture whose sides do not divide evenly.
    return stream.filter("setsar", 1).filter("setparams", **TAGS)


def branches(stream: Any, layers: list[list[Overlay]], fps: Fraction) -> list[Any]:
    """`stream` once for each set of images, with these over it.

    Each image is decoded once, whatever the number of branches, and shown by frame number, so its change is exact.
    """
    uses: dict[Path, list[Any]] = {}
    counts = Counter(overlay.image for overlays in layers for overlay in overlays)
    for image, count in counts.items():
        uses[image] = _split(_image(image, fps), count)
    finished = []
    for copy, overlays in zip(_split(stream, len(layers)), layers, strict=True):
        picture = copy
        for overlay in overlays:
            if overlay.glide:
                picture = _glided(picture, uses[overlay.image].pop(), overlay, overlay.glide, fps)
                continue
            picture = picture.overlay(
                uses[overlay.image].pop(),
                x=overlay.x,
                y=overlay.y,
                eof_action="repeat",
                format="yuv420",
                enable=f"between(n,{overlay.first},{overlay.end - 1})",
            )
        finished.append(_tagged(picture))
    return finished


def _glided(picture: Any, image: Any, overlay: Overlay, glide: Glide, fps: Fraction) -> Any:
    """An image on its way over the picture: it slides with easing while its alpha rises, or falls."""
    steps, first, end = glide.count + 1, overlay.first, overlay.end
    seen = (
        image.filter("tpad", stop=steps, stop_mode="clone")
        .filter("fade", type="out" if glide.leaving else "in", start_frame=0, nb_frames=steps, alpha=1)
        .filter("trim", start_frame=glide.number + 1, end_frame=glide.number + 1 + end - first)
        .filter("setpts", f"(N+{first})/({fps.numerator}/{fps.denominator})/TB")
    )
    done = f"(n-{first - glide.number})/{steps}"  # its `n` counts from 1 here, and from 0 in `enable`
    away = f"pow({done},3)" if glide.leaving else f"pow(1-{done},3)"
    x, y = (
        f"2*round(({at}+{way}*{away})/2)" if way else at for at, way in ((overlay.x, glide.dx), (overlay.y, glide.dy))
    )
    return picture.overlay(seen, x=x, y=y, eof_action="repeat", format="yuv420", enable=f"between(n,{first},{end - 1})")


def _image(path: Path, fps: Fraction) -> Any:
    rate = f"{fps.numerator}/{fps.denominator}"
    image = ffmpeg.input(f"file:{path}", **input_options("png_pipe"), framerate=rate)
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
