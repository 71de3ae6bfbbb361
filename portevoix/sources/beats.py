"""The beats of a piece of music: found once for each file, remembered in the store.

After D. P. W. Ellis, "Beat Tracking by Dynamic Programming", Journal of New Music Research 36 (1), 2007: how strongly
notes begin at each moment, a tempo by autocorrelation, and of all rows of beats at about that tempo the one that meets
the strongest beginnings. What is measured here, beyond him, is whether there is a beat at all.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from portevoix import ffmpeg
from portevoix.sources.sound_file import SoundFile
from portevoix.store import Store

# Ellis's figures.
RATE_HZ = 8_000
HOP, WINDOW = 32, 256  # samples: 4 and 32 ms
BANDS = 40  # on the mel scale
LOW_HZ = 0.4  # what comes and goes more slowly is no beginning
SMOOTH_S = 0.02
USUAL_S, OCTAVES = 0.5, 0.9  # people tap at 120 beats a minute, and seldom at a quarter of it or four times as fast
# Our own.
SLOWEST_S, FASTEST_S = 1.5, 0.25
# What a beat off the tempo costs, against a beginning that is met. With 400, beats of a piece at a constant tempo stray
# by 50 ms; so by 15 ms, and one that hurries and slows by 3 % is still followed.
TIGHT = 4_000.0
DYNAMIC_DB = 80.0  # so far below the loudest moment nothing counts
EARLY_S = 0.01  # a window rises so long before what begins in its middle: clicks of every tempo are found that early
LEAST_LIKENESS = 0.4  # of 1: speech, noise and what rings on have up to 0.25, music with a pulse 0.5 or more
LEAST_BEATS = 8
HEARD = 0.5  # of an average beat: before the first and after the last as strong as that, there is none
BEATS_COMPARED = 4  # a waltz is like itself after three, a march after two or four
MOST_S = 1_200  # of a file: a longer one is no bed of a short programme
AT_ONCE = 20_000  # windows
DEADLINE_S = 300

Row = NDArray[np.float64]


def beats(sound: SoundFile, store: Store) -> tuple[Fraction, ...]:
    """Seconds of the file at which a beat falls, in order; none where it has no beat. Raises RenderFailed."""
    key = f"beats1-{sound.digest}"
    if not store.has(key):
        store.put(key, {}, {"milliseconds": [round(second * 1000) for second in beats_in(_decoded(sound, store))]})
    return tuple(Fraction(at, 1000) for at in store.facts(key)["milliseconds"])


def beats_in(samples: Row) -> list[float]:
    """The same of samples at 8 kHz, in seconds."""
    strength = strengths(samples)
    if not strength.any():
        return []
    alike = _likeness(strength)
    period = _period(alike)
    if not period or _regular(alike, period) < LEAST_LIKENESS:
        return []
    found = _heard(_row(strength, period), strength)
    return [at * HOP / RATE_HZ + EARLY_S for at in found] if len(found) >= LEAST_BEATS else []


def _decoded(sound: SoundFile, store: Store) -> Row:
    """A file's sound in one channel, sample 0 where the mix begins it."""
    options = [word for name, value in ffmpeg.input_options(sound.demuxer).items() for word in (f"-{name}", str(value))]
    read = ["-v", "error", *options, "-vn", "-t", str(MOST_S), "-i", f"file:{sound.path}", "-map", "0:a:0"]
    made = ["-af", f"aresample={RATE_HZ}:async=1:first_pts=0", "-ac", "1", "-c:a", "pcm_s16le", "-f", "s16le"]
    with store.workplace() as folder:
        ffmpeg.run([*read, *made, "sound.raw"], folder, DEADLINE_S, encodes=False)
        return np.fromfile(folder / "sound.raw", dtype="<i2") / 32_768


def strengths(samples: Row) -> Row:
    """How strongly notes begin at each 4 ms: how much the level of all bands rises. Its deviation is 1."""
    if len(samples) < WINDOW:
        return np.zeros(0)
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(samples, WINDOW // 2), WINDOW)[::HOP]
    shape, bands = np.hanning(WINDOW), _mel_bands()
    parts = np.array_split(windows, len(windows) // AT_ONCE + 1)
    power = np.concatenate([np.abs(np.fft.rfft(part * shape, axis=1)) @ bands for part in parts])
    level = 20 * np.log10(np.maximum(power, 1e-6))
    level = np.maximum(level, level.max() - DYNAMIC_DB)
    rise = np.maximum(np.diff(level, axis=0, prepend=level[:1]), 0).mean(axis=1)
    half = round(RATE_HZ / HOP / LOW_HZ / 2)
    slow = np.convolve(np.pad(rise, half, mode="symmetric"), np.ones(2 * half + 1) / (2 * half + 1), mode="valid")
    smooth = np.convolve(rise - slow, _bell(), mode="same")[: len(rise)]
    return np.asarray(smooth / (smooth.std() or 1.0))


def _mel_bands() -> Row:
    """How much of each line of the spectrum belongs to each band: triangles, alike on the mel scale."""
    lines = np.fft.rfftfreq(WINDOW, 1 / RATE_HZ)
    highest = 2595 * np.log10(1 + RATE_HZ / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, highest, BANDS + 2) / 2595) - 1)
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    up, down = (lines[:, None] - low) / (middle - low), (high - lines[:, None]) / (high - middle)
    return np.asarray(np.maximum(np.minimum(up, down), 0))


def _bell() -> Row:
    width = SMOOTH_S * RATE_HZ / HOP
    bell = np.exp(-0.5 * (np.arange(-round(4 * width), round(4 * width) + 1) / width) ** 2)
    return np.asarray(bell / bell.sum())


def _likeness(strength: Row) -> Row:
    """How much the row is like itself so many steps later: the autocorrelation, 1 at 0."""
    length = 1 << (2 * len(strength)).bit_length()
    power = np.abs(np.fft.rfft(strength, length)) ** 2
    sums = np.fft.irfft(power)[: len(strength)]
    return np.asarray(sums / sums[0] * len(strength) / np.arange(len(strength), 0, -1))


def _period(alike: Row) -> int:
    """The steps from one beat to the next; 0 where the row is too short to tell."""
    per_s = RATE_HZ / HOP
    lags = np.arange(round(FASTEST_S * per_s), min(round(SLOWEST_S * per_s), len(alike) // (BEATS_COMPARED + 1)))
    if not len(lags):
        return 0
    usual = np.exp(-0.5 * (np.log2(lags / per_s / USUAL_S) / OCTAVES) ** 2)
    twos = alike[lags] + alike[2 * lags] / 2 + (alike[2 * lags - 1] + alike[2 * lags + 1]) / 4
    threes = alike[lags] + (alike[3 * lags - 1] + alike[3 * lags] + alike[3 * lags + 1]) / 3
    return int(lags[np.argmax(usual * np.maximum(twos, threes))])


def _regular(alike: Row, period: int) -> float:
    """How much the music is like itself after one, two, three or four beats; a tempo may stray by 3 %."""
    lags = [period * count for count in range(1, BEATS_COMPARED + 1)]
    return max(float(alike[lag - lag // 33 : lag + lag // 33 + 1].max()) for lag in lags)


def _row(strength: Row, period: int) -> list[int]:
    """The row of beats that meets the strongest beginnings at about one period from each other."""
    back = np.arange(-2 * period, -(period // 2) + 1)
    cost = TIGHT * np.log(-back / period) ** 2
    best, before = strength.copy(), np.full(len(strength), -1)
    for at in range(period // 2, len(strength)):
        skipped = max(0, 2 * period - at)
        scores = best[at + back[skipped] : at + back[-1] + 1] - cost[skipped:]
        place = int(scores.argmax())
        if scores[place] > 0:
            best[at] += scores[place]
            before[at] = at + back[skipped + place]
    row = [int(best[-period:].argmax()) + len(best) - period]
    while before[row[-1]] >= 0:
        row.append(int(before[row[-1]]))
    return row[::-1]


def _heard(row: list[int], strength: Row) -> list[int]:
    """The beats between the first and the last that can be heard."""
    near = round(SMOOTH_S * RATE_HZ / HOP)
    met = np.array([strength[max(0, at - near) : at + near + 1].max() for at in row])
    strong = np.flatnonzero(met >= HEARD * max(float(met.mean()), 0.0))
    return row[strong[0] : strong[-1] + 1]
