"""The cut as an OpenTimelineIO file, an edit decision list and Final Cut XML, for the editor who takes over.

OpenTimelineIO writes here, and reads in `timeline_clips.py`; nothing else knows it.

Two ways to the same picture: the textless master as one clip on the upper track, and under it the clips and photos that
it was cut from. Cards are markers of the whole; each language's captions are markers of a track of its own, so that one
is removed without the others (the format has no captions yet).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio  # type: ignore[import-untyped]

from portevoix.delivery.timeline_clips import seconds_of
from portevoix.sources.photo import Photo
from portevoix.sources.probe import Source
from portevoix.timeline.card_names import named
from portevoix.timeline.cues import PlacedCue, PlacedCues
from portevoix.timeline.model import Timeline
from portevoix.timeline.pictures import AnyPicture, ClipPicture, PhotoPicture
from portevoix.timing import frame_at

REEL_LETTERS = 8
DISSOLVE = otio.schema.TransitionTypes.SMPTE_Dissolve
CARD_COLOUR, CAPTION_COLOUR = otio.schema.MarkerColor.RED, otio.schema.MarkerColor.CYAN


@dataclass(frozen=True)
class Used:
    """A clip that the cut takes from: its `name` relative to the cut list, and the second at which its part begins."""

    name: str
    source: Source
    start_s: Fraction


@dataclass(frozen=True)
class Cut:
    """What a cut list says. `master`: the name of the textless master, relative to the cut list as all names are.

    `clips` and `photos` (name and facts) in the order in which the timeline's pictures count them.
    """

    name: str
    timeline: Timeline
    master: str
    clips: Sequence[Used]
    photos: Sequence[tuple[str, Photo]]
    captions: Mapping[str, PlacedCues]
    titles: Mapping[str, str]  # what stands on a card, by its kind


@dataclass
class _Stretch:
    """Frames of one picture, up to the middle of its way into the next."""

    picture: AnyPicture
    first_frame: int
    frame_count: int


def cut_list(cut: Cut) -> str:
    """The cut as the text of an `.otio` file.

    Every range counts in frames of the output, the sources' own in theirs.
    """
    found = _timeline(cut)
    found.tracks.extend(_caption_tracks(cut))
    text: str = otio.adapters.write_to_string(found, "otio_json")
    return text + "\n"


def _timeline(cut: Cut) -> otio.schema.Timeline:
    """Pictures, master and sound, with the cards as markers of the whole."""
    fps, total = cut.timeline.fps, cut.timeline.frame_count
    found = otio.schema.Timeline(cut.name, global_start_time=otio.opentime.RationalTime(0, float(fps)))
    found.tracks.extend(
        [
            otio.schema.Track("Pictures", _pictures(cut), kind="Video"),
            otio.schema.Track("Textless master", [_of_master(cut, "Textless master", 0, total)], kind="Video"),
            otio.schema.Track("Sound", [_of_master(cut, "Sound", 0, total)], kind="Audio"),
        ]
    )
    for timed in cut.timeline.cards:
        kind, label = timed.card.kind, timed.card.label
        words, called = label or cut.titles.get(kind, ""), named(timed.card)
        name = f"{called}: {words}" if words else called
        of_card = {"what": kind, "detail": label}
        found.tracks.markers.append(_marker(name, timed.first_frame, timed.end_frame, fps, CARD_COLOUR, of_card))
    return found


def _caption_tracks(cut: Cut) -> Iterator[otio.schema.Track]:
    """Each language's captions as markers of a track of its own."""
    fps, whole = cut.timeline.fps, _range(0, cut.timeline.frame_count, cut.timeline.fps)
    for language, placed in cut.captions.items():
        track = otio.schema.Track(f"Captions {language}", [otio.schema.Gap(source_range=whole)], kind="Video")
        for cue in placed.cues:
            of_cue = {"language": language, "speaker": cue.speaker, "top": cue.top}
            track.markers.append(_marker(cue.text, cue.first_frame, cue.end_frame, fps, CAPTION_COLOUR, of_cue))
        yield track


def has_time_code(fps: Fraction) -> bool:
    """Whether SMPTE has a time code for this rate, as EDL and Final Cut XML need: 24 to 60, and NTSC's."""
    return bool(otio.opentime.RationalTime.is_smpte_timecode_rate(float(fps)))


def final_cut_xml(cut: Cut) -> str:
    """The cut, whose rate has a time code, as Final Cut Pro 7 XML, which Premiere and Resolve read too.

    Captions are markers of the sequence, each with its language before its words: the format has no tracks of markers.
    """
    found = _timeline(cut)
    for clip in found.find_clips():
        if clip.media_reference.available_range is None:  # a photo's, which the format cannot do without
            clip.media_reference.available_range = clip.source_range
    _count_by_time_code(found, cut.timeline.fps)
    for language, cue in _spoken(cut):
        name = f"{language}: {' '.join(cue.text.split())}"
        found.tracks.markers.append(
            _marker(name, cue.first_frame, cue.end_frame, cut.timeline.fps, CAPTION_COLOUR, {"language": language})
        )
    return str(otio.adapters.write_to_string(found, "fcp_xml"))


def edl(cut: Cut) -> str:
    """The cut, whose rate has a time code, as a CMX 3600 edit decision list: one track of pictures.

    Captions are locators, by the time of the cut. The format knows cuts and dissolves alone: other ways from
    one picture to the next are cuts in it.
    """
    fps = cut.timeline.fps
    track = otio.schema.Track("Pictures", kind="Video")
    for item in _pictures(cut):
        if not isinstance(item, otio.schema.Transition) or item.transition_type == DISSOLVE:
            track.append(item)
    _count_by_time_code(track, fps)
    for clip in track.find_clips():
        clip.metadata["cmx_3600"] = {"reel": _reel(clip.media_reference.target_url)}
    for language, cue in _spoken(cut):
        at = otio.opentime.RationalTime(cue.first_frame, float(fps))
        clip = track.child_at_time(at, shallow_search=True)
        if clip is not None:
            words = f"{language}: {' '.join(cue.text.split())}"
            place = _range(cue.first_frame, 1, fps)
            clip.markers.append(otio.schema.Marker(words, place, CAPTION_COLOUR))
    found = otio.schema.Timeline(cut.name, global_start_time=otio.opentime.RationalTime(0, float(fps)))
    found.tracks.append(track)
    return str(otio.adapters.write_to_string(found, "cmx_3600", rate=float(fps)))


def _count_by_time_code(cut: otio.schema.Timeline | otio.schema.Track, fps: Fraction) -> None:
    """Count films whose rate has no time code in frames of the cut."""
    for clip in cut.find_clips():
        known = clip.media_reference.available_range
        if known and not otio.opentime.RationalTime.is_smpte_timecode_rate(known.duration.rate):
            clip.media_reference.available_range = _range(0, frame_at(seconds_of(known.duration), fps), fps)


def _reel(url: str) -> str:
    """A film's name as the format has it: eight letters and figures, without a space, which ends a field in it."""
    return re.sub(r"[^A-Za-z0-9]", "", Path(url).stem)[:REEL_LETTERS].upper() or "FILM"


def _spoken(cut: Cut) -> list[tuple[str, PlacedCue]]:
    """Every caption with its language, in the order of time."""
    found = [(language, cue) for language, placed in cut.captions.items() for cue in placed.cues]
    return sorted(found, key=lambda one: one[1].first_frame)


def _pictures(cut: Cut) -> list[otio.schema.Clip | otio.schema.Transition]:
    """The pictures end to end.

    The cut of a scene in which one picture goes over into the next lies in its middle.
    """
    stretches: list[_Stretch] = []
    ways: dict[int, otio.schema.Transition] = {}
    at = 0
    for scene in cut.timeline.scenes:
        if scene.transition is None:
            ahead = scene.first_frame - at
            stretches.append(_Stretch(scene.picture.later(-ahead), at, scene.frame_count + ahead))
            at = scene.end_frame
            continue
        before = scene.frame_count // 2
        stretches[-1].frame_count += before
        at = scene.first_frame + before
        ways[len(stretches)] = _way(scene.transition.how, before, scene.frame_count - before, cut.timeline.fps)
    found = []
    for number, stretch in enumerate(stretches):
        if number in ways:
            found.append(ways[number])
        found.append(_clip(cut, stretch))
    return found


def _way(how: str, before: int, after: int, fps: Fraction) -> otio.schema.Transition:
    kinds = otio.schema.TransitionTypes
    kind = kinds.SMPTE_Dissolve if how == "crossfade" else kinds.Custom
    lengths = (otio.opentime.RationalTime(frames, float(fps)) for frames in (before, after))
    return otio.schema.Transition(how, kind, *lengths)


def _clip(cut: Cut, stretch: _Stretch) -> otio.schema.Clip:
    """A stretch of its source; the ground under a card, or a split screen, is a stretch of the master, which alone has
    it.
    """
    fps, picture = cut.timeline.fps, stretch.picture
    if picture.beside or not isinstance(picture, ClipPicture | PhotoPicture):
        return _of_master(cut, "Split screen" if picture.beside else "Card", stretch.first_frame, stretch.frame_count)
    length = otio.opentime.RationalTime(stretch.frame_count, float(fps))
    if isinstance(picture, PhotoPicture):
        name, photo = cut.photos[picture.number]
        start = otio.opentime.RationalTime(picture.offset, float(fps))
        media, digest, tempo = otio.schema.ExternalReference(name), photo.digest, Fraction(1)
    else:
        used, tempo = cut.clips[picture.number], cut.timeline.tempo[picture.number]
        name, source, digest = used.name, used.source, used.source.digest
        available = _range(0, frame_at(source.duration_s, source.fps), source.fps)
        media = otio.schema.ExternalReference(name, available_range=available)
        start = otio.opentime.RationalTime(float(used.start_s * fps + picture.offset * tempo), float(fps))
    place = otio.opentime.TimeRange(start, length)
    clip = otio.schema.Clip(name.rpartition("/")[2], media, place, metadata=_ours({"sha256": digest}))
    if tempo != 1:
        clip.effects.append(otio.schema.LinearTimeWarp(name="NTSC rate at its whole number", time_scalar=float(tempo)))
    return clip


def _of_master(cut: Cut, name: str, first: int, frames: int) -> otio.schema.Clip:
    fps = cut.timeline.fps
    media = otio.schema.ExternalReference(cut.master, available_range=_range(0, cut.timeline.frame_count, fps))
    return otio.schema.Clip(name, media, _range(first, frames, fps))


def _marker(
    name: str, first: int, end: int, fps: Fraction, colour: str, facts: Mapping[str, object]
) -> otio.schema.Marker:
    return otio.schema.Marker(name, _range(first, end - first, fps), colour, _ours(facts))


def _range(first: int, frames: int, fps: Fraction) -> otio.opentime.TimeRange:
    at, length = (otio.opentime.RationalTime(value, float(fps)) for value in (first, frames))
    return otio.opentime.TimeRange(at, length)


def _ours(facts: Mapping[str, object]) -> dict[str, object]:
    """Facts under a name of ours, as the format asks of every program."""
    return {"portevoix": dict(facts)}
