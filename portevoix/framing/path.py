"""Where the camera looks, second by second. `shot_path.py` finds it, `path_expressions.py` gives it to ffmpeg. Pure.

Points are parts of the picture's width and height inside its black bars, as a job's `focus` is; seconds count from the
source's first picture. One path serves every format: it is made for the narrowest window, a story's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from portevoix.timing import frame_at

FARTHEST_TOGETHER = 0.6  # of a window's width: faces nearer than this are held together by one window
HEADROOM = 0.1  # of a window's height: a face stands so far above the middle, where the picture allows it
HALF_A_FACE = 0.05  # of the picture's width, and the air beside it

Following = Literal["follow", "nobody", "apart"]
XY = tuple[float, float]


@dataclass(frozen=True)
class Key:
    """Where the camera looks at a second. Between two keys it eases in and out (smoothstep)."""

    second: float
    x: float
    y: float


@dataclass(frozen=True)
class ShotPath:
    """The camera's path through one shot. One key stands still. `people`: both faces where the verdict is `apart`."""

    start_s: Fraction
    end_s: Fraction
    verdict: Following
    keys: tuple[Key, ...]
    people: tuple[XY, ...] = ()

    def at(self, second: float) -> XY:
        """The point looked at; before the first key and after the last one it is theirs."""
        for a, b in pairwise(self.keys):
            if a.second <= second < b.second:
                share = _eased((second - a.second) / (b.second - a.second))
                return a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share
        key = self.keys[0] if second < self.keys[0].second else self.keys[-1]
        return key.x, key.y


@dataclass(frozen=True)
class CameraPath:
    """Shots in order, end to end."""

    shots: tuple[ShotPath, ...]

    def within(self, window: XY) -> CameraPath:
        """The path of a window of this size (parts of the picture) that never reaches over the edge.

        The keys are moved, not the pan between them: a pan that met the edge half way would stop with a jerk. Two
        people whom this window holds together are not apart in it: it looks between them. What is looked at stands
        HEADROOM above the middle.
        """
        (low_x, high_x), (low_y, high_y) = ((min(side, 1) / 2, 1 - min(side, 1) / 2) for side in window)

        def held(shot: ShotPath) -> ShotPath:
            if shot.verdict == "apart" and _distance(shot.people) <= FARTHEST_TOGETHER * window[0]:
                (one_x, one_y), (other_x, other_y) = shot.people
                between = Key(shot.keys[0].second, (one_x + other_x) / 2, (one_y + other_y) / 2)
                shot = replace(shot, verdict="follow", keys=(between,), people=())
            keys = (
                Key(k.second, min(max(k.x, low_x), high_x), min(max(k.y + HEADROOM * window[1], low_y), high_y))
                for k in shot.keys
            )
            return replace(shot, keys=tuple(keys))

        return CameraPath(tuple(held(shot) for shot in self.shots))

    def stretches(self, first_s: Fraction, fps: Fraction, frame_count: int) -> tuple[tuple[int, int, ShotPath], ...]:
        """First and end frame, counted from the one that shows `first_s`, of each shot among `frame_count` frames."""
        starts = [frame_at(shot.start_s - first_s, fps) for shot in self.shots]
        ends = [*starts[1:], frame_count]
        starts[0], ends[-1] = min(0, starts[0]), max(frame_count, ends[-1])
        return tuple(
            (max(start, 0), min(end, frame_count), shot)
            for start, end, shot in zip(starts, ends, self.shots, strict=True)
            if max(start, 0) < min(end, frame_count)
        )

    def points(self, first_s: Fraction, fps: Fraction, frame_count: int) -> list[XY]:
        """What `x_expression` and `y_expression` give, frame by frame."""
        return [
            shot.at(float(first_s + number / fps))
            for first, end, shot in self.stretches(first_s, fps, frame_count)
            for number in range(first, end)
        ]


def window_of(picture: tuple[int, int], frame: tuple[int, int]) -> XY:
    """The part of a picture's width and height that a frame shows of it (both as width and height in pixels)."""
    wider = Fraction(picture[0] * frame[1], picture[1] * frame[0])
    return (float(1 / wider), 1.0) if wider > 1 else (1.0, float(wider))


def pane_of(people: Sequence[XY], picture: tuple[int, int], frame: tuple[int, int]) -> Literal["stack", "beside"]:
    """Whether a split frame's panes stand one over the other, or side by side.

    They stand side by side where each pane over the other would show both faces.
    """
    stacked = window_of(picture, (frame[0], frame[1] // 2))[0]
    return "stack" if _distance(people) >= stacked / 2 + HALF_A_FACE else "beside"


def _distance(people: Sequence[XY]) -> float:
    return abs(people[0][0] - people[-1][0])


def still(start_s: Fraction, end_s: Fraction, x: float, y: float) -> CameraPath:
    """A point that somebody chose, held all the time."""
    return CameraPath((ShotPath(start_s, end_s, "follow", (Key(float(start_s), x, y),)),))


def _eased(share: float) -> float:
    return share * share * (3 - 2 * share)
