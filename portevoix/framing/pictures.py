"""A stretch of a source as small pictures in memory, each at its exact second."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portevoix import ffmpeg
from portevoix.authoring.pictures import Clip
from portevoix.sources.probe import Source, by_own_clock
from portevoix.sources.tone import tone_mapping
from portevoix.store import Store
from portevoix.timing import LEAD_S, decimal, frame_at, millisecond_before

PIECE_S = 20  # decoded at a time: some 100 MB on the disk and in memory, whatever the length of the clip
DEADLINE_S = 600

Pixels = NDArray[np.uint8]
Area = tuple[int, int, int, int]
Span = tuple[Fraction, Fraction]  # first and last second of a shot


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

    @property
    def name(self) -> str:
        """What the store calls it, whatever is kept of it."""
        range_ = f"{self.start_s} {self.end_s} {self.area}"
        return f"{self.source.digest}-{hashlib.sha256(range_.encode()).hexdigest()[:16]}"


def stretch_of(clip: Clip, source: Source, area: Area | None) -> Stretch:
    """What a job uses of a clip. `area`: the picture inside its black bars."""
    return Stretch(source, clip.start_s, clip.end_s or source.duration_s, area)


@dataclass(frozen=True)
class View:
    """How a stretch is looked at: `rate` pictures a second, the longer side `longest_px`.

    `pixels`: `gray`, `bgr24` or `rgb24`.
    """

    rate: Fraction
    longest_px: int
    pixels: str


Timed = list[tuple[Fraction, Pixels]]  # seconds and pictures


def pictures(
    stretch: Stretch, rate: Fraction, longest_px: int, pixels: str, store: Store
) -> Iterator[tuple[Fraction, Pixels]]:
    """Seconds and pictures, piece after piece, as `seen_in` gives them. Raises RenderFailed."""
    for piece in pieces_of(stretch):
        (seen,) = seen_in(stretch, piece, [View(rate, longest_px, pixels)], store)
        yield from seen


def pieces_of(stretch: Stretch) -> list[tuple[int, int]]:
    """The stretch in pieces that are decoded at a time: seconds from its start."""
    return [(second, second + PIECE_S) for second in range(0, max(1, ceil(stretch.end_s - stretch.start_s)), PIECE_S)]


def seen_in(stretch: Stretch, piece: tuple[int, int], views: Sequence[View], store: Store) -> list[Timed]:
    """A piece of a stretch in each of the views, decoded once for all of them.

    The pictures stand upright, in square pixels, HDR brought down to BT.709. Picture n of a view is the one that a
    renderer shows at `start_s` + n / `rate`. Raises RenderFailed.
    """
    found: dict[View, Timed] = {view: [] for view in views}
    wanted = [one for view in found if (one := _wanted(stretch, piece, view)).numbers]
    with store.workplace() as folder:
        if wanted:
            ffmpeg.run(_arguments(stretch, wanted), folder, DEADLINE_S, encodes=False)
        for number, one in enumerate(wanted):
            read = np.fromfile(folder / f"{number}.raw", np.uint8).reshape(-1, *one.shape)
            seconds = (stretch.start_s + count / one.view.rate for count in one.numbers)
            found[one.view] = list(zip(seconds, read, strict=False))  # a film may end earlier than it says
    return [found[view] for view in views]


@dataclass(frozen=True)
class _Wanted:
    """Of a view, the pictures by their numbers, and the shape of each as an array: height, width and perhaps 3."""

    view: View
    numbers: range
    shape: tuple[int, ...]


def _wanted(stretch: Stretch, piece: tuple[int, int], view: View) -> _Wanted:
    width, height = reduced(stretch.size, view.longest_px)
    count = max(1, frame_at(stretch.end_s - stretch.start_s, view.rate))
    first, end = (ceil(second * view.rate) for second in piece)
    numbers = range(first, max(first, min(end, count)))
    return _Wanted(view, numbers, (height, width) if view.pixels == "gray" else (height, width, 3))


def reduced(size: tuple[int, int], longest_px: int) -> tuple[int, int]:
    """`size` in proportion with its longer side `longest_px`, even."""
    width, height = (max(2, round(side * longest_px / max(size) / 2) * 2) for side in size)
    return width, height


def _arguments(stretch: Stretch, wanted: Sequence[_Wanted]) -> list[str]:
    """What decodes the pictures of each view into a file named by its number."""
    source = stretch.source
    zero_s = source.first_picture_s if source.read_directly else source.time.zero_s
    starts = [zero_s + stretch.start_s + one.numbers[0] / one.view.rate for one in wanted]
    # At a frame: ffmpeg counts from where it began in the film's own units, which may be as coarse as its frames.
    before = floor((min(starts) - LEAD_S) * source.fps) / source.fps
    seek = millisecond_before(max(Fraction(0), before)) if source.read_directly else Fraction(0)
    options: dict[str, Any] = ffmpeg.input_options(source.demuxer)
    if seek:
        options["ss"] = decimal(seek, 3)
    names = [f"[seen{number}]" for number in range(len(wanted))]
    chains = [f"[0:v:{source.time.picture.track}]split={len(wanted)}{''.join(names)}"]
    read = [word for name, value in options.items() for word in (f"-{name}", str(value))]
    read = ["-v", "error", *read, *by_own_clock(source), "-i", f"file:{source.path}"]
    written: list[str] = []
    for number, (one, start, name) in enumerate(zip(wanted, starts, names, strict=True)):
        chains.append(f"{name}{_filters(stretch, one, start - seek)}[shown{number}]")
        written += ["-map", f"[shown{number}]", "-frames:v", str(len(one.numbers)), "-f", "rawvideo", f"{number}.raw"]
    return [*read, "-filter_complex", ";".join(chains), *written]


def _filters(stretch: Stretch, wanted: _Wanted, lead: Fraction) -> str:
    """What makes a view of the decoded pictures, its first one `lead` seconds after the reading begins."""
    rate, late = wanted.view.rate, lead + 1 / (2 * stretch.source.fps)
    crop = "crop={2}:{3}:{0}:{1},".format(*stretch.area) if stretch.area else ""
    # ffmpeg turns the picture upright before the first filter.
    filters = [
        # Rounded up, a slow rate shows the picture of its second: `near` would show one up to half a step later.
        f"settb=1/120000,setpts=PTS-({late.numerator}/{late.denominator})/TB",
        f"fps={rate.numerator}/{rate.denominator}:start_time=0:round=up",
        f"{crop}scale={wanted.shape[1]}:{wanted.shape[0]}:flags=area",
        *tone_mapping(stretch.source),
        f"format={wanted.view.pixels}",
    ]
    return ",".join(filters)
