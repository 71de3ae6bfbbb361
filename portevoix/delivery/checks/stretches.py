"""Stretches of a film of which somebody should know: black, one picture alone, silence, flashes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from portevoix.delivery.checks.verdict import Check
from portevoix.delivery.wordless import join_wordless, wordless
from portevoix.plan import Plan, VideoStep, key_of
from portevoix.render.examine import FROZEN_S, Examined, StillStretch, examine
from portevoix.render.measure import read_measured
from portevoix.store import Store
from portevoix.timeline.pictures import ClipPicture, StingPicture
from portevoix.timing import seconds_at

FLASHING = "more than 3 flashes a second"  # WCAG 2.2, success criterion 2.3.1
RED_FLASHING = "more than 3 red flashes a second"  # the same criterion, for saturated red
KINDS = ("black", "frozen", "silent", "flashing", "flashing_red")


def stretch_checks(found: Examined) -> list[Check]:
    """A warning for each kind that was found, with its seconds."""
    return [
        _check("black stretches", found.black, "cut them out"),
        _check("frozen stretches", found.frozen, "look whether the picture is meant to stand still"),
        _check("silent stretches", found.silent, "listen whether sound is missing"),
        _check(FLASHING, found.flashing, "slow it down, or make it less bright: it can harm people"),
        _check(RED_FLASHING, found.flashing_red, "slow it down, or make its red paler: it can harm people"),
    ]


def _check(rule: str, found: Iterable[object], remedy: str) -> Check:
    shown = ", ".join(map(str, found))
    return Check(rule, "warn", shown, "none", remedy) if shown else Check(rule, "pass", "none", "none")


def checks_of_render(plan: Plan, video: VideoStep, store: Store, silent: bool) -> list[Check]:
    """The same of a video of ours, looked at once for all languages of its format: in the pictures without words.

    `silent`: the programme has no sound, and that is no news. Pictures that are meant to stand still (cards, photos)
    are not frozen.
    """
    found = _examined(plan, video, store)
    moving = [
        piece for stretch in found.frozen for piece in _outside(stretch, _standing(plan, video)) if _is_long(piece)
    ]
    return stretch_checks(replace(found, frozen=tuple(moving), silent=() if silent else found.silent))


def _examined(plan: Plan, video: VideoStep, store: Store) -> Examined:
    span = video.format, video.first_frame, video.frame_count
    same = (v for v in plan.videos if (v.format, v.first_frame, v.frame_count) == span and store.has(v.key))
    chunks, sound = [step.key for step, _ in wordless(plan, video)], next(same).sound
    key = key_of("examination", {"chunks": chunks, "sound": sound})
    if not store.has(key):
        measured = read_measured(store.facts(video.key)["measured"])
        with store.workplace() as folder:
            join_wordless(chunks, sound, video, store, folder / "wordless.mp4")
            seen = examine(folder / "wordless.mp4", measured, "mov", loudness=False)
        store.put(key, {}, {kind: [[s.start_s, s.end_s] for s in getattr(seen, kind)] for kind in KINDS})
    facts = store.facts(key)
    black, frozen, silent, flashing, red = (tuple(StillStretch(*pair) for pair in facts[kind]) for kind in KINDS)
    return Examined(black, frozen, silent, flashing, red, None)


def _standing(plan: Plan, video: VideoStep) -> list[tuple[float, float]]:
    """Where the video's pictures are no film, in its own seconds."""
    start_s, fps = seconds_at(video.first_frame, plan.timeline.fps), plan.timeline.fps
    return [
        (_from(scene.first_frame, fps, start_s), _from(scene.end_frame, fps, start_s))
        for scene in plan.timeline.scenes
        if not isinstance(scene.picture, ClipPicture | StingPicture)
    ]


def _from(frame: int, fps: Fraction, start_s: Fraction) -> float:
    return float(seconds_at(frame, fps) - start_s)


def _outside(stretch: StillStretch, spans: Sequence[tuple[float, float]]) -> list[StillStretch]:
    """The parts of a stretch that lie in none of the spans."""
    left = [stretch]
    for start, end in spans:
        left = [
            piece
            for one in left
            for piece in (
                StillStretch(one.start_s, min(one.end_s, max(start, one.start_s))),
                StillStretch(max(one.start_s, min(end, one.end_s)), one.end_s),
            )
        ]
    return left


def _is_long(stretch: StillStretch) -> bool:
    return stretch.end_s - stretch.start_s >= FROZEN_S
