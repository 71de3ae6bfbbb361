"""Compose the examples' music, forty seconds of soft chords and a few piano-like notes, into their media folders.

Run it from the repository: `.venv/bin/python examples/compose_music.py`. The same notes every time; nothing is sampled.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from portevoix import ffmpeg

HERE = Path(__file__).parent
FILES = (HERE / "photos" / "media" / "bed.m4a", HERE / "sintel" / "media" / "bed.m4a")
RATE_HZ = 48_000
BEAT_S = 60 / 72
BARS = 12  # of four beats
# D major: each bar's bass and chord as semitones over D3 (146.8 Hz), then its melody by the half beat.
HARMONY = (
    (-12, (0, 4, 7, 11), ((1, 16), (4, 19), (6, 18))),
    (-15, (-3, 4, 7, 12), ((0, 16), (3, 14), (6, 11))),
    (-19, (-7, 0, 4, 9), ((1, 16), (4, 21), (7, 19))),
    (-17, (-5, 2, 4, 9), ((0, 18), (4, 16), (6, 14))),
)
Sound = NDArray[np.float64]


def frequency(semitones: float) -> float:
    """Hertz of a note so many semitones over D3."""
    return 146.83 * 2 ** (semitones / 12)


def pad(note: int, seconds: float, detune: float) -> Sound:
    """A soft voice that swells and goes: four weak partials, slightly out of tune with its twin on the other side."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pitch = frequency(note) * (1 + detune)
    wave = sum(np.sin(2 * np.pi * pitch * n * t + n) / n**2.2 for n in (1, 2, 3, 4))
    swell = np.minimum(1, t / 1.2) * np.minimum(1, (seconds - t) / 1.6)
    return np.asarray(wave * np.sin(np.pi / 2 * swell) ** 2)


def struck(note: int, strength: float) -> Sound:
    """A piano-like note: partials that are a little sharp, the high ones gone first, behind a felt hammer."""
    seconds = 3.2
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    pitch = frequency(note)
    wave = np.zeros_like(t)
    for n in range(1, 8):
        partial = pitch * n * np.sqrt(1 + 0.0004 * n * n)
        wave += np.sin(2 * np.pi * partial * t) * np.exp(-t * (1.1 + 0.75 * n)) / n**1.5
    return np.asarray(strength * wave * np.minimum(1, t / 0.006) * np.minimum(1, (seconds - t) / 0.2))


def composed() -> Sound:
    """Both channels, in full scale, with a room round them."""
    bar_s = 4 * BEAT_S
    length = round((BARS * bar_s + 4) * RATE_HZ)
    dry = np.zeros((2, length))

    def lay(sound: Sound, at_s: float, left: float, right: float) -> None:
        at = round(at_s * RATE_HZ)
        sound = sound[: length - at]
        dry[0, at : at + len(sound)] += sound * left
        dry[1, at : at + len(sound)] += sound * right

    for bar in range(BARS):
        bass, chord, melody = HARMONY[bar % len(HARMONY)]
        begin = bar * bar_s
        for number, note in enumerate(chord):
            lean = 0.5 + 0.14 * (number - 1.5)
            for detune, side in ((-0.0014, 1 - lean), (0.0014, lean)):
                lay(pad(note, bar_s + 1.4, detune), begin, 0.075 * side, 0.075 * (1 - side))
        lay(pad(bass, bar_s + 1.0, 0.0), begin, 0.10, 0.10)
        if 1 <= bar < BARS - 1:
            for half_beat, note in melody:
                lay(struck(note, 0.16), begin + half_beat * BEAT_S / 2, 0.6, 0.5)
        for beat, step in enumerate((0, 2, 1, 3)):
            if bar >= 2:
                lay(struck(chord[step], 0.055), begin + (beat + 0.5) * BEAT_S, 0.4, 0.6)
    noise = np.random.default_rng(7)
    t = np.arange(2 * RATE_HZ) / RATE_HZ
    room = noise.standard_normal((2, len(t))) * np.exp(-t * 3.4)
    size = 1 << (length + len(t) - 1).bit_length()
    wet = np.fft.irfft(np.fft.rfft(dry, size) * np.fft.rfft(room, size), size)[:, :length]
    sound = dry + 0.35 * wet / np.abs(wet).max() * np.abs(dry).max()
    seconds = np.arange(length) / RATE_HZ
    sound *= np.minimum(1, seconds / 0.4) * np.minimum(1, (length / RATE_HZ - seconds) / 3.5)
    return np.asarray(sound / np.abs(sound).max() * 0.7)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bed.raw").write_bytes(composed().T.astype("<f4").tobytes())
        ffmpeg.run(
            [
                "-v",
                "error",
                "-f",
                "f32le",
                "-ar",
                str(RATE_HZ),
                "-ac",
                "2",
                "-i",
                "bed.raw",
                "-c:a",
                "aac",
                "-b:a",
                "72k",
                "-map_metadata",
                "-1",
                "-fflags",
                "+bitexact",
                "-flags",
                "+bitexact",
                "-movflags",
                "+faststart",
                "bed.m4a",
            ],
            folder,
            300,
        )
        for file in FILES:
            file.write_bytes((folder / "bed.m4a").read_bytes())


if __name__ == "__main__":
    main()
