"""Clips end on the beats of the music, where the recipe asks for it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import takewhile

from portevoix.timeline.cards import Chapter, LowerThird, TimedCard
from portevoix.timeline.clips import clip_lengths, clip_scenes, shortened, whole_lengths
from portevoix.timeline.model import CutsOnBeat, OffBeat, WhyOff
from portevoix.timeline.pictures import ClipPicture
from portevoix.timeline.programme import Programme, UnplacedScene
from portevoix.timeline.titles import LEAST_TITLE_S, after_opening
from portevoix.timeline.transitions import least_frames, overlaps_of
from portevoix.timing import seconds_at

# What a clip keeps: one that begins on a beat and is as long as a beat or longer always finds another in its last half.
KEPT = Fraction(1, 2)
WORD_EDGE_S = Fraction(1, 50)  # the fade of a cut: so much of a word's end is not missed


@dataclass(frozen=True)
class Pulse:
    """The beats of the `music`, in seconds of the programme, and by clip, in seconds of its film, when somebody speaks
    in it without a pause.
    """

    music: str
    beats_s: tuple[Fraction, ...]
    spoken_s: Mapping[int, Sequence[tuple[Fraction, Fraction]]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Place:
    """A clip in the programme. `shared`: the frames of its way into the next scene; it may have `least` to `most`
    frames in all.
    """

    number: int
    first_frame: int
    shared: int
    least: int
    most: int

    def cut(self, length: int) -> int:
        """The frame of the programme at which the next picture comes: the middle of their way."""
        return self.first_frame + length - self.shared + self.shared // 2

    def length(self, cut: int) -> int:
        return cut - self.first_frame + self.shared - self.shared // 2


def on_beat(
    programme: Programme, unplaced: Sequence[UnplacedScene], pulse: Pulse
) -> tuple[list[UnplacedScene], CutsOnBeat]:
    """The scenes with each clip cut at the last beat before its end, and how many of these cuts met one.

    What a clip gives up is left to those after it, none of which gets longer than its author's stretch. With a
    crossfade its middle lies on the beat. The end of the programme is no cut.
    """
    if not pulse.beats_s:
        return list(unplaced), CutsOnBeat(pulse.music, beats=False)
    beats = _Beats(programme, pulse)
    whole, lengths, off, met = whole_lengths(programme), list[int](), list[OffBeat](), 0
    left, at = sum(clip_lengths(programme)), 0
    shared = [*overlaps_of(unplaced, programme.recipe, programme.fps), 0]
    for scene, way in zip(unplaced, shared, strict=True):
        length = scene.frame_count
        if isinstance(scene.picture, ClipPicture):
            most = shortened(whole[len(lengths) :], left)[0]
            place = beats.place(scene, at, way, most, _first_pictured(unplaced))
            length = place.most if scene is unplaced[-1] else beats.length(place)
            if scene is not unplaced[-1]:
                why = beats.why_off(place, length)
                met, off = (met, [*off, why]) if why else (met + 1, off)
            lengths.append(length)
            left -= length
        at += length - way
    clips = iter(clip_scenes(programme, lengths))
    cut = [next(clips) if isinstance(scene.picture, ClipPicture) else scene for scene in unplaced]
    return cut, CutsOnBeat(pulse.music, True, met, tuple(off))


def _first_pictured(unplaced: Sequence[UnplacedScene]) -> int:
    """The frame of the programme at which its first picture comes, after what the house shows."""
    return sum(scene.frame_count for scene in takewhile(lambda scene: scene.picture.of_house, unplaced))


class _Beats:
    """Where clips of a programme may end on the beats of its music."""

    def __init__(self, programme: Programme, pulse: Pulse) -> None:
        self.programme, self.spoken_s = programme, pulse.spoken_s
        self.frames = sorted({programme.frames(second) for second in pulse.beats_s})

    def place(self, scene: UnplacedScene, at: int, shared: int, most: int, first_pictured: int) -> _Place:
        """A clip's place. It goes over into others as it did before, and its words stay readable."""
        assert isinstance(scene.picture, ClipPicture)
        planned, joined = scene.frame_count, least_frames(self.programme.recipe, self.programme.fps)
        most = most if planned >= joined else min(most, max(planned, joined - 1))
        least = max((planned * KEPT).__ceil__(), joined if planned >= joined else 1)
        words = max((self._read(card, at, first_pictured) for card in scene.cards), default=0)
        return _Place(scene.picture.number, at, shared, min(max(least, words + shared // 2), most), most)

    def _read(self, card: TimedCard, at: int, first_pictured: int) -> int:
        """The frame of a clip at which its name or title has been read."""
        if isinstance(card.card, LowerThird):
            return card.end_frame
        if not isinstance(card.card, Chapter):
            return 0
        first = after_opening(self.programme, first_pictured, at + card.first_frame) - at
        title = self.programme.job.clips[card.card.number].title
        reading = max(self.programme.frames_to_read(title), self.programme.frames(LEAST_TITLE_S))
        return first + min(reading, max(card.end_frame - card.first_frame, self.programme.frames(LEAST_TITLE_S)))

    def length(self, place: _Place) -> int:
        """How long a clip is: up to the last beat at which nobody is cut short in a word, or as long as it may be."""
        beats = (beat for beat in reversed(self._within(place)) if not self._in_a_word(place, beat))
        cut = next(beats, None)
        return place.most if cut is None else place.length(cut)

    def _within(self, place: _Place) -> list[int]:
        low, high = place.cut(place.least), place.cut(place.most)
        return self.frames[bisect_left(self.frames, low) : bisect_right(self.frames, high)]

    def _in_a_word(self, place: _Place, cut: int) -> bool:
        programme, number = self.programme, place.number
        seen_s = seconds_at(cut - place.first_frame, programme.fps) * programme.tempo[number]
        second = programme.job.clips[number].start_s + seen_s
        return any(start + WORD_EDGE_S < second < end - WORD_EDGE_S for start, end in self.spoken_s.get(number, ()))

    def why_off(self, place: _Place, length: int) -> OffBeat | None:
        """None where a clip of that length ends on a beat."""
        cut = place.cut(length)
        off = min(abs(beat - cut) for beat in self.frames)
        if not off:
            return None
        why: WhyOff = "beatless" if not self.frames[0] <= cut <= self.frames[-1] else "short"
        why = "spoken" if self._within(place) else why
        return OffBeat(place.number + 1, float(seconds_at(off, self.programme.fps)), why)
