"""Jobs with music, voice-overs and hum: what is planned, what is heard, what is refused."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from portevoix import ffmpeg
from portevoix.errors import InvalidInput
from portevoix.plan.wire import step_from_json, step_to_json
from portevoix.plan.work import SOUND
from portevoix.produce import Production, Selection, prepare, produce
from portevoix.store import Store

JOB = """\
recipe: interview
title: {fr: Un, en: One, de: Eins}
clips: [{file: media/a.mp4, clean: hum}]
scripts: {fr: a.vtt, en: a.vtt, de: a.vtt}
languages: [fr, en, de]
formats: [square]
"""
MUSIC = "music: {file: media/bed.wav, at: 1, below_lu: 10}\n"
OVER = "voice_over: {de: {file: media/de.wav, at: 0.5}}\n"


@pytest.fixture
def job(clip, tmp_path: Path):
    clip("a.mp4", "color=gray:s=320x320", seconds=4, sound="aevalsrc='0.2*sin(2*PI*440*t)*lt(t,3)':s=48000")
    alone = ("-vn", "-c:a", "pcm_s16le")
    clip("bed.wav", "color=gray:s=32x32", seconds=8, sound="sine=f=5000", options=alone)
    clip("de.wav", "color=gray:s=32x32", seconds=1.5, sound="sine=f=1300", options=alone)
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n00:00.500 --> 00:02.000\nA\n", "utf-8")

    def write(text: str) -> Path:
        path = tmp_path / "job.yaml"
        path.write_text(text, "utf-8")
        return path

    return write


def _tone(path: Path, hz: float, from_s: float, to_s: float) -> float:
    with av.open(str(path)) as container:
        side = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    part = side[int(from_s * 48_000) : int(to_s * 48_000)]
    return float(abs(np.exp(-2j * np.pi * hz * np.arange(len(part)) / 48_000) @ part) * 2 / len(part))


def test_languages_share_a_mix_except_where_one_is_spoken_over(job, store: Store, tmp_path: Path) -> None:
    path = job(JOB + MUSIC + OVER)
    *_, plan = prepare(path, store, Selection())
    assert [sound.languages for sound in plan.sounds] == [("fr", "en"), ("de",)]
    assert len({video.chunks for video in plan.videos}) == 3, "titles differ"
    for sound in plan.sounds:
        assert step_from_json(SOUND, step_to_json(sound), lambda digest: tmp_path / digest).key == sound.key
    outcome = produce(path, tmp_path / "out", Production(store, Selection(), True, 2))
    assert not outcome.failures
    files = {delivery.language: tmp_path / "out" / delivery.path for delivery in outcome.deliveries}
    made_from = {delivery.language: set(delivery.made_from) for delivery in outcome.deliveries}
    assert made_from["fr"] < made_from["de"]
    for language, file in files.items():
        spoken = _tone(file, 1_300, 0.8, 1.8)
        assert (spoken > 0.05) is (language == "de")
        assert _tone(file, 440, 0.8, 1.8) > (0 if language == "de" else 0.05)
        bed = _tone(file, 5_000, 1.6, 2.4), _tone(file, 5_000, 4.6, 5.2)
        assert bed[0] < 0.35 * bed[1], "down under speech, up again where nobody speaks"
    assert _tone(files["de"], 440, 0.8, 1.8) < 0.2 * _tone(files["de"], 1_300, 0.8, 1.8)
    before = ffmpeg.encoder_starts
    produce(path, tmp_path / "out", Production(store, Selection(), True, 2))
    assert ffmpeg.encoder_starts == before


def test_music_moves_only_the_sound(job, store: Store) -> None:
    *_, without = prepare(job(JOB), store, Selection())
    *_, with_music = prepare(job(JOB + MUSIC), store, Selection())
    *_, quieter = prepare(job(JOB + MUSIC.replace("10", "14")), store, Selection())
    *_, dirty = prepare(job(JOB.replace(", clean: hum", "")), store, Selection())
    plans = (without, with_music, quieter, dirty)
    assert len({plan.sounds[0].key for plan in plans}) == 4
    assert len({tuple(video.chunks for video in plan.videos) for plan in plans}) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (JOB + "music: media/none.mp3\n", "job.yaml:7:1: media/none.mp3 does not exist"),
        (JOB + "music: a.vtt\n", "job.yaml:7:1: a.vtt is no sound file that is known here"),
        (JOB + "music: ../bed.wav\n", "leads out of the job's folder"),
        (JOB + "music: media/mute.mp4\n", "media/mute.mp4 has no sound"),
        (JOB + "voice_over: {it: media/de.wav}\n", "job.yaml:7:14: nothing is made in language 'it'"),
        (JOB.replace("interview", "subtitles") + MUSIC, "recipe 'subtitles' mixes no sound"),
    ],
)
def test_sound_that_cannot_be_laid_in_is_refused_at_its_line(job, clip, store: Store, text: str, said: str) -> None:
    clip("mute.mp4", "color=gray:s=32x32", sound=None)
    with pytest.raises(InvalidInput) as refused:
        prepare(job(text), store, Selection())
    assert said in str(refused.value)
