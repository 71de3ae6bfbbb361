"""A film of which nothing is out of the ordinary, for tests that read no file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from portevoix.sources.probe import Source


def plain_film(
    digest: str, seconds: Fraction, rate: Fraction = Fraction(25), size: tuple[int, int] = (320, 180)
) -> Source:
    """A film without sound, in H.264's usual colours, named by its digest."""
    return Source(
        Path(digest),
        digest,
        "mov",
        *size,
        0,
        Fraction(1),
        rate,
        round(rate * seconds),
        seconds,
        Fraction(0),
        False,
        False,
        "bt709",
        False,
        None,
        "yuv420p",
        True,
    )
