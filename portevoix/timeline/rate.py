"""The output's rate, and how fast each source plays in it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from portevoix.sources.probe import Source
from portevoix.timing import nearest


def choose_rate(asked: Fraction | None, sources: Sequence[tuple[Source, Fraction]]) -> Fraction:
    """The output's frames a second: what was asked, else the rate of the source that is used longest, made standard.

    24, 25 and 30 stay; 50 and 60 are halved; 23.976, 29.97 and 59.94 play at 24, 30 and 30; a slower rate is multiplied
    until it reaches 24 (placements refuse less than 23), and anything else becomes 30.
    """
    if asked is not None:
        return asked
    by_rate: dict[Fraction, Fraction] = {}
    for source, used_s in sources:
        by_rate[source.fps] = by_rate.get(source.fps, Fraction(0)) + used_s
    rate = max(by_rate, key=lambda fps: by_rate[fps])
    nominal = Fraction(nearest(rate)) if abs(rate - nearest(rate)) < Fraction(1, 8) else rate
    if nominal in (48, 50, 60):
        return nominal / 2
    if nominal in (24, 25, 30):
        return nominal
    if nominal < 24:
        multiple = nominal * -(-24 // nominal)
        return multiple if multiple in (24, 25, 30) else Fraction(30)
    return Fraction(30)


def tempo_of(source: Source, fps: Fraction) -> Fraction:
    """How much faster a clip plays: 1.001 where an NTSC rate plays at its whole number, else 1."""
    nominal = nearest(source.fps)
    ntsc = source.fps.denominator == 1001
    return Fraction(nominal) / source.fps if ntsc and fps.denominator == 1 and nominal % fps == 0 else Fraction(1)
