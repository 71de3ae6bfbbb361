"""Drafts from files: their sound decoded by ffmpeg, on the clock of their first picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from portevoix.captions.aligning import speech
from portevoix.captions.aligning.align import align_file
from portevoix.captions.files.read import read_captions
from portevoix.errors import InvalidInput
from portevoix.library import Library

PICTURE = "color=gray:s=128x72"
# Three stretches: 1 to 3 s, 3.6 to 4.8 s, 5.6 to 8 s.
SOUND = "aevalsrc='0.4*sin(2*PI*180*t)*(between(t,1,3)+between(t,3.6,4.8)+between(t,5.6,8))':s=44100"
BEGINS = [1.0, 3.6, 5.6]
SCRIPT = "The minister arrives at nine.\nShe greets them.\nThen the talks on the sea begin.\n"


def _spoken(path: Path) -> list[float]:
    found = speech.stretches(speech.read_sound(path), speech.RATE_HZ)
    return [float(start_s) for start_s, _ in found]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.mov", "a.avi"])
def test_a_script_is_drafted_on_the_sound_of_a_film(clip, tmp_path: Path, library: Library, name: str) -> None:
    film = clip(name, PICTURE, seconds=9, sound=SOUND)
    script = tmp_path / "script.txt"
    script.write_text(SCRIPT, encoding="utf-8")
    draft = align_file(script, film, library.languages["en"], tmp_path / "draft.vtt")
    assert [float(cue.start_s) for cue in draft.cues] == pytest.approx(BEGINS, abs=0.1)
    assert not draft.doubtful
    assert [cue.text for cue in read_captions(tmp_path / "draft.vtt", "en").cues] == SCRIPT.splitlines()


def test_times_count_from_where_the_films_time_begins(clip) -> None:
    film = clip("late.mkv", PICTURE, seconds=9, sound=SOUND, filters="setpts=PTS+0.5/TB")
    assert _spoken(film) == pytest.approx(BEGINS, abs=0.06), "the first picture stands while the sound leads"
    film = clip("little.mkv", PICTURE, seconds=9, sound=SOUND, filters="setpts=PTS+0.1/TB")
    assert _spoken(film) == pytest.approx([begin - 0.1 for begin in BEGINS], abs=0.06)
    stream = clip("stream.ts", PICTURE, seconds=9, sound=SOUND, options=("-output_ts_offset", "5000"))
    assert _spoken(stream) == pytest.approx(BEGINS, abs=0.06)


@pytest.mark.parametrize("options", [("-vn",), ("-vn", "-ac", "2", "-ar", "48000"), ("-vn", "-ar", "8000")])
def test_a_recording_without_a_picture_is_heard_at_any_rate(clip, options: tuple[str, ...]) -> None:
    wav = clip("a.wav", PICTURE, seconds=9, sound=SOUND, options=("-c:a", "pcm_s16le", *options))
    assert _spoken(wav) == pytest.approx(BEGINS, abs=0.06)


def test_what_cannot_be_drafted_is_refused_by_name(clip, tmp_path: Path, library: Library) -> None:
    english = library.languages["en"]
    script = tmp_path / "script.txt"
    script.write_text(SCRIPT, encoding="utf-8")
    empty = tmp_path / "empty.txt"
    empty.write_text("\n", encoding="utf-8")
    torn = tmp_path / "torn.wav"
    torn.write_bytes(b"RIFF\x00\x00\x00\x00WAVE")
    mute = clip("mute.mp4", PICTURE, sound=None)
    quiet = clip("quiet.mp4", PICTURE, sound="anullsrc=r=44100")
    out = tmp_path / "draft.vtt"
    for words, media, said in (
        (script, mute, "mute.mp4: has no sound"),
        (script, quiet, "quiet.mp4: nobody is heard"),
        (script, torn, "torn.wav: its sound cannot be decoded"),
        (script, tmp_path / "none.mp4", "none.mp4: cannot be read"),
        (script, script, "script.txt: is no"),
        (empty, quiet, "empty.txt: is empty"),
    ):
        with pytest.raises(InvalidInput, match=said):
            align_file(words, media, english, out)
    with pytest.raises(InvalidInput, match=r"name it \.vtt"):
        align_file(script, quiet, english, tmp_path / "draft.srt")
    assert not out.exists()
