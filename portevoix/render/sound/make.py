"""A mix made: prepared, mixed, brought to its target and encoded."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from portevoix import ffmpeg
from portevoix.plan.model import RATE_HZ
from portevoix.render.sound.graph import fade_in, fades, gains, leading_lufs, mix_arguments
from portevoix.render.sound.loudness import SILENCE_LUFS, Loudness, Target, measure
from portevoix.render.sound.mix import FADE_MS, Mix, deadline_s, without_needless_cuts
from portevoix.render.sound.prepare import RAW, Prepared, prepare_all

PRIMING_SAMPLES = 1_024  # the AAC encoder puts these before the first sample; cut off here, picture and sound agree
BITRATE = "192k"
HEADROOM_DB = 0.6  # what AAC adds to the peaks of limited sound, at first; raised where it adds more
MOST_ROUNDS = 8  # speech takes one or two, loud clicks in a quiet recording seven
CLOSE_ENOUGH_LU = 0.2
SOUND, LEVELLED = "sound.aac", "mix.flac"
_AAC = ("-c:a", "aac", "-b:a", BITRATE, "-ar", str(RATE_HZ), "-ac", "2", "-f", "adts")
# What is heard first begins after the priming, so it has its fade there.
_AFTER_PRIMING = ",".join(
    [f"atrim=start_sample={PRIMING_SAMPLES}", "asetpts=N/SR/TB", fade_in(FADE_MS * RATE_HZ // 2_000)]
)


def make_draft_sound(mix: Mix, folder: Path) -> dict[str, Any]:
    """Write `sound.aac` for the eye's sake: each recording levelled as in `make_sound`, the whole neither measured nor
    limited.
    """
    mix = without_needless_cuts(mix)
    ready = prepare_all(mix, folder)
    ffmpeg.run(mix_arguments(mix, ready, "mix.raw"), folder, deadline_s(mix.samples), encodes=False)
    # What leads alone says how loud the mix is: the rest lies well below it.
    spoken = max((one.integrated_lufs for one in ready.voices if one), default=SILENCE_LUFS)
    leading = leading_lufs(mix, ready)
    loudest = spoken if leading is None else leading
    lift_db = mix.target.integrated_lufs - loudest if mix.target and loudest > SILENCE_LUFS else 0.0
    ffmpeg.run(
        ["-v", "error", *RAW, "-i", "mix.raw", "-af", f"volume={lift_db:.3f}dB,{_AFTER_PRIMING}", *_AAC, SOUND],
        folder,
        deadline_s(mix.samples),
    )
    return {"gain_db": round(lift_db, 2)}


def make_sound(mix: Mix, folder: Path) -> dict[str, Any]:
    """Write `sound.aac` and, for `cut_sound`, the same before it was encoded as `mix.flac`.

    Returns what was measured: `integrated_lufs` and `true_peak_dbtp` of the encoded sound, `before` of the mix, the
    gain, and what was found in each recording. Where sound cannot meet both limits (impulses between silences), the
    peak's is kept.
    """
    mix = without_needless_cuts(mix)
    ready = prepare_all(mix, folder)
    ffmpeg.run(mix_arguments(mix, ready, "mix.raw"), folder, deadline_s(mix.samples), encodes=False)
    before = measure([*RAW, "-i", "mix.raw"], folder, deadline_s(mix.samples))
    folded = any(one is not None and len(one.channels) > 2 for one in ready.voices)
    level, after = _meet(mix, before, folded, folder)
    for raw in folder.glob("*.raw"):
        raw.unlink()
    return {
        "before": asdict(before),
        **asdict(after),
        "gain_db": round(level.gain_db, 2),
        "limited": level.ceiling_dbtp is not None,
        "voices": [one and _found(one, gain) for one, gain in zip(ready.voices, gains(mix, ready).voices, strict=True)],
    }


def _found(one: Prepared, gain_db: float) -> dict[str, Any]:
    return {
        "channels": len(one.channels),
        "only_side": one.side,
        "hum_hz": [round(line, 2) for line in one.hum_hz],
        "integrated_lufs": one.integrated_lufs,
        "gain_db": round(gain_db, 2),
    }


@dataclass(frozen=True)
class _Level:
    """One gain for the whole programme, and a limiter's ceiling where the true peak asks for one."""

    gain_db: float
    ceiling_dbtp: float | None


def _meet(mix: Mix, before: Loudness, folded: bool, folder: Path) -> tuple[_Level, Loudness]:
    """Encode, measure what was encoded, correct: the limiter takes loudness away, and AAC adds to the peaks."""
    target = mix.target
    if target is None or before.silent:
        # Folding adds channels up: only then may sound that keeps its level go beyond full scale.
        level = _Level(-max(before.true_peak_dbtp, 0.0) if folded and not target else 0.0, None)
        return level, _encode(level, mix.samples, folder)
    gain_db, headroom_db = target.integrated_lufs - before.integrated_lufs, HEADROOM_DB
    tried: list[tuple[_Level, Loudness]] = []
    for _ in range(MOST_ROUNDS):
        level = _level(gain_db, headroom_db, before, target)
        after = _encode(level, mix.samples, folder)
        tried.append((level, after))
        missing_lu = target.integrated_lufs - after.integrated_lufs
        over_db = after.true_peak_dbtp - target.true_peak_dbtp
        if abs(missing_lu) <= CLOSE_ENOUGH_LU and over_db <= 0:
            return level, after
        gain_db += missing_lu / _slope(tried)
        headroom_db += over_db + 0.1 if over_db > 0 else 0.0
    best = min(tried, key=lambda one: _distance(one[1], target))
    return best if best is tried[-1] else (best[0], _encode(best[0], mix.samples, folder))


def _distance(after: Loudness, target: Target) -> tuple[bool, float]:
    """What makes one encoding worse than another: first a peak over the limit, then loudness off the target."""
    return after.true_peak_dbtp > target.true_peak_dbtp, abs(target.integrated_lufs - after.integrated_lufs)


def _level(gain_db: float, headroom_db: float, before: Loudness, target: Target) -> _Level:
    ceiling = target.true_peak_dbtp - headroom_db
    return _Level(gain_db, ceiling if before.true_peak_dbtp + gain_db > ceiling else None)


def _slope(tried: list[tuple[_Level, Loudness]]) -> float:
    """How many LU the last decibel of gain brought: under a limiter less than one."""
    if len(tried) < 2:
        return 1.0
    (one, was), (other, now) = tried[-2:]
    step = other.gain_db - one.gain_db
    return min(max((now.integrated_lufs - was.integrated_lufs) / step, 0.25), 1.0) if abs(step) > 0.05 else 1.0


def _encode(level: _Level, samples: int, folder: Path) -> Loudness:
    chain = [f"volume={level.gain_db:.3f}dB"] if level.gain_db else []
    if level.ceiling_dbtp is not None:
        # Limited at four times the rate: a true peak lies between samples.
        chain += [
            "aresample=192000",
            f"alimiter=limit={10 ** (level.ceiling_dbtp / 20):.5f}:attack=5:release=50:level=disabled:latency=1",
            f"aresample={RATE_HZ}",
            f"apad=whole_len={samples}",
            f"atrim=end_sample={samples}",
        ]
    chain.append("asplit[levelled][encoded]")
    encoded = f"[encoded]{_AFTER_PRIMING}[sound]"
    graph = f"[0:a]{','.join(chain)};{encoded}"
    levelled = [*["-map", "[levelled]", "-c:a", "flac", "-sample_fmt", "s32", "-f", "flac"], LEVELLED]
    inputs = ["-v", "error", *RAW, "-i", "mix.raw", "-filter_complex", graph]
    ffmpeg.run([*inputs, *levelled, "-map", "[sound]", *_AAC, SOUND], folder, deadline_s(samples))
    return measure(["-f", "aac", "-i", SOUND], folder, deadline_s(samples))


def cut_sound(levelled: Path, first: int, samples: int, target: Target | None, folder: Path) -> dict[str, Any]:
    """Write a part of a programme as `sound.aac`: `samples` samples of its `mix.flac` from sample `first`, faded at
    both ends.

    It keeps the programme's level; lowered only where encoding it alone brings its true peak over the target's.
    """
    gain_db = 0.0
    for _ in range(MOST_ROUNDS):
        chain = [
            f"atrim=start_sample={first}:end_sample={first + samples}",
            "asetpts=N/SR/TB",
            f"volume={gain_db:.3f}dB",
            *fades(samples, 0, FADE_MS),
            _AFTER_PRIMING,
        ]
        ffmpeg.run(
            ["-v", "error", "-f", "flac", "-i", f"file:{levelled}", "-af", ",".join(chain), *_AAC, SOUND],
            folder,
            deadline_s(first + samples),
        )
        after = measure(["-f", "aac", "-i", SOUND], folder, deadline_s(samples))
        over_db = after.true_peak_dbtp - target.true_peak_dbtp if target else 0.0
        if over_db <= 0:
            break
        gain_db -= over_db + 0.1
    return {**asdict(after), "gain_db": round(gain_db, 2)}
