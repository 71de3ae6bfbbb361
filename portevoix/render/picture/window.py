"""How much of a picture is scaled where a camera shows a part of it: that part, as far as it moves, and no more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from portevoix.timing import decimal

SCALERS_REACH_PX = 4  # of the source at its own size: how far beside a place `bicubic` looks, and room to spare


@dataclass(frozen=True)
class Window:
    """What is taken along one side of a picture before it is scaled: `size` pixels, from `starts` on, one for each shot
    of the chunk; `ends` are the shots' end frames. They become `scaled` pixels; the `whole` side would be so long.
    `beyond`: how many of them lie beyond the picture's end, at most.
    """

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    size: int
    scaled: int
    whole: Fraction
    beyond: int

    @property
    def start(self) -> str:
        """Where it begins in the picture, for ffmpeg's crop filter."""
        return self._by_shot(self.starts)

    def place(self, middle: str, shown: int) -> str:
        """Where the `shown` pixels around a middle (an expression, in parts of the whole side) begin in it, in steps of
        one pixel: steps of two tremble in a slow pan. Chroma half a pixel off is not seen.
        """
        whole = decimal(self.whole, 6)
        passed = self._by_shot([int(start * self._enlarged) for start in self.starts])
        return f"clip(round(clip({whole}*({middle})-{shown}/2,0,{whole}-{shown}))-({passed}),0,{self.scaled - shown})"

    @property
    def _enlarged(self) -> Fraction:
        return Fraction(self.scaled, self.size)

    def _by_shot(self, values: Sequence[int]) -> str:
        text = str(values[-1])
        if len(set(values)) == 1:
            return text
        for end, value in reversed([*zip(self.ends, values, strict=True)][:-1]):
            text = f"if(lt(n,{end}),{value},{text})"
        return text


def margin_px(enlarged: Fraction) -> int:
    """How many pixels beside a place the scaler looks at, of the source."""
    return math.ceil(SCALERS_REACH_PX / min(enlarged, Fraction(1)))


def window(side: int, shown: int, enlarged: Fraction, spans: Sequence[tuple[int, float, float]]) -> Window:
    """The window along a `side` (pixels) of which `shown` are seen once it is `enlarged`. `spans`: each shot's end
    frame, and from where to where the middle moves in it, in parts of the side.

    It begins and ends where the scaled picture has whole, even pixels, so that a shot stands still from chunk to chunk,
    whatever each of them takes of it. For that it may end beyond the picture.
    """
    unit, margin, seen = math.lcm(2, (enlarged / 2).denominator), margin_px(enlarged), float(shown / enlarged)
    edges = []
    for _, least, most in spans:
        low, high = (min(max(side * at - seen / 2, 0.0), side - seen) for at in (least, most))
        edges.append((max(0, math.floor((low - margin) / unit)), math.ceil((high + seen + margin) / unit)))
    units = math.ceil(side / unit)
    taken = min(units, max(high - low for low, high in edges))
    starts = tuple(unit * min(low, units - taken) for low, _ in edges)
    size, ends = unit * taken, tuple(end for end, _, _ in spans)
    return Window(starts, ends, size, int(size * enlarged), side * enlarged, max(0, max(starts) + size - side))
