"""The recipe's scenes on output frames: how long each is, what lies over it, how one goes over into the next.

To add a kind of scene, write its function and name it in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from portevoix.authoring.job import ByLanguage, Job
from portevoix.authoring.language import Language
from portevoix.authoring.recipe import Recipe, SceneKind
from portevoix.captions.align import reading_seconds
from portevoix.drawing.cards.claim import ANSWERED, SAID, STRUCK
from portevoix.order import ANSWERED_AFTER_S
from portevoix.sources.probe import Source
from portevoix.timeline import Picture, Scene, Shown, Span, Timeline
from portevoix.timing import frame_at, nearest

STRUCK_AFTER_S = Fraction(3, 2)  # of a claim
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


def lay_out(job: Job, recipe: Recipe, sources: Sequence[Source], languages: Mapping[str, Language]) -> Timeline:
    """Place the job's clips, points and cards on output frames. `languages` by the job's own codes."""
    used = [(s, (c.end_s or s.duration_s) - c.start_s) for s, c in zip(sources, job.clips, strict=True)]
    asked = job.fps or recipe.fps or (sources[0].fps if recipe.frame == "source" else None)
    fps = choose_rate(asked, used) if used or asked else Fraction(25)
    tempo = tuple(tempo_of(source, fps) for source in sources)
    laying = _Laying(job, recipe, sources, languages, fps, tempo)
    stretches = [stretch for kind in recipe.scenes for stretch in KINDS[kind.show](laying, kind)]
    scenes, starts, cards = _placed(stretches, recipe, fps)
    cards += _over_all(laying, stretches, starts, scenes)
    spans = {
        s.picture.number: Span(at, s.frames)
        for s, at in zip(stretches, starts, strict=True)
        if s.picture.kind == "clip"
    }
    return Timeline(
        fps, tuple(scenes), tuple(sorted(cards, key=lambda c: (c.first_frame, c.end_frame))), tempo,
        tuple(spans[number] for number in range(len(sources))),
    )  # fmt: skip


def _clips(laying: _Laying, kind: SceneKind) -> list[_Stretch]:
    """The job's clips in their order; cut to the recipe's length where it has one."""
    lengths = [_clip_frames(laying, number) for number in range(len(laying.sources))]
    if laying.recipe.length_s:
        joins = _join_frames(laying.recipe, laying.fps) * (len(lengths) - 1)
        lengths = _shortened(lengths, frame_at(laying.recipe.length_s, laying.fps) + joins)
    found = []
    named: set[str] = set()
    for number, (clip, length) in enumerate(zip(laying.job.clips, lengths, strict=True)):
        stretch = _Stretch(Picture("clip", number, 0, length), length)
        third = laying.recipe.lower_third
        if third and clip.speaker and clip.speaker not in named:
            named.add(clip.speaker)
            first = frame_at(third.start_s, laying.fps)
            end = min(first + frame_at(third.duration_s, laying.fps), length)
            if end - first >= laying.fps:  # a name that stands for less than a second cannot be read
                stretch.cards.append(Shown(first, end, "lower_third", clip.speaker))
        if number == 0 and laying.recipe.claims:
            stretch.cards += _claims(laying, length)
        found.append(stretch)
    if laying.recipe.quote and found:
        total = sum(s.frames for s in found)
        first = frame_at(laying.recipe.quote.start_s, laying.fps)
        found[0].cards.append(Shown(first, total, "quote"))
    return found


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
        if laying.recipe.progress:
            cards.append(Shown(0, frames, "progress", f"{number + 1}/{len(laying.job.points)}"))
        found.append(_Stretch(picture, frames, cards))
    return found


def _card(laying: _Laying, kind: SceneKind) -> list[_Stretch]:
    """One card on the brand's ground."""
    frames = frame_at(kind.duration_s, laying.fps)
    return [_Stretch(Picture("ground"), frames, [Shown(0, frames, str(kind.card))])]


KINDS: dict[str, Callable[[_Laying, SceneKind], list[_Stretch]]] = {"clips": _clips, "points": _points, "card": _card}


def _placed(stretches: list[_Stretch], recipe: Recipe, fps: Fraction) -> tuple[list[Scene], list[int], list[Shown]]:
    """Scenes end to end; where two pictures go over into each other they overlap, as a scene of its own."""
    way = _join_frames(recipe, fps)
    overlaps = [
        way
        if min(a.frames, b.frames) >= LEAST_BESIDE_JOIN * 2 * way and "ground" not in (a.picture.kind, b.picture.kind)
        else 0
        for a, b in pairwise(stretches)
    ]
    scenes, starts, cards = [], [], []
    at = 0
    for number, stretch in enumerate(stretches):
        before = overlaps[number - 1] if number else 0
        after = overlaps[number] if number < len(overlaps) else 0
        starts.append(at)
        scenes.append(Scene(at + before, stretch.frames - before - after, _moved(stretch.picture, before)))
        if after:
            into = stretches[number + 1].picture
            left = at + stretch.frames - after
            scenes.append(Scene(left, after, _moved(stretch.picture, stretch.frames - after), into, recipe.join.how))
        shown_until = stretch.frames - after // 2  # words change in the middle of the way
        cards += [
            Shown(
                at + max(c.first_frame, before // 2 if c.first_frame == 0 else 0),
                at + (c.end_frame if c.what == "quote" else min(c.end_frame, shown_until)),
                c.what,
                c.detail,
            )
            for c in stretch.cards
        ]
        at += stretch.frames - after
    return scenes, starts, cards


def _moved(picture: Picture, frames: int) -> Picture:
    return (
        Picture(picture.kind, picture.number, picture.offset + frames, picture.total)
        if picture.kind != "ground"
        else picture
    )


def _join_frames(recipe: Recipe, fps: Fraction) -> int:
    return 0 if recipe.join.how == "cut" else max(2, frame_at(recipe.join.duration_s, fps))


def _over_all(laying: _Laying, stretches: list[_Stretch], starts: list[int], scenes: list[Scene]) -> list[Shown]:
    """What stands over all pictures, and the title over the first of them."""
    recipe, fps = laying.recipe, laying.fps
    pictured = [s.frames + at for s, at in zip(stretches, starts, strict=True) if s.picture.kind != "ground"]
    if not pictured:
        return []
    first = next(at for s, at in zip(stretches, starts, strict=True) if s.picture.kind != "ground")
    end = max(pictured)
    cards = []
    if recipe.opening:
        start = first + frame_at(recipe.opening.start_s, fps)
        cards.append(Shown(start, min(start + frame_at(recipe.opening.duration_s, fps), end), "opening"))
    after = cards[0].end_frame if cards else first
    if recipe.headline:
        cards.append(Shown(after, end, "headline"))
    if recipe.source and laying.job.source:
        cards.append(Shown(after, end, "source"))
    return cards


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
