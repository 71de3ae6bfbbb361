"""Sound, measured on what was encoded: every example job, then made recordings whose sound is known to the sample.

Prints the figures of docs/sound.md; ends with 1 where an example misses its target.

    python benchmarks/sound.py [JOB ...]
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from portevoix.delivery.checks.house_rules import LOUDNESS_TOLERANCE_LU
from portevoix.errors import InvalidInput
from portevoix.library import ROOT
from portevoix.produce import Selection, prepare
from portevoix.render.sound import RATE_HZ, Mix, Music, Recording, Target, Voice, VoiceOver, make_sound
from portevoix.render.sound.loudness import SILENCE_LUFS, measure
from portevoix.render.sound.steps import make_programme_sound
from portevoix.store import FolderStore

sys.path.insert(0, str(ROOT / "tests" / "helpers"))
import hearing

BLOCK, MARGIN = 1 << 17, 1 << 11
STARTS_S = (Fraction(0), Fraction(3, 10), Fraction(7, 5), Fraction(123_457, 96_000))
CONTAINERS = (
    ("a.wav", "pcm_f32le"),
    ("a.mov", "pcm_f32le"),
    ("a.mp4", "flac"),
    ("a.ogg", "flac"),
    ("a.aiff", "pcm_s24be"),
)


def true_peak_db(file: Path) -> float:
    """The true peak at eight times the rate, block by block."""
    sides = hearing.decoded(file)
    blocks = (sides[max(at - MARGIN, 0) : at + BLOCK + MARGIN] for at in range(0, len(sides), BLOCK))
    return max(hearing.true_peak_db(block) for block in blocks)


def examples(jobs: list[Path], folder: Path) -> Iterator[tuple[str, bool]]:
    """A line for the sound of each job, and whether it meets its target."""
    for job in jobs:
        store = FolderStore(folder / "store")
        try:
            _, order, _, plan = prepare(job, store, Selection(), draft=True)
        except InvalidInput as error:
            yield f"{job}: {error}", False
            continue
        name = f"{job.parent.name}/{job.stem}"
        for step in plan.sounds:
            make_programme_sound(step, store)
            (folder / "sound.aac").write_bytes(store.path(step.key, ".aac").read_bytes())
            found = measure(["-f", "aac", "-i", "sound.aac"], folder, 600)
            said = f"| {name} | {order.recipe.name} | {step.samples / RATE_HZ:.1f} s "
            if found.integrated_lufs <= SILENCE_LUFS or step.loudness is None:
                yield f"{said}| silent | | |", not np.abs(hearing.decoded(folder / "sound.aac")).max() > 1e-3
                continue
            before = store.facts(step.key)["before"]["integrated_lufs"]
            target, limit = step.loudness
            peak = true_peak_db(folder / "sound.aac")
            good = abs(found.integrated_lufs - target) <= LOUDNESS_TOLERANCE_LU and peak <= limit + 0.1
            yield f"{said}| {before:.1f} | {found.integrated_lufs:.1f} of {target:g} | {peak:.1f} of {limit:g} |", good


def loudness(folder: Path) -> str:
    """The furthest from the target, and the highest over the true peak's limit, of recordings that are hard to
    level.
    """
    furthest, over = 0.0, -99.0
    for target in (hearing.FEED, Target(-23.0, -1.0)):
        for first, *rest in hearing.SOURCES.values():
            made = first if isinstance(first, Recording) else hearing.record(folder / "made", first, *map(str, rest))
            voices = [Voice(hearing.seconds(2.99), made), *([Voice(hearing.seconds(2))] if rest == [None] else [])]
            facts = make_sound(Mix(tuple(voices), sum(v.samples for v in voices), target), folder)
            furthest = max(furthest, abs(facts["integrated_lufs"] - target.integrated_lufs))
            over = max(over, true_peak_db(folder / "sound.aac") - target.true_peak_dbtp)
    return f"within {furthest:.2f} LU; true peak {over:+.2f} dB from its limit, at most"


def first_sample(folder: Path) -> str:
    """How far a recording's samples lie from where they should, in samples."""
    off = 0.0
    for name, codec in CONTAINERS:
        ramp = hearing.record(folder / "ramps", "n/200000", seconds=2, name=name, codec=codec)
        for start_s in STARTS_S:
            _, sides = hearing.alone(Recording(ramp.path, ramp.demuxer, start_s), folder, 4_800)
            wanted = np.floor(float(start_s * RATE_HZ) + 0.5) + np.arange(4_800)
            off = max(off, float(np.abs(sides[:, 0] * 200_000 - wanted).max()))
    return f"{off:.2f} samples at most, in {', '.join(name[2:].upper() for name, _ in CONTAINERS)}"


def cuts(folder: Path) -> str:
    """The largest step between two samples at cuts of a tone, against the tone's own."""
    tone = hearing.record(folder / "tones", "0.5*cos(2*PI*440*t)")
    voices = tuple(Voice(9_600, Recording(tone.path, "wav", Fraction(at, 1000))) for at in (0, 701, 1_403))
    mixed = hearing.mixed(Mix(voices, 28_800, None), folder)
    own = 0.5 * 2 * np.pi * 440 / RATE_HZ
    return f"{np.abs(np.diff(mixed, axis=0, prepend=0)).max() / own:.2f} of the tone's own"


def music(folder: Path) -> str:
    """How far music goes down under a voice, also in its pause, and when it is back."""
    bed = hearing.record(folder / "beds", "0.3*sin(2*PI*6000*t)", seconds=12)
    depths: list[float] = []
    back = 0.0
    for voice_db in (0, -10, -25):
        words = f"{10 ** (voice_db / 20)}*({hearing.SPEECH_LIKE})*(between(t,3,5)+between(t,5.4,7))"
        voice = hearing.record(folder / "beds", words, seconds=10)
        mix = Mix(
            (Voice(hearing.seconds(10), voice),), hearing.seconds(10), None, Music(bed, 0, fade_in_ms=0, fade_out_ms=0)
        )
        level = hearing.bed(hearing.mixed(mix, folder), 6_000)
        depths += list(level[30:70] - level[20])
        back = max(back, _back(level, level[20], 70))
    return f"{max(depths):.1f} to {min(depths):.1f} dB; back {back:.1f} s after the last word"


def voice_over(folder: Path) -> str:
    """How far an original goes down under a voice-over, also in its pause, and when it is back."""
    original = hearing.record(folder / "overs", "0.2*sin(2*PI*5000*t)", seconds=10)
    words = hearing.record(folder / "overs", f"0.05*({hearing.SPEECH_LIKE})*(lt(t,1.5)+between(t,2.2,4))", seconds=4)
    over = VoiceOver(words, hearing.seconds(2))
    mix = Mix((Voice(hearing.seconds(10), original),), hearing.seconds(10), hearing.FEED, voice_over=over)
    level = hearing.bed(hearing.mixed(mix, folder), 5_000)
    down = level[20:60] - level[10]
    return f"{down.max():.1f} to {down.min():.1f} dB; back {_back(level, level[10], 60):.1f} s after"


def _back(level: np.ndarray, free: float, end: int) -> float:
    """Seconds from the tenth `end` until a level stays within 0.3 dB of where it was; the last tenth is faded."""
    away = [n for n in range(end, len(level) - 1) if abs(level[n] - free) > 0.3]
    return (max(away, default=end - 1) + 1 - end) / 10


def hum(folder: Path) -> str:
    """How far lines of the mains' hum go down, and what that does to a tone of the voice."""
    down, changed = -99.0, 0.0
    for mains in (50, 60, 49.9, 60.04):
        words = f"{hearing.SPEECH_LIKE}+{hearing.hum(mains)}+0.0003*random(0)"
        noisy = hearing.record(folder / "hums", words, seconds=6)
        before = hearing.alone(noisy, folder, hearing.seconds(6))[1]
        clean = Voice(hearing.seconds(6), noisy, clean_hum=True)
        after = hearing.mixed(Mix((clean,), hearing.seconds(6), None), folder)
        middle = slice(hearing.seconds(1), hearing.seconds(5))
        heard = [
            [hearing.tone(s[middle, 0], hz) for s in (after, before)]
            for hz in (*(mains * n for n in (1, 2, 3, 5)), 1_270)
        ]
        down = max(down, *(hearing.db(left / was) for left, was in heard[:-1]))
        changed = max(changed, abs(heard[-1][0] / heard[-1][1] - 1))
    return f"{-down:.0f} dB down at least; a tone of the voice changed by {changed:.1%}"


MADE = {
    "loudness, hard recordings to -14 and -23 LUFS": loudness,
    "a recording's samples": first_sample,
    "step at a cut": cuts,
    "music under a voice at 0, -10, -25 dB": music,
    "an original under a voice-over": voice_over,
    "mains hum of 49.9 to 60.04 Hz": hum,
}


def main(named: list[str]) -> int:
    jobs = [Path(job) for job in named] or [
        path for path in sorted((ROOT / "examples").glob("*/*.yaml")) if path.parent.name != "house"
    ]
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("| example | recipe | length | mix, LUFS | encoded, LUFS | true peak, dBTP |\n|---|---|---|---|---|---|")
        for line, good in examples(jobs, folder):
            missed += not good
            print(line + ("" if good else "  MISSED"), flush=True)
        if not named:
            print()
            for what, found in MADE.items():
                print(f"{what}: {found(folder)}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
