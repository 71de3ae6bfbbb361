"""A job's music is listened to, and its clips end on the beats."""

from __future__ import annotations

from pathlib import Path

import pytest

from portevoix.errors import InvalidInput
from portevoix.library import load_library
from portevoix.order import accept
from portevoix.plan.make import placed
from portevoix.plan.pulse import cuts_noted
from portevoix.sources import beats
from portevoix.store import Store
from portevoix.timeline.model import Timeline

LIBRARY = load_library()

EVENT = "recipe: event\ntitle: {fr: Essai}\nlanguages: [fr]\nformats: [square]\n"
CLICKS = "aevalsrc='0.6*sin(2*PI*900*t)*exp(-50*mod(t,0.48))':s=48000"  # 125 beats a minute
VOICE = Path(__file__).parents[2] / "golden" / "speech" / "reading.wav"
ALONE = ("-vn", "-c:a", "pcm_s16le")


@pytest.fixture
def job(clip, tmp_path: Path):
    clip("a.mp4", "testsrc2=s=128x128", seconds=7, sound=None)
    clip("bed.wav", "color=gray:s=32x32", seconds=20, sound=CLICKS, options=ALONE)

    def write(clips: str, music: str = "{file: media/bed.wav, from: 0.12, at: 0.2}", recipe: str = EVENT) -> Path:
        path = tmp_path / "job.yaml"
        path.write_text(f"{recipe}clips: [{clips}]\nmusic: {music}\n", "utf-8")
        return path

    return write


def laid(job: Path, store: Store) -> tuple[Timeline, str]:
    timeline, _ = placed(accept(job, LIBRARY, store), store)
    return timeline, " ".join(cuts_noted(timeline.on_beat))


def cuts(timeline: Timeline) -> list[int]:
    """The middle of each crossfade, and where the closing card begins."""
    middles = [scene.first_frame + scene.frame_count // 2 for scene in timeline.scenes if scene.transition]
    return [*middles, timeline.scenes[-1].first_frame]


CLIPS = "{file: media/a.mp4, to: 3}, {file: media/a.mp4, from: 1, to: 3.9}, {file: media/a.mp4, from: 3}"


def test_every_cut_of_an_event_lies_on_the_frame_of_a_beat(job, store: Store) -> None:
    timeline, said = laid(job(CLIPS), store)
    beat_frames = {round((0.2 - 0.12 + 0.48 * n) * 25) for n in range(1, 40)}
    assert len(cuts(timeline)) == 3 and set(cuts(timeline)) <= beat_frames
    assert said == "bed.wav: 3 of 3 cuts lie on a beat"


def test_music_is_listened_to_once(job, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = laid(job(CLIPS), store)
    monkeypatch.setattr(beats, "beats_in", lambda samples: pytest.fail("it was listened to again"))
    again, _ = laid(job(CLIPS), store)
    assert again == first


def test_a_job_may_keep_its_clips_as_long_as_they_are(job, store: Store) -> None:
    timeline, said = laid(job(CLIPS, "{file: media/bed.wav, on_beat: false}"), store)
    assert [span.frame_count for span in timeline.clips] == [75, 73, 100]
    assert not said


def test_music_without_a_beat_is_named_and_changes_nothing(clip, job, store: Store) -> None:
    clip("drone.wav", "color=gray:s=32x32", seconds=12, sound="sine=f=110", options=ALONE)
    timeline, said = laid(job(CLIPS, "media/drone.wav"), store)
    assert [span.frame_count for span in timeline.clips] == [75, 73, 100]
    assert said.startswith("drone.wav: has no beat that can be told")


def test_a_clip_in_which_somebody_speaks_does_not_end_within_a_word(clip, job, store: Store) -> None:
    reading = f"amovie={VOICE},aresample=48000,apad=whole_dur=6,afade=curve=nofade"
    clip("said.mp4", "testsrc2=s=128x128", seconds=6, sound=reading)
    talked = "{file: media/said.mp4, to: 3.1%s}, {file: media/a.mp4, to: 3}"
    timeline, said = laid(job(talked % ""), store)
    assert cuts(timeline)[0] == 73 and "after clip 1 the cut is 0.04 s off the beat: a word would be cut short" in said
    muted, _ = laid(job(talked % ", mute: true"), store)
    assert cuts(muted)[0] == 62


def test_a_recipe_with_captions_refuses_cuts_on_beats(job, store: Store, tmp_path: Path) -> None:
    interview = "recipe: interview\ntitle: {fr: Essai}\nlanguages: [fr]\nscripts: {fr: a.vtt}\n"
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n00:00.500 --> 00:02.000\nA\n", "utf-8")
    with pytest.raises(InvalidInput, match="recipe 'interview' has captions or claims, which would be cut short"):
        laid(job("{file: media/a.mp4}", "{file: media/bed.wav, on_beat: true}", interview), store)
