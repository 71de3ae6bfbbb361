"""Scenes end to end: how one goes over into the next, and where a cutaway is seen instead of a clip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from portevoix.authoring.job import Place
from portevoix.authoring.recipe import Recipe
from portevoix.timeline.cards import TimedCard
from portevoix.timeline.model import Scene, SceneTransition, Span
from portevoix.timeline.pictures import GroundPicture
from portevoix.timeline.programme import Programme, UnplacedScene
from portevoix.timing import frame_at

# A picture stands at least this many times as long as it takes to come in and go out together.
LEAST_BESIDE_TRANSITIONS = 2


@dataclass(frozen=True)
class PlacedScenes:
    """Scenes in their places, with their cards. `spans`: where each given scene stands in the programme."""

    scenes: tuple[Scene, ...]
    spans: tuple[Span, ...]
    cards: tuple[TimedCard, ...]


def transition_frames(recipe: Recipe, fps: Fraction) -> int:
    """How many frames one picture takes to go over into the next; 0 for a cut."""
    return 0 if recipe.join.how == "cut" else max(2, frame_at(recipe.join.duration_s, fps))


def place(unplaced: Sequence[UnplacedScene], recipe: Recipe, fps: Fraction) -> PlacedScenes:
    """Scenes end to end; where two pictures go over into each other they overlap, as a scene of its own."""
    overlaps = [0, *overlaps_of(unplaced, recipe, fps), 0]
    scenes: list[Scene] = []
    spans: list[Span] = []
    cards: list[TimedCard] = []
    at = 0
    for number, scene in enumerate(unplaced):
        before, after = overlaps[number], overlaps[number + 1]
        whole = Span(at, scene.frame_count)
        scenes.append(Scene(at + before, scene.frame_count - before - after, scene.picture.later(before)))
        if after:
            leaving = scene.picture.later(scene.frame_count - after)
            transition = SceneTransition(unplaced[number + 1].picture, recipe.join.how)
            scenes.append(Scene(whole.end_frame - after, after, leaving, transition))
        spans.append(whole)
        cards += _placed_cards(scene, at, before, after)
        at = whole.end_frame - after
    return PlacedScenes(tuple(_one_ground(scenes)), tuple(spans), tuple(cards))


def _one_ground(scenes: Sequence[Scene]) -> Iterator[Scene]:
    """The scenes; the ground goes on from one card to the next, so that nothing jumps where words change."""
    going: GroundPicture | None = None
    for scene in scenes:
        if not isinstance(scene.picture, GroundPicture):
            going = None
            yield scene
            continue
        going = going or scene.picture
        yield replace(scene, picture=going)
        going = going.later(scene.frame_count)


def least_frames(recipe: Recipe, fps: Fraction) -> int:
    """Of a scene that goes over into another; a shorter one is cut to and from."""
    return LEAST_BESIDE_TRANSITIONS * 2 * transition_frames(recipe, fps)


def overlaps_of(unplaced: Sequence[UnplacedScene], recipe: Recipe, fps: Fraction) -> list[int]:
    """Frames in which a scene and the next are seen together; none beside a short one or one of the institution."""
    frames, least = transition_frames(recipe, fps), least_frames(recipe, fps)
    return [
        0
        if min(one.frame_count, other.frame_count) < least or one.picture.of_house or other.picture.of_house
        else frames
        for one, other in pairwise(unplaced)
    ]


def _placed_cards(scene: UnplacedScene, at: int, before: int, after: int) -> Iterator[TimedCard]:
    """A scene's cards on the programme's frames. Words change in the middle of a transition."""
    shown_until = scene.frame_count - after // 2
    for card in scene.cards:
        first = max(card.first_frame, before // 2) if card.first_frame == 0 else card.first_frame
        yield TimedCard(at + first, at + min(card.end_frame, shown_until), card.card)


def cut_away(programme: Programme, scenes: Sequence[Scene], clips: Sequence[Span]) -> list[Scene]:
    """The scenes with each cutaway as one of its own. Where a picture goes over into another, nothing is cut away."""
    found = list(scenes)
    for number, clip in enumerate(programme.job.clips):
        at = clips[number].first_frame
        for n, cutaway in enumerate(clip.cutaways):
            first, end = (at + programme.frame_of_clip(number, second) for second in (cutaway.at_s, cutaway.until_s))
            away = _CutAway(number, Span(first, end - first), ("clips", number, "cutaways", n))
            found = [piece for scene in found for piece in away.from_scene(programme, scene)]
    return found


@dataclass(frozen=True)
class _CutAway:
    """A cutaway from clip `clip`, over a `span` of the programme: what is seen there is at a `place` of the job."""

    clip: int
    span: Span
    place: Place

    def from_scene(self, programme: Programme, scene: Scene) -> Iterator[Scene]:
        """A scene without the frames of the cutaway, and these as its picture, with the clip's voice."""
        first, end = max(self.span.first_frame, scene.first_frame), min(self.span.end_frame, scene.end_frame)
        if scene.clip != self.clip or scene.transition or first >= end:
            yield scene
            return
        if first > scene.first_frame:
            yield replace(scene, frame_count=first - scene.first_frame)
        heard = scene.picture.later(first - scene.first_frame)
        yield Scene(first, end - first, programme.other(self.place, self.span.frame_count, heard))
        if end < scene.end_frame:
            yield Scene(end, scene.end_frame - end, scene.picture.later(end - scene.first_frame))
