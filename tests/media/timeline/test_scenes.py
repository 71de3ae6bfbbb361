"""Cards on their way, loops, split frames and stings, on frames."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from portevoix import ffmpeg
from portevoix.drawing.motion import Glide
from portevoix.plan.composition import Framing
from portevoix.plan.photo_move import PhotoMove, Window
from portevoix.render import picture as compose
from portevoix.render.picture import ImageOverlay, Still
from portevoix.sources.probe import probe

FPS = Fraction(25)
SMALL = Framing(320, 180, "crop", (0.5, 0.5), "#102040")
RED = (200, 16, 46, 255)


def frames_of(stream: object, folder: Path, count: int) -> list[NDArray[np.uint8]]:
    output = compose.encoded(stream, "out.raw", count, {"c:v": "rawvideo", "pix_fmt": "rgb24", "f": "rawvideo"})
    ffmpeg.run(["-v", "error", *compose.arguments(output)], folder, 60)
    return list(np.fromfile(folder / "out.raw", np.uint8).reshape(count, -1, SMALL.width, 3))


def over_ground(folder: Path, overlay: ImageOverlay, count: int) -> list[NDArray[np.uint8]]:
    (picture,) = compose.branches(compose.composed(None, SMALL, FPS), [[overlay]], FPS)
    return frames_of(picture, folder, count)


@pytest.mark.parametrize("leaving", [False, True])
@pytest.mark.parametrize("dx", [-40, 40])
def test_a_card_slides_and_fades_within_its_frames_and_is_the_same_wherever_the_chunk_is_cut(
    tmp_path: Path, dx: int, leaving: bool
) -> None:
    Image.new("RGBA", (100, 60), RED).save(tmp_path / "card.png")
    card, count = tmp_path / "card.png", 8
    whole = over_ground(tmp_path, ImageOverlay(card, 100, 60, 4, 12, Glide(0, count, leaving, dx, 0)), 16)
    red = np.array([frame[90, :, 0].astype(int) for frame in whole])
    assert all((red[n] == red[0]).all() for n in (*range(4), *range(12, 16))), "nothing before and after"
    strongest = red[4:12].max(axis=1)
    left = np.array([int(np.argmax(row > row.min() + 8)) for row in red[4:12]])
    steps = np.diff(strongest), np.diff(left)
    assert (steps[0] < 0).all() if leaving else (steps[0] > 0).all(), "it fades all the way"
    away = np.abs(left - 100)
    assert (np.diff(away) >= 0).all() if leaving else (np.diff(away) <= 0).all(), "it slides one way"
    assert (np.sign(left - 100) * np.sign(dx) >= 0).all() and away.max() == 28 and away.min() == 0
    later = Glide(0, count, leaving, dx, 0).later(3)
    cut = over_ground(tmp_path, ImageOverlay(card, 100, 60, 0, 5, later), 5)
    assert all((a == b).all() for a, b in zip(cut, whole[7:12], strict=True))


@pytest.mark.parametrize(("dx", "dy"), [(100, 0), (-100, 0), (0, 60), (0, -60)])
def test_what_comes_from_behind_a_mask_is_seen_within_its_place_alone(tmp_path: Path, dx: int, dy: int) -> None:
    Image.new("RGBA", (100, 60), RED).save(tmp_path / "card.png")
    glide = Glide(0, 8, False, dx, dy, masked=True)
    whole = over_ground(tmp_path, ImageOverlay(tmp_path / "card.png", 100, 60, 4, 16, glide), 16)
    red = [frame[:, :, 0] > 140 for frame in whole]
    assert not any(seen[:58].any() or seen[122:].any() or seen[:, :98].any() or seen[:, 202:].any() for seen in red)
    areas = [int(seen.sum()) for seen in red]
    assert areas[:4] == [0] * 4 and areas[4:12] == sorted(areas[4:12]) and 0 < areas[4] < areas[11]
    assert len({*areas[12:]}) == 1 and abs(areas[12] - 6000) < 200, "and stands still once it is there"
    edge = red[6].any(axis=1 if dy else 0)
    first = int(np.argmax(edge))
    assert (first > (60 if dy else 100) + 4) == (max(dx, dy) > 0), "it comes from the side that it was sent to"
    cut = over_ground(tmp_path, ImageOverlay(tmp_path / "card.png", 100, 60, 0, 6, glide.later(6)), 6)
    assert all((a == b).all() for a, b in zip(cut, whole[10:16], strict=True))


def test_a_figure_counts_up_within_its_cell_to_the_last_of_its_strip(tmp_path: Path) -> None:
    strip, levels = Image.new("RGBA", (40, 240)), (60, 110, 160, 210)
    for number, level in enumerate(levels):
        strip.paste((level, level, level, 255), (0, 60 * number, 40, 60 * number + 60))
    strip.save(tmp_path / "strip.png")
    glide = Glide(0, 12, False, 0, 180, masked=True, power=1, cell=60)
    whole = over_ground(tmp_path, ImageOverlay(tmp_path / "strip.png", 100, 60, 2, 18, glide), 18)
    assert all((frame[:58] == whole[0][:58]).all() and (frame[122:] == whole[0][122:]).all() for frame in whole)
    middle = [int(frame[90, 120, 0]) for frame in whole[2:]]
    seen = {min(levels, key=lambda level: abs(level - found)) for found in middle}
    assert middle == sorted(middle) and seen == set(levels)
    assert all(abs(level - levels[-1]) < 4 for level in middle[12:]), "and stays there"


def test_the_frame_after_a_loops_last_is_its_first_and_no_step_is_a_jump(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    noise = rng.integers(0, 255, (45, 80, 3), dtype=np.uint8)
    Image.fromarray(noise).resize((320, 180), Image.Resampling.BICUBIC).save(tmp_path / "ground.png")
    move = PhotoMove(Window(0, 0, 1, 1), Window(0.03, 0.03, 0.94, 0.94), 24, "return")
    whole = frames_of(compose.composed(Still(tmp_path / "ground.png", (320, 180), move, 0), SMALL, FPS), tmp_path, 24)
    again = frames_of(compose.composed(Still(tmp_path / "ground.png", (320, 180), move, 24), SMALL, FPS), tmp_path, 1)
    assert (again[0] == whole[0]).all()
    changes = [float(np.abs(a.astype(int) - b).mean()) for a, b in zip(whole, [*whole[1:], whole[0]], strict=True)]
    assert changes[-1] <= min(changes[4:8]) and max(changes) > 0


@pytest.mark.parametrize("colour", ["#F6F4E8", "#10233F", "#C8102E"])
def test_the_ground_has_the_colour_of_a_card_that_is_drawn_in_it(tmp_path: Path, colour: str) -> None:
    drawn = tuple(int(colour[n : n + 2], 16) for n in (1, 3, 5))
    Image.new("RGB", (160, 180), drawn).convert("RGBA").save(tmp_path / "card.png")
    ground = compose.composed(None, replace(SMALL, ground=colour), FPS)
    (picture,) = compose.branches(ground, [[ImageOverlay(tmp_path / "card.png", 0, 0, 0, 2)]], FPS)
    (frame,) = frames_of(picture, tmp_path, 1)
    assert (frame[90, 40] == frame[90, 280]).all()
    assert np.abs(frame[90, 40].astype(int) - drawn).max() <= 3


def test_a_picture_may_stand_beside_itself(tmp_path: Path) -> None:
    Image.new("RGB", (320, 180), (255, 255, 255)).save(tmp_path / "white.png")
    still = Still(tmp_path / "white.png", (320, 180), PhotoMove(Window(0, 0, 1, 1), Window(0, 0, 1, 1), 2), 0)
    half = replace(SMALL, width=156)
    one, other = (compose.composed(still, half, FPS, copy) for copy in (0, 1))
    (frame,) = frames_of(compose.side_by_side(one, other, "right", (320, 180), "#ff0000"), tmp_path, 1)
    assert frame[90, 5].min() > 250 and frame[90, 315].min() > 250


@pytest.mark.parametrize("side", ["right", "left", "below"])
def test_two_pictures_share_a_frame_with_the_ground_between_them(tmp_path: Path, side: str) -> None:
    Image.new("RGB", (320, 180), (255, 255, 255)).save(tmp_path / "white.png")
    Image.new("RGB", (320, 180), (0, 0, 0)).save(tmp_path / "black.png")
    width, height = (320, 86) if side == "below" else (156, 180)
    half = Framing(width, height, "crop", (0.5, 0.5), "#ff0000")
    still = PhotoMove(Window(0, 0, 1, 1), Window(0, 0, 1, 1), 2)
    one, other = (
        compose.composed(Still(tmp_path / f"{n}.png", (320, 180), still, 0), half, FPS) for n in ("white", "black")
    )
    (frame,) = frames_of(compose.side_by_side(one, other, side, (320, 180), "#ff0000"), tmp_path, 1)
    line = frame[:, 160] if side == "below" else frame[90]
    first, last = (line[0], line[-1]) if side != "left" else (line[-1], line[0])
    assert first.min() > 250 and last.max() < 5
    assert (line[len(line) // 2].astype(int) - (255, 0, 0)).tolist() == pytest.approx([0, 0, 0], abs=12)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.webm", ("-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p")),
        ("a.mov", ("-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le")),
    ],
)
def test_the_ground_is_seen_where_a_sting_is_transparent(tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    picture = (
        "color=c=red:s=160x90:r=25:d=0.4,format=yuva444p,geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='255*lt(X,80)'"
    )
    subprocess.run(
        [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", picture, *options, str(tmp_path / name)], check=True
    )
    source = probe(tmp_path / name)
    assert source.pixel_format.startswith("yuva")
    footage = compose.footage_of(source, source.first_picture_s, Fraction(1), None)
    frames = frames_of(compose.composed(footage, Framing(320, 180, "over", (0.5, 0.5), "#102040"), FPS), tmp_path, 8)
    for frame in frames:
        assert frame[90, 40, 0] > 180
        assert frame[90, 280].astype(int).tolist() == pytest.approx([0x10, 0x20, 0x40], abs=6)
