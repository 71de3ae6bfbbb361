"""A logo's file: whether it can be used, its shape, and how light it is."""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from portevoix.authoring.colours import relative_luminance
from portevoix.files import check_regular

LEAST_PIXELS = 400  # of its height: the closing card shows it at up to 324 of a frame of 1080
LARGEST_BYTES = 20_000_000
MOST_PIXELS = 6_000  # of a side; a logo needs no more
WIDEST, NARROWEST = 3.0, 0.5  # width by height: more would leave no room for a headline beside it


@dataclass(frozen=True)
class LogoFile:
    """A usable file. `box`: its ink; `shape`: width by height of that; `tones`: luminances of its ink, 0 to 1, and
    their shares.
    """

    path: Path
    box: tuple[int, int, int, int]
    tones: tuple[tuple[float, float], ...]
    digest: str

    @property
    def shape(self) -> float:
        return (self.box[2] - self.box[0]) / (self.box[3] - self.box[1])

    @property
    def luminance(self) -> float:
        """Of its ink on average."""
        return sum(tone * share for tone, share in self.tones)

    def image(self) -> Image.Image:
        """The ink alone: clear space counts from it, whatever margin the file has."""
        with Image.open(self.path, formats=["PNG"]) as image:
            return image.convert("RGBA").crop(self.box)


def look_at_logo(path: Path) -> LogoFile | str:
    """The file's facts, or what is wrong with it as the end of a sentence."""
    try:
        check_regular(path)
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    if len(data) > LARGEST_BYTES:
        return f"has more than {LARGEST_BYTES:,} bytes; export it smaller"
    return _looked_at(path, hashlib.sha256(data).hexdigest())


@functools.lru_cache(maxsize=64)
def _looked_at(path: Path, digest: str) -> LogoFile | str:
    try:
        with Image.open(path, formats=["PNG"]) as opened:
            if max(opened.size) > MOST_PIXELS:
                return f"is {opened.width} by {opened.height} pixels; export it at most {MOST_PIXELS} wide and high"
            image = opened.convert("RGBA")
    except UnidentifiedImageError:
        return "is not a PNG; export the logo as PNG with transparency"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return f"cannot be read ({error}); export the logo as PNG with transparency"
    alpha = image.getchannel("A")
    box = alpha.point(lambda a: 255 * (a > 8)).getbbox()
    if box is None:
        return "shows nothing; export the logo as PNG with transparency"
    if alpha.getextrema()[0] == 255:
        return "has no transparency; export the logo without its ground"
    width, height = box[2] - box[0], box[3] - box[1]
    if height < LEAST_PIXELS:
        return f"is {height} pixels high without its margin; export it at least {LEAST_PIXELS} high"
    if width > WIDEST * height:
        return (
            f"is {width / height:.1f} times as wide as high; at most {WIDEST:g} times leaves room for words: use "
            f"its sign alone"
        )
    if width < NARROWEST * height:
        return (
            f"is {height / width:.1f} times as high as wide; at most {1 / NARROWEST:g} times fits a corner: use "
            f"its sign alone"
        )
    return LogoFile(path, box, _tones(image.crop(box)), digest)


def _tones(image: Image.Image) -> tuple[tuple[float, float], ...]:
    pixels = image.resize((48, 48), Image.Resampling.BOX).tobytes()
    weights: Counter[float] = Counter()
    for at in range(0, len(pixels), 4):
        weights[round(relative_luminance((pixels[at], pixels[at + 1], pixels[at + 2])), 2)] += pixels[at + 3]
    total = weights.total()
    return tuple((tone, weight / total) for tone, weight in sorted(weights.items()) if weight)
