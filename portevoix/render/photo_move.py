"""A slow camera move over a photo as ffmpeg's filters, smooth below the pixel.

ffmpeg's `zoompan` and `crop` place a picture on whole pixels, and a slow move shakes. `perspective` takes four corners
as fractions of a pixel for each frame; it never reduces here, so it needs no filter against aliasing, and one `scale`
of an unchanging size brings every frame to the output's.
"""

from __future__ import annotations

import math
from typing import Any

from portevoix.plan.photo_move import PhotoMove, Window, canvas_size

Filter = tuple[str, dict[str, Any]]
EASES = {"soft": "{t}*{t}*(3-2*{t})", "linear": "{t}", "return": "(1-cos(2*PI*{t}))/2"}
_NAMES = ("x0", "y0", "x1", "y1", "x2", "y2", "x3", "y3")


def move_filters(
    move: PhotoMove, prepared_size: tuple[int, int], frame_size: tuple[int, int], first: int
) -> list[Filter]:
    """The filters that turn one prepared photo into the move's frames from `first` on, without end; BT.709 limited
    range.

    Frame n of a move is the same picture wherever it is cut into chunks. The input has the output's frame rate.
    """
    canvas, cut = canvas_size(move, frame_size), _cut(move.around, prepared_size)
    left, top, across, down = cut
    colours = {"flags": "bicubic+accurate_rnd+full_chroma_int", "out_color_matrix": "bt709", "out_range": "tv"}
    taken: list[Filter] = [
        ("crop", {"w": across, "h": down, "x": left, "y": top}),
        ("scale", {"w": canvas[0], "h": canvas[1], **colours}),
        ("format", {"pix_fmts": "yuv444p"}),
    ]
    reduced: list[Filter] = [
        ("scale", {"w": frame_size[0], "h": frame_size[1], "flags": "lanczos+accurate_rnd"}),
        ("format", {"pix_fmts": "yuv420p"}),
    ]
    endless: Filter = ("loop", {"loop": -1, "size": 1})
    if move.start == move.end:
        return [*taken, *reduced, endless]
    starts, ends = (_corners(window, prepared_size, cut, canvas) for window in (move.start, move.end))
    part = EASES[move.ease].format(t="ld(0)")
    # `on` counts from 1.
    t = f"st(0,clip((on-1+{first})/{move.last},0,1))"
    points = {name: f"{t};{a:.6f}+({b - a:.6f})*({part})" for name, a, b in zip(_NAMES, starts, ends, strict=True)}
    moving: Filter = ("perspective", {**points, "interpolation": "cubic", "sense": "source", "eval": "frame"})
    return [*taken, endless, moving, *reduced]


def _cut(around: Window, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The whole pixels of a prepared photo that hold a window: x, y, width, height."""
    x, y = math.floor(around.x * size[0] + 1e-6), math.floor(around.y * size[1] + 1e-6)
    right = math.ceil((around.x + around.width) * size[0] - 1e-6)
    foot = math.ceil((around.y + around.height) * size[1] - 1e-6)
    return x, y, right - x, foot - y


def _corners(
    window: Window, prepared: tuple[int, int], cut: tuple[int, int, int, int], canvas: tuple[int, int]
) -> tuple[float, ...]:
    """A window's corners on the canvas, in the order of `_NAMES`, as the filter counts: from the middle of pixels."""
    across, down = canvas[0] / cut[2], canvas[1] / cut[3]
    width, height = window.width * prepared[0] * across, window.height * prepared[1] * down
    x = (window.x * prepared[0] - cut[0]) * across + (width / canvas[0] - 1) / 2
    y = (window.y * prepared[1] - cut[1]) * down + (height / canvas[1] - 1) / 2
    return (x, y, x + width, y, x, y + height, x + width, y + height)
