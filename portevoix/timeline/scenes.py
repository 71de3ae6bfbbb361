"""The recipe's scenes on output frames.

To add a kind of scene, write its function and name it in `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from portevoix.authoring.job import Job
from portevoix.authoring.language import Language
from portevoix.authoring.recipe import Recipe, SceneKind
from portevoix.sources.probe import SLOWEST_RATE, Source
from portevoix.timeline.behind import with_film_behind
from portevoix.timeline.cards import PictureCredit, Progress, TimedCard
from portevoix.timeline.cards_of import beside_picture, chapter_card, full_card, point_card
from portevoix.timeline.clips import clip_lengths, clip_scenes
from portevoix.timeline.model import Span, Timeline
from portevoix.timeline.on_beat import Pulse, on_beat
from portevoix.timeline.pictures import AnyPicture, ClipPicture, DriftPicture, GroundPicture, PhotoPicture, StingPicture
from portevoix.timeline.programme import Programme, UnplacedScene
from portevoix.timeline.rate import choose_rate, tempo_of
from portevoix.timeline.titles import over_all, wait_for_opening
from portevoix.timeline.transitions import cut_away, place
from portevoix.timing import nearest

QUOTED_TIMES = Fraction(3, 2)  # a quotation comes line by line: the whole of it stands for a third of its time


def lay_out(
    job: Job,
    recipe: Recipe,
    sources: Sequence[Source],
    languages: Mapping[str, Language],
    stings: Mapping[str, int] = MappingProxyType({}),
    pulse: Pulse | None = None,
) -> Timeline:
    """Place the job's clips, points and cards on output frames.

    `sources`: of the job's shots, then the kit's stings, whose numbers are `stings`. `languages` by the job's own
    codes. `pulse`: of the music on whose beats clips end.
    """
    fps = _rate(job, recipe, sources)
    tempo = tuple(tempo_of(source, fps) for source in sources)
    programme = Programme(job, recipe, sources, languages, stings, fps, tempo)
    unplaced = [scene for kind in recipe.scenes for scene in KINDS[kind.show](programme, kind)]
    told = None
    if pulse:
        unplaced, told = on_beat(programme, unplaced, pulse)
    placed = place(unplaced, recipe, fps)
    over = over_all(programme, placed.spans, unplaced)
    cards = wait_for_opening(programme, placed.cards, over, placed.spans)
    clips = _clip_spans(unplaced, placed.spans)
    scenes = with_film_behind(cut_away(programme, placed.scenes, clips))
    ordered = sorted([*cards, *over], key=lambda card: (card.first_frame, card.end_frame))
    return Timeline(fps, tuple(scenes), tuple(ordered), tempo, clips, told)


def _rate(job: Job, recipe: Recipe, sources: Sequence[Source]) -> Fraction:
    used = [(s, (clip.end_s or s.duration_s) - clip.start_s) for s, clip in zip(sources, job.clips, strict=False)]
    # A film of one picture that stands says less than the slowest.
    own = sources[0].fps if recipe.frame == "source" and sources[0].fps >= SLOWEST_RATE else None
    asked = job.fps or recipe.fps or own
    return choose_rate(asked, used) if used or asked else Fraction(25)


def _clip_spans(unplaced: Iterable[UnplacedScene], spans: Iterable[Span]) -> tuple[Span, ...]:
    """Where each of the job's clips stands, in their order."""
    by_number = {
        scene.picture.number: span
        for scene, span in zip(unplaced, spans, strict=True)
        if isinstance(scene.picture, ClipPicture)
    }
    return tuple(by_number[number] for number in sorted(by_number))


def _clips(programme: Programme, kind: SceneKind) -> list[UnplacedScene]:
    """The job's clips in their order; cut to the recipe's length where it has one."""
    return clip_scenes(programme, clip_lengths(programme))


def _points(programme: Programme, kind: SceneKind) -> list[UnplacedScene]:
    """Each point, after its chapter's card where one begins with it."""
    found = []
    for number, point in enumerate(programme.job.points):
        if point.chapter:
            found.append(_chapter(programme, number))
        found.append(_point(programme, kind, number))
    return found


def _point(programme: Programme, kind: SceneKind, number: int) -> UnplacedScene:
    """A point for as long as its slowest language needs, and at least the recipe's shortest time."""
    point = programme.job.points[number]
    frames = max(programme.frames(kind.shortest_s), programme.frames_to_read(point.title, point.text))
    # The title has the first picture to itself before the point's own words come.
    opening = programme.recipe.opening if number == 0 else None
    lead = programme.frames(opening.start_s + opening.duration_s) if opening and point.picture else 0
    frames += lead
    picture: AnyPicture = GroundPicture()
    if point.picture:
        photo = sum(before.picture is not None for before in programme.job.points[:number])
        picture = PhotoPicture(photo, total=frames, aside=True)
    cards = [TimedCard(lead, frames, point_card(programme.job, number))] if point.title or point.text else []
    return UnplacedScene(picture, frames, (*cards, *_progress(programme, number + 1, frames)))


def _chapter(programme: Programme, point: int) -> UnplacedScene:
    """The card of the chapter that begins with a point."""
    least = programme.frames(programme.recipe.chapter_s)
    frames = max(least, programme.frames_to_read(programme.job.points[point].chapter))
    card = TimedCard(0, frames, chapter_card(programme.job, point))
    return UnplacedScene(GroundPicture(), frames, (card, *_progress(programme, point, frames)))


def _progress(programme: Programme, done: int, frame_count: int) -> tuple[TimedCard, ...]:
    if not programme.recipe.progress:
        return ()
    return (TimedCard(0, frame_count, Progress(done, len(programme.job.points))),)


def _picture(programme: Programme, kind: SceneKind) -> list[UnplacedScene]:
    """The job's photo, for as long as the words over it need; nothing where it has none."""
    job, quote = programme.job, programme.recipe.quote
    if not job.picture:
        return []
    start = programme.frames(quote.start_s) if quote else 0
    reading = nearest(programme.frames_to_read(job.quote or job.text) * QUOTED_TIMES)
    frames = max(programme.frames(kind.shortest_s), start + reading)
    beside = GroundPicture() if quote and programme.recipe.portrait == "beside" and not job.clips else None
    return [UnplacedScene(PhotoPicture(programme.photo(("picture",)), total=frames, beside=beside), frames)]


def _card(programme: Programme, kind: SceneKind) -> list[UnplacedScene]:
    """One card on the brand's ground, which is still under an urgent notice; on a loop, its words over the ground that
    drifts. A title stands until it is read; where there is none, so is its card.
    """
    frames, job = programme.frames(kind.duration_s), programme.job
    if kind.card == "title":
        if not job.title:
            return []
        frames = max(frames, programme.frames_to_read(job.title, job.kicker) + 1)
    if job.picture and beside_picture(kind.card):
        return [_with_inset(programme, kind, frames)]
    card = TimedCard(0, frames, full_card(str(kind.card), bare=kind.loop))
    picture = DriftPicture(frames) if kind.loop else GroundPicture(still=kind.card == "notice")
    return [UnplacedScene(picture, frames, (card,))]


def _with_inset(programme: Programme, kind: SceneKind, frames: int) -> UnplacedScene:
    """A card beside the job's picture. On a loop the camera comes back; else it stands, since maps are read."""
    photo = programme.photo(("picture",))
    picture = PhotoPicture(
        photo, total=frames, beside=GroundPicture(), inset=True, way="return" if kind.loop else "still"
    )
    credit = [TimedCard(0, frames, PictureCredit())] if programme.job.credit else []
    return UnplacedScene(picture, frames, (TimedCard(0, frames, full_card(str(kind.card))), *credit))


def _sting(programme: Programme, kind: SceneKind) -> list[UnplacedScene]:
    """The kit's sting, whole, over the brand's ground; nothing where the kit has none."""
    number = programme.stings.get(str(kind.sting))
    if number is None:
        return []
    frames = max(1, programme.frames(programme.sources[number].duration_s / programme.tempo[number]))
    return [UnplacedScene(StingPicture(number), frames)]


KINDS: dict[str, Callable[[Programme, SceneKind], list[UnplacedScene]]] = {
    "clips": _clips,
    "points": _points,
    "picture": _picture,
    "card": _card,
    "sting": _sting,
}
