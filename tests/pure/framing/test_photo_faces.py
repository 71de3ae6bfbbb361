"""Where a photo looks: at the people in it, else where heads usually are."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from portevoix.framing import photo_faces
from portevoix.framing.photo_faces import UPPER_THIRD, faces_in_photo, focus_of_photo
from portevoix.framing.tracks import Features, Sighting
from portevoix.plan.photo_move import choose_move, near_its_end
from portevoix.sources.photo import Photo, look_at_photo
from portevoix.store import FolderStore

GROUND = "#10233f"
UPRIGHT = (3000, 4500)  # pixels of a photo of somebody who stands


@pytest.fixture
def photo(tmp_path: Path) -> Photo:
    Image.new("RGB", (200, 300), "grey").save(tmp_path / "a.png")
    return look_at_photo(tmp_path / "a.png")


def focus(
    found: list[Sighting],
    photo: Photo,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    frame: tuple[int, int] = (1080, 1080),
) -> tuple[float, float]:
    monkeypatch.setattr(photo_faces, "sightings", lambda second, pixels: found)
    store = FolderStore(folder / "store")
    assert faces_in_photo(photo, GROUND, store) == [face for face in found if face.score > 0.8]
    return focus_of_photo(photo, frame, GROUND, store)


def face(x: float, y: float, width: float, score: float) -> Sighting:
    return Sighting(Fraction(0), x, y, width, score)


def test_a_photo_looks_between_the_faces_in_it(photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = [face(0.2, 0.3, 0.2, 0.9), face(0.6, 0.3, 0.1, 0.9)]
    assert focus([*two, face(0.9, 0.9, 0.15, 0.62)], photo, tmp_path, monkeypatch) == (pytest.approx(0.4), 0.3)


def test_a_photo_looks_at_the_larger_of_two_faces_that_its_frame_cannot_show_at_once(
    photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = [face(0.1, 0.3, 0.16, 0.9), face(0.9, 0.3, 0.14, 0.9), face(0.25, 0.3, 0.12, 0.9)]
    assert focus(far, photo, tmp_path, monkeypatch)[0] == pytest.approx(0.5), "a square shows all of its width"
    assert focus(far, photo, tmp_path, monkeypatch, (1080, 1920))[0] == pytest.approx(0.175)
    wide = replace(photo, width=300, height=200)
    assert focus(far, wide, tmp_path, monkeypatch, (1080, 1920))[0] == pytest.approx(0.175)


def test_a_strip_too_low_for_a_face_keeps_its_eyes(
    photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    near = Sighting(Fraction(0), 0.28, 0.44, 0.37, 0.9, Features((0.2, 0.36, 0.36, 0.38), (0.22, 0.56, 0.35, 0.57)))
    x, y = focus([near], photo, tmp_path, monkeypatch)
    strip = choose_move((2000, 2000), (1080, 260), (x, y), 150, Fraction(25)).end
    assert strip.y + 0.05 < 0.36 < 0.38 < strip.y + strip.height - 0.05


def test_a_photo_looks_at_what_may_be_a_face_where_no_other_was_found(
    photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert focus([face(0.54, 0.17, 0.14, 0.66)], photo, tmp_path, monkeypatch) == (0.54, 0.17)


def test_a_photo_without_a_face_keeps_its_upper_third(
    photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert focus([face(0.9, 0.8, 0.02, 0.66)], photo, tmp_path, monkeypatch) == UPPER_THIRD
    for frame in ((1920, 1080), (1080, 1080)):
        move = near_its_end(choose_move(UPRIGHT, frame, UPPER_THIRD, 150, Fraction(25)), across=False)
        assert move.end.y < 0.2 and move.end.y + move.end.height > 0.4, "a head at a fifth of the height"
        assert move.start.y <= move.end.y + 0.2 * move.end.height, "which is hardly cut when the move begins"
    panorama = choose_move((6000, 1500), (1920, 1080), UPPER_THIRD, 150, Fraction(25))
    assert near_its_end(panorama, across=False) == panorama
    assert choose_move(UPRIGHT, (1080, 1080), UPPER_THIRD, 150, Fraction(25)).end.y == 0, "and the hair above it"
