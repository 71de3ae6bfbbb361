"""How footage fills its frame: cropped, padded, over a blurred ground of itself, or followed by a camera."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import ffmpeg

from portevoix.plan.composition import Aside, Camera, Framing
from portevoix.render.picture.footage import (
    Decoded,
    Footage,
    MovingGround,
    Still,
    read,
    read_decoded,
    read_ground,
    read_still,
)
from portevoix.render.picture.graph import split, tagged
from portevoix.render.picture.window import margin_px, window
from portevoix.timing import nearest

GAP_PARTS = 135  # between two panes: 8 pixels of 1080
QUEUE = 8  # packets ahead of an input's thread: ffmpeg's own number


def composed(
    footage: Footage | Decoded | Still | MovingGround | None, framing: Framing, fps: Fraction, copy: int = 0
) -> Any:
    """The stream of one chunk's framed pictures, BT.709 limited range, tagged.

    `copy`: a number for each picture of a graph. ffmpeg-python makes one node of equal inputs, and a node has one
    output.
    """
    apart = {"thread_queue_size": QUEUE + copy} if copy else {}
    if isinstance(footage, Still):
        return tagged(read_still(footage, (framing.width, framing.height), fps, apart))
    if isinstance(footage, MovingGround):
        return tagged(read_ground(footage, (framing.width, framing.height), fps, apart))
    if footage is None:
        return tagged(_ground(framing, fps, apart))
    picture = read_decoded(footage, fps, apart) if isinstance(footage, Decoded) else read(footage, fps, apart)
    if framing.fit == "over":
        return tagged(
            _ground(framing, fps, apart).overlay(_with_alpha(picture, footage, framing), x="(W-w)/2", y="(H-h)/2")
        )
    if framing.camera:
        return tagged(_followed(picture, footage, framing, framing.camera))
    return tagged(_framed(picture, footage, framing))


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
    copies = split(picture, 1 + len(camera.asides))
    whole, frame = footage.size, (framing.width, framing.height)
    enlarged = _enlarged(whole, frame)
    x, y = (
        window(side, shown, enlarged, [(one.end, one.least[axis], one.most[axis]) for one in camera.reaches])
        for axis, (side, shown) in enumerate(zip(whole, frame, strict=True))
    )
    taken = _lengthened(copies[0], x.beyond, y.beyond).filter("crop", x.size, y.size, x.start, y.start)
    scaled = _scale(taken, footage, x.scaled, y.scaled)
    followed = scaled.filter("crop", *frame, x.place(camera.x, frame[0]), y.place(camera.y, frame[1]), exact=1)
    for copy, aside in zip(copies[1:], camera.asides, strict=True):
        shown = _aside(copy, footage, framing, aside)
        followed = followed.overlay(shown, enable=f"between(n,{aside.first},{aside.end - 1})", format="yuv420")
    return followed


def _lengthened(picture: Any, right: int, down: int) -> Any:
    """The picture with its last pixels repeated beyond its end."""
    if not (right or down):
        return picture
    larger = picture.filter("pad", f"iw+{right}", f"ih+{down}", 0, 0)
    return larger.filter("fillborders", right=right, bottom=down, mode="smear")


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
        for copy, point in zip(split(picture, 2), aside.people, strict=True)
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
    x, y = (
        f"2*trunc(max(0,min({whole}-{side},{whole}*{at}-{side}/2))/2)"
        for whole, side, at in zip("WH", "wh", framing.focus, strict=True)
    )
    return ground.overlay(front, x=x, y=y)


def _enlarged(whole: tuple[int, int], frame: tuple[int, int]) -> Fraction:
    """How many times as large a picture is that fills the frame."""
    return max(Fraction(frame[0], whole[0]), Fraction(frame[1], whole[1]))


def _cropped(picture: Any, footage: Footage | Decoded, framing: Framing) -> Any:
    """The picture as large as the frame or larger; the window's middle is the focus point, held inside the picture."""
    whole, frame = footage.size, (framing.width, framing.height)
    enlarged = _enlarged(whole, frame)
    margin = 2 * margin_px(enlarged)
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
