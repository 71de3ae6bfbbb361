"""The mains' hum in a recording, found by measurement."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from portevoix.plan.model import RATE_HZ

MAINS_HZ = (50, 60)
HARMONICS = 10
STRAYS_HZ = 0.5  # EN 50160: mains stay within 1 % of 50 Hz for 99.5 % of a year
WINDOW = 65_536  # 1.4 s: lines 0.7 Hz apart are told from each other
MOST_WINDOWS = 400
STANDS_OUT_DB = 12.0
NEAR_HZ, AROUND_HZ = 3.0, 12.0  # a line's own skirt, and what it has to stand out from

Spectrum = NDArray[np.float64]


def hum_lines(file: Path) -> tuple[float, ...]:
    """Frequencies of the hum in a prepared recording, lowest first; none in one shorter than 2.1 s.

    A line counts where the median of the spectrum over time stands out by 12 dB: a voice moves, hum does not.
    """
    samples = np.memmap(file, dtype="<f4", mode="r") if file.stat().st_size else np.zeros(0, np.float32)
    sides = samples.reshape(-1, 2)
    starts = np.arange(0, len(sides) - WINDOW + 1, WINDOW // 4)
    if len(starts) < 3:
        return ()
    window = np.hanning(WINDOW)
    top = int((MAINS_HZ[-1] * HARMONICS + AROUND_HZ * 2) * WINDOW / RATE_HZ)
    chosen = starts[:: -(-len(starts) // MOST_WINDOWS)]
    powers = [np.abs(np.fft.rfft(sides[at : at + WINDOW].mean(axis=1) * window)[:top]) ** 2 for at in chosen]
    level: Spectrum = 10 * np.log10(np.median(powers, axis=0) + 1e-9)
    found = [_lines(level, mains) for mains in MAINS_HZ]
    return max(found, key=len)


def _lines(level: Spectrum, mains: int) -> tuple[float, ...]:
    """The mains' harmonics that stand out; none where neither the first nor the second does."""
    lines = [line for number in range(1, HARMONICS + 1) if (line := _line(level, mains * number)) is not None]
    return tuple(lines) if lines and lines[0] < mains * 2.5 else ()


def _line(level: Spectrum, wanted_hz: int) -> float | None:
    hz = RATE_HZ / WINDOW
    distance = np.abs(np.arange(len(level)) * hz - wanted_hz)
    peak = int(np.argmax(np.where(distance <= STRAYS_HZ * max(1.0, wanted_hz / 100), level, -np.inf)))
    around = float(np.median(level[(distance > NEAR_HZ) & (distance < AROUND_HZ)]))
    if level[peak] - around < STANDS_OUT_DB or level[peak] < max(level[peak - 1], level[peak + 1]):
        return None
    before, at, after = level[peak - 1 : peak + 2]
    return float(peak + (before - after) / (before - 2 * at + after) / 2) * hz
