"""A programme longer than its placement takes, in parts: where one ends and the next begins. Pure.

A part begins where a sentence has ended in every language, or where the picture changes; never within a cue. Languages
share their parts where they can (`common_parts`): they then share the encoded picture and the poster's moment, and a
reader of two languages finds the same words in the same part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from portevoix.authoring.language import Language
from portevoix.captions.sentences import ending_of
from portevoix.timeline.cues import PlacedCue
from portevoix.timeline.model import Span, Timeline
from portevoix.timing import clock, frame_at, frames_covering, frames_within, seconds_at

SHORTEST_PART_S = Fraction(3)  # what Instagram and Facebook take at least
# What it costs to split at a place: so many seconds of unequal length would be better.
AWAY_FROM_CUTS_S = 2.0  # the sentence has ended, but the picture goes on
AT_WORDS_S = 4.0  # the split falls on the end or beginning of a sentence, without a pause
WITHIN_SENTENCE_S = 15.0  # the picture changes, but somebody is speaking
UNDER_CARD_S = 20.0  # a title or a name would come back with the next part


@dataclass(frozen=True)
class Part:
    """Part `number` of `count` of a programme."""

    number: int
    count: int
    span: Span


@dataclass(frozen=True)
class Bounds:
    """How many frames a part may have."""

    shortest: int
    longest: int

    @classmethod
    def of_seconds(cls, shortest_s: float | None, longest_s: float, fps: Fraction) -> Bounds:
        """Whole frames within a placement's seconds; no part is shorter than `SHORTEST_PART_S`."""
        least = max(SHORTEST_PART_S, Fraction(str(shortest_s or 0)))
        return cls(frames_covering(least, fps), frames_within(Fraction(str(longest_s)), fps))


@dataclass(frozen=True)
class Speech:
    """One language's cues as half-open ranges of frames, in order, and whether a sentence ends with each."""

    cues: tuple[tuple[int, int], ...]
    ends: tuple[bool, ...]

    @classmethod
    def of(cls, cues: Sequence[PlacedCue], language: Language) -> Speech:
        """What the cues' texts say. Where no cue ends a sentence by its marks (Thai, many automatic scripts), each cue
        counts as a sentence.
        """
        ordered = sorted(cues, key=lambda cue: (cue.first_frame, cue.end_frame))
        ends = tuple(ending_of(cue.text, language) == "sentence" for cue in ordered)
        marked = any(ends)
        return cls(tuple((cue.first_frame, cue.end_frame) for cue in ordered), tuple(end or not marked for end in ends))


class NoPlace(Exception):
    """By language, the frames between which no part can end."""

    def __init__(self, between: Mapping[str, tuple[int, int]]) -> None:
        super().__init__(between)
        self.between = between


def whole(timeline: Timeline) -> tuple[Part, ...]:
    """The programme in one piece."""
    return (Part(1, 1, Span(0, timeline.frame_count)),)


def common_parts(
    timeline: Timeline, bounds: Bounds, cuts: Sequence[int], speeches: Mapping[str, Speech]
) -> dict[str, tuple[Part, ...]]:
    """The parts by language: the same for all where there are places that suit all, else each language's own.

    `cuts`: frames at which the picture changes, scenes' ends among them. One whole "part" where the programme is no
    longer than `bounds`. Raises NoPlace with every language that has no place even by itself.
    """
    if timeline.frame_count <= bounds.longest:
        return dict.fromkeys(speeches, whole(timeline))
    try:
        return dict.fromkeys(speeches, parts_of(timeline, bounds, cuts, speeches))
    except NoPlace:
        found: dict[str, tuple[Part, ...]] = {}
        stuck: dict[str, tuple[int, int]] = {}
        for code, speech in speeches.items():
            try:
                found[code] = parts_of(timeline, bounds, cuts, {code: speech})
            except NoPlace as error:
                stuck |= error.between
        if stuck:
            raise NoPlace(stuck) from None
        return found


def parts_of(
    timeline: Timeline, bounds: Bounds, cuts: Sequence[int], speeches: Mapping[str, Speech]
) -> tuple[Part, ...]:
    """As few parts as there must be, as alike in length as their places allow. Raises NoPlace."""
    costs = _places(timeline, cuts, list(speeches.values()))
    points = _balanced(timeline.frame_count, bounds, costs, timeline.fps)
    if isinstance(points, Span):
        raise NoPlace(dict.fromkeys(speeches, (points.first_frame, points.end_frame)))
    spans = [Span(a, b - a) for a, b in zip((0, *points), (*points, timeline.frame_count), strict=True)]
    return tuple(Part(number, len(spans), span) for number, span in enumerate(spans, 1))


def no_place_message(between: tuple[int, int], fps: Fraction, longest_s: float) -> str:
    """What an author reads: the time, and what to do."""
    first, end = (clock(seconds_at(frame, fps)) for frame in between)
    return (
        f"takes at most {longest_s:g} s, and no part can end between {first} and {end}: no sentence ends "
        f"there and the picture "
        "does not change; end a cue with its sentence there, part the cue that stands there, or shorten the programme"
    )


def _places(timeline: Timeline, cuts: Sequence[int], speeches: Sequence[Speech]) -> dict[int, float]:
    """Every frame at which a part may begin, and what that costs, in square seconds."""
    size, fps = timeline.frame_count + 1, timeline.fps
    free, between = bytearray(b"\1") * size, bytearray([any(s.cues for s in speeches)]) * size
    for scene in timeline.scenes:
        if scene.into:  # no split within a transition
            free[scene.first_frame + 1 : scene.end_frame] = bytes(scene.frame_count - 1)
    for speech in speeches:
        pauses = _pauses(speech, timeline.frame_count)
        between = bytearray(a & b for a, b in zip(between, pauses, strict=True))
        for first, end in speech.cues:
            free[first + 1 : end] = bytes(max(0, end - first - 1))
    places: dict[int, float] = {}
    for first, end in _runs(bytearray(a & b for a, b in zip(free, between, strict=True))):
        second = frame_at(Fraction(1), fps)
        if end - first > 2 * second:  # nobody speaks for long: anywhere, but rather not at the words themselves
            places |= dict.fromkeys((first, end), AT_WORDS_S**2)
            places |= dict.fromkeys(range(first + second, end - second + 1, second), AWAY_FROM_CUTS_S**2)
        places[(first + end) // 2] = AWAY_FROM_CUTS_S**2
    for cut in cuts:
        if 0 < cut < timeline.frame_count and free[cut]:
            places[cut] = 0.0 if between[cut] else WITHIN_SENTENCE_S**2
    cards = [timed for timed in timeline.cards if not timed.card.standing]
    for place in places:
        if any(card.first_frame < place < card.end_frame for card in cards):
            places[place] += UNDER_CARD_S**2
    return {place: places[place] for place in sorted(places) if 0 < place < timeline.frame_count}


def _pauses(speech: Speech, frame_count: int) -> bytearray:
    """1 for each frame at which no sentence is under way."""
    if not speech.cues:
        return bytearray(b"\1") * (frame_count + 1)
    found = bytearray(frame_count + 1)
    at, ended = 0, True
    for (first, end), ends in zip(speech.cues, speech.ends, strict=True):
        if ended and at <= first:
            found[at : first + 1] = b"\1" * (first + 1 - at)
        at, ended = max(at, end), ends
    found[at:] = b"\1" * (frame_count + 1 - at)
    return found


def _runs(marks: bytearray) -> list[tuple[int, int]]:
    """First and last frame of each stretch of ones."""
    found, at = [], marks.find(1)
    while at >= 0:
        end = marks.find(0, at)
        found.append((at, (end if end >= 0 else len(marks)) - 1))
        at = marks.find(1, end) if end >= 0 else -1
    return found


def _balanced(frame_count: int, bounds: Bounds, costs: Mapping[int, float], fps: Fraction) -> tuple[int, ...] | Span:
    """The cheapest points, or the span in which there is none. A part costs the square of the seconds by which it
    differs from the length that the fewest parts would have if they were equal.
    """
    even = frame_count / -(-frame_count // bounds.longest)
    edges = [0, *costs, frame_count]
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    low = 0
    for here in edges[1:]:
        while edges[low] < here - bounds.longest:
            low += 1
        reached: list[tuple[float, tuple[int, ...]]] = []
        for before in edges[low:]:
            if before > here - bounds.shortest:
                break
            if before in best:
                cost, points = best[before]
                reached.append((cost + ((here - before - even) / float(fps)) ** 2, points))
        if reached:
            cost, points = min(reached)
            best[here] = (cost, points) if here == frame_count else (cost + costs[here], (*points, here))
    if frame_count not in best:
        farthest = max(best)
        if farthest + bounds.longest < frame_count:
            return Span(farthest, bounds.longest)
        first = max(0, frame_count - bounds.longest)
        return Span(first, frame_count - bounds.shortest - first)
    return best[frame_count][1]
