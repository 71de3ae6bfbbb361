"""Where a programme that is too long is parted."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.library import Library
from portevoix.timeline.cards import Opening, TimedCard
from portevoix.timeline.cues import PlacedCue
from portevoix.timeline.model import Scene, SceneTransition, Timeline
from portevoix.timeline.parts import Bounds, NoPlace, Part, Speech, common_parts, no_place_message
from portevoix.timeline.pictures import ClipPicture

FPS = 25
BOUNDS = Bounds.of_seconds(3, 60, Fraction(FPS))


def _timeline(
    seconds: float, *scene_ends: float, cards: tuple[TimedCard, ...] = (), way: tuple[float, float] | None = None
) -> Timeline:
    edges = [0, *(round(end * FPS) for end in scene_ends), round(seconds * FPS)]
    scenes = []
    for first, end in pairwise(edges):
        moving = way == (first / FPS, end / FPS)
        transition = SceneTransition(ClipPicture(1), "crossfade") if moving else None
        scenes.append(Scene(first, end - first, ClipPicture(0), transition))
    return Timeline(Fraction(FPS), tuple(scenes), cards, (Fraction(1),), ())


def _speech(*cues: tuple[float, float, bool]) -> Speech:
    return Speech(tuple((round(a * FPS), round(b * FPS)) for a, b, _ in cues), tuple(end for _, _, end in cues))


def _seconds(parts: tuple[Part, ...]) -> list[tuple[float, float]]:
    return [(part.span.first_frame / FPS, part.span.end_frame / FPS) for part in parts]


def test_a_programme_that_fits_stays_whole() -> None:
    parts = common_parts(_timeline(60), BOUNDS, [], {"fr": _speech((0, 60, True))})
    assert _seconds(parts["fr"]) == [(0, 60)]
    assert parts["fr"][0].count == 1


def test_parts_are_balanced_rather_than_full() -> None:
    cues = [(n, n + 0.9, True) for n in range(63)]
    (first, second) = common_parts(_timeline(63), BOUNDS, [], {"fr": _speech(*cues)})["fr"]
    assert abs(first.span.frame_count - second.span.frame_count) <= FPS
    assert (first.number, first.count, second.number) == (1, 2, 2)


def test_a_part_begins_in_the_middle_of_the_pause_after_a_sentence() -> None:
    speech = _speech((0, 30, False), (30.4, 35, True), (35.8, 70, True))
    assert _seconds(common_parts(_timeline(70), BOUNDS, [], {"fr": speech})["fr"]) == [(0, 35.4), (35.4, 70)]


def test_a_cut_within_a_pause_is_taken_before_its_middle() -> None:
    speech = _speech((0, 30, False), (30.4, 35, True), (35.8, 70, True))
    assert _seconds(common_parts(_timeline(70), BOUNDS, [round(35.2 * FPS)], {"fr": speech})["fr"])[0] == (0, 35.2)


def test_a_sentences_end_is_taken_before_a_cut_in_the_middle_of_one() -> None:
    speech = _speech((0, 28, True), (28.4, 35, False), (35.8, 70, True))
    cut = [round(35.4 * FPS)]
    assert _seconds(common_parts(_timeline(70), BOUNDS, cut, {"fr": speech})["fr"])[0] == (0, 28.2)
    far = _speech((0, 9, True), (9.4, 35, False), (35.8, 70, True))
    assert _seconds(common_parts(_timeline(70), BOUNDS, cut, {"fr": far})["fr"])[0] == (0, 35.4)


def test_a_part_does_not_begin_under_a_title_or_within_a_crossfade() -> None:
    cues = [(n, n + 1, True) for n in range(70)]
    title = TimedCard(33 * FPS, 38 * FPS, Opening())
    first, _ = _seconds(common_parts(_timeline(70, cards=(title,)), BOUNDS, [], {"fr": _speech(*cues)})["fr"])
    assert first[1] == 33
    fading = _timeline(70, 33, 38, way=(33.0, 38.0))
    first, _ = _seconds(common_parts(fading, BOUNDS, [], {"fr": _speech(*cues)})["fr"])
    assert first[1] == 33


def test_languages_share_their_parts_where_their_pauses_agree() -> None:
    french = _speech((0, 34, True), (36, 70, True))
    arabic = _speech((0, 35, True), (37, 70, True))
    parts = common_parts(_timeline(70), BOUNDS, [], {"fr": french, "ar": arabic})
    assert parts["fr"] == parts["ar"]
    assert _seconds(parts["fr"])[0] == (0, 35.48)


def test_languages_part_where_each_can_when_no_place_suits_all() -> None:
    french = _speech((0, 34, True), (34.4, 70, True))
    arabic = _speech((0, 40, True), (40.4, 70, True))
    parts = common_parts(_timeline(70), BOUNDS, [], {"fr": french, "ar": arabic})
    assert _seconds(parts["fr"])[0] == (0, 34.2)
    assert _seconds(parts["ar"])[0] == (0, 40.2)


def test_a_cue_too_long_to_part_is_named_by_its_time() -> None:
    with pytest.raises(NoPlace) as raised:
        common_parts(_timeline(90), BOUNDS, [], {"fr": _speech((0, 8, True), (8, 78, True), (78, 90, True))})
    assert no_place_message(raised.value.between["fr"], Fraction(FPS), 60).startswith(
        "takes at most 60 s, and no part can end between 00:00:08.000 and 00:01:08.000"
    )


def test_a_last_part_is_never_too_short() -> None:
    with pytest.raises(NoPlace):
        common_parts(_timeline(61), BOUNDS, [], {"fr": _speech((0, 59.5, True), (59.5, 61, True))})


def test_a_script_without_sentence_marks_ends_one_with_each_cue(library: Library) -> None:
    thai, french = library.languages["th"], library.languages["fr"]

    def cues(*texts: str) -> list[PlacedCue]:
        return [PlacedCue(n * 50, n * 50 + 40, text, n) for n, text in enumerate(texts)]

    assert Speech.of(cues("สวัสดี", "ลาก่อน"), thai).ends == (True, True)
    assert Speech.of(cues("Bonjour M.", "Martin.", "Ça va", "»"), french).ends == (False, True, False, False)


@given(
    cues=st.lists(st.tuples(st.integers(1, 400), st.integers(0, 60), st.booleans()), min_size=1, max_size=40),
    cuts=st.lists(st.integers(1, 9_000), max_size=30),
    longest=st.integers(8, 60),
)
def test_parts_tile_the_programme_within_bounds_and_cut_no_cue(
    cues: list[tuple[int, int, bool]], cuts: list[int], longest: int
) -> None:
    spans, at = [], 0
    for length, pause, _ in cues:
        spans.append((at, at + length))
        at += length + pause
    if at < 3 * FPS:
        return
    timeline = Timeline(Fraction(FPS), (Scene(0, at, ClipPicture(0)),), (), (Fraction(1),), ())
    bounds, speech = Bounds.of_seconds(3, longest, Fraction(FPS)), Speech(tuple(spans), tuple(end for *_, end in cues))
    try:
        parts = common_parts(timeline, bounds, cuts, {"fr": speech})["fr"]
    except NoPlace as error:
        first, end = error.between["fr"]
        assert 0 <= first < end <= at
        assert at > longest * FPS
        return
    edges = [part.span.first_frame for part in parts] + [at]
    assert edges == [0, *(part.span.end_frame for part in parts)]
    assert [part.number for part in parts] == list(range(1, parts[0].count + 1))
    assert all(part.span.frame_count <= bounds.longest for part in parts)
    assert len(parts) == 1 or all(part.span.frame_count >= bounds.shortest for part in parts)
    pauses = [
        (end, following)
        for ((_, end), (following, _)), marked in zip(pairwise(spans), speech.ends, strict=False)
        if marked
    ]
    for edge in edges[1:-1]:
        assert not any(first < edge < end for first, end in spans)
        assert edge in cuts or any(end <= edge <= following for end, following in pauses) or edge >= spans[-1][1]


def test_every_language_without_a_place_is_named() -> None:
    endless, short = _speech((0, 90, True)), _speech((0, 45, True), (45, 90, True))
    with pytest.raises(NoPlace) as raised:
        common_parts(_timeline(90), BOUNDS, [], {"fr": endless, "en": short, "ar": endless})
    assert list(raised.value.between) == ["fr", "ar"]


def test_chunks_are_cut_where_parts_begin_and_the_grid_stays() -> None:
    timeline = _timeline(10, 6)
    whole = [(c.first_frame, c.frame_count) for c in timeline.chunks()]
    cut = [(c.first_frame, c.frame_count) for c in timeline.chunks({130, 150})]
    assert whole == [(0, 50), (50, 50), (100, 50), (150, 50), (200, 50)]
    assert cut == [(0, 50), (50, 50), (100, 30), (130, 20), (150, 50), (200, 50)]
