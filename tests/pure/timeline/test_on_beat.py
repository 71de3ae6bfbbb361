"""Clips end on the beats of the music."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plain_films import plain_film
from pydantic import ValidationError

from portevoix.authoring.job import Job
from portevoix.authoring.recipe import Recipe
from portevoix.library import Library, load_library
from portevoix.sources.probe import Source
from portevoix.timeline.cards import Chapter
from portevoix.timeline.model import Timeline
from portevoix.timeline.on_beat import Pulse
from portevoix.timeline.scenes import lay_out

FPS = 25
SCENES = [{"show": "clips"}, {"show": "card", "card": "closing", "duration_s": 2}]
CUT = {"name": "x", "summary": "x", "inputs": {}, "scenes": SCENES, "sound": {"treatment": "mix"}, "cuts": "on_beat"}
CROSSFADE = {"how": "crossfade", "duration_s": 0.4}
LIBRARY = load_library()


def film(seconds: float) -> Source:
    return plain_film("a.mp4", Fraction(seconds).limit_denominator(1000))


def pulse(every_s: float, seconds: float = 60, **more: object) -> Pulse:
    step = Fraction(every_s).limit_denominator(1000)
    return Pulse("bed.m4a", tuple(step * n for n in range(int(Fraction(seconds) / step))), **more)  # type: ignore[arg-type]


def laid(seconds: list[float], beats: Pulse | None, worded: dict[int, str] | None = None, **keys: object) -> Timeline:
    clips = [{"file": "a.mp4", "title": {"fr": (worded or {}).get(number, "")}} for number in range(len(seconds))]
    job = Job.model_validate({"recipe": "x", "languages": ["fr"], "clips": clips})
    recipe = Recipe.model_validate({**CUT, **keys})
    return lay_out(job, recipe, [film(s) for s in seconds], {"fr": LIBRARY.languages["fr"]}, {}, beats)


def cuts(timeline: Timeline) -> list[int]:
    """The frames at which one picture takes over from another: the middle of a crossfade."""
    found = []
    for before, scene in zip(timeline.scenes, timeline.scenes[1:], strict=False):
        if scene.transition:
            found.append(scene.first_frame + scene.frame_count // 2)
        elif not before.transition:
            found.append(scene.first_frame)
    return found


@pytest.mark.parametrize("join", [{"how": "cut"}, CROSSFADE])
def test_each_clip_ends_on_the_last_beat_before_its_end(join: dict[str, object]) -> None:
    timeline = laid([3, 2.7, 4.1, 2.2], pulse(0.48), join=join)
    assert all(cut % 12 == 0 for cut in cuts(timeline)) and len(cuts(timeline)) == 4
    assert timeline.on_beat and (timeline.on_beat.met, timeline.on_beat.off) == (4, ())
    assert all(
        0 <= given * FPS - span.frame_count < 12 + 5
        for given, span in zip([3, 2.7, 4.1, 2.2], timeline.clips, strict=True)
    )


@given(
    st.lists(st.floats(0.3, 6), min_size=1, max_size=9),
    st.floats(0.25, 1.5),
    st.sampled_from([None, 8, 20]),
    st.sampled_from([{"how": "cut"}, CROSSFADE]),
)
def test_no_clip_is_longer_than_its_authors_stretch_nor_the_whole_longer_than_asked(
    seconds: list[float], every_s: float, length_s: int | None, join: dict[str, object]
) -> None:
    keys = {"join": join, "length_s": length_s}
    before, after = laid(seconds, None, **keys), laid(seconds, pulse(every_s), **keys)
    assert after.frame_count <= before.frame_count
    for whole_s, was, span in zip(seconds, before.clips, after.clips, strict=True):
        assert span.frame_count <= max(1, round(whole_s * FPS + 0.51)) and span.frame_count >= was.frame_count // 2
    assert [bool(scene.transition) for scene in before.scenes] == [bool(scene.transition) for scene in after.scenes]
    beats, told = {frame_of(n, every_s) for n in range(400)}, after.on_beat
    met = sum(cut in beats for cut in cuts(after))
    assert told and told.met == met and told.met + len(told.off) == len(seconds) == len(cuts(after))


def frame_of(number: int, every_s: float) -> int:
    return (number * Fraction(every_s).limit_denominator(1000) * FPS + Fraction(1, 2)).__floor__()


def test_what_a_clip_gives_up_is_left_to_those_after_it() -> None:
    one, *others = laid([10, 10, 10], pulse(1.6), length_s=12).clips
    assert one.frame_count == 80 and [span.frame_count for span in others] == [80, 120]


def test_a_clip_shorter_than_a_beat_stays_whole_and_is_named() -> None:
    timeline = laid([3, 0.6, 3], pulse(1))
    assert timeline.on_beat and timeline.clips[1].frame_count == 15
    (off,) = timeline.on_beat.off
    assert (off.number, off.off_s, off.why) == (2, 0.4, "short")


def test_a_word_is_not_cut_short() -> None:
    spoken = {0: [(Fraction(0), Fraction(9, 5)), (Fraction(21, 10), Fraction(3))]}
    assert laid([3, 3], pulse(0.4, spoken_s=spoken)).clips[0].frame_count == 50, "a beat in the pause"
    talked = laid([3, 3], pulse(0.4, spoken_s={0: [(Fraction(0), Fraction(3))]}))
    assert talked.on_beat and [(off.number, off.why) for off in talked.on_beat.off] == [(1, "spoken")]
    assert talked.clips[0].frame_count == 75


def test_a_title_stays_until_it_is_read() -> None:
    title = "Un titre que personne ne lit en moins de deux secondes"
    titled, bare = laid([3.2], pulse(1.5), {0: title}, titles={"duration_s": 3}), laid([3.2], pulse(1.5))
    assert bare.clips[0].frame_count == 75
    late = laid([3.2], pulse(1.5), {0: title}, titles={"duration_s": 3}, opening={"duration_s": 1})
    assert titled.clips[0].frame_count == 75 and late.clips[0].frame_count == 80
    (card,) = [timed for timed in late.cards if isinstance(timed.card, Chapter)]
    assert card.end_frame == 80


def test_where_the_music_has_ended_nothing_is_moved() -> None:
    timeline = laid([3, 3, 3], pulse(0.7, seconds=4))
    assert timeline.on_beat and [(off.number, off.why) for off in timeline.on_beat.off] == [
        (2, "beatless"),
        (3, "beatless"),
    ]
    assert [span.frame_count for span in timeline.clips[1:]] == [75, 75]


def test_without_a_beat_everything_stays() -> None:
    silent = laid([3, 2.2], Pulse("bed.m4a", ()))
    assert silent.clips == laid([3, 2.2], None).clips and silent.on_beat and not silent.on_beat.beats


def test_clips_whose_words_have_their_times_are_not_cut_on_beats(library: Library) -> None:
    for timed in ("captions", "claims"):
        with pytest.raises(ValidationError, match="their captions and claims would be cut short"):
            Recipe.model_validate({**CUT, timed: True})
