"""The best poster of a video: frames are compared by light, contrast, sharpness, steadiness and faces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portevoix.delivery.poster.reader import Reader, TimeSpan
from portevoix.framing.faces import looking

Pixels = NDArray[np.uint8]
Faces = Callable[[Pixels], float]

CANDIDATES = 20
LOOKED_AT_PX = 640  # the width at which frames are compared: noise is gone, a blur that a viewer sees is not
STEADY_S = Fraction(1, 4)  # the picture so long before and after belongs to the same shot, and stands in the same light
GRID = (36, 64)  # fields of a picture in which change is measured, rows and columns
MOST_CHANGE = 14.0  # levels of 255 on average: people who move stay below 10, fades and cuts are above 20
DARKEST, BRIGHTEST = 40.0, 215.0  # mean level of 255
LEAST_CONTRAST = 18.0  # standard deviation of levels
LEAST_SHARPNESS = 0.4  # of what a quarter of the candidates reach
MIDDLE = 120.0  # the mean level of a picture in good light
LOOKS = 4  # steps from lowered eyes to open ones; within one, sharpness and light decide
SURE = 0.8  # the score of a face in good light; a hand has been taken for one with 0.74
FROZEN = 0.5  # a change of less is a card or a slide: a film of people has better
LEAST_FREE_S = Fraction(1)
EDGE = Fraction(1, 20)  # of the video at each end: it opens and closes there
AROUND_S, STEPS_AROUND = Fraction(3, 10), 4  # the choice is refined: eyes close and hands blur for a few frames


@dataclass(frozen=True)
class Looked:
    """A frame, as far as it may be a poster.

    Levels of 255; `change` against the pictures a quarter of a second away.
    """

    second: Fraction
    light: float
    contrast: float
    sharpness: float
    change: float
    faces: float = 0  # as `faces_in` has it


def choose_poster(video: Path, avoided: Sequence[Sequence[TimeSpan]] = (), faces: Faces | None = None) -> Fraction:
    """The second, from the first picture, at which the best poster begins. The same file always gives the same second.

    `avoided`: lists of spans in seconds, those first that are worst. `faces` looks for them in an RGB picture
    (height, width, 3) of 640 columns. Raises UnusableSource.
    """
    with _Looking(video) as reader:
        free = free_spans(reader.duration_s, avoided)
        looked = [one for second in reader.early(spread(free, CANDIDATES), free) for one in reader.looks([second])]
        chosen = best([replace(x, faces=reader.count(x.second, faces)) for x in fit(looked)] if faces else fit(looked))
        step = AROUND_S / STEPS_AROUND
        near = (chosen.second + step * n for n in range(-STEPS_AROUND, STEPS_AROUND + 1) if n)
        inside = [second for second in near if any(start <= second < end for start, end in free)]
        rivals = fit([chosen, *reader.looks(inside)])
        if faces and chosen.faces:
            as_good = chosen.faces - 1 / LOOKS
            rivals = [x for x in rivals if x is chosen or reader.count(x.second, faces) >= as_good]
        return max(rivals, key=lambda x: x.sharpness).second


def faces_in(picture: Pixels) -> float:
    """What one RGB picture shows of people: 0 for no face that needs no second look, 1 for one, up to 2 for one that
    looks at the viewer with open eyes.
    """
    return looking(np.ascontiguousarray(picture[:, :, ::-1]), SURE)


def free_spans(duration_s: Fraction, avoided: Sequence[Sequence[TimeSpan]]) -> list[TimeSpan]:
    """Where a poster may be taken: outside of all spans, else of all but those of the last lists, else anywhere."""
    for count in range(len(avoided), -1, -1):
        spans = [span for one in avoided[:count] for span in one]
        for edge in (duration_s * EDGE, Fraction(0)):
            free = _without((edge, duration_s - edge), spans)
            if sum(end - start for start, end in free) >= min(LEAST_FREE_S, duration_s / 2):
                return free
    return [(Fraction(0), duration_s)]


def _without(whole: TimeSpan, avoided: Iterable[TimeSpan]) -> list[TimeSpan]:
    free, at = [], whole[0]
    for start, end in sorted(avoided):
        if start > at:
            free.append((at, min(start, whole[1])))
        at = max(at, end)
    free.append((at, whole[1]))
    return [(start, end) for start, end in free if start < end]


def spread(spans: Sequence[TimeSpan], count: int) -> list[Fraction]:
    """`count` seconds at even distances over the spans as if they followed each other."""
    total = sum((end - start for start, end in spans), Fraction(0))
    found: list[Fraction] = []
    passed = Fraction(0)
    for start, end in spans:
        until = passed + end - start
        while len(found) < count and (at := total * (2 * len(found) + 1) / (2 * count)) < until:
            found.append(start + at - passed)
        passed = until
    return found


def fit(looked: Sequence[Looked]) -> list[Looked]:
    """Those that break the fewest rules of light, contrast and steadiness (none, where there are such), and are not
    blurred.
    """

    def broken(x: Looked) -> int:
        return (
            (not DARKEST <= x.light <= BRIGHTEST)
            + (x.contrast < LEAST_CONTRAST)
            + (not FROZEN <= x.change <= MOST_CHANGE)
        )

    fewest = min(broken(x) for x in looked)
    lit = [x for x in looked if broken(x) == fewest]
    return [x for x in lit if x.sharpness >= LEAST_SHARPNESS * _sharp(lit)]


def best(looked: Sequence[Looked]) -> Looked:
    """A frame with a face before one without, one that looks at the viewer before others; then sharpness and light
    together; then the first.

    Sharpness counts up to what is usual: beyond it is text, or leaves, and no better picture.
    """
    enough = _sharp(looked)

    def worth(x: Looked) -> float:
        light = ((x.light - MIDDLE) / (BRIGHTEST - MIDDLE)) ** 2
        return float(np.log1p(min(x.sharpness, enough))) - light

    return max(looked, key=lambda x: (round(x.faces * LOOKS), worth(x), -x.second))


def _sharp(looked: Sequence[Looked]) -> float:
    """The sharpness that a quarter of the frames reach: half of a film may be out of focus, its best scenes are not."""
    return float(np.percentile([x.sharpness for x in looked], 75))


class _Looking(Reader):
    """A video whose frames are measured; those that were are kept, so that faces can be counted in them."""

    def __init__(self, video: Path) -> None:
        super().__init__(video)
        self._seen: dict[Fraction, Pixels] = {}

    def early(self, seconds: Sequence[Fraction], free: Sequence[TimeSpan]) -> list[Fraction]:
        """The seconds, moved to soon after the key frame before them where that is as good: less is decoded there."""
        found: dict[Fraction, None] = {}
        for second in seconds:
            self._container.seek(self._pts(second), stream=self._stream)
            key = next(packet.pts for packet in self._container.demux(self._stream) if packet.pts is not None)
            soon = (key - self._first) * self._unit + STEADY_S
            moved = soon < second and soon not in found and any(start <= soon < end for start, end in free)
            found[soon if moved else second] = None
        return list(found)

    def looks(self, seconds: Sequence[Fraction]) -> list[Looked]:
        """Measure the frames at `seconds` against what stands a quarter of a second before and after."""
        around = {second: (max(second - STEADY_S, Fraction(0)), second, second + STEADY_S) for second in seconds}
        wanted = sorted({at for three in around.values() for at in three})
        levels: dict[Fraction, NDArray[np.float64]] = {}
        for at, frame in zip(wanted, self.frames(wanted), strict=True):
            levels[at] = self._small(frame, "gray").astype(np.float64)
            if at in around:
                self._seen[at] = self._small(frame, "rgb24")
        found = []
        for second, three in around.items():
            before, here, after = (levels[at] for at in three)
            change = max(float(np.abs(_fields(here) - _fields(other)).mean()) for other in (before, after))
            edges = 4 * here[1:-1, 1:-1] - here[:-2, 1:-1] - here[2:, 1:-1] - here[1:-1, :-2] - here[1:-1, 2:]
            found.append(Looked(second, float(here.mean()), float(here.std()), float(edges.var()), change))
        return found

    def count(self, second: Fraction, faces: Faces) -> float:
        """What `faces` finds in the frame at `second`, which was looked at."""
        return faces(self._seen[second])

    def _small(self, frame: Any, pixels: str) -> Pixels:
        small: Pixels = self.converted(
            frame, LOOKED_AT_PX, frame.height * LOOKED_AT_PX // frame.width, pixels
        ).to_ndarray()
        return small


def _fields(luma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of the fields of `GRID`: what moves a little within one is no change."""
    rows, columns = luma.shape[0] // GRID[0], luma.shape[1] // GRID[1]
    kept = luma[: rows * GRID[0], : columns * GRID[1]]
    return np.asarray(kept.reshape(GRID[0], rows, GRID[1], columns).mean(axis=(1, 3)))
