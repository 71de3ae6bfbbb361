"""Loudness after EBU R 128: measured by ffmpeg's `ebur128` (ITU-R BS.1770)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from portevoix import ffmpeg

SILENCE_LUFS = -60.0  # below it nothing is meant to be heard, and nothing is made louder
LEAST_LUFS = -70.0  # the absolute gate of ITU-R BS.1770


@dataclass(frozen=True)
class Target:
    """What a placement wants: integrated loudness in LUFS, the highest true peak in dBTP."""

    integrated_lufs: float
    true_peak_dbtp: float


@dataclass(frozen=True)
class Loudness:
    """What was measured: integrated loudness in LUFS (-70 in silence and under 0.4 s), true peak in dBTP."""

    integrated_lufs: float
    true_peak_dbtp: float

    @property
    def silent(self) -> bool:
        return self.integrated_lufs <= SILENCE_LUFS


def measure(inputs: list[str], folder: Path, deadline_s: float) -> Loudness:
    """Loudness and true peak of a file, given as ffmpeg's input options; tenths of a unit."""
    log = ffmpeg.run(
        ["-v", "info", *inputs, "-map", "0:a:0", "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"],
        folder,
        deadline_s,
        encodes=False,
    )
    return Loudness(read_summary(log, "I", "LUFS"), read_summary(log, "Peak", "dBFS"))


def read_summary(log: str, name: str, unit: str) -> float:
    """A value of the summary that `ebur128` writes at its end."""
    found = re.search(rf"{name}:\s+(-?[\d.]+) {unit}", log[log.rfind("Summary:") :])
    return max(float(found[1]), LEAST_LUFS) if found else LEAST_LUFS
