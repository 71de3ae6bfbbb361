"""What only a look at every picture and a hearing of all sound finds: stretches of nothing, and the loudness."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from portevoix import ffmpeg
from portevoix.render.deadline import decoding_deadline_s
from portevoix.render.flashing import FILTER, Stretch, harmful_flashes
from portevoix.render.measure import Measured
from portevoix.render.sound.loudness import Loudness, read_summary

BLACK_S, FROZEN_S, SILENT_S = 2, 5, 5  # shorter stretches are a cut's, a card's or a breath's


@dataclass(frozen=True)
class StillStretch:
    """A stretch of a film, in seconds."""

    start_s: float
    end_s: float

    def __str__(self) -> str:
        return f"{self.start_s:.2f} to {self.end_s:.2f} s"


@dataclass(frozen=True)
class Examined:
    """Where a film shows black or one picture alone, where it is silent or flashes, and how loud it is; None without
    sound.
    """

    black: tuple[StillStretch, ...]
    frozen: tuple[StillStretch, ...]
    silent: tuple[StillStretch, ...]
    flashing: tuple[StillStretch, ...]
    flashing_red: tuple[StillStretch, ...]
    loudness: Loudness | None


def examine(path: Path, measured: Measured, demuxer: str, loudness: bool = True) -> Examined:
    """Decode a film once and look for all of it; without `loudness` that is left out. Raises RenderFailed where ffmpeg
    cannot.
    """
    options = [word for name, value in ffmpeg.input_options(demuxer).items() for word in (f"-{name}", str(value))]
    pictures = f"blackdetect=d={BLACK_S},freezedetect=n=-60dB:d={FROZEN_S}"
    silence = f"silencedetect=n=-60dB:d={SILENT_S}"
    heard = f"ebur128=peak=true:framelog=quiet,{silence}" if loudness else silence
    sound = ["-map", "0:a:0", "-af", heard] if measured.audio_codec else []
    outputs = ["-map", "0:v:0", "-vf", pictures, *sound, "-f", "null", "-"]
    with tempfile.TemporaryDirectory() as folder:
        cells = Path(folder) / "cells"
        outputs += ["-map", "0:v:0", "-vf", FILTER, "-f", "rawvideo", str(cells)]
        log = ffmpeg.run(
            ["-v", "info", "-nostats", *options, "-i", str(path.resolve()), *outputs],
            Path(folder),
            decoding_deadline_s(float(measured.duration_s)),
            encodes=False,
        )
        flashes = harmful_flashes(cells, measured.fps)
    end_s = float(measured.duration_s)
    return Examined(
        _stretches(log, "black", end_s),
        _stretches(log, "freeze", end_s),
        _stretches(log, "silence", end_s),
        _flashing(flashes.general),
        _flashing(flashes.red),
        Loudness(read_summary(log, "I", "LUFS"), read_summary(log, "Peak", "dBFS")) if sound and loudness else None,
    )


def _flashing(found: Iterable[Stretch]) -> tuple[StillStretch, ...]:
    return tuple(StillStretch(start, end) for start, end, _ in found)


def _stretches(log: str, name: str, film_end_s: float) -> tuple[StillStretch, ...]:
    """The stretches that a filter names; one without an end lasts until the film's."""
    starts = [float(found) for found in re.findall(rf"{name}_start: ?(-?[\d.]+)", log)]
    ends = [float(found) for found in re.findall(rf"{name}_end: ?([\d.]+)", log)]
    ends += [film_end_s] * (len(starts) - len(ends))
    return tuple(StillStretch(max(start, 0.0), end) for start, end in zip(starts, ends, strict=True))
