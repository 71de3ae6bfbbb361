"""Strangers' films and photos read confined: the limits, and the one way to do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from portevoix.errors import PortevoixError
from portevoix.files import resolved
from portevoix.sandbox import Limits, Reading, call
from portevoix.sources.unusable import UnusableSource

Answer = TypeVar("Answer")

# An hour of film has a few hundred thousand packets, of which a few hundred bytes each are kept; a progressive photo of
# the largest size is held whole.
SLOWEST_DECODING = 8  # seconds of a processor for one of film: 8192x4320 in ProRes
LIMITS = Limits(memory_bytes=2_000_000_000, cpu_s=600, time_s=900, file_bytes=2_000_000_000)
FILM = Reading(LIMITS)
PHOTO = Reading(LIMITS, ("pyvips",))


def read(
    function: Callable[..., Answer],
    file: Path,
    *arguments: object,
    refusal: Callable[[str], PortevoixError] = UnusableSource,
    writes: Path | None = None,
    reading: Reading = FILM,
) -> Answer:
    """What a function of ours answers of a stranger's file; `file` is its first argument.

    Raises `refusal` with the function's sentence, or that of what stopped it.
    """
    given: Sequence[object] = (resolved(file), *arguments)
    return call(function, given, [file], reading, refusal, writes)


def decoding(decoded_s: Fraction) -> Reading:
    """The reading of a film of which so many seconds are decoded; none where a clip begins behind the film's end."""
    more_s = max(float(decoded_s), 0.0) * SLOWEST_DECODING
    return Reading(replace(LIMITS, cpu_s=LIMITS.cpu_s + more_s, time_s=LIMITS.time_s + 2 * more_s))
