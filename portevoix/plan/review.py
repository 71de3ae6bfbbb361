"""A job's captions looked at as a subtitler would: each language in each of its formats, beside the job's first
language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from portevoix.authoring.language import Language
from portevoix.captions.cue import Cue
from portevoix.captions.rules import Finding, Reviewed, review
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.errors import RenderFailed
from portevoix.framing.cuts import cuts
from portevoix.order import Order
from portevoix.plan.stretches import stretches_of
from portevoix.store import StoreError
from portevoix.timeline.cues import PlacedCues
from portevoix.timeline.model import Timeline
from portevoix.timeline.pictures import ClipPicture
from portevoix.timing import seconds_at


@dataclass(frozen=True)
class ReviewedFilm:
    """What is reviewed: a job's cues on its frames. `changes`: the seconds of `picture_changes`."""

    order: Order
    timeline: Timeline
    cues: dict[str, PlacedCues]
    changes: Sequence[Fraction]


def review_words(
    programme: ReviewedFilm, canvases: dict[str, Canvas], artist: Artist
) -> dict[str, tuple[Finding, ...]]:
    """Findings by language, each once, on the programme's time."""
    order, timeline, cues, found = programme.order, programme.timeline, programme.cues, {}
    for code, own in cues.items():
        first = next(iter(cues))
        formats = dict.fromkeys(a.format for a in order.audiences if a.language == code)
        beside = (first, cues[first]) if code != first else None
        words = ReviewedLanguage(code, own, [canvases[name] for name in formats], beside)
        found[code] = tuple(review_language(order, timeline, words, programme.changes, artist))
    return found


@dataclass(frozen=True)
class ReviewedLanguage:
    """One language's cues in its formats, and `beside` them the first language's."""

    code: str
    cues: PlacedCues
    canvases: Sequence[Canvas]
    beside: tuple[str, PlacedCues] | None


def review_language(
    order: Order, timeline: Timeline, words: ReviewedLanguage, changes: Sequence[Fraction], artist: Artist
) -> list[Finding]:
    """Findings in one language, each once, on the programme's time. `changes`: the seconds of `picture_changes`."""
    language, fps = order.languages[words.code], timeline.fps
    own, beside = _cues(words.cues, fps), words.beside
    once: dict[Finding, None] = {}
    for canvas in words.canvases:
        reviewed = Reviewed(
            own,
            language,
            fps,
            canvas.frame.name,
            lines_in(artist, language, canvas, words.code),
            (order.languages[beside[0]], _cues(beside[1], fps)) if beside else None,
            order.glossary,
            changes,
            seconds_at(timeline.frame_count, fps),
            artist.kit.captions.rhythm,
        )
        once |= dict.fromkeys(review(reviewed))
    return list(once)


def lines_in(artist: Artist, language: Language, canvas: Canvas, where: str) -> Callable[[Cue], list[list[str]]]:
    """What tells a cue's lines in a frame, one list for each cue that it becomes on screen."""
    return lambda cue: [[line.text for line in part] for part in artist.cues(cue.text, language, canvas, where)]


def _cues(placed: PlacedCues, fps: Fraction) -> list[Cue]:
    return [Cue(seconds_at(c.first_frame, fps), seconds_at(c.end_frame, fps), c.text, c.line) for c in placed.cues]


def picture_changes(order: Order, timeline: Timeline, artist: Artist) -> Iterable[Fraction]:
    """Where the programme's picture changes: at its scenes, and at the cuts within them."""
    fps, stretches = timeline.fps, stretches_of(order, artist.store)
    for scene in timeline.scenes:
        if scene.first_frame:
            yield seconds_at(scene.first_frame, fps)
        if not isinstance(scene.picture, ClipPicture):
            continue
        clip = scene.picture.number
        start, tempo = stretches[clip].start_s, timeline.tempo[clip]
        for cut in cuts(stretches[clip], artist.store):
            at = seconds_at(scene.first_frame - scene.picture.offset, fps) + (cut - start) / tempo
            if seconds_at(scene.first_frame, fps) < at < seconds_at(scene.end_frame, fps):
                yield at


def known_changes(order: Order, timeline: Timeline, artist: Artist) -> list[Fraction]:
    """`picture_changes` of a job that was planned, in order. None where its cuts are no longer kept and its films are
    not here.
    """
    try:
        return sorted(picture_changes(order, timeline, artist))
    except (RenderFailed, StoreError):
        return []
