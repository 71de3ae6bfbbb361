"""A camera's path as ffmpeg's crop filter wants it: an expression of the frame number for each axis."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from portevoix.framing.path import CameraPath, Key, ShotPath
from portevoix.timing import decimal


def x_expression(path: CameraPath, first_s: Fraction, fps: Fraction, frame_count: int) -> str:
    """The middle's x for ffmpeg's crop filter, by frame number `n` of a chunk that starts at `first_s`.

    `fps`: output frames for each second of the source (the output's rate by the clip's tempo).
    """
    return _expression(path, first_s, fps, frame_count, 0)


def y_expression(path: CameraPath, first_s: Fraction, fps: Fraction, frame_count: int) -> str:
    """As `x_expression`, of y."""
    return _expression(path, first_s, fps, frame_count, 1)


def _expression(path: CameraPath, first_s: Fraction, fps: Fraction, frame_count: int, axis: int) -> str:
    shots = [
        (end, _shot_expression(shot, first_s, fps, first, end, axis))
        for first, end, shot in path.stretches(first_s, fps, frame_count)
    ]
    text = shots[-1][1]
    for end, shot in reversed(shots[:-1]):
        text = f"if(lt(n,{end}),{shot},{text})"
    return text


def _shot_expression(shot: ShotPath, first_s: Fraction, fps: Fraction, first: int, end: int, axis: int) -> str:
    def frame(key: Key) -> Fraction:
        return (Fraction(key.second) - first_s) * fps

    def value(key: Key) -> float:
        return (key.x, key.y)[axis]

    # Only what moves between the first and the last frame is written.
    inside = [
        (a, b) for a, b in pairwise(shot.keys) if frame(b) > first and frame(a) < end - 1 and value(a) != value(b)
    ]
    if not inside:
        return f"{shot.at(float(first_s + first / fps))[axis]:.6f}"
    text = f"{value(inside[-1][1]):.6f}"
    for a, b in reversed(inside):
        share = f"clip((n-({decimal(frame(a))}))/{decimal(frame(b) - frame(a))},0,1)"
        eased = f"{value(a):.6f}+({value(b) - value(a):.6f})*st(0,{share})*ld(0)*(3-2*ld(0))"
        text = f"if(lt(n,{decimal(frame(b))}),{eased},{text})"
    return text
