"""A slow camera move over a photo, towards its focus: which one suits, and how many pixels it needs."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from portevoix.sources.photo import longest_prepared_px

ZOOM_PER_S = 0.03  # of the size, a second: a push in that is felt and not watched
MOST_ZOOM = 1.2
LEAST_ZOOM = 1.02  # below it nothing seems to move, and the picture only loses sharpness
MOST_ENLARGED = 1.5  # output pixels over photo pixels; softer shows beside footage
MOST_STRETCHED = 5  # output pixels over photo pixels, in each direction: beyond it a photo does not fill the frame
MOUNTED = 2.5  # output pixels over photo pixels of one that is set on a ground, at most
MOUNTED_AT = 0.4  # of the frame's height, its middle: words stand below
LEAST_SPARE = 0.3  # of the photo's long side outside the frame: from here on a pan shows what a crop would hide
HELD = 0.2  # of a frame's side: so far a face may stand from where the move ends
PAN_S = 7  # s in which a pan passes one frame's width, on average: faster, detail smears (the rule of camera crews)
LARGEST_CANVAS_PX = 12_000_000  # the picture that a move samples, in memory for each frame in flight

Ease = Literal["soft", "linear", "return"]


@dataclass(frozen=True)
class Window:
    """What the frame shows of a photo: left, top, width and height in parts of the photo's, 0 to 1; beyond them where
    the photo is set on a ground.
    """

    x: float
    y: float
    width: float
    height: float


WHOLE = Window(0, 0, 1, 1)


@dataclass(frozen=True)
class PhotoMove:
    """From one window to another in `frames` frames; the first shows `start`, the last shows `end`.

    With the ease `return` it goes there and back: the frame after the last would be the first again.
    """

    start: Window
    end: Window
    frames: int
    ease: Ease = "soft"

    @property
    def around(self) -> Window:
        """The smallest window that holds both: all of the photo that the move can show."""
        x, y = min(self.start.x, self.end.x), min(self.start.y, self.end.y)
        right = max(self.start.x + self.start.width, self.end.x + self.end.width)
        foot = max(self.start.y + self.start.height, self.end.y + self.end.height)
        return Window(x, y, right - x, foot - y)

    @property
    def last(self) -> int:
        """The frame with which the move is done."""
        return self.frames if self.ease == "return" else max(1, self.frames - 1)

    def at(self, frame: int) -> Window:
        """The window of a frame, counted from 0."""
        t = min(1.0, frame / self.last)
        eased = {"soft": t * t * (3 - 2 * t), "linear": t, "return": (1 - math.cos(2 * math.pi * t)) / 2}
        part = eased[self.ease]
        start, end = self.start, self.end
        return Window(
            start.x + (end.x - start.x) * part,
            start.y + (end.y - start.y) * part,
            start.width + (end.width - start.width) * part,
            start.height + (end.height - start.height) * part,
        )


def choose_move(
    photo_size: tuple[int, int],
    frame_size: tuple[int, int],
    focus: tuple[float, float],
    frames: int,
    fps: Fraction,
    turn: int = 0,
    ease: Ease = "soft",
) -> PhotoMove:
    """The move that suits a photo in a frame. Sizes: width and height in pixels; `focus` in parts of the photo.

    Where the frame leaves out a good part of the photo, a pan along it that ends at the focus; else a push in to it,
    and at every odd `turn` (the photo's number in its story) a pull out from it. On a loop (ease `return`) always a
    push in, and out again: a pan that comes back would never rest on the focus. A photo of too few pixels stands still,
    and one of far too few does not fill the frame.
    """
    if is_too_small(photo_size, frame_size):
        window = _mounted(photo_size, frame_size)
        return PhotoMove(window, window, frames)
    width, height = photo_size
    loops = ease == "return"
    seconds = float(frames / fps) / (1 + loops)
    shape = frame_size[0] / frame_size[1] * height / width  # of the frame, in the photo's own units
    widest = _placed(min(1.0, shape), min(1.0, 1 / shape), focus, WHOLE)
    if 1 - min(widest.width, widest.height) >= LEAST_SPARE and not loops:
        return PhotoMove(_before(widest, seconds), widest, frames)
    sharpest = widest.width * width * MOST_ENLARGED / frame_size[0]
    zoom = min(1 + ZOOM_PER_S * seconds, MOST_ZOOM, sharpest)
    if zoom < LEAST_ZOOM:
        return PhotoMove(widest, widest, frames)
    closest = _placed(widest.width / zoom, widest.height / zoom, focus, widest)
    outwards = turn % 2 and not loops
    return PhotoMove(closest, widest, frames, ease) if outwards else PhotoMove(widest, closest, frames, ease)


def is_too_small(photo_size: tuple[int, int], frame_size: tuple[int, int]) -> bool:
    """Whether a photo is set on a ground since it would have to be stretched too much to fill a frame."""
    return max(frame_size[0] / photo_size[0], frame_size[1] / photo_size[1]) > MOST_STRETCHED


def _mounted(photo_size: tuple[int, int], frame_size: tuple[int, int]) -> Window:
    stretched = min(MOUNTED, frame_size[0] / photo_size[0], frame_size[1] / photo_size[1])
    width, height = (side / stretched / own for side, own in zip(frame_size, photo_size, strict=True))
    top = min(max(0.0, height * MOUNTED_AT - 0.5), height - 1)
    return Window((1 - width) / 2, -top, width, height)


def stood_aside(window: Window, frame_size: tuple[int, int], mirrored: bool) -> Window:
    """A photo on its ground moved to where lines end, in the middle of the height: as far from that edge of the frame
    as from its head.
    """
    width, height = 1 / window.width, 1 / window.height
    top = (1 - height) / 2
    margin = top * frame_size[1] / frame_size[0]
    left = margin if mirrored else 1 - width - margin
    return replace(window, x=-left * window.width, y=-top * window.height)


def mounted_box(window: Window, frame_size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """Where a photo lies in its frame, as left, top, width and height in pixels; None where it fills it."""
    if window.width <= 1 and window.height <= 1:
        return None
    across, down = frame_size[0] / window.width, frame_size[1] / window.height
    return round(-window.x * across), round(-window.y * down), round(across), round(down)


def near_its_end(move: PhotoMove, across: bool = True) -> PhotoMove:
    """The move begun so near to its end that what stands in the middle then is seen all the time; not `across`: as far
    as it goes up or down.
    """
    start, end = move.start, move.end

    def near(one: float, other: float, side: float) -> float:
        return min(max(one, other - HELD * side), other + HELD * side)

    begin = replace(start, y=near(start.y, end.y, end.height))
    return replace(move, start=replace(begin, x=near(start.x, end.x, end.width)) if across else begin)


def _placed(width: float, height: float, focus: tuple[float, float], within: Window) -> Window:
    """A window with `focus` in its middle, or as near to it as `within` lets it be."""
    x = min(max(focus[0] - width / 2, within.x), within.x + within.width - width)
    y = min(max(focus[1] - height / 2, within.y), within.y + within.height - height)
    return Window(x, y, width, height)


def _before(end: Window, seconds: float) -> Window:
    """Where a pan to `end` begins: on the side with more room, as far off as its time allows."""
    if end.width < end.height:
        return Window(_start_of_pan(end.x, end.width, seconds), end.y, end.width, end.height)
    return Window(end.x, _start_of_pan(end.y, end.height, seconds), end.width, end.height)


def _start_of_pan(end: float, side: float, seconds: float) -> float:
    before, after = end, 1 - side - end
    way = side * seconds / PAN_S
    return end - min(way, before) if before >= after else end + min(way, after)


def canvas_size(move: PhotoMove, frame_size: tuple[int, int]) -> tuple[int, int]:
    """Width and height, even, of the picture that a move samples: the closest window has the output's own pixels in it.

    Smaller where that would pass 12 million pixels.
    """
    around = move.around
    width = frame_size[0] * around.width / min(move.start.width, move.end.width)
    height = frame_size[1] * around.height / min(move.start.height, move.end.height)
    reduced = max(1.0, math.sqrt(width * height / LARGEST_CANVAS_PX))
    return 2 * math.ceil(width / reduced / 2), 2 * math.ceil(height / reduced / 2)


def longest_side_px(move: PhotoMove, photo_size: tuple[int, int], frame_size: tuple[int, int]) -> int:
    """How long a photo is prepared for a move: no larger than what is shown, and never enlarged."""
    around, (width, height) = move.around, canvas_size(move, frame_size)
    wanted = max(width / around.width / photo_size[0], height / around.height / photo_size[1])
    return min(math.ceil(wanted * max(photo_size)), max(photo_size), longest_prepared_px(photo_size))
