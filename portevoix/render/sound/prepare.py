"""Each recording of a mix made ready: stereo, 48 kHz, 32-bit floats without a header, on the sample; and what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from portevoix import ffmpeg
from portevoix.plan.model import RATE_HZ
from portevoix.render.sound.fold import channels_of, fold
from portevoix.render.sound.loudness import SILENCE_LUFS, read_summary
from portevoix.render.sound.mix import Mix, Music, Recording, Voice, VoiceOver, deadline_s
from portevoix.timing import LEAD_S, decimal, millisecond_before, nearest, sample_near

# Decoded before the first sample: a decoder's first frames after a jump lack what they overlap with.
BYTES_PER_SAMPLE = 8  # of both sides together
RAW = ("-f", "f32le", "-ar", str(RATE_HZ), "-ac", "2")
ONE_SIDED_DB, UNHEARD_DBFS = 30.0, -60.0


@dataclass(frozen=True)
class Prepared:
    """A recording as it lies in the folder. `side`: 0 or 1 where only the left or the right of a stereo recording
    sounds.
    """

    file: str
    samples: int
    channels: tuple[str, ...]
    integrated_lufs: float
    side: int | None
    hum_hz: tuple[float, ...]

    @property
    def sounds(self) -> bool:
        return self.integrated_lufs > SILENCE_LUFS


@dataclass(frozen=True)
class Recordings:
    """All of a mix, prepared. A voice without a recording is None."""

    voices: tuple[Prepared | None, ...]
    voice_over: Prepared | None
    music: Prepared | None


def prepare_all(mix: Mix, folder: Path) -> Recordings:
    """Write every recording of `mix` into `folder`."""
    voices = tuple(_voice(number, voice, folder) for number, voice in enumerate(mix.voices))
    return Recordings(
        voices, _laid_in(mix.voice_over, mix, "over.raw", folder), _laid_in(mix.music, mix, "music.raw", folder)
    )


def _voice(number: int, voice: Voice, folder: Path) -> Prepared | None:
    if voice.recording is None:
        return None
    file = f"voice-{number}.raw"
    made = _prepare(voice.recording, voice.tempo, voice.samples, True, file, folder)
    if not voice.clean_hum:
        return made
    from portevoix.render.sound.hum import hum_lines  # here: it needs NumPy, and few recordings hum

    return replace(made, hum_hz=hum_lines(folder / file))


def _laid_in(laid: VoiceOver | Music | None, mix: Mix, file: str, folder: Path) -> Prepared | None:
    room = mix.samples - laid.start if laid else 0
    return _prepare(laid.recording, Fraction(1), room, False, file, folder) if laid and room > 0 else None


def _prepare(recording: Recording, tempo: Fraction, samples: int, fill: bool, file: str, folder: Path) -> Prepared:
    channels = channels_of(recording.path, recording.demuxer, recording.track)
    log = ffmpeg.run(
        arguments(recording, channels, tempo, samples, fill, file), folder, deadline_s(samples), encodes=False
    )
    levels = re.findall(r"^\[Parsed_astats\S* @ \w+\] RMS level dB: (-?[\d.]+|-inf)", log, re.M)[-2:]
    side = _only_side([float(level) for level in levels]) if len(channels) == 2 else None
    # The same sound in both sides has twice the power of one.
    loudness = read_summary(log, "I", "LUFS") + (3.0 if side is not None else 0.0)
    made = (folder / file).stat().st_size // BYTES_PER_SAMPLE
    return Prepared(file, made, channels, loudness, side, ())


def arguments(
    recording: Recording, channels: tuple[str, ...], tempo: Fraction, samples: int, fill: bool, file: str
) -> list[str]:
    """ffmpeg's arguments to write at most `samples` samples; with `fill`, silence follows where the recording is
    shorter.

    Its log holds the level of each side and the loudness.
    """
    seek_s = millisecond_before(max(Fraction(0), recording.start_s - LEAD_S))
    seek_s = seek_s if recording.zero_s is None else Fraction(0)
    lead = sample_near(recording.start_s - seek_s, RATE_HZ)
    demuxer = ffmpeg.input_options(recording.demuxer)
    options = [word for name, value in demuxer.items() for word in (f"-{name}", str(value))]
    changed = [f"asetrate={nearest(RATE_HZ * tempo)}", f"aresample={RATE_HZ}"] if tempo != 1 else []
    filled = [f"apad=whole_len={samples}"] if fill else []
    chain = [
        "aformat=sample_fmts=fltp",
        fold(channels),
        *_timed(recording),
        f"atrim=start_sample={lead}",
        "asetpts=N/SR/TB",
        *changed,
        *filled,
        f"atrim=end_sample={samples}",
        "astats=measure_perchannel=RMS_level:measure_overall=none",
        "ebur128=framelog=quiet",
        "aformat=sample_fmts=flt",
    ]
    reached = ["-ss", decimal(seek_s, 3)] if recording.zero_s is None else ["-copyts"]
    source = [*options, *reached, "-vn", "-i", f"file:{recording.path}", "-map", f"0:a:{recording.track}"]
    return ["-v", "info", *source, "-af", ",".join(chain), *["-c:a", "pcm_f32le", "-f", "f32le"], file]


def _timed(recording: Recording) -> list[str]:
    """The filters that put a recording's samples to their places: gaps of its clock are silent."""
    zero_s = recording.zero_s
    if zero_s is None:
        return [f"aresample={RATE_HZ}:async=1:first_pts=0"]
    # The first sample to its place, however little it is off.
    shifted = f"asetpts=PTS-({zero_s.numerator}/{zero_s.denominator})/TB"
    return [shifted, f"aresample={RATE_HZ}:async=1:min_comp=0.00001:first_pts=0"]


def _only_side(levels: list[float]) -> int | None:
    """The side that sounds where the other holds nothing but a microphone's own noise."""
    if len(levels) != 2:
        return None
    weak, strong = sorted(levels)
    return levels.index(strong) if weak < UNHEARD_DBFS and strong - weak > ONE_SIDED_DB else None
