"""How many pictures a film shows each second, and whether they come at one distance."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

GAP_STEPS = Fraction(7, 4)  # of the usual distance of pictures: a longer one is a gap


def rate_of(times: list[int], unit: Fraction, stream: Any) -> tuple[Fraction, bool]:
    """The frame rate, and whether the distances between pictures differ by more than rounding."""
    stated = Fraction(stream.average_rate or stream.guessed_rate or 25)
    if len(times) < 2:
        return stated, False
    mean = (times[-1] - times[0]) * unit / (len(times) - 1)
    rate = 1 / mean
    for nominal in (24, 25, 30, 50, 60, Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001)):
        if abs(rate - nominal) * len(times) < nominal * Fraction(6, 10) and abs(rate / nominal - 1) < Fraction(1, 3000):
            rate = Fraction(nominal)
            break
    else:
        steps = sorted(after - before for before, after in pairwise(times))
        usual = steps[len(steps) // 2] * unit
        if steps[-1] * unit > GAP_STEPS * usual and abs(usual * stated - 1) < Fraction(1, 100):
            return stated, True  # a constant rate with gaps
        rate = stated if abs(stated / rate - 1) < Fraction(1, 1000) else rate.limit_denominator(1001)
    worst = max(abs((t - times[0]) * unit - i / rate) for i, t in enumerate(times))
    return rate, worst > max(Fraction(1, 2) / rate, 2 * unit)
