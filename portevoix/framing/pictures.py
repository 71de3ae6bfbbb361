"""A stretch of a source as small pictures in memory, each at its exact second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portevoix import ffmpeg
from portevoix.sources.probe import Source, by_own_clock
from portevoix.sources.tone import tone_mapping
from portevoix.store import Store
from portevoix.timing import LEAD_S, decimal, frame_at, frames_within, millisecond_before

PIECE_S = 20  # decoded at a time: at most 60 MB on the disk, whatever the length of the clip
DEADLINE_S = 600

Pixels = NDArray[np.uint8]
Area = tuple[int, int, int, int]


@dataclass(frozen=True)
class Stretch:
    """Part of a source, in seconds from its first picture. `area`: the picture inside its black bars, in stored pixels.

    A source that is brought into shape first has no area: its mezzanine holds the whole picture.
    """

    source: Source
    start_s: Fraction
    end_s: Fraction
    area: Area | None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture, as a viewer sees it."""
        return self.area[2:] if self.area else self.source.display_size


def pictures(
    stretch: Stretch, rate: Fraction, longest_px: int, pixels: str, store: Store
) -> Iterator[tuple[Fraction, Pixels]]:
    """Seconds and pictures, `rate` a second, the longer side `longest_px`; `pixels` is `gray`, `bgr24` or `rgb24`.

    They stand upright, in square pixels, HDR brought down to BT.709. Pixels n is the one that a renderer shows at
    `start_s` + n / `rate`. Raises RenderFailed.
    """
    width, height = reduced(stretch.size, longest_px)
    wanted = _Wanted(rate, (height, width) if pixels == "gray" else (height, width, 3), pixels)
    count = max(1, frame_at(stretch.end_s - stretch.start_s, rate))
    per_piece = max(1, frames_within(Fraction(PIECE_S), rate))
    for first in range(0, count, per_piece):
        piece = _piece(stretch, wanted, first, min(per_piece, count - first), store)
        for number, picture in enumerate(piece, first):
            yield stretch.start_s + number / rate, picture


@dataclass(frozen=True)
class _Wanted:
    """Pictures a second, an array's shape (height, width and perhaps 3), ffmpeg's name of the pixel format."""

    rate: Fraction
    shape: tuple[int, ...]
    pixels: str


def reduced(size: tuple[int, int], longest_px: int) -> tuple[int, int]:
    """`size` in proportion with its longer side `longest_px`, even."""
    width, height = (max(2, round(side * longest_px / max(size) / 2) * 2) for side in size)
    return width, height


def _piece(stretch: Stretch, wanted: _Wanted, first: int, count: int, store: Store) -> Pixels:
    with store.workplace() as folder:
        ffmpeg.run(_arguments(stretch, wanted, first, count), folder, DEADLINE_S, encodes=False)
        return np.fromfile(folder / "pictures.raw", np.uint8).reshape(-1, *wanted.shape)


def _arguments(stretch: Stretch, wanted: _Wanted, first: int, count: int) -> list[str]:
    """What decodes `count` pictures from number `first` on into `pictures.raw`."""
    source, rate = stretch.source, wanted.rate
    zero_s = source.first_picture_s if source.read_directly else source.time.zero_s
    start = zero_s + stretch.start_s + first / rate
    seek = millisecond_before(max(Fraction(0), start - LEAD_S)) if source.read_directly else Fraction(0)
    lead = start - seek
    options: dict[str, Any] = ffmpeg.input_options(source.demuxer)
    if seek:
        options["ss"] = decimal(seek, 3)
    crop = "crop={2}:{3}:{0}:{1},".format(*stretch.area) if stretch.area else ""
    # ffmpeg turns the picture upright before the first filter.
    filters = [
        f"settb=1/120000,setpts=PTS-({lead.numerator}/{lead.denominator})/TB",
        f"fps={rate.numerator}/{rate.denominator}:start_time=0:round=near",
        f"{crop}scale={wanted.shape[1]}:{wanted.shape[0]}:flags=area",
        *tone_mapping(source),
        f"format={wanted.pixels}",
    ]
    read = [word for name, value in options.items() for word in (f"-{name}", str(value))]
    read = ["-v", "error", *read, *by_own_clock(source), "-i", f"file:{source.path}"]
    read += ["-map", f"0:v:{source.time.picture.track}"]
    return [*read, "-vf", ",".join(filters), "-frames:v", str(count), "-f", "rawvideo", "pictures.raw"]
