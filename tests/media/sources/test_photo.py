"""Photos as they come, and what is made of them, pixel by pixel."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
import pyvips
from PIL import Image, ImageCms, ImageOps

from portevoix.accepted import LARGEST_PICTURE_PX
from portevoix.errors import RenderFailed
from portevoix.sources import photo as photos
from portevoix.sources.photo import longest_prepared_px, look_at_photo, prepare_photo
from portevoix.sources.probe import UnusableSource
from portevoix.store import Store

GROUND = "#10182a"
PRIMARIES = ((220, 30, 40), (30, 200, 60), (40, 60, 210), (240, 240, 235))


def _quarters(width: int = 96, height: int = 64) -> Image.Image:
    """Four corners that cannot be taken for one another, so that a turn or a mirror shows."""
    picture = Image.new("RGB", (width, height))
    for number, colour in enumerate(PRIMARIES):
        at = (number % 2 * width // 2, number // 2 * height // 2)
        picture.paste(colour, (*at, at[0] + width // 2, at[1] + height // 2))
    return picture


def _pixels(path: Path, store: Store, longest: int = 4000) -> np.ndarray:
    key = prepare_photo(look_at_photo(path), longest, GROUND, store)
    with Image.open(store.path(key, ".png")) as image:
        assert image.mode == "RGB"
        assert store.facts(key) == {"width": image.width, "height": image.height}
        return np.asarray(image).astype(int)


def _saved(picture: Image.Image, path: Path, **options) -> Path:
    picture.save(path, **options)
    return path


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_as_its_camera_says(orientation: int, tmp_path: Path, store: Store) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = _saved(_quarters(), tmp_path / "a.jpg", exif=exif, quality=95, subsampling=0)
    with Image.open(path) as stored:
        upright = np.asarray(ImageOps.exif_transpose(stored)).astype(int)
    photo = look_at_photo(path)
    assert (photo.width, photo.height) == upright.shape[1::-1]
    assert np.abs(_pixels(path, store) - upright).max() <= 2


def test_a_print_without_a_profile_has_white_paper_and_its_inks_their_hue(tmp_path: Path, store: Store) -> None:
    inks = Image.new("CMYK", (50, 20))
    for number, ink in enumerate(((0, 0, 0, 0), (255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 255))):
        inks.paste(ink, (number * 10, 0, number * 10 + 10, 20))
    path = _saved(inks, tmp_path / "a.jpg", quality=100, subsampling=0)
    assert look_at_photo(path).colour == "cmyk"
    white, cyan, magenta, yellow, black = _pixels(path, store)[5, 5::10]
    assert white.min() >= 250
    assert black.max() <= 60
    assert cyan[0] < 60 and cyan[2] > 200
    assert magenta[1] < 60 and magenta[0] > 200
    assert yellow[2] < 60 and yellow[0] > 220


@pytest.mark.parametrize("tag", ["p3", "cmyk"])
def test_a_profile_is_obeyed(tag: str, tmp_path: Path, store: Store) -> None:
    profile = pyvips.Operation.call("profile_load", tag)
    mode = "CMYK" if tag == "cmyk" else "RGB"
    colours = [(200, 40, 60, 20), (30, 190, 80, 10), (10, 60, 200, 90), (120, 110, 100, 0), (0, 0, 0, 0)]
    picture = Image.new(mode, (50, 20))
    for number, colour in enumerate(colours):
        picture.paste(colour[: len(mode)], (number * 10, 0, number * 10 + 10, 20))
    path = _saved(picture, tmp_path / "a.tif", icc_profile=profile)
    assert look_at_photo(path).profile
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    wanted = ImageCms.profileToProfile(
        picture,
        source,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
    )
    assert wanted is not None
    assert np.abs(_pixels(path, store)[5, 5::10] - np.asarray(wanted).astype(int)[5, 5::10]).max() <= 3


def test_a_broken_profile_costs_its_colours_and_not_the_photo(tmp_path: Path, store: Store) -> None:
    path = _saved(_quarters(), tmp_path / "a.png", icc_profile=b"no profile " * 40)
    assert np.abs(_pixels(path, store) - np.asarray(_quarters()).astype(int)).max() <= 1


@pytest.mark.parametrize("kind", ["rgb16", "grey16"])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bits_become_eight_without_a_shift(kind: str, suffix: str, tmp_path: Path, store: Store) -> None:
    levels = np.arange(65536, dtype=np.uint16).reshape(256, 256, 1)
    ramp = pyvips.Image.new_from_array(levels.repeat(3, 2) if kind == "rgb16" else levels)
    ramp.copy(interpretation=kind).write_to_file(str(tmp_path / f"a{suffix}"))
    photo = look_at_photo(tmp_path / f"a{suffix}")
    assert (photo.bits, photo.colour) == (16, "rgb" if kind == "rgb16" else "grey")
    wanted = np.arange(65536).reshape(256, 256) / 257
    assert np.abs(_pixels(photo.path, store)[:, :, 1] - wanted).max() <= 1


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_shows_the_ground(mode: str, tmp_path: Path, store: Store) -> None:
    picture = _quarters().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    if mode == "P":
        path = _saved(_quarters().quantize(4), tmp_path / "a.png", transparency=0)
        with Image.open(path) as stored:
            picture = stored.convert("RGBA")
    else:
        picture = picture.convert(mode)
        path = _saved(picture, tmp_path / "a.png")
        picture = picture.convert("RGBA")
    assert look_at_photo(path).alpha
    wanted = Image.new("RGBA", picture.size, GROUND)
    wanted.alpha_composite(picture)
    assert np.abs(_pixels(path, store) - np.asarray(wanted.convert("RGB")).astype(int)).max() <= 2


def test_nothing_is_left_of_where_a_photo_was_taken(tmp_path: Path, store: Store) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 40.0)
    exif[0x010E] = "a private name"
    path = _saved(_quarters(), tmp_path / "a.jpg", exif=exif, comment=b"a private name")
    key = prepare_photo(look_at_photo(path), 90, GROUND, store)
    made, chunks, at = store.path(key, ".png").read_bytes(), set(), 8
    while at < len(made):
        length, kind = struct.unpack(">I4s", made[at : at + 8])
        chunks.add(kind)
        at += 12 + length
    assert chunks <= {b"IHDR", b"IDAT", b"IEND", b"pHYs", b"sRGB"}


def test_a_photo_is_reduced_and_never_enlarged(tmp_path: Path, store: Store) -> None:
    path = _saved(_quarters(900, 600), tmp_path / "a.webp", lossless=True)
    assert _pixels(path, store, 300).shape == (200, 300, 3)
    assert _pixels(path, store, 4000).shape == (600, 900, 3)


def test_fine_lines_are_averaged_and_not_left_out(tmp_path: Path, store: Store) -> None:
    stripes = np.zeros((512, 1024, 3), np.uint8)
    stripes[:, ::2] = 200
    for name in ("a.jpg", "a.png"):
        path = _saved(Image.fromarray(stripes), tmp_path / name)
        inside = _pixels(path, store, 128)[8:-8, 8:-8]
        assert np.abs(inside - 100).max() <= 6, name


def test_a_prepared_photo_is_made_once(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = look_at_photo(_saved(_quarters(), tmp_path / "a.png"))
    key = prepare_photo(photo, 90, GROUND, store)
    monkeypatch.setattr(photos, "read", None)
    assert prepare_photo(photo, 90, GROUND, store) == key
    with pytest.raises(TypeError):
        prepare_photo(photo, 91, GROUND, store)


@pytest.mark.parametrize("size", [(96, 64), (64, 96), (144, 16)])
def test_a_size_that_ffmpeg_would_refuse_is_not_prepared(size: tuple[int, int], tmp_path: Path, store: Store) -> None:
    photo = look_at_photo(_saved(_quarters(*size), tmp_path / "a.png"))
    longest = longest_prepared_px(size)
    assert longest * longest * min(size) / max(size) <= LARGEST_PICTURE_PX < 1.01 * longest**2 * min(size) / max(size)
    prepare_photo(photo, longest, GROUND, store)
    with pytest.raises(ValueError, match=rf"a\.png .*{longest}"):
        prepare_photo(photo, longest + 1, GROUND, store)


def _png_of(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 99)), (b"IEND", b""))
    ).join((b"\x89PNG\r\n\x1a\n", b""))


def _moving(kind: str) -> bytes:
    buffer = io.BytesIO()
    pictures = [_quarters().rotate(angle) for angle in (0, 90)]
    pictures[0].save(buffer, kind, save_all=True, append_images=pictures[1:])
    return buffer.getvalue()


REFUSED = {
    "an empty file": (b"", "empty .*send it again"),
    "a text": (b"a photo of the minister\n", "no photo that is known .*JPEG"),
    "a page that calls itself a photo": (b"<!doctype html><p>not found", "no photo that is known"),
    "a drawing": (b"\n<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG.*PNG"),
    "a document": (b"%PDF-1.7", "PDF.*PNG"),
    "a GIF": (b"GIF89a" + b"\0" * 40, "GIF.*as a clip"),
    "a moving WebP": (_moving("WEBP"), "animated WebP of 2"),
    "a moving PNG": (_moving("PNG"), "animated PNG"),
    "a moving AVIF": (_moving("AVIF"), "animated AVIF"),
    "a TIFF of two pages": (_moving("TIFF"), "TIFF of 2 pages"),
    "a HEIC photo": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC.*JPEG .*Most Compatible"),
    "a film": (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", "film .*clips"),
    "a bomb": (_png_of(20_000, 10_001), "20000x10001 pixels, 200 million; at most 200 .*reduce"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_photo_is_refused_by_its_name(what: str, tmp_path: Path) -> None:
    content, words = REFUSED[what]
    (tmp_path / "photo.jpg").write_bytes(content)
    with pytest.raises(UnusableSource, match=f"(?s){words}"):
        look_at_photo(tmp_path / "photo.jpg")


def test_a_photo_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableSource, match="does not exist"):
        look_at_photo(tmp_path / "photo.jpg")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.95])
def test_a_photo_that_was_cut_short_is_refused(kind: str, kept: float, tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (200, 300, 3), np.uint8)
    _saved(Image.fromarray(noise), tmp_path / "whole", format=kind)
    assert look_at_photo(tmp_path / "whole").kind == kind.lower()
    whole = (tmp_path / "whole").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(UnusableSource, match=r"(cut short|no photo).*send"):
        look_at_photo(tmp_path / "cut")


def test_a_photo_that_changes_after_it_was_looked_at_stops_its_step(tmp_path: Path, store: Store) -> None:
    photo = look_at_photo(_saved(_quarters(), tmp_path / "a.png"))
    photo.path.write_bytes(photo.path.read_bytes()[:90])
    with pytest.raises(RenderFailed, match=r"a\.png is a damaged PNG"):
        prepare_photo(photo, 90, GROUND, store)


HUGE = """
import sys
from pathlib import Path
from portevoix.sources.photo import look_at_photo, prepare_photo
from portevoix.store import FolderStore
import pyvips
def peak():  # of this process alone: getrusage counts what its parent held before
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024
before = peak()
store = FolderStore(Path(sys.argv[2]))
key = prepare_photo(look_at_photo(Path(sys.argv[1])), 2880, "#000000", store)
print(peak() - before, store.facts(key))
"""


def test_a_hundred_megapixels_pass_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    pyvips.Image.sines(12_000, 8_400).linear(100, 128).cast("uchar").jpegsave(str(path))
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", HUGE, str(path), str(tmp_path / "store")],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    megabytes, facts = told.split(" ", 1)
    assert facts.strip() == "{'height': 2016, 'width': 2880}"
    assert int(megabytes) < 160  # the picture itself has 288, and twice that with its sums


DRAWN_AFTER = """
import hashlib, sys
from pathlib import Path
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.text import Style, Typesetter
from portevoix.library import ROOT
from portevoix.sources.photo import look_at_photo
if len(sys.argv) > 1:
    look_at_photo(Path(sys.argv[1]))
style = Style(("Inter", "Noto Sans Arabic", "Noto Sans SC"), "bold", 60, (0, 0, 0), "ltr")
line = Typesetter(Fonts(ROOT / "fonts")).line("Climat المناخ 气候", style)
print(hashlib.sha256(line.image.tobytes()).hexdigest())
"""


def test_words_are_drawn_alike_after_a_photo_was_read(tmp_path: Path) -> None:
    path = _saved(_quarters(), tmp_path / "a.png")
    drawn = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", DRAWN_AFTER, *before], capture_output=True, text=True, check=True
        ).stdout
        for before in ([], [str(path)])
    }
    assert len(drawn) == 1
