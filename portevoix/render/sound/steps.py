"""The plan's sound steps: a whole programme's sound, and a part's cut from it."""

from __future__ import annotations

from dataclasses import replace

from portevoix.plan.calibration import paced
from portevoix.plan.estimate import sound_s
from portevoix.plan.model import PlacedSound, SoundCut, SoundStep, SoundStretch
from portevoix.render.sound.loudness import Target
from portevoix.render.sound.make import LEVELLED, SOUND, cut_sound, make_draft_sound, make_sound
from portevoix.render.sound.mix import Mix, Music, Recording, Voice, VoiceOver
from portevoix.store import Store

LOSSLESS = ".flac"  # beside a programme's encoded sound, where parts are cut from it


def make_programme_sound(step: SoundStep, store: Store) -> None:
    """The whole programme's sound, once for all languages that share it."""
    if store.has(step.key):
        return
    kind = "rough sound" if step.rough else "sound"
    with store.workplace() as folder, paced(store, kind, sound_s(step)):
        measured = (make_draft_sound if step.rough else make_sound)(_mix(step), folder)
        files = {".aac": folder / SOUND}
        if step.lossless:
            files[LOSSLESS] = folder / LEVELLED
        store.put(step.key, files, measured)


def make_sound_cut(step: SoundCut, store: Store) -> None:
    """A part's sound, cut from the programme's."""
    if store.has(step.key):
        return
    with store.workplace() as folder:
        levelled = store.path(step.whole, LOSSLESS).resolve()
        measured = cut_sound(
            levelled, step.first, step.samples, Target(*step.loudness) if step.loudness else None, folder
        )
        store.put(step.key, {".aac": folder / SOUND}, measured)


def _mix(step: SoundStep) -> Mix:
    music, over = step.music, step.voice_over
    below_lu, duck_db = step.bed
    return Mix(
        tuple(Voice(p.samples, _recording(p), p.tempo, clean_hum=p.clean_hum) for p in step.stretches),
        step.samples,
        Target(*step.loudness) if step.loudness else None,
        Music(_placed(music), music.first, below_lu, replace(Music.ducking, depth_db=duck_db), step.leads)
        if music
        else None,
        VoiceOver(_placed(over), over.first) if over else None,
    )


def _recording(stretch: SoundStretch) -> Recording | None:
    source = stretch.source
    if source is None:
        return None
    if source.read_directly:
        return Recording(source.path, source.demuxer, source.first_picture_s + stretch.start_s, source.sound_track)
    return Recording(source.path, source.demuxer, stretch.start_s, source.sound_track, source.time.zero_s)


def _placed(one: PlacedSound) -> Recording:
    return Recording(one.file.path, one.file.demuxer, one.start_s)
