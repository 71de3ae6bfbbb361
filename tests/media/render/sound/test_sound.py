"""Sound, measured on its samples: folds, joins, levels, ducking, hum, and what AAC makes of it."""

from __future__ import annotations

import subprocess
import wave
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path

import hearing
import numpy as np
import pytest

from portevoix import ffmpeg
from portevoix.render.sound import (
    RATE_HZ,
    Ducking,
    Mix,
    Music,
    Recording,
    Target,
    Voice,
    VoiceOver,
    cut_sound,
    make_sound,
)
from portevoix.render.sound.fold import HALF
from portevoix.render.sound.loudness import measure

MakeSound = Callable[..., Recording]


@pytest.fixture
def sound(tmp_path: Path) -> MakeSound:
    """Makes a recording: `sound("0.5*sin(2*PI*440*t)", seconds=3)`."""
    return partial(hearing.record, tmp_path / "recordings")


@pytest.mark.parametrize(
    ("layout", "left", "right"),
    [
        ("mono", [1], [1]),
        ("stereo", [1, 0], [0, 1]),
        ("3.0", [1, 0, HALF], [0, 1, HALF]),
        ("4.0", [1, 0, HALF, 0.5], [0, 1, HALF, 0.5]),
        ("5.1", [1, 0, HALF, 0, HALF, 0], [0, 1, HALF, 0, 0, HALF]),
        ("5.1(side)", [1, 0, HALF, 0, HALF, 0], [0, 1, HALF, 0, 0, HALF]),
        ("", [1, 0, HALF, 0, HALF, 0], [0, 1, HALF, 0, 0, HALF]),  # six channels that nobody named
        ("", [0.25] * 4, [0.25] * 4),
    ],
)
def test_every_channel_reaches_each_side_at_its_share(
    sound: MakeSound, tmp_path: Path, layout: str, left: list[float], right: list[float]
) -> None:
    tones = [300 + 500 * number for number in range(len(left))]
    named = layout or {6: "5.1", 4: "quad"}[len(left)]
    recording = sound(*(f"0.15*sin(2*PI*{hz}*t)" for hz in tones), seconds=1, layout=named)
    if not layout:  # the plain WAV header has no room for names
        bare = tmp_path / "bare.wav"
        samples = subprocess.run(
            [ffmpeg.executable(), "-v", "error", "-i", str(recording.path), "-f", "s16le", "-"],
            capture_output=True,
            check=True,
        ).stdout
        with wave.open(str(bare), "wb") as file:
            file.setparams((len(left), 2, RATE_HZ, 0, "NONE", ""))
            file.writeframes(samples)
        recording = Recording(bare, "wav")
    _, sides = hearing.alone(recording, tmp_path, RATE_HZ)
    for side, shares in enumerate((left, right)):
        assert [hearing.tone(sides[:, side], hz) / 0.15 for hz in tones] == pytest.approx(shares, abs=0.003)


@pytest.mark.parametrize(
    ("other", "both"),
    [("0", True), ("0.0004*random(0)", True), ("0.02*sin(2*PI*300*t)", False), ("0.3*cos(2*PI*440*t)", False)],
)
def test_a_microphone_in_one_side_is_heard_in_both(sound: MakeSound, tmp_path: Path, other: str, both: bool) -> None:
    recording = sound("0.3*sin(2*PI*440*t)", other, seconds=1)
    for one, other_side in ((recording, 1), (sound(other, "0.3*sin(2*PI*440*t)", seconds=1), 0)):
        mixed = hearing.mixed(Mix((Voice(RATE_HZ, one),), RATE_HZ, None), tmp_path)
        assert bool(np.abs(mixed[:, 0] - mixed[:, 1]).max() < 1e-6) is both
        assert (hearing.tone(mixed[:, other_side], 440) > 0.28) is (both or "cos" in other)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("ramp.wav", "pcm_f32le"),
        ("ramp.mov", "pcm_f32le"),
        ("ramp.mp4", "flac"),
        ("ramp.ogg", "flac"),
        ("ramp.aiff", "pcm_s24be"),
    ],
)
@pytest.mark.parametrize("start_s", [Fraction(0), Fraction(3, 10), Fraction(7, 5), Fraction(123_457, 96_000)])
def test_a_recording_begins_on_its_sample(
    sound: MakeSound, tmp_path: Path, name: str, codec: str, start_s: Fraction
) -> None:
    recording = sound("n/200000", seconds=2, name=name, codec=codec)
    _, sides = hearing.alone(Recording(recording.path, recording.demuxer, start_s), tmp_path, 4_800)
    wanted = float(start_s * RATE_HZ) + np.arange(4_800)
    assert np.abs(sides[:, 0] * 200_000 - wanted).max() < 0.6, "each sample holds its number"


def test_a_change_of_tempo_keeps_the_length_and_raises_the_tone(sound: MakeSound, tmp_path: Path) -> None:
    recording = sound("0.5*sin(2*PI*1000*t)", seconds=11)
    _, sides = hearing.alone(recording, tmp_path, hearing.seconds(10), tempo=Fraction(1001, 1000))
    assert len(sides) == hearing.seconds(10)
    assert hearing.tone(sides[:, 0], 1001) == pytest.approx(0.5, abs=0.005)


def test_nothing_clicks_where_clips_are_cut(sound: MakeSound, tmp_path: Path) -> None:
    tone = sound("0.5*cos(2*PI*440*t)", seconds=3)
    parts = [Recording(tone.path, "wav", Fraction(at, 1000)) for at in (0, 701, 1_403)]
    voices = tuple(Voice(samples, part) for part, samples in zip(parts, (9_600, 14_399, 1_600), strict=True))
    mixed = hearing.mixed(Mix((*voices, Voice(4_800), voices[0]), 48_000, None), tmp_path)
    assert len(mixed) == 48_000
    assert np.abs(np.diff(mixed, axis=0, prepend=0)).max() < 0.5 * 2 * np.pi * 440 / RATE_HZ * 1.02
    assert not mixed[25_600:30_399].any(), "silence where there is none"
    assert not mixed[40_000:].any(), "and after the last clip"
    assert np.abs(mixed[1_000:8_000]).max() > 0.49, "whole between its fades"


def test_a_clip_that_goes_on_where_the_last_one_ended_is_not_cut(sound: MakeSound, tmp_path: Path) -> None:
    tone = sound("0.2*cos(2*PI*440*t)", seconds=2)

    def levelled(*cuts: Fraction) -> hearing.Sides:
        ends = [*cuts[1:], Fraction(2)]
        voices = tuple(
            Voice(int((end - cut) * RATE_HZ), Recording(tone.path, "wav", cut))
            for cut, end in zip(cuts, ends, strict=True)
        )
        make_sound(Mix(voices, sum(voice.samples for voice in voices), None), tmp_path)
        return hearing.decoded(tmp_path / "mix.flac")

    assert np.array_equal(levelled(Fraction(0), Fraction(4, 5), Fraction(3, 2)), levelled(Fraction(0)))
    jumps = levelled(Fraction(0), Fraction(1))[hearing.seconds(1) - 480 : hearing.seconds(1)]
    assert np.abs(jumps).max() > 0.19, "no dip"
    gap = (
        Voice(hearing.seconds(1), tone),
        Voice(hearing.seconds(0.5), Recording(tone.path, "wav", Fraction(1002, 1000))),
    )
    make_sound(Mix(gap, hearing.seconds(1.5), None), tmp_path)
    assert (
        np.abs(hearing.decoded(tmp_path / "mix.flac")[hearing.seconds(1) - 24 : hearing.seconds(1) + 24]).max() < 0.02
    ), "a cut is faded"


def test_clips_are_made_as_loud_as_the_loudest_but_not_without_end(sound: MakeSound, tmp_path: Path) -> None:
    levels = [0.4, 0.1, 0.02]  # 12 dB apart, then 26
    voices = tuple(Voice(RATE_HZ, sound(f"{level}*sin(2*PI*997*t)", seconds=1)) for level in levels)

    def heard(target: Target | None) -> list[float]:
        mixed = hearing.mixed(Mix(voices, 3 * RATE_HZ, target), tmp_path)
        return [hearing.db(hearing.tone(part[4_800:-4_800, 0], 997) / 0.4) for part in np.split(mixed, 3)]

    assert heard(hearing.FEED) == pytest.approx([0, 0, -14], abs=0.15)
    assert heard(None) == pytest.approx([0, -12, -26], abs=0.15)


@pytest.mark.parametrize("target", [hearing.FEED, Target(-23.0, -1.0)], ids=["-14", "-23"])
@pytest.mark.parametrize("name", hearing.SOURCES)
def test_what_was_encoded_meets_loudness_and_true_peak(
    sound: MakeSound, tmp_path: Path, name: str, target: Target
) -> None:
    first, *rest = hearing.SOURCES[name]
    recording = first if isinstance(first, Recording) else sound(first, *map(str, rest), seconds=3)
    voices = (Voice(hearing.seconds(2.99), recording), *([Voice(hearing.seconds(2))] if rest == [None] else []))
    length = sum(voice.samples for voice in voices)
    facts = make_sound(Mix(voices, length, target), tmp_path)
    sides = hearing.decoded(tmp_path / "sound.aac")
    measured = measure(["-f", "aac", "-i", "sound.aac"], tmp_path, 60)
    assert (facts["integrated_lufs"], facts["true_peak_dbtp"]) == (measured.integrated_lufs, measured.true_peak_dbtp)
    assert measured.integrated_lufs == pytest.approx(target.integrated_lufs, abs=0.25)
    assert hearing.true_peak_db(sides) <= target.true_peak_dbtp + 0.1
    assert 0 <= len(sides) - length < 1_024 + 1_024
    assert len(hearing.decoded(tmp_path / "mix.flac")) == length
    assert not list(tmp_path.glob("*.raw"))


def test_a_gain_is_all_that_happens_where_the_peak_allows_it(sound: MakeSound, tmp_path: Path) -> None:
    mix = Mix(
        (Voice(hearing.seconds(2), sound(f"0.1*({hearing.SPEECH_LIKE})", seconds=2)),),
        hearing.seconds(2),
        Target(-20, -1),
    )
    facts = make_sound(mix, tmp_path)
    assert not facts["limited"]
    levelled, before = hearing.decoded(tmp_path / "mix.flac"), hearing.mixed(mix, tmp_path)
    assert np.abs(levelled - before * 10 ** (facts["gain_db"] / 20)).max() < 2e-4  # the gain is written with two digits


def test_silence_stays_silent_and_keep_changes_nothing(sound: MakeSound, tmp_path: Path) -> None:
    facts = make_sound(Mix((Voice(hearing.seconds(1)),), hearing.seconds(1), hearing.FEED), tmp_path)
    assert (facts["integrated_lufs"], facts["gain_db"]) == (-70, 0)
    assert not hearing.decoded(tmp_path / "mix.flac").any()
    loud = sound("0.999*sin(2*PI*440*t)", seconds=1)
    assert make_sound(Mix((Voice(hearing.seconds(1), loud),), hearing.seconds(1), None), tmp_path)["gain_db"] == 0
    assert np.abs(hearing.decoded(tmp_path / "mix.flac")).max() > 0.998


def test_folding_alone_never_drives_kept_sound_over_full_scale(sound: MakeSound, tmp_path: Path) -> None:
    surround = sound(*["0.9*sin(2*PI*440*t)"] * 6, seconds=1)
    facts = make_sound(Mix((Voice(hearing.seconds(1), surround),), hearing.seconds(1), None), tmp_path)
    assert facts["before"]["true_peak_dbtp"] == pytest.approx(hearing.db(0.9 * (1 + 2 * HALF)), abs=0.1)
    assert hearing.true_peak_db(hearing.decoded(tmp_path / "sound.aac")) < 0.2


def test_encoded_sound_stands_on_its_sample_and_begins_without_a_click(sound: MakeSound, tmp_path: Path) -> None:
    beep = "0.5*cos(2*PI*1000*t)*(lt(t,0.5)+between(t,1.5,1.6))"
    make_sound(Mix((Voice(hearing.seconds(2), sound(beep, seconds=2)),), hearing.seconds(2), None), tmp_path)
    side = hearing.decoded(tmp_path / "sound.aac")[:, 0]
    loud = np.flatnonzero(np.abs(side[hearing.seconds(1) :]) > 0.25)
    assert abs(loud[0] + hearing.seconds(1) - hearing.seconds(1.5)) < RATE_HZ // 500, "within 2 ms, though AAC smears"
    assert np.abs(side[:900]).max() < 0.01, "the encoder's own samples"
    assert np.abs(np.diff(side[: hearing.seconds(0.4)])).max() < 0.5 * 2 * np.pi * 1000 / RATE_HZ * 1.2, (
        "AAC's noise is a tenth"
    )


@pytest.mark.parametrize("voice_db", [0, -10, -25])
def test_music_goes_down_under_speech_and_comes_back(sound: MakeSound, tmp_path: Path, voice_db: int) -> None:
    words = f"{10 ** (voice_db / 20)}*({hearing.SPEECH_LIKE})*(between(t,3,5)+between(t,5.4,7))"
    voice, bed = sound(words, seconds=10), sound("0.3*sin(2*PI*6000*t)", seconds=12)
    mix = Mix(
        (Voice(hearing.seconds(10), voice),), hearing.seconds(10), None, Music(bed, fade_in_ms=0, fade_out_ms=1_000)
    )
    mixed = hearing.mixed(mix, tmp_path)
    level = hearing.bed(mixed, 6_000)
    free = level[20]
    assert level[:28] == pytest.approx(free, abs=0.2), "untouched before"
    assert level[30:70] - free == pytest.approx(-12, abs=1.6), "down from the first word to the last, also in a pause"
    assert level[84:89] == pytest.approx(free, abs=0.3), "back 1.4 s later"
    assert level[99] < free - 12, "and out with the programme"
    (tmp_path / "part.raw").write_bytes(mixed[hearing.seconds(1) : hearing.seconds(2.5)].astype("<f4").tobytes())
    options = ["-f", "f32le", "-ar", str(RATE_HZ), "-ac", "2", "-i", "part.raw"]
    alone, _ = hearing.alone(voice, tmp_path, hearing.seconds(10))
    assert alone.integrated_lufs - measure(options, tmp_path, 60).integrated_lufs == pytest.approx(8, abs=0.3)


def test_music_that_leads_stays_as_it_is_with_the_sound_of_places_under_it(sound: MakeSound, tmp_path: Path) -> None:
    """Loud, silent, quiet: no cut is heard in the whole, and each place lies 12 LU below the music."""
    loud, quiet = sound("0.8*sin(2*PI*440*t)", seconds=3), sound("0.02*sin(2*PI*440*t)", seconds=3)
    voices = (Voice(hearing.seconds(3), loud), Voice(hearing.seconds(3)), Voice(hearing.seconds(3), quiet))
    music = Music(sound("0.3*sin(2*PI*1000*t)", seconds=12), leads=True, fade_in_ms=0, fade_out_ms=0)
    mixed = hearing.mixed(Mix(voices, hearing.seconds(9), hearing.FEED, music), tmp_path)
    assert hearing.bed(mixed, 1_000) == pytest.approx(hearing.bed(mixed, 1_000)[20], abs=0.1)
    places = hearing.bed(mixed, 440)
    assert places[15] == pytest.approx(hearing.bed(mixed, 1_000)[20] - 12, abs=0.8)
    assert places[75] == pytest.approx(places[15], abs=0.2)
    whole = [
        hearing.db(float(np.sqrt((mixed[n : n + 19_200] ** 2).mean()))) for n in range(0, len(mixed) - 19_200, 4_800)
    ]
    assert max(whole) - min(whole) < 1.5


def test_music_that_ends_early_is_faded_where_it_ends(sound: MakeSound, tmp_path: Path) -> None:
    bed = sound("0.3*sin(2*PI*6000*t)", seconds=2)
    mixed = hearing.mixed(
        Mix(
            (Voice(hearing.seconds(4)),),
            hearing.seconds(4),
            hearing.FEED,
            Music(bed, hearing.seconds(1), fade_in_ms=20),
        ),
        tmp_path,
    )
    assert not mixed[: hearing.seconds(1)].any()
    assert not mixed[hearing.seconds(3) :].any()
    assert np.abs(mixed[-hearing.seconds(1) - 480 :]).max() < 0.003


def test_a_voice_over_lies_over_the_original(sound: MakeSound, tmp_path: Path) -> None:
    original = sound("0.2*sin(2*PI*5000*t)", seconds=10)
    words = sound(f"0.05*({hearing.SPEECH_LIKE})*(lt(t,1.5)+between(t,2.2,4))", seconds=4)
    mix = Mix(
        (Voice(hearing.seconds(10), original),),
        hearing.seconds(10),
        hearing.FEED,
        voice_over=VoiceOver(words, hearing.seconds(2)),
    )
    mixed = hearing.mixed(mix, tmp_path)
    level = hearing.bed(mixed, 5_000)
    assert level[1:18] == pytest.approx(hearing.db(0.2), abs=0.3), "alone before"
    assert level[20:60] - hearing.db(0.2) == pytest.approx(-20, abs=2.5), "20 dB down, also between two sentences"
    assert level[88:99] == pytest.approx(hearing.db(0.2), abs=0.3), "alone again 2.8 s after"
    spoken, _ = hearing.alone(words, tmp_path, hearing.seconds(4))
    one, _ = hearing.alone(original, tmp_path, hearing.seconds(10))
    louder = 10 ** ((one.integrated_lufs - spoken.integrated_lufs) / 20)
    first_sentence = mixed[hearing.seconds(2.25) : hearing.seconds(3.25), 0]
    assert hearing.tone(first_sentence, 217) == pytest.approx(0.05 * 0.3 * 0.55 * louder, rel=0.05), (
        "as loud as the original was"
    )


def test_depth_and_times_are_the_authors(sound: MakeSound, tmp_path: Path) -> None:
    voice, bed = sound(f"({hearing.SPEECH_LIKE})*between(t,1,2)", seconds=4), sound("0.3*sin(2*PI*6000*t)", seconds=4)
    depths = []
    for depth in (6.0, 15.0):
        music = Music(bed, ducking=Ducking(depth, 100, 200), fade_in_ms=0, fade_out_ms=0)
        level = hearing.bed(
            hearing.mixed(Mix((Voice(hearing.seconds(4), voice),), hearing.seconds(4), None, music), tmp_path), 6_000
        )
        depths.append(level[5] - level[15])
        assert level[25] == pytest.approx(level[5], abs=0.3), "a short release is back after half a second"
    assert depths == pytest.approx([6, 15], abs=1.5)


@pytest.mark.parametrize("mains", [50, 60, 49.9, 60.04])
def test_the_mains_hum_is_found_and_taken_out_and_the_voice_stays(
    sound: MakeSound, tmp_path: Path, mains: float
) -> None:
    noisy = sound(f"{hearing.SPEECH_LIKE}+{hearing.hum(mains)}+0.0003*random(0)", seconds=6)
    one, before = hearing.alone(noisy, tmp_path, hearing.seconds(6), clean_hum=True)
    assert one.hum_hz == pytest.approx([mains * number for number in (1, 2, 3, 5)], abs=0.05)
    after = hearing.mixed(Mix((Voice(hearing.seconds(6), noisy, clean_hum=True),), hearing.seconds(6), None), tmp_path)
    middle = slice(hearing.seconds(1), hearing.seconds(5))
    for number in (1, 2, 3, 5):
        assert (
            hearing.db(hearing.tone(after[middle, 0], mains * number) / hearing.tone(before[middle, 0], mains * number))
            < -20
        )
    assert hearing.tone(after[middle, 0], 1_270) == pytest.approx(hearing.tone(before[middle, 0], 1_270), rel=0.01)
    left = hearing.mixed(Mix((Voice(hearing.seconds(6), noisy),), hearing.seconds(6), None), tmp_path)
    assert hearing.tone(left[middle, 0], mains) == pytest.approx(0.01, rel=0.05), "only if asked"


@pytest.mark.parametrize("words", ["0.3*sin(2*PI*(110+20*sin(2*PI*0.7*t))*t)", "0", "0.3*sin(2*PI*150*t)"])
def test_a_voice_is_never_taken_for_hum(sound: MakeSound, tmp_path: Path, words: str) -> None:
    one, _ = hearing.alone(sound(words, seconds=6), tmp_path, hearing.seconds(6), clean_hum=True)
    assert one.hum_hz == ()


def test_a_real_reading_has_the_hum_of_its_readers_mains_and_no_more(tmp_path: Path) -> None:
    one, _ = hearing.alone(hearing.READING, tmp_path, hearing.seconds(2.99), clean_hum=True)
    assert one.hum_hz == pytest.approx([60.0], abs=0.05)


def test_a_part_is_cut_from_the_mix_on_its_sample_with_fades(sound: MakeSound, tmp_path: Path) -> None:
    mix = Mix((Voice(hearing.seconds(3), sound(hearing.SPEECH_LIKE, seconds=3)),), hearing.seconds(3), hearing.FEED)
    make_sound(mix, tmp_path)
    whole = hearing.decoded(tmp_path / "sound.aac")
    part = tmp_path / "part"
    part.mkdir()
    facts = cut_sound(tmp_path / "mix.flac", hearing.seconds(0.7), hearing.seconds(1.5), hearing.FEED, part)
    cut = hearing.decoded(part / "sound.aac")
    assert 0 <= len(cut) - hearing.seconds(1.5) < 2_048
    inside = slice(hearing.seconds(0.1), hearing.seconds(1.4))
    expected = whole[hearing.seconds(0.7) :][inside] * 10 ** (facts["gain_db"] / 20)
    assert np.abs(cut[inside] - expected).max() < 0.02, "as in the whole, to AAC's noise"
    assert np.abs(cut[hearing.seconds(1.5) - 48 :]).max() < 0.05, "faded out"
    assert np.abs(cut[:900]).max() < 0.01
    assert hearing.true_peak_db(cut) <= hearing.FEED.true_peak_dbtp + 0.1


def test_a_files_name_says_nothing_to_the_filters(sound: MakeSound, tmp_path: Path) -> None:
    recording = sound("0.3*sin(2*PI*440*t)", seconds=1)
    odd = recording.path.rename(recording.path.with_name("a'b];[0:a]volume=9,%d \\ -y.wav"))
    mixed = hearing.mixed(
        Mix((Voice(RATE_HZ, Recording(odd, "wav")),), RATE_HZ, None, Music(Recording(odd, "wav"))), tmp_path
    )
    assert hearing.tone(mixed[:, 0], 440) > 0.29
