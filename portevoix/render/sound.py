"""The sound of a programme: mixed, levelled and encoded once, measured on what was encoded."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from portevoix import ffmpeg
from portevoix.timing import decimal

RATE_HZ = 48_000
PRIMING_SAMPLES = 1_024  # the AAC encoder puts these before the first sample; cut off here, picture and sound agree
FADE_S = "0.02"  # at every cut of the sound: no click
BITRATE = "192k"
SILENCE_LUFS = -60.0
HEADROOM_DB = 0.6  # what AAC adds to the peaks of limited sound, at first; raised where it adds more
MOST_ROUNDS = 5
CLOSE_ENOUGH_LU = 0.3


@dataclass(frozen=True)
class SoundPart:
    """One clip's sound: from `start_s` of its container, `samples` long at 48 kHz after the change of tempo."""

    path: Path | None
    demuxer: str
    start_s: Fraction
    tempo: Fraction
    samples: int


@dataclass(frozen=True)
class Loudness:
    """EBU R 128: integrated loudness in LUFS, true peak in dBTP."""

    integrated_lufs: float
    true_peak_dbtp: float


def make_sound(parts: list[SoundPart], samples: int, target: Loudness | None, folder: Path) -> dict[str, Any]:
    """Write `sound.aac` in `folder`; `target` None leaves the level as it is. Returns what was measured on it."""
    mix = folder / "mix.wav"
    ffmpeg.run(_mix_arguments(parts, samples, mix.name), folder, 600, encodes=False)
    before = measure(mix, "wav", folder)
    gain_db = (
        target.integrated_lufs - before.integrated_lufs if target and before.integrated_lufs > SILENCE_LUFS else 0.0
    )
    headroom_db = HEADROOM_DB
    for _ in range(
        MOST_ROUNDS
    ):  # the limiter takes some loudness away, and AAC adds to the peaks: measured and corrected
        ffmpeg.run(_encode_arguments(mix.name, gain_db, headroom_db, target), folder, 600)
        after = measure(folder / "sound.aac", "aac", folder)
        if not target or before.integrated_lufs <= SILENCE_LUFS:
            break
        missing_lu = target.integrated_lufs - after.integrated_lufs
        over_db = after.true_peak_dbtp - target.true_peak_dbtp
        if abs(missing_lu) < CLOSE_ENOUGH_LU and over_db <= 0:
            break
        gain_db += missing_lu
        headroom_db += max(0.0, over_db + 0.1)
    mix.unlink()
    return {"before": asdict(before), **asdict(after)}


def _mix_arguments(parts: list[SoundPart], samples: int, out: str) -> list[str]:
    inputs: list[str] = []
    chains: list[str] = []
    for number, part in enumerate(parts):
        if part.path is None:
            inputs += ["-f", "lavfi", "-i", f"anullsrc=r={RATE_HZ}:cl=stereo"]
        else:
            for name, value in ffmpeg.input_options(part.demuxer).items():
                inputs += [f"-{name}", str(value)]
            inputs += ["-ss", decimal(part.start_s), "-vn", "-i", f"file:{part.path}"]
        speed = (
            ""
            if part.tempo == 1
            else f",asetrate={RATE_HZ * part.tempo.numerator // part.tempo.denominator},aresample={RATE_HZ}"
        )
        length_s = decimal(Fraction(part.samples, RATE_HZ) - Fraction(FADE_S))
        chains.append(
            f"[{number}:a:0]aresample={RATE_HZ}:async=1:first_pts=0,aformat=sample_fmts=flt:channel_layouts=stereo{speed},"
            f"apad=whole_len={part.samples},atrim=end_sample={part.samples},"
            f"afade=t=in:d={FADE_S},afade=t=out:st={length_s}:d={FADE_S}[a{number}]"
        )
    labels = "".join(f"[a{number}]" for number in range(len(parts)))
    chains.append(f"{labels}concat=n={len(parts)}:v=0:a=1,apad=whole_len={samples},atrim=end_sample={samples}[mix]")
    return [
        "-v",
        "error",
        *inputs,
        "-filter_complex",
        ";".join(chains),
        "-map",
        "[mix]",
        "-c:a",
        "pcm_f32le",
        "-f",
        "wav",
        out,
    ]


def _encode_arguments(mix: str, gain_db: float, headroom_db: float, target: Loudness | None) -> list[str]:
    chain = []
    if target is not None:
        ceiling = 10 ** ((target.true_peak_dbtp - headroom_db) / 20)
        # Limited at four times the rate: a true peak lies between samples.
        chain = [f"volume={gain_db:.3f}dB", "aresample=192000",
                 f"alimiter=limit={ceiling:.5f}:attack=5:release=50:level=disabled:latency=1", f"aresample={RATE_HZ}"]  # fmt: skip
    chain.append(f"atrim=start_sample={PRIMING_SAMPLES},asetpts=PTS-STARTPTS")
    return ["-v", "error", "-f", "wav", "-i", mix, "-af", ",".join(chain), "-c:a", "aac", "-b:a", BITRATE,
            "-ar", str(RATE_HZ), "-ac", "2", "-f", "adts", "sound.aac"]  # fmt: skip


def measure(path: Path, demuxer: str, folder: Path) -> Loudness:
    """Loudness of a file's sound; a silent one has -70 LUFS."""
    log = ffmpeg.run(
        ["-v", "info", "-f", demuxer, "-i", f"file:{path}", "-map", "0:a:0", "-af", "ebur128=peak=true:framelog=quiet",
         "-f", "null", "-"], folder, 600, encodes=False,
    )  # fmt: skip
    summary = log[log.rfind("Summary:") :]
    loud = re.search(r"I:\s+(-?[\d.]+|-inf) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+|-inf) dBFS", summary)
    values = [float(found[1]) if found and found[1] != "-inf" else -70.0 for found in (loud, peak)]
    return Loudness(*values)
