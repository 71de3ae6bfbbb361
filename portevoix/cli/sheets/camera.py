"""A contact sheet of a camera path: every shot, with the window that a story shows of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np
from PIL import Image, ImageDraw

from portevoix.cli.sheets.captions import HEAD, INK, MARGIN, PAGE_WIDTH, PAPER, label
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import SIZES
from portevoix.framing.path import XY, CameraPath, ShotPath, pane_of, window_of
from portevoix.framing.pictures import Stretch, pictures
from portevoix.timing import clock

LYING, STANDING = (3, 5), (4, 2)  # columns and rows of a page, by the shape of the picture
DIMMED = 0.35  # of its light is left of what a story does not show
WINDOW, SQUARE = "#FFFFFF", "#FFC400"
PANES = {"stack": (1080, 960), "beside": (540, 1920)}


def camera_sheets(title: str, stretch: Stretch, path: CameraPath, artist: Artist) -> Iterator[Image.Image]:
    """Pages with a cell for each shot that stands still, and one for each place of a camera that moves.

    Light: what a story shows; yellow: a square's edge. A shot without a person has neither. Raises RenderFailed.
    """
    columns, most_rows = LYING if stretch.size[0] >= stretch.size[1] else STANDING
    width = (PAGE_WIDTH - MARGIN * (columns + 1)) // columns
    height = width * stretch.size[1] // stretch.size[0]
    cells = [(number, shot, at) for number, shot in enumerate(path.shots, 1) for at in _moments(shot)]
    for first in range(0, len(cells), columns * most_rows):
        here = cells[first : first + columns * most_rows]
        rows = -(-len(here) // columns)
        used = MARGIN + min(columns, len(here)) * (width + MARGIN)
        page = Image.new("RGB", (used, MARGIN + rows * (height + HEAD + MARGIN)), PAPER)
        for place, (number, shot, at) in enumerate(here):
            x = MARGIN + place % columns * (width + MARGIN)
            y = MARGIN + place // columns * (height + HEAD + MARGIN)
            label(page, f"{title}, shot {number}   {clock(at)[3:]}   {shot.verdict}", x, y, artist, INK)
            picture = _picture(stretch, at, artist).resize((width, height), Image.Resampling.LANCZOS)
            page.paste(_windowed(picture, stretch.size, shot, at), (x, y + HEAD))
        yield page


def _moments(shot: ShotPath) -> list[Fraction]:
    """The middle of a shot that stands still; else when the camera leaves its first place and reaches each other."""
    if len(shot.keys) == 1:
        return [(shot.start_s + shot.end_s) / 2]
    seconds = [Fraction(key.second) for key in shot.keys]
    return [max(seconds[0], shot.start_s), *seconds[1::2]]


def _picture(stretch: Stretch, at: Fraction, artist: Artist) -> Image.Image:
    source = stretch.source
    at = max(Fraction(0), min(at, source.duration_s - 1 / source.fps))
    moment = replace(stretch, start_s=at, end_s=at + 1 / source.fps)
    return next(Image.fromarray(picture) for _, picture in pictures(moment, source.fps, 960, "rgb24", artist.store))


def _windowed(picture: Image.Image, size: tuple[int, int], shot: ShotPath, at: Fraction) -> Image.Image:
    if shot.verdict == "nobody":
        return picture
    second = float(at)
    story, square = window_of(size, SIZES["story"]), window_of(size, SIZES["square"])
    if shot.verdict == "apart":
        pane = window_of(size, PANES[pane_of(shot.people, size, SIZES["story"])])
        windows = [_box(picture, point, pane) for point in shot.people]
    else:
        windows = [_box(picture, CameraPath((shot,)).within(story).shots[0].at(second), story)]
    shown = Image.fromarray((np.asarray(picture) * DIMMED).astype(np.uint8))
    for box in windows:
        shown.paste(picture.crop(box), box[:2])
    pen = ImageDraw.Draw(shown)
    if shot.verdict == "follow":
        looked_at = CameraPath((shot,)).within(square).shots[0].at(second)
        pen.rectangle(_edge(_box(picture, looked_at, square)), outline=SQUARE, width=2)
    for box in windows:
        pen.rectangle(_edge(box), outline=WINDOW, width=3)
    return shown


def _box(picture: Image.Image, middle: XY, window: XY) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a window round `middle`, held inside the picture."""
    (left, right), (top, bottom) = (
        (round(start * length), round((start + side) * length))
        for start, side, length in (
            (min(max(point - side / 2, 0), 1 - side), side, length)
            for point, side, length in zip(middle, window, picture.size, strict=True)
        )
    )
    return left, top, right, bottom


def _edge(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return box[0], box[1], box[2] - 1, box[3] - 1
