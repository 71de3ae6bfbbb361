"""What a programme's sound consists of. Places and lengths are samples at 48 kHz."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from portevoix.plan.model import RATE_HZ
from portevoix.render.sound.loudness import Target

LEAST_DEADLINE_S = 600.0
UNDER_LU = 12.0  # of the sound of places under music that leads: felt, and no jump at a cut
FADE_MS = 20  # at every cut: long enough that nothing clicks, too short to be heard as a fade


@dataclass(frozen=True)
class Recording:
    """The sound of a file from `start_s` of its container on.

    `zero_s`: where its clock stands at 0, of a file that is read by its own clock. `track`: among its sounds, from 0.
    """

    path: Path
    demuxer: str
    start_s: Fraction = Fraction(0)
    track: int = 0
    zero_s: Fraction | None = None


@dataclass(frozen=True)
class Voice:
    """A stretch of the programme with a clip's own sound, or (`recording` None) with silence.

    `samples`: its length after the change of tempo. `gain_db`: beyond what levelling gives. `clean_hum`: the mains'
    tone is looked for, and taken out where it is found.
    """

    samples: int
    recording: Recording | None = None
    tempo: Fraction = Fraction(1)
    fade_in_ms: int = FADE_MS
    fade_out_ms: int = FADE_MS
    gain_db: float = 0.0
    clean_hum: bool = False


@dataclass(frozen=True)
class Ducking:
    """How far one sound goes down under another, and how fast it goes and comes back.

    It goes down 0.2 s ahead of the other, stays down in pauses up to half of `release_ms` and is back after about twice
    of it.
    """

    depth_db: float
    attack_ms: int
    release_ms: int


@dataclass(frozen=True)
class Music:
    """A bed from `start` on, until it or the programme ends; it is never repeated.

    `below_lu`: how much quieter than the voice where nobody speaks. With the ducking's depth it lies 20 dB below
    speech, as WCAG 2.2 asks (success criterion 1.4.7, low or no background audio). `leads`: neither, and the voices lie
    `UNDER_LU` below it: they are what is heard of a place, not what is said.
    """

    recording: Recording
    start: int = 0
    below_lu: float = 8.0
    ducking: Ducking = Ducking(12.0, 100, 800)
    leads: bool = False
    fade_in_ms: int = 500
    fade_out_ms: int = 1_500


@dataclass(frozen=True)
class VoiceOver:
    """A translation spoken over the original from `start` on, as loud as the loudest voice.

    The original lies 20 dB below it (WCAG 2.2, 1.4.7); it returns slowly, so not in every pause of breath.
    """

    recording: Recording
    start: int = 0
    ducking: Ducking = Ducking(20.0, 100, 1_500)


@dataclass(frozen=True)
class Mix:
    """The whole programme: voices end to end, cut or filled with silence to `samples`.

    `target` None: every voice keeps the level that it has.
    """

    voices: tuple[Voice, ...]
    samples: int
    target: Target | None
    music: Music | None = None
    voice_over: VoiceOver | None = None


def without_needless_cuts(mix: Mix) -> Mix:
    """The mix with voices joined that go on, to the sample, where the one before ended: a fade there would be a gap."""
    joined: list[Voice] = []
    for voice in mix.voices:
        if joined and _goes_on(joined[-1], voice):
            before = joined[-1]
            joined[-1] = replace(before, samples=before.samples + voice.samples, fade_out_ms=voice.fade_out_ms)
        else:
            joined.append(voice)
    return replace(mix, voices=tuple(joined))


def _goes_on(before: Voice, voice: Voice) -> bool:
    if before.recording is None or voice.recording is None:
        return False
    here = replace(voice.recording, start_s=before.recording.start_s), voice.tempo, voice.gain_db, voice.clean_hum
    end_s = before.recording.start_s + before.samples * before.tempo / RATE_HZ
    same = here == (before.recording, before.tempo, before.gain_db, before.clean_hum)
    return same and abs(end_s - voice.recording.start_s) * RATE_HZ <= 1


def deadline_s(samples: int) -> float:
    """Seconds that a process may take: as long as the sound itself; a tenth of it is usual."""
    return max(LEAST_DEADLINE_S, samples / RATE_HZ)
