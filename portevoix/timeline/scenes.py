"""The recipe's scenes on output frames: how long each is, what lies over it, how one goes over into the next.

To add a kind of scene, write its function and name it in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType

from portevoix.authoring.job import ByLanguage, Job, Place
from portevoix.authoring.language import Language, reading_seconds
from portevoix.authoring.recipe import Recipe, SceneKind
from portevoix.drawing.cards.claim import ANSWERED, SAID, STRUCK
from portevoix.drawing.cards.standing import BELOW
from portevoix.errors import Fault, InvalidInput
from portevoix.order import ANSWERED_AFTER_S
from portevoix.sources.probe import Source
from portevoix.timeline.model import Picture, Scene, Shown, Span, Timeline
from portevoix.timing import frame_at, nearest

STRUCK_AFTER_S = Fraction(3, 2)  # of a claim
AFTER_OPENING_S = Fraction(3, 20)  # from the programme's title to a name or a clip's own
LEAST_NAME_S = Fraction(1)
LEAST_TITLE_S = Fraction(3, 2)  # a title that stands for less cannot be read
QUOTED_PART = Fraction(3, 2)  # a quotation comes line by line: the whole of it stands for a third of its time
LEAST_BESIDE_JOIN = 2  # a picture stands at least this many times as long as its way in and out together


@dataclass
class _Stretch:
    """One scene before its place is known: cards count from its first frame."""

    picture: Picture
    frames: int
    cards: list[Shown] = field(default_factory=list)


@dataclass
class _Laying:
    """What the scene kinds work with."""

    job: Job
    recipe: Recipe
    sources: Sequence[Source]
    languages: Mapping[str, Language]
    fps: Fraction
    tempo: tuple[Fraction, ...]
    stings: Mapping[str, int]
    faults: list[str] = field(default_factory=list)
    seen: list[Span] = field(default_factory=list)  # the stretches in the programme, once they are placed

    def __post_init__(self) -> None:
        self.shots = {place: number for number, place in enumerate(self.job.shots())}
        self.photos = {place: number for number, place in enumerate(self.job.photographs())}

    def other(self, place: Place, frames: int, voice: Picture | None = None) -> Picture:
        """What is seen beside or instead of a clip, for `frames` from the first on."""
        if place in self.shots:
            return Picture("clip", self.shots[place], 0, frames, voice=voice)
        return Picture("photo", self.photos[(*place, "picture")], 0, frames, voice=voice)

    def frames_to_read(self, *texts: ByLanguage) -> int:
        """Frames that the slowest of the job's languages needs for its words."""
        words = {code: "\n".join(text.get(code, "") for text in texts) for code in self.languages}
        return frame_at(reading_seconds(words, self.languages), self.fps)


def choose_rate(asked: Fraction | None, sources: list[tuple[Source, Fraction]]) -> Fraction:
    """The output's frames a second: what was asked, else the rate of the source that is used longest, made standard.

    24, 25 and 30 stay; 50 and 60 are halved; 23.976, 29.97 and 59.94 play at 24, 30 and 30; a slower rate is multiplied
    until it reaches 24 (placements refuse less than 23), and anything else becomes 30.
    """
    if asked is not None:
        return asked
    by_rate: dict[Fraction, Fraction] = {}
    for source, used_s in sources:
        by_rate[source.fps] = by_rate.get(source.fps, Fraction(0)) + used_s
    rate = max(by_rate, key=lambda fps: by_rate[fps])
    nominal = Fraction(nearest(rate)) if abs(rate - nearest(rate)) < Fraction(1, 8) else rate
    if nominal in (48, 50, 60):
        return nominal / 2
    if nominal in (24, 25, 30):
        return nominal
    if nominal < 24:
        multiple = nominal * -(-24 // nominal)
        return multiple if multiple in (24, 25, 30) else Fraction(30)
    return Fraction(30)


def tempo_of(source: Source, fps: Fraction) -> Fraction:
    """How much faster a clip plays: 1.001 where an NTSC rate plays at its whole number, else 1."""
    nominal = nearest(source.fps)
    ntsc = source.fps.denominator == 1001
    return Fraction(nominal) / source.fps if ntsc and fps.denominator == 1 and nominal % fps == 0 else Fraction(1)


def lay_out(
    job: Job,
    recipe: Recipe,
    sources: Sequence[Source],
    languages: Mapping[str, Language],
    stings: Mapping[str, int] = MappingProxyType({}),
    name: str = "job",
) -> Timeline:
    """Place the job's clips, points and cards on output frames.

    `sources`: of the job's shots, then the kit's stings, whose numbers are `stings`. `languages` by the job's own
    codes. Raises InvalidInput, in the `name` of the job, for what cannot be seen as it is asked.
    """
    used = [(s, (c.end_s or s.duration_s) - c.start_s) for s, c in zip(sources, job.clips, strict=False)]
    asked = job.fps or recipe.fps or (sources[0].fps if recipe.frame == "source" else None)
    fps = choose_rate(asked, used) if used or asked else Fraction(25)
    tempo = tuple(tempo_of(source, fps) for source in sources)
    laying = _Laying(job, recipe, sources, languages, fps, tempo, stings)
    stretches = [stretch for kind in recipe.scenes for stretch in KINDS[kind.show](laying, kind)]
    scenes, starts, cards = _placed(stretches, recipe, fps)
    laying.seen = [Span(at, stretch.frames) for stretch, at in zip(stretches, starts, strict=True)]
    over = _over_all(laying, stretches, starts)
    cards = [*_after_opening(laying, cards, over), *over]
    spans = {
        s.picture.number: Span(at, s.frames)
        for s, at in zip(stretches, starts, strict=True)
        if s.picture.kind == "clip"
    }
    clips = tuple(spans[number] for number in range(len(job.clips)))
    scenes = _cut_away(laying, scenes, clips)
    if laying.faults:
        raise InvalidInput([Fault(name, None, None, fault) for fault in laying.faults])
    return Timeline(fps, tuple(scenes), tuple(sorted(cards, key=lambda c: (c.first_frame, c.end_frame))), tempo, clips)


def _clips(laying: _Laying, kind: SceneKind) -> list[_Stretch]:
    """The job's clips in their order; cut to the recipe's length where it has one."""
    lengths = [_clip_frames(laying, number) for number in range(len(laying.job.clips))]
    if laying.recipe.length_s:
        joins = _join_frames(laying.recipe, laying.fps) * (len(lengths) - 1)
        lengths = _shortened(lengths, frame_at(laying.recipe.length_s, laying.fps) + joins)
    found = []
    named: set[str] = set()
    for number, (clip, length) in enumerate(zip(laying.job.clips, lengths, strict=True)):
        stretch = _Stretch(_clip_picture(laying, number, length), length)
        third = laying.recipe.lower_third
        if third and clip.speaker and clip.speaker not in named:
            named.add(clip.speaker)
            first = frame_at(third.start_s, laying.fps)
            if first < length:
                end = min(first + frame_at(third.duration_s, laying.fps), length)
                stretch.cards.append(Shown(first, end, "lower_third", clip.speaker))
        if laying.recipe.titles and clip.title:
            first = frame_at(laying.recipe.titles.start_s, laying.fps)
            end = first + frame_at(laying.recipe.titles.duration_s, laying.fps)
            stretch.cards.append(Shown(first, min(end, length), "chapter", f"clip/{number}"))
        if number == 0 and laying.recipe.claims:
            stretch.cards += _claims(laying, length)
        found.append(stretch)
    return found


def _clip_picture(laying: _Laying, number: int, frames: int) -> Picture:
    """A clip, and what shares the frame with it."""
    clip = Picture("clip", number, 0, frames)
    split = laying.job.clips[number].beside
    if not split:
        return clip
    other = laying.other(("clips", number, "beside"), frames)
    return replace(clip, beside=other, voice=other if split.heard else None)


def _claims(laying: _Laying, length: int) -> list[Shown]:
    """Each claim said, struck and answered, between its times."""
    start_s, tempo = laying.job.clips[0].start_s, laying.tempo[0]
    cards = []
    for number, claim in enumerate(laying.job.claims):
        first, end = (frame_at((s - start_s) / tempo, laying.fps) for s in (claim.at_s, claim.until_s))
        first, end = max(first, 0), min(end, length)
        edges = (first, *(first + frame_at(s, laying.fps) for s in (STRUCK_AFTER_S, ANSWERED_AFTER_S)), end)
        for (a, b), state in zip(pairwise(edges), (SAID, STRUCK, ANSWERED), strict=True):
            if min(b, end) > a:
                cards.append(Shown(a, min(b, end), "claim", f"{number}/{state}"))
    return cards


def _points(laying: _Laying, kind: SceneKind) -> list[_Stretch]:
    """Each point as long as its slowest language needs, and at least the recipe's shortest time."""
    found, photo = [], 0
    for number, point in enumerate(laying.job.points):
        frames = max(frame_at(kind.shortest_s, laying.fps), laying.frames_to_read(point.title, point.text))
        # The title has the first picture to itself before the point's own words come.
        opening = laying.recipe.opening if number == 0 else None
        lead = frame_at(opening.start_s + opening.duration_s, laying.fps) if opening and point.picture else 0
        frames += lead
        picture = Picture("photo", photo, 0, frames) if point.picture else Picture("ground")
        photo += point.picture is not None
        words = point.title or point.text
        cards = [Shown(lead, frames, "point", str(number))] if words else []
        if point.chapter:
            found.append(_chapter(laying, number))
        if laying.recipe.progress:
            cards.append(Shown(0, frames, "progress", f"{number + 1}/{len(laying.job.points)}"))
        found.append(_Stretch(picture, frames, cards))
    return found


def _chapter(laying: _Laying, point: int) -> _Stretch:
    """The card of the chapter that begins with a point."""
    least = frame_at(laying.recipe.chapter_s, laying.fps)
    frames = max(least, laying.frames_to_read(laying.job.points[point].chapter))
    cards = [Shown(0, frames, "chapter", f"point/{point}")]
    if laying.recipe.progress:
        cards.append(Shown(0, frames, "progress", f"{point}/{len(laying.job.points)}"))
    return _Stretch(Picture("ground"), frames, cards)


def _picture(laying: _Laying, kind: SceneKind) -> list[_Stretch]:
    """The job's photo, for as long as the words over it need; nothing where it has none."""
    if not laying.job.picture:
        return []
    start = frame_at(laying.recipe.quote.start_s, laying.fps) if laying.recipe.quote else 0
    reading = nearest(laying.frames_to_read(laying.job.quote or laying.job.text) * QUOTED_PART)
    frames = max(frame_at(kind.shortest_s, laying.fps), start + reading)
    return [_Stretch(Picture("photo", laying.photos[("picture",)], 0, frames), frames)]


def _card(laying: _Laying, kind: SceneKind) -> list[_Stretch]:
    """One card on the brand's ground; on a loop, its words over the ground that drifts."""
    frames = frame_at(kind.duration_s, laying.fps)
    if kind.loop:
        return [_Stretch(Picture("drift", 0, 0, frames), frames, [Shown(0, frames, str(kind.card), "bare")])]
    return [_Stretch(Picture("ground"), frames, [Shown(0, frames, str(kind.card))])]


def _sting(laying: _Laying, kind: SceneKind) -> list[_Stretch]:
    """The kit's sting, whole, over the brand's ground; nothing where the kit has none."""
    number = laying.stings.get(str(kind.sting))
    if number is None:
        return []
    frames = max(1, nearest(laying.sources[number].duration_s / laying.tempo[number] * laying.fps))
    return [_Stretch(Picture("sting", number, 0, frames), frames)]


KINDS: dict[str, Callable[[_Laying, SceneKind], list[_Stretch]]] = {
    "clips": _clips,
    "points": _points,
    "picture": _picture,
    "card": _card,
    "sting": _sting,
}


def _placed(stretches: list[_Stretch], recipe: Recipe, fps: Fraction) -> tuple[list[Scene], list[int], list[Shown]]:
    """Scenes end to end; where two pictures go over into each other they overlap, as a scene of its own."""
    way = _join_frames(recipe, fps)
    overlaps = [
        way
        if min(a.frames, b.frames) >= LEAST_BESIDE_JOIN * 2 * way and not (a.picture.of_house or b.picture.of_house)
        else 0
        for a, b in pairwise(stretches)
    ]
    scenes, starts, cards = [], [], []
    at = 0
    for number, stretch in enumerate(stretches):
        before = overlaps[number - 1] if number else 0
        after = overlaps[number] if number < len(overlaps) else 0
        starts.append(at)
        scenes.append(Scene(at + before, stretch.frames - before - after, stretch.picture.later(before)))
        if after:
            into = stretches[number + 1].picture
            left = at + stretch.frames - after
            scenes.append(Scene(left, after, stretch.picture.later(stretch.frames - after), into, recipe.join.how))
        shown_until = stretch.frames - after // 2  # words change in the middle of the way
        cards += [
            Shown(
                at + max(c.first_frame, before // 2 if c.first_frame == 0 else 0),
                at + min(c.end_frame, shown_until),
                c.what,
                c.detail,
            )
            for c in stretch.cards
        ]
        at += stretch.frames - after
    return scenes, starts, cards


def _join_frames(recipe: Recipe, fps: Fraction) -> int:
    return 0 if recipe.join.how == "cut" else max(2, frame_at(recipe.join.duration_s, fps))


def _cut_away(laying: _Laying, scenes: list[Scene], clips: Sequence[Span]) -> list[Scene]:
    """The scenes with each cutaway as one of its own. Where a picture goes over into another, nothing is cut away."""
    for number, clip in enumerate(laying.job.clips):
        start_s, tempo, at = clip.start_s, laying.tempo[number], clips[number].first_frame
        for n, cutaway in enumerate(clip.cutaways):
            first, end = (at + frame_at((s - start_s) / tempo, laying.fps) for s in (cutaway.at_s, cutaway.until_s))
            place: Place = ("clips", number, "cutaways", n)
            scenes = [part for scene in scenes for part in _parted(laying, scene, number, first, end, place)]
    return scenes


def _parted(laying: _Laying, scene: Scene, clip: int, first: int, end: int, place: Place) -> Iterator[Scene]:
    """A scene of the clip without the frames from `first` to `end`, and these as what `place` shows, with the clip's
    voice.
    """
    total = end - first
    first, end = max(first, scene.first_frame), min(end, scene.end_frame)
    if scene.clip != clip or scene.into or first >= end:
        yield scene
        return
    if first > scene.first_frame:
        yield replace(scene, frame_count=first - scene.first_frame)
    heard = scene.picture.later(first - scene.first_frame)
    yield Scene(first, end - first, laying.other(place, total, heard))
    if end < scene.end_frame:
        yield Scene(end, scene.end_frame - end, scene.picture.later(end - scene.first_frame))


def _over_all(laying: _Laying, stretches: list[_Stretch], starts: list[int]) -> list[Shown]:
    """What stands over all pictures, and the title over the first of them."""
    recipe, job, fps = laying.recipe, laying.job, laying.fps
    pictured = [(at, at + s.frames) for s, at in zip(stretches, starts, strict=True) if not s.picture.of_house]
    if not pictured:
        return []
    first, end = pictured[0][0], max(end for _, end in pictured)
    cards = []
    if recipe.opening:
        start = first + frame_at(recipe.opening.start_s, fps)
        cards.append(Shown(start, min(start + frame_at(recipe.opening.duration_s, fps), end), "opening"))
    after = cards[0].end_frame if cards else first
    if recipe.quote and job.quote:
        cards.append(Shown(first + frame_at(recipe.quote.start_s, fps), end, "quote"))
    headed = recipe.headline and bool(job.headline)
    if headed and after < end:
        cards.append(Shown(after, end, "headline"))
    if recipe.source and job.source and after < end:
        cards.append(Shown(after, end, "source", BELOW if headed else ""))
    return cards


def _after_opening(laying: _Laying, cards: list[Shown], over: list[Shown]) -> list[Shown]:
    """The cards, names and clips' own titles once the programme's title has gone."""
    gone = max((c.end_frame for c in over if c.what == "opening"), default=0)
    pause = frame_at(AFTER_OPENING_S, laying.fps) if gone else 0
    found = []
    for card in cards:
        if card.what != "lower_third" and not card.detail.startswith("clip/"):
            found.append(card)
            continue
        late = max(0, gone + pause - card.first_frame) if card.first_frame < gone else 0
        last = next(s.end_frame for s in laying.seen if s.first_frame <= card.first_frame < s.end_frame)
        moved = replace(card, first_frame=card.first_frame + late, end_frame=min(card.end_frame + late, last))
        stands_s = Fraction(moved.end_frame - moved.first_frame) / laying.fps
        if card.what == "lower_third":
            found += [moved] if stands_s >= LEAST_NAME_S else []
            continue
        if stands_s < LEAST_TITLE_S:
            number = int(card.detail.removeprefix("clip/"))
            laying.faults.append(
                f"the title of clip {number + 1} would stand for {max(0.0, float(stands_s)):.1f} s only, which cannot be read; "
                "make the clip longer, or leave its title out"
            )
        found.append(moved)
    return found


def _clip_frames(laying: _Laying, number: int) -> int:
    clip, source = laying.job.clips[number], laying.sources[number]
    end = min(clip.end_s, source.duration_s) if clip.end_s is not None else source.duration_s
    return max(1, nearest((end - clip.start_s) / laying.tempo[number] * laying.fps))


def _shortened(lengths: list[int], total: int) -> list[int]:
    """Lengths that add up to `total` at most: the long ones give first, to one common length."""
    if sum(lengths) <= total:
        return lengths
    left, kept = total, [0] * len(lengths)
    for rank, number in enumerate(sorted(range(len(lengths)), key=lambda n: lengths[n])):
        kept[number] = min(lengths[number], left // (len(lengths) - rank))
        left -= kept[number]
    return kept
