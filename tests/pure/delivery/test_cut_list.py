"""The cut list, read back by OpenTimelineIO itself."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from portevoix.delivery.cut_list import Cut, Used, cut_list, edl, final_cut_xml, has_time_code
from portevoix.sources.photo import Photo
from portevoix.sources.probe import Source
from portevoix.timeline.cards import Closing, LowerThird, Opening, TimedCard
from portevoix.timeline.cues import PlacedCue, PlacedCues
from portevoix.timeline.model import Scene, SceneTransition, Span, Timeline
from portevoix.timeline.pictures import ClipPicture, GroundPicture, PhotoPicture


def _source(fps: Fraction, frames: int, digest: str) -> Source:
    return Source(
        path=Path("/incoming/a"),
        digest=digest * 64,
        demuxer="mov",
        width=1920,
        height=1080,
        rotation=0,
        pixel_aspect=Fraction(1),
        fps=fps,
        frame_count=frames,
        duration_s=frames / fps,
        first_picture_s=Fraction(0),
        variable_rate=False,
        interlaced=False,
        matrix="bt709",
        full_range=False,
        hdr=None,
        pixel_format="yuv420p",
        has_sound=True,
    )


PHOTO = Photo(Path("/incoming/p"), "c" * 64, "jpeg", 4000, 3000, "rgb", 8, False, False)


def _cut(fps: Fraction) -> Cut:
    """A clip, a second one, a crossfade of eleven frames into a photo, a card."""
    second, photo = ClipPicture(1), PhotoPicture(0, total=80)
    scenes = (
        Scene(0, 240, ClipPicture(0)),
        Scene(240, 90, second),
        Scene(330, 11, replace(second, offset=90), SceneTransition(photo, "crossfade")),
        Scene(341, 69, replace(photo, offset=11)),
        Scene(410, 72, GroundPicture()),
    )
    cards = (
        TimedCard(12, 80, Opening()),
        TimedCard(48, 120, LowerThird("minister")),
        TimedCard(410, 482, Closing()),
    )
    cues = (
        PlacedCue(30, 75, "Climat :\nce qui change", 4),
        PlacedCue(70, 110, "Deux voix à la fois", 8, speaker="minister"),
        PlacedCue(380, 413, "المناخ", 12, top=True),
    )
    clips = (
        Used("media/minister.mp4", _source(fps * Fraction(1000, 1001), 900, "a"), Fraction(5, 2)),
        Used("media/B roll.mov", _source(fps * 2, 3_000, "b"), Fraction(1, 3)),
    )
    timeline = Timeline(fps, scenes, cards, (Fraction(1001, 1000), Fraction(1)), (Span(0, 240), Span(240, 101)))
    return Cut(
        "climate_wide",
        timeline,
        "climate_wide_textless.mp4",
        clips,
        (("media/photo.jpg", PHOTO),),
        {"fr": PlacedCues(cues, ()), "ar": PlacedCues(cues[2:], ())},
        {"opening": "Climat"},
    )


def _read(cut: Cut) -> otio.schema.Timeline:
    return otio.adapters.read_from_string(cut_list(cut), "otio_json")


def _frames(span: otio.opentime.TimeRange) -> tuple[float, float]:
    assert span.start_time.rate == span.duration.rate
    return span.start_time.value, span.end_time_exclusive().value


RATES = [Fraction(24), Fraction(25), Fraction(30), Fraction(30000, 1001)]


@pytest.mark.parametrize("fps", RATES)
def test_every_picture_stands_on_its_frames(fps: Fraction) -> None:
    cut = _cut(fps)
    read = _read(cut)
    pictures = read.video_tracks()[0]
    clips = list(pictures.find_clips())
    assert [_frames(pictures.range_of_child(clip)) for clip in clips] == [(0, 240), (240, 335), (335, 410), (410, 482)]
    for track in read.tracks:
        assert track.duration() == otio.opentime.RationalTime(cut.timeline.frame_count, float(fps)), track.name
    assert read.duration().value == cut.timeline.frame_count == 482


@pytest.mark.parametrize("fps", RATES)
def test_a_clip_says_which_part_of_which_file_it_is(fps: Fraction) -> None:
    cut = _cut(fps)
    clips = list(_read(cut).video_tracks()[0].find_clips())
    for clip, used in zip(clips, cut.clips, strict=False):
        assert clip.media_reference.target_url == used.name
        assert clip.name == Path(used.name).name
        assert clip.metadata["portevoix"]["sha256"] == used.source.digest
        assert clip.source_range.start_time.to_seconds() == pytest.approx(float(used.start_s))
        available = clip.media_reference.available_range
        assert (available.duration.value, available.duration.rate) == (used.source.frame_count, float(used.source.fps))
    assert [effect.time_scalar for effect in clips[0].effects] == [1.001]
    assert not clips[1].effects


def test_one_picture_goes_over_into_the_next_around_their_cut() -> None:
    pictures = _read(_cut(Fraction(25))).video_tracks()[0]
    way, photo = pictures[2], pictures[3]
    assert way.transition_type == otio.schema.TransitionTypes.SMPTE_Dissolve
    assert (way.in_offset.value, way.out_offset.value) == (5, 6)
    assert _frames(pictures.trimmed_range_of_child(way)) == (330, 341)
    assert photo.media_reference.target_url == "media/photo.jpg"
    assert _frames(photo.source_range) == (5, 80)


def test_a_clip_that_is_seen_later_begins_later_in_its_file() -> None:
    cut = _cut(Fraction(24))
    late = Scene(0, 50, ClipPicture(0, 100))
    read = _read(replace(cut, timeline=replace(cut.timeline, scenes=(late,))))
    assert read.video_tracks()[0][0].source_range.start_time.value == pytest.approx(2.5 * 24 + 100.1)


def test_what_only_the_master_shows_is_taken_from_it() -> None:
    cut = _cut(Fraction(25))
    read = _read(cut)
    card = read.video_tracks()[0][4]
    assert card.media_reference.target_url == cut.master
    assert _frames(card.source_range) == (410, 482)
    for track in (read.video_tracks()[1], read.audio_tracks()[0]):
        (clip,) = track
        assert clip.media_reference.target_url == cut.master
        assert _frames(clip.source_range) == (0, 482)


def test_no_place_of_a_machine_is_told() -> None:
    text = cut_list(_cut(Fraction(25)))
    assert "/incoming" not in text
    assert "file:" not in text


def test_cards_are_markers_of_the_whole() -> None:
    cut = _cut(Fraction(25))
    markers = _read(cut).tracks.markers
    assert [(m.name, *_frames(m.marked_range)) for m in markers] == [
        ("the title: Climat", 12, 80),
        ("the name: minister", 48, 120),
        ("the closing card", 410, 482),
    ]


def test_captions_are_markers_of_their_language_and_may_overlap() -> None:
    cut = _cut(Fraction(25))
    tracks = {track.name: track for track in _read(cut).video_tracks()}
    for language, placed in cut.captions.items():
        markers = tracks[f"Captions {language}"].markers
        assert [(m.name, *_frames(m.marked_range)) for m in markers] == [
            (cue.text, cue.first_frame, cue.end_frame) for cue in placed.cues
        ]
        assert {m.metadata["portevoix"]["language"] for m in markers} == {language}
    assert tracks["Captions fr"].markers[1].metadata["portevoix"]["speaker"] == "minister"


def test_a_cut_without_words_has_no_caption_tracks() -> None:
    read = _read(replace(_cut(Fraction(25)), captions={}))
    assert [track.name for track in read.tracks] == ["Pictures", "Textless master", "Sound"]


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(25), Fraction(30)])
def test_the_edit_decision_list_has_every_cut_on_its_frame_and_the_captions(fps: Fraction) -> None:
    read = otio.adapters.read_from_string(edl(_cut(fps)), "cmx_3600", rate=float(fps))
    [track] = read.tracks
    clips = list(track.find_clips())
    assert [_frames(track.range_of_child(clip)) for clip in clips] == [(0, 240), (240, 330), (330, 410), (410, 482)]
    assert [clip.source_range.start_time.value for clip in clips][1] == round(fps / 3)
    # In an EDL, what is dissolved to begins with the dissolve.
    ways = [item for item in track if isinstance(item, otio.schema.Transition)]
    assert [(way.in_offset.value, way.out_offset.value) for way in ways] in ([(5, 6)], [(0, 11)])
    said = {marker.name: marker.marked_range.start_time.value for clip in clips for marker in clip.markers}
    assert said["FR: CLIMAT : CE QUI CHANGE"] == 30 and said["AR: المناخ"] == 380


@pytest.mark.parametrize("fps", RATES)
def test_final_cut_reads_every_cut_on_its_frame_and_the_captions(fps: Fraction) -> None:
    read = otio.adapters.read_from_string(final_cut_xml(_cut(fps)), "fcp_xml")
    timeline = read if isinstance(read, otio.schema.Timeline) else read[0]
    pictures = timeline.video_tracks()[0]
    clips = list(pictures.find_clips())
    assert [_frames(pictures.range_of_child(clip)) for clip in clips] == [(0, 240), (240, 335), (335, 410), (410, 482)]
    said = {marker.name: _frames(marker.marked_range) for marker in timeline.tracks.markers}
    assert said["fr: Climat : ce qui change"] == (30, 75) and said["ar: المناخ"] == (380, 413)


def test_a_film_whose_rate_has_no_time_code_counts_in_frames_of_the_cut() -> None:
    cut = _cut(Fraction(25))
    odd = replace(cut.clips[1], source=_source(Fraction(182143, 10_000), 3_000, "b"))
    cut = replace(cut, clips=[cut.clips[0], odd])
    read = otio.adapters.read_from_string(final_cut_xml(cut), "fcp_xml")
    timeline = read if isinstance(read, otio.schema.Timeline) else read[0]
    rates = {clip.media_reference.available_range.duration.rate for clip in timeline.find_clips()}
    assert rates == {25.0, float(Fraction(25_000, 1001))} or rates == {25.0}
    assert edl(cut).count("* FROM CLIP NAME") >= 4


@pytest.mark.parametrize(
    ("fps", "counted"), [(Fraction(25), True), (Fraction(30000, 1001), True), (Fraction(10), False)]
)
def test_a_rate_has_a_time_code_or_not(fps: Fraction, counted: bool) -> None:
    assert has_time_code(fps) == counted
