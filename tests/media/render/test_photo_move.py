"""Moves over photos: which one is chosen, and where each frame of it really lies."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import ffmpeg as graphs
import numpy as np
import pytest
from PIL import Image

from portevoix import ffmpeg
from portevoix.accepted import LARGEST_PICTURE_PX
from portevoix.plan.photo_move import (
    LARGEST_CANVAS_PX,
    MOST_ENLARGED,
    MOST_ZOOM,
    PAN_S,
    PhotoMove,
    Window,
    canvas_size,
    choose_move,
    longest_side_px,
)
from portevoix.render import picture as compose
from portevoix.render.photo_move import move_filters

RATE = Fraction(25)
FRAME = (320, 180)
PHOTO = (640, 480)
SHAPES = {"wide": (1920, 1080), "square": (1080, 1080), "story": (1080, 1920)}
PHOTOS = {
    "landscape": (4000, 3000),
    "portrait": (3000, 4000),
    "panorama": (9000, 2000),
    "banner": (30_000, 3_000),
    "small": (500, 400),
}
FOCUSES = ((0.5, 0.5), (0.0, 1.0), (0.8, 0.2))


def _frames(move: PhotoMove, photo: Path, folder: Path, first: int, count: int, pixels: str = "gray") -> np.ndarray:
    stream = graphs.input(f"file:{photo}", f="png_pipe", framerate=str(RATE))
    with Image.open(photo) as image:
        size = image.size
    for name, options in move_filters(move, size, FRAME, first):
        stream = stream.filter(name, **options)
    stream = stream.filter("scale", in_color_matrix="bt709", in_range="tv", out_range="pc", flags="accurate_rnd")
    output = compose.encoded(stream, "frames", count, {"f": "rawvideo", "pix_fmt": pixels})
    ffmpeg.run(["-v", "error", *compose.arguments(output)], folder, 60, encodes=False)
    shape = (count, FRAME[1], FRAME[0]) if pixels == "gray" else (count, FRAME[1], FRAME[0], 3)
    return np.fromfile(folder / "frames", np.uint8).reshape(shape).astype(float)


def _dot(x: float, y: float, path: Path) -> Path:
    down, across = np.mgrid[0 : PHOTO[1], 0 : PHOTO[0]] + 0.5
    dot = 40 + 190 * np.exp(-((across - x) ** 2 + (down - y) ** 2) / 2 / 5**2)
    Image.fromarray(dot.round().astype(np.uint8)).convert("RGB").save(path)
    return path


def _centre(frame: np.ndarray) -> tuple[float, float]:
    light = np.clip(frame - 55, 0, None)
    down, across = np.mgrid[0 : frame.shape[0], 0 : frame.shape[1]] + 0.5
    return float((light * across).sum() / light.sum()), float((light * down).sum() / light.sum())


MOVES = {
    "push in": PhotoMove(Window(0, 0.125, 1, 0.75), Window(0.12, 0.2, 0.85, 0.6375), 75),
    "pull out": PhotoMove(Window(0.12, 0.2, 0.85, 0.6375), Window(0, 0.125, 1, 0.75), 75),
    "pan": PhotoMove(Window(0, 0.2, 0.8, 0.6), Window(0.2, 0.3, 0.8, 0.6), 75),
    "even": PhotoMove(Window(0, 0.125, 1, 0.75), Window(0.12, 0.2, 0.85, 0.6375), 75, "linear"),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_dot_follows_the_curve_without_a_tremor(name: str, tmp_path: Path) -> None:
    move, (x, y) = MOVES[name], (300.3, 230.7)
    seen = np.array([_centre(f) for f in _frames(move, _dot(x, y, tmp_path / "dot.png"), tmp_path, 0, move.frames)])
    windows = [move.at(frame) for frame in range(move.frames)]
    wanted = np.array(
        [((x / PHOTO[0] - w.x) / w.width * FRAME[0], (y / PHOTO[1] - w.y) / w.height * FRAME[1]) for w in windows]
    )
    assert np.abs(seen - wanted).max() < 0.15
    # A picture that is placed on whole pixels jumps by one where it should go on by a hundredth.
    steps = np.diff(seen, axis=0) - np.diff(wanted, axis=0)
    assert np.abs(steps).max() < 0.08
    stride = 9
    bends, wanted_bends = (p[2 * stride :] - 2 * p[stride:-stride] + p[: -2 * stride] for p in (seen, wanted))
    clear = np.abs(wanted_bends) > 0.1
    assert (np.sign(bends[clear]) == np.sign(wanted_bends[clear])).all()
    assert clear.any()


def test_a_move_is_the_same_wherever_it_is_cut(tmp_path: Path) -> None:
    photo = _dot(300, 230, tmp_path / "dot.png")
    whole = _frames(MOVES["push in"], photo, tmp_path, 0, 40)
    assert np.array_equal(whole[25:40], _frames(MOVES["push in"], photo, tmp_path, 25, 15))
    assert not np.array_equal(whole[24:39], whole[25:40])


def test_a_move_stands_still_at_its_end(tmp_path: Path) -> None:
    photo = _dot(300, 230, tmp_path / "dot.png")
    after = _frames(MOVES["pan"], photo, tmp_path, 74, 10)
    assert (after == after[0]).all()


@pytest.mark.parametrize("colour", [(200, 16, 46), (16, 24, 42), (240, 180, 20)])
def test_a_photos_colour_comes_out_as_it_went_in(colour: tuple[int, int, int], tmp_path: Path) -> None:
    Image.new("RGB", PHOTO, colour).save(tmp_path / "plain.png")
    frames = _frames(MOVES["push in"], tmp_path / "plain.png", tmp_path, 30, 1, "rgb24")
    assert np.abs(frames - colour).max() <= 3


@pytest.mark.parametrize("frame", SHAPES)
@pytest.mark.parametrize("photo", PHOTOS)
@pytest.mark.parametrize("focus", FOCUSES)
@pytest.mark.parametrize("seconds", [2, 6, 30])
@pytest.mark.parametrize("turn", [0, 1])
def test_a_move_keeps_inside_its_photo_and_in_the_frames_shape(
    frame: str, photo: str, focus: tuple[float, float], seconds: int, turn: int
) -> None:
    size, shape = PHOTOS[photo], SHAPES[frame]
    move = choose_move(size, shape, focus, seconds * 25, RATE, turn)
    for window in (move.start, move.end):
        assert min(window.x, window.y) >= 0
        assert max(window.x + window.width, window.y + window.height) <= 1 + 1e-9
        across, down = window.width * size[0], window.height * size[1]
        assert across / down == pytest.approx(shape[0] / shape[1])
    zoom = max(move.start.width, move.end.width) / min(move.start.width, move.end.width)
    assert zoom <= MOST_ZOOM + 1e-9
    way = np.hypot(
        (move.end.x - move.start.x) / move.end.width * shape[0],
        (move.end.y - move.start.y) / move.end.height * shape[1],
    )
    assert zoom > 1 or way <= max(shape) * seconds / PAN_S + 1e-6
    width, height = canvas_size(move, shape)
    assert width * height <= LARGEST_CANVAS_PX * 1.01
    longest = longest_side_px(move, size, shape)
    assert longest <= max(size)
    assert longest * longest * min(size) / max(size) <= LARGEST_PICTURE_PX


@pytest.mark.parametrize("focus", [(0.3, 0.4), (0.7, 0.6)])
def test_the_focus_comes_nearer_to_the_middle(focus: tuple[float, float]) -> None:
    def off(window: Window) -> float:
        return float(
            np.hypot(
                *(
                    (f - at - s / 2) / s
                    for f, at, s in ((focus[0], window.x, window.width), (focus[1], window.y, window.height))
                )
            )
        )

    pushed = choose_move(PHOTOS["landscape"], SHAPES["wide"], focus, 150, RATE)
    assert pushed.end.width < pushed.start.width
    assert off(pushed.end) < off(pushed.start)
    pulled = choose_move(PHOTOS["landscape"], SHAPES["wide"], focus, 150, RATE, turn=1)
    assert (pulled.start, pulled.end) == (pushed.end, pushed.start)
    panned = choose_move(PHOTOS["panorama"], SHAPES["wide"], focus, 150, RATE)
    assert panned.end.width == panned.start.width
    assert off(panned.end) < off(panned.start)


def test_on_a_loop_the_camera_rests_on_the_focus() -> None:
    """Where a pan would suit, it would come back over the whole of it, twice as fast."""
    frame, focus = (884, 1080), (0.55, 0.4)
    there = choose_move((1200, 800), frame, focus, 200, RATE)
    loop = choose_move((1200, 800), frame, focus, 200, RATE, ease="return")
    assert there.start.x != there.end.x and loop.at(0) == there.end == loop.at(200)
    for frame_number in range(0, 200, 10):
        window = loop.at(frame_number)
        assert abs(window.x + window.width / 2 - focus[0]) <= abs(loop.start.x + loop.start.width / 2 - focus[0]) + 1e-9
    assert 1.02 < loop.start.width / loop.at(100).width < 1.2


def test_a_photo_of_few_pixels_is_not_enlarged_for_a_move() -> None:
    move = choose_move((1000, 600), (1920, 1080), (0.2, 0.2), 150, RATE)
    assert move.start == move.end
    near = choose_move((1400, 800), (1920, 1080), (0.2, 0.2), 150, RATE)
    assert near.start != near.end
    assert near.end.width * 1400 * MOST_ENLARGED >= 1920 - 1


def test_a_photo_that_stands_still_is_sampled_once(tmp_path: Path) -> None:
    still = PhotoMove(MOVES["pan"].end, MOVES["pan"].end, 75)
    photo = _dot(300.3, 230.7, tmp_path / "dot.png")
    assert "perspective" not in dict(move_filters(still, PHOTO, FRAME, 0))
    (frame,) = _frames(still, photo, tmp_path, 40, 1)
    (moved,) = _frames(MOVES["pan"], photo, tmp_path, 74, 1)
    assert _centre(frame) == pytest.approx(_centre(moved), abs=0.1)


def test_a_photo_is_prepared_with_the_pixels_that_its_move_shows() -> None:
    move = choose_move((12_000, 8_000), (1920, 1080), (0.5, 0.5), 150, RATE)
    longest = longest_side_px(move, (12_000, 8_000), (1920, 1080))
    closest = min(move.start.width, move.end.width) * longest
    assert 1920 <= closest < 1940
