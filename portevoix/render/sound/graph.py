"""The mix as one filter graph: voices end to end, a voice-over over them, music under both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from portevoix.plan.model import RATE_HZ
from portevoix.render.sound.mix import FADE_MS, UNDER_LU, Ducking, Mix
from portevoix.render.sound.prepare import RAW, Prepared, Recordings

MOST_LEVELLING_DB = 12.0  # a greater difference is meant: steps are not a speech
LOOK_AHEAD_SAMPLES = RATE_HZ // 5
KEY_LUFS, THRESHOLD_DB = -20.0, -50.0  # a voice opens the side chain down to 30 dB below its loudness
NOTCH_HZ = 4.0  # wide, around each of the mains' lines
FLOOR_DB = -27.0  # what the compressor itself leaves at its highest ratio; the rest is mixed in dry


@dataclass(frozen=True)
class Gains:
    """What each sound of a mix is raised by, in dB. `loudest_lufs`: how loud the speech then is."""

    voices: tuple[float, ...]
    voice_over: float
    music: float
    loudest_lufs: float


def gains(mix: Mix, ready: Recordings) -> Gains:
    """Levels apart from the programme's own: voices as loud as the loudest of them, the music below.

    One gain for each stretch, so nothing within it is changed. A quiet one is raised by 12 dB at most.
    """
    over, music = ready.voice_over, ready.music
    spoken = [one.integrated_lufs for one in (*ready.voices, over) if one and one.sounds]
    front = leading_lufs(mix, ready)
    loudest = max(spoken, default=KEY_LUFS) if front is None else front
    places = loudest if front is None else front - UNDER_LU
    voices = tuple(
        voice.gain_db + (_raise(one, places) if mix.target else 0.0)
        for voice, one in zip(mix.voices, ready.voices, strict=True)
    )
    over_db = loudest - over.integrated_lufs if over and over.sounds else 0.0
    bed_db = 0.0
    if front is None and mix.music and music and music.sounds and spoken:
        bed_db = loudest - mix.music.below_lu - music.integrated_lufs
    return Gains(voices, over_db, bed_db, loudest)


def leading_lufs(mix: Mix, ready: Recordings) -> float | None:
    """How loud the music is that leads; None where voices do."""
    music = ready.music
    return music.integrated_lufs if mix.music and mix.music.leads and music and music.sounds else None


def _raise(one: Prepared | None, loudest_lufs: float) -> float:
    return min(loudest_lufs - one.integrated_lufs, MOST_LEVELLING_DB) if one and one.sounds else 0.0


def mix_arguments(mix: Mix, ready: Recordings, out: str) -> list[str]:
    """ffmpeg's arguments: prepared recordings in, the mix out, as raw as they are."""
    level = gains(mix, ready)
    inputs = Inputs()
    length = f"apad=whole_len={mix.samples},atrim=end_sample={mix.samples}"
    chains, heard = [*_speech(mix, ready, level, inputs, length)], "speech"
    bed = _bed(mix, ready, level, inputs, length)
    if bed and mix.music and mix.music.leads:
        chains += [bed, "[speech][bed]amix=inputs=2:normalize=0:duration=first[led]"]
        bed, heard = "", "led"
    if mix.voice_over and (over := ready.voice_over):
        steps = [*_both_sides(over), f"volume={level.voice_over:.2f}dB", *fades(over.samples, FADE_MS, FADE_MS)]
        chains.append(f"{inputs.add(over)}{','.join(steps)},adelay={mix.voice_over.start}S:all=1,{length}[over]")
        chains += _over("over", heard, mix.voice_over.ducking, level.loudest_lufs, mix.samples, "spoken")
        heard = "spoken"
    if bed and mix.music:
        chains.append(bed)
        chains += _over(heard, "bed", mix.music.ducking, level.loudest_lufs, mix.samples, "all")
        heard = "all"
    files = [word for file in inputs.files for word in (*RAW, "-i", file)]
    made = ["-filter_complex", ";".join(chains), "-map", f"[{heard}]", *["-c:a", "pcm_f32le", "-f", "f32le"], out]
    return ["-v", "error", *files, *made]


def _bed(mix: Mix, ready: Recordings, level: Gains, inputs: Inputs, length: str) -> str:
    """The music as the chain `bed`; empty without any."""
    music = ready.music
    if mix.music is None or music is None:
        return ""
    steps = [f"volume={level.music:.2f}dB", *fades(music.samples, mix.music.fade_in_ms, mix.music.fade_out_ms)]
    return f"{inputs.add(music)}{','.join(steps)},adelay={mix.music.start}S:all=1,{length}[bed]"


class Inputs:
    """The files of one graph, in the order in which they are read."""

    def __init__(self) -> None:
        self.files: list[str] = []

    def add(self, one: Prepared) -> str:
        """One more file. Returns the label of its sound."""
        self.files.append(one.file)
        return f"[{len(self.files) - 1}:a]"


def _speech(mix: Mix, ready: Recordings, level: Gains, inputs: Inputs, length: str) -> Iterator[str]:
    """The voices end to end."""
    for number, (voice, one) in enumerate(zip(mix.voices, ready.voices, strict=True)):
        if one is None:
            yield f"anullsrc=r={RATE_HZ}:cl=stereo,atrim=end_sample={voice.samples}[v{number}]"
            continue
        steps = [*_both_sides(one), *_notches(one.hum_hz), f"volume={level.voices[number]:.2f}dB"]
        steps += fades(voice.samples, voice.fade_in_ms, voice.fade_out_ms)
        yield f"{inputs.add(one)}{','.join(steps)}[v{number}]"
    labels = "".join(f"[v{number}]" for number in range(len(mix.voices)))
    yield f"{labels}concat=n={len(mix.voices)}:v=0:a=1,{length}[speech]"


def _both_sides(one: Prepared) -> list[str]:
    return [] if one.side is None else [f"pan=stereo|c0=c{one.side}|c1=c{one.side}"]


def fades(samples: int, in_ms: int, out_ms: int) -> list[str]:
    """Fades at both ends of `samples` samples, never longer than half of them."""
    first, last = (min(ms * RATE_HZ // 1000, samples // 2) for ms in (in_ms, out_ms))
    steps = [fade_in(first)] if first else []
    return steps + ([f"afade=t=out:ss={samples - last}:ns={last}:curve=hsin"] if last else [])


def fade_in(samples: int) -> str:
    """A fade over the first `samples` samples."""
    return f"afade=t=in:ss=0:ns={samples}:curve=hsin"


def _over(front: str, back: str, ducking: Ducking, front_lufs: float, samples: int, out: str) -> list[str]:
    """`front` and, under it, `back`, lowered by a side chain that hears `front` 0.2 s ahead.

    The compressor works at its highest ratio on a share of the sound; the dry rest sets the depth, whatever the voice's
    level.
    """
    wet = (1 - 10 ** (-ducking.depth_db / 20)) / (1 - 10 ** (FLOOR_DB / 20))
    times = f"attack={ducking.attack_ms}:release={ducking.release_ms}"
    key = (
        f"volume={KEY_LUFS - front_lufs:.2f}dB,atrim=start_sample={LOOK_AHEAD_SAMPLES},asetpts=N/SR/TB,"
        f"apad=whole_len={samples}"
    )
    return [
        f"[{front}]asplit[{front}_heard][{front}_key]",
        f"[{front}_key]{key}[{front}_chain]",
        f"[{back}][{front}_chain]sidechaincompress=threshold={10 ** (THRESHOLD_DB / 20):.6f}:ratio=20:{times}"
        f":detection=rms:link=maximum:mix={min(wet, 1.0):.4f}[{back}_under]",
        f"[{front}_heard][{back}_under]amix=inputs=2:normalize=0:duration=first[{out}]",
    ]


def _notches(hum_hz: tuple[float, ...]) -> list[str]:
    """The filters that take the mains' lines out."""
    return [f"bandreject=f={line:.3f}:width_type=h:w={NOTCH_HZ}:precision=f64" for line in hum_hz]
