"""Where somebody speaks in a recording: stretches, the pauses between them, and the dips of energy within them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from portevoix import ffmpeg
from portevoix.errors import RenderFailed, invalid
from portevoix.sources.probe import Source, UnusableSource, probe
from portevoix.sources.sniff import SOUND_ALONE, demuxer_of
from portevoix.timing import decimal

RATE_HZ = 16_000
DEADLINE_S = 600
HOP_S = Fraction(1, 100)
QUIETEST_DB, LEAST_RANGE_DB, WIDEST_RANGE_DB = -80.0, 6.0, 40.0
NOISE_PERCENTILE, VOICE_PERCENTILE = 10, 95
BEGINS, GOES_ON = 0.38, 0.28  # of the way from the noise to the voice: what opens a stretch, and what keeps it open
SHORTEST_PAUSE_S = Fraction(8, 100)  # a shorter one is the closed mouth of a p, t or k
SHORTEST_STRETCH_S = Fraction(4, 100)  # a click is shorter than any syllable
SMOOTH_FRAMES = 5  # dips are looked for in the mean of 50 ms; else each period of a deep voice would be one
LEAST_DIP_DB = 4.0
DIPS_APART_S = Fraction(15, 100)  # about a syllable

Samples = NDArray[np.int16]
Decibels = NDArray[np.float64]
Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Dip:
    """A moment inside a stretch where the voice is `depth_db` weaker than on both sides: one word may end there."""

    at_s: Fraction
    depth_db: float


def read_sound(path: Path) -> Samples:
    """The sound of a film or a recording: mono, 16 kHz, sample 0 where the film's time begins, as cue times do.

    Raises InvalidInput where the file has no sound that can be read.
    """
    source = None
    try:
        demuxer = demuxer_of(path)
        if demuxer not in SOUND_ALONE:
            source = probe(path)
            if not source.has_sound:
                raise invalid(path, "has no sound to place a script on; give cue times instead, in a .vtt or .srt file")
    except OSError as error:
        raise invalid(path, f"cannot be read: {error.strerror}; check the name and the folder") from None
    except UnusableSource as error:
        raise invalid(path, str(error)) from None
    with tempfile.TemporaryDirectory() as name:
        try:
            return _decoded(path.resolve(), str(demuxer), source, Path(name))
        except RenderFailed:
            raise invalid(path, "its sound cannot be decoded; export it again") from None


def sound_of(source: Source, folder: Path) -> Samples:
    """The sound of a film, as `read_sound` gives it, by way of a file in `folder`. Raises RenderFailed."""
    return _decoded(source.path, source.demuxer, source, folder)


def _decoded(path: Path, demuxer: str, source: Source | None, folder: Path) -> Samples:
    ffmpeg.run(_arguments(path, demuxer, source, "sound.raw"), folder, DEADLINE_S, encodes=False)
    return np.fromfile(folder / "sound.raw", dtype="<i2")


def _arguments(path: Path, demuxer: str, source: Source | None, out: str) -> list[str]:
    """What decodes a recording from its beginning, a film from where its time begins."""
    begins, placed = ["-ss", decimal(source.first_picture_s if source else Fraction(0))], ""
    if source and not source.read_directly:
        zero_s = source.time.zero_s
        begins, placed = ["-copyts"], f"asetpts=PTS-({zero_s.numerator}/{zero_s.denominator})/TB,"
    options = [word for name, value in ffmpeg.input_options(demuxer).items() for word in (f"-{name}", str(value))]
    return [
        "-v",
        "error",
        *options,
        *begins,
        "-vn",
        "-i",
        f"file:{path}",
        "-map",
        f"0:a:{source.sound_track if source else 0}",
        "-af",
        f"{placed}aresample={RATE_HZ}:async=1:first_pts=0",
        "-ac",
        "1",
        "-c:a",
        "pcm_s16le",
        "-f",
        "s16le",
        out,
    ]


def duration_of(samples: Samples, rate: int) -> Fraction:
    """The length of a recording in seconds."""
    return Fraction(len(samples), rate)


def stretches(samples: Samples, rate: int) -> list[Interval]:
    """Where somebody speaks: start and end in seconds, in order, at least 0.08 s apart.

    Energy against two thresholds between this recording's own noise and voice, so that neither a quiet voice nor a bed
    of music needs a setting. A recording without any change of level is one stretch if it is louder than -50 dBFS.
    """
    level = levels(samples, rate)
    if not len(level):
        return []
    noise, voice = (float(np.percentile(level, share)) for share in (NOISE_PERCENTILE, VOICE_PERCENTILE))
    noise = max(noise, voice - WIDEST_RANGE_DB)
    if voice - noise < LEAST_RANGE_DB:
        return [(Fraction(0), duration_of(samples, rate))] if voice > -50 else []
    opens, keeps = (noise + share * (voice - noise) for share in (BEGINS, GOES_ON))
    found: list[tuple[int, int]] = []
    for first, end in _runs(level >= keeps):
        if not (level[first:end] >= opens).any():
            continue
        if found and (first - found[-1][1]) * HOP_S < SHORTEST_PAUSE_S:
            found[-1] = (found[-1][0], end)
        else:
            found.append((first, end))
    last_s = duration_of(samples, rate)
    spoken = [(first * HOP_S, min(end * HOP_S, last_s)) for first, end in found]
    return [(start_s, end_s) for start_s, end_s in spoken if end_s - start_s >= SHORTEST_STRETCH_S]


def dips(samples: Samples, rate: int, spoken: list[Interval]) -> list[Dip]:
    """Where one word may end and the next begin inside the `spoken` stretches, in order, at most one for each
    syllable.
    """
    level = np.convolve(levels(samples, rate), np.ones(SMOOTH_FRAMES) / SMOOTH_FRAMES, mode="same")
    near = int(DIPS_APART_S / HOP_S)
    found: list[Dip] = []
    for start_s, end_s in spoken:
        first, end = int(start_s / HOP_S), int(end_s / HOP_S)
        for frame in range(first + near, end - near):
            before, after = level[max(first, frame - 2 * near) : frame], level[frame + 1 : min(end, frame + 2 * near)]
            if level[frame] > level[frame - near : frame + near + 1].min():
                continue
            depth = float(min(before.max(), after.max()) - level[frame])
            if depth >= LEAST_DIP_DB and (not found or frame * HOP_S - found[-1].at_s >= DIPS_APART_S):
                found.append(Dip(frame * HOP_S, depth))
    return found


def levels(samples: Samples, rate: int) -> Decibels:
    """Level in dBFS of each hundredth of a second, taken over three of them."""
    hop = int(rate * HOP_S)
    count = len(samples) // hop
    power = (samples[: count * hop].astype(np.float64).reshape(count, hop) / 32_768) ** 2
    mean = np.convolve(power.mean(axis=1), np.ones(3) / 3, mode="same") if count else np.zeros(0)
    level: Decibels = np.maximum(10 * np.log10(mean + 1e-12), QUIETEST_DB)
    return level


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and one past the last place of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(first), int(end)) for first, end in edges.reshape(-1, 2)]
