"""Pictures that are too small to be shown, still and moving: refused with their size."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from PIL import Image

from portevoix import ffmpeg
from portevoix.sources.photo import look_at_photo
from portevoix.sources.probe import UnusableSource, probe


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.tif"])
def test_a_photo_of_one_pixel_is_refused(name: str, tmp_path: Path) -> None:
    Image.new("RGB", (1, 1), (9, 9, 9)).save(tmp_path / name)
    with pytest.raises(UnusableSource, match="is 1x1 pixels; at least 16 a side are read"):
        look_at_photo(tmp_path / name)


@pytest.mark.parametrize("size", ["1x1", "4000x1", "8x300"])
def test_a_film_without_a_side_to_show_is_refused(size: str, tmp_path: Path) -> None:
    film = tmp_path / "a.mkv"
    made = [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", f"color=s={size}:r=25:d=1", "-c:v", "ffv1"]
    subprocess.run([*made, "-pix_fmt", "gray", str(film)], check=True)
    with pytest.raises(UnusableSource, match=f"has pictures of {size}; at least 16 a side is read"):
        probe(film)
