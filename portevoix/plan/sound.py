"""The sound's steps: what is heard when, for which languages."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction

from portevoix.order import Order
from portevoix.plan.keys import key_of
from portevoix.plan.model import RATE_HZ, PlacedSound, SoundCut, SoundStep, SoundStretch
from portevoix.timeline.model import Span, Timeline
from portevoix.timing import sample_at, sample_near

LEAST_CUT_S = Fraction(1, 10)  # a shorter cut is not heard, and not noted


def sounds_of(order: Order, timeline: Timeline, parted: Container[str] = ()) -> tuple[SoundStep, ...]:
    """One sound for all languages that have no voice-over of their own, one for each that has. `parted`: those with
    parts.
    """
    by_voice: dict[PlacedSound | None, list[str]] = {}
    for code in dict.fromkeys(audience.language for audience in order.audiences):
        by_voice.setdefault(_voice_over(order, code), []).append(code)
    return tuple(
        _sound(order, timeline, voice, tuple(codes), any(code in parted for code in codes))
        for voice, codes in by_voice.items()
    )


def cut_short(sounds: Iterable[SoundStep]) -> list[str]:
    """The part of a voice-over or of music that is not heard, because the programme ends before it."""
    found = []
    for step in sounds:
        for kind, placed in (("voice-over", step.voice_over), ("music", step.music)):
            if placed and (over_s := _beyond_s(placed, step.samples)) > LEAST_CUT_S:
                found.append(
                    f"{placed.file.path.name}: the last {float(over_s):.1f} s of this {kind} are after the end"
                )
    return list(dict.fromkeys(found))


def _beyond_s(placed: PlacedSound, samples: int) -> Fraction:
    return placed.file.duration_s - placed.start_s - Fraction(samples - placed.first, RATE_HZ)


def roughly(step: SoundStep) -> SoundStep:
    """The same sound for a first look: levelled, neither measured nor limited, in a third of the time."""
    return replace(step, key=key_of("sound", {"roughly": step.key}), rough=True)


def sound_cut(sound: SoundStep, span: Span, fps: Fraction) -> SoundCut:
    """The sound of a part of the programme."""
    first, end = (sample_at(frame, fps, RATE_HZ) for frame in (span.first_frame, span.end_frame))
    content = {"whole": sound.key, "first": first, "samples": end - first, "loudness": sound.loudness}
    return SoundCut(key_of("sound cut", content), sound.key, first, end - first, sound.loudness)


def _sound(
    order: Order, timeline: Timeline, voice_over: PlacedSound | None, languages: tuple[str, ...], lossless: bool
) -> SoundStep:
    treatment, bed = order.recipe.sound, order.bed
    stretches = tuple(_stretches(order, timeline))
    samples = sample_at(timeline.frame_count, timeline.fps, RATE_HZ)
    loudness = (treatment.loudness_lufs, treatment.true_peak_dbtp) if treatment.treatment == "mix" else None
    music = PlacedSound(order.music, sample_near(bed.at_s, RATE_HZ), bed.start_s) if order.music and bed else None
    levels = (bed.below_lu, bed.duck_db) if bed else (0.0, 0.0)
    leads = bool(music) and (treatment.music_leads if bed is None or bed.leads is None else bed.leads)
    content = {
        "parts": [(s.source and s.source.heard_as, s.start_s, s.tempo, s.samples, s.clean_hum) for s in stretches],
        "samples": samples,
        "loudness": loudness,
        "bed": levels,
        "laid in": [one and (one.file.digest, one.first, one.start_s) for one in (music, voice_over)],
        **({"leads": True} if leads else {}),
        **({"lossless": True} if lossless else {}),
    }
    key = key_of("sound", content)
    return SoundStep(key, stretches, samples, loudness, languages, music, levels, voice_over, leads, lossless)


def _stretches(order: Order, timeline: Timeline) -> Iterator[SoundStretch]:
    silent, fps = order.recipe.sound.treatment == "silent", timeline.fps
    for first, end, clip, offset in _heard(timeline):
        samples = sample_at(end, fps, RATE_HZ) - sample_at(first, fps, RATE_HZ)
        shot = None if clip is None or silent else order.shots[clip]
        if clip is None or shot is None or shot.mute or not order.sources[clip].has_sound:
            yield SoundStretch(samples)
            continue
        tempo = timeline.tempo[clip]
        start_s = shot.start_s + Fraction(offset) / fps * tempo
        yield SoundStretch(samples, order.sources[clip], start_s, tempo, shot.clean == "hum")


def _voice_over(order: Order, language: str) -> PlacedSound | None:
    file = order.voice_overs.get(language)
    return PlacedSound(file, sample_near(order.job.voice_over[language].at_s, RATE_HZ)) if file else None


def _heard(timeline: Timeline) -> list[tuple[int, int, int | None, int]]:
    """Stretches of the programme: first frame, end, the clip that is heard, and its frame there.

    Where one picture goes over into the next, the sound changes in the middle.
    """
    found: list[tuple[int, int, int | None, int]] = []
    for scene in timeline.scenes:
        middle = scene.first_frame + scene.frame_count // 2 if scene.into else scene.end_frame
        for first, end, picture in (
            (scene.first_frame, middle, scene.picture),
            (middle, scene.end_frame, scene.into),
        ):
            if first == end or picture is None:
                continue
            clip = picture.heard
            offset = picture.heard_from + first - scene.first_frame
            if found and found[-1][2] == clip and (clip is None or offset == found[-1][3] + first - found[-1][0]):
                found[-1] = (found[-1][0], end, clip, found[-1][3])
            else:
                found.append((first, end, clip, offset))
    return found
