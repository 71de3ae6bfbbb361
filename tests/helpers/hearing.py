"""Recordings of expressions, and what is heard of them; for the tests of sound and for `benchmarks/sound.py`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from portevoix import ffmpeg
from portevoix.render.sound import RATE_HZ, Mix, Recording, Target, Voice
from portevoix.render.sound.graph import mix_arguments
from portevoix.render.sound.prepare import Prepared, prepare_all
from portevoix.sources.sniff import demuxer_of

READING = Recording(Path(__file__).parents[1] / "golden" / "speech" / "reading.wav", "wav")
FEED = Target(-14.0, -1.0)
SPEECH_LIKE = "0.3*sin(2*PI*217*t)*(0.55+0.45*sin(2*PI*4*t))+0.1*sin(2*PI*1270*t)*(0.5-0.5*sin(2*PI*3*t))"

Sides = NDArray[np.float64]


def record(
    folder: Path, *channels: str, seconds: float = 3, layout: str = "", name: str = "", codec: str = "pcm_s24le"
) -> Recording:
    """A recording of expressions of `t`, one for each channel: `record(folder, "0.5*sin(2*PI*440*t)", seconds=3)`."""
    folder.mkdir(exist_ok=True)
    file = folder / (name or f"{len(list(folder.iterdir()))}.wav")
    source = f"aevalsrc=exprs='{'|'.join(channels)}':s={RATE_HZ}:d={seconds}" + (f":c={layout}" if layout else "")
    command = [ffmpeg.executable(), "-v", "error", "-f", "lavfi", "-i", source, "-c:a", codec, str(file)]
    subprocess.run(command, check=True)
    demuxer = demuxer_of(file)
    assert demuxer
    return Recording(file, demuxer)


def seconds(value: float) -> int:
    return int(value * RATE_HZ)


def raw(file: Path) -> Sides:
    return np.fromfile(file, "<f4").reshape(-1, 2).astype(np.float64)


def decoded(file: Path) -> Sides:
    with av.open(str(file)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    if frames[0].dtype == np.int32:  # FLAC: interleaved
        return np.concatenate([frame.reshape(-1, 2) for frame in frames]) / 2**31
    return np.concatenate(frames, axis=1).T.astype(np.float64)


def mixed(mix: Mix, folder: Path) -> Sides:
    ready = prepare_all(mix, folder)
    ffmpeg.run(mix_arguments(mix, ready, "mix.raw"), folder, 60, encodes=False)
    return raw(folder / "mix.raw")


def alone(recording: Recording, folder: Path, samples: int, **more: object) -> tuple[Prepared, Sides]:
    (one,) = prepare_all(Mix((Voice(samples, recording, **more),), samples, None), folder).voices
    assert one
    return one, raw(folder / one.file)


def tone(sides: NDArray[np.float64], hz: float) -> float:
    """Amplitude of a tone."""
    turns = np.exp(-2j * np.pi * hz * np.arange(len(sides)) / RATE_HZ) * np.hanning(len(sides))
    return float(abs(turns @ sides) * 4 / len(sides))


def db(ratio: float) -> float:
    return float(20 * np.log10(ratio + 1e-12))


def true_peak_db(sides: Sides) -> float:
    """The highest value between samples too, at eight times the rate."""
    spectrum = np.fft.rfft(sides, axis=0)
    wide = np.zeros((len(sides) * 4 + 1, 2), complex)
    wide[: len(spectrum)] = spectrum
    return db(float(np.abs(np.fft.irfft(wide, axis=0)).max() * 8))


def bed(mixed: Sides, hz: float) -> NDArray[np.float64]:
    """Level of a tone in every tenth of a second, in dB."""
    turned = mixed[:, 0] * np.exp(-2j * np.pi * hz * np.arange(len(mixed)) / RATE_HZ)
    return 20 * np.log10(np.abs(turned.reshape(-1, 4_800).mean(axis=1)) * 2 + 1e-9)


def hum(mains: float, level: float = 0.01) -> str:
    return "+".join(f"{level / number}*sin(2*PI*{mains * number}*t)" for number in (1, 2, 3, 5))


SOURCES = {
    "speech": (READING,),
    "speech under silence": (READING, None),
    "a tone and its rests": ("0.4*sin(2*PI*440*t)*lt(mod(t,1),0.6)",),
    "near silence": ("0.0015*sin(2*PI*300*t)+0.0007*random(0)",),
    "very loud": ("0.999*sin(2*PI*80*t)", "0.999*sin(2*PI*83*t)"),
    "clipped": (f"clip(9*({SPEECH_LIKE}),-1,1)",),
    "noise": ("0.9*random(0)", "0.9*random(1)"),
    "impulses over a voice": (f"0.2*({SPEECH_LIKE})+0.95*lt(mod(t,0.7),0.0003)",),
    "5.1": tuple(f"0.2*sin(2*PI*{hz}*t)*lt(mod(t,0.9),0.7)" for hz in (300, 500, 700, 60, 900, 1_100)),
}
