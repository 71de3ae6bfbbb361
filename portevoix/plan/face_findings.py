"""What is found where a card or a caption hides somebody after all, or finds no place."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from portevoix.captions.rules import Finding, of_plan
from portevoix.plan.faces import FREE, GLIMPSE, Box, SeenFace, over_eyes_or_mouth, share
from portevoix.plan.variant import Overlay, OverlayContext
from portevoix.timeline.card_names import named
from portevoix.timeline.cards import Backdrop, Closing, Headline, LowerThird
from portevoix.timeline.titles import LEAST_NAME_S
from portevoix.timing import clock, seconds_at


def over_faces(context: OverlayContext, overlays: Iterable[Overlay]) -> list[Finding]:
    """A finding for each card, logo or caption that stands over a face, at the second at which it does."""
    if context.faces is None:
        return []
    found: dict[str, Finding] = {}
    for overlay in overlays:
        if isinstance(overlay.card, Backdrop | Closing):
            continue  # the film dissolves into its ground; its words wait until it has
        faces = context.faces.seen(context.canvas, overlay.first_frame, overlay.end_frame)
        hidden = next((face for face in faces if _is_hidden(face, overlay.drawn.box)), None)
        if hidden is None:
            continue
        what = named(overlay.card) if overlay.card else "a caption"
        second = seconds_at(hidden.frame, context.timeline.fps)
        message = (
            f"in {context.canvas.format}, {what} stands over a face at {clock(second)}; shorten it, move it in time, "
            "or give the clip a `focus` or a `path`"
        )
        key = what if overlay.card else f"{what} {overlay.first_frame}"
        found.setdefault(key, of_plan("over a face", context.language, second, what, message))
    return list(found.values())


def headline_left_out(context: OverlayContext, overlays: Iterable[Overlay]) -> list[Finding]:
    """A finding where the programme has a headline and this variant none."""
    planned = next((timed for timed in context.timeline.cards if isinstance(timed.card, Headline)), None)
    if planned is None or any(isinstance(overlay.card, Headline) for overlay in overlays):
        return []
    message = (
        f"in {context.canvas.format}, the headline is left out: names and their captions need its place; shorten it, "
        "or give the clip a `focus` or a `path`"
    )
    first = seconds_at(planned.first_frame, context.timeline.fps)
    return [of_plan("left out", context.language, first, "the headline", message)]


def names_left_out(context: OverlayContext, overlays: Iterable[Overlay]) -> list[Finding]:
    """A finding for each name of the programme that this variant shows nowhere, since it would only flash."""
    shown = {one.card.speaker for one in overlays if isinstance(one.card, LowerThird)}
    missing = [
        timed
        for timed in context.timeline.cards
        if isinstance(timed.card, LowerThird) and timed.card.speaker not in shown
    ]
    return [_of_name(seconds_at(timed.first_frame, context.timeline.fps), context) for timed in missing]


def _of_name(second: Fraction, context: OverlayContext) -> Finding:
    message = (
        f"in {context.canvas.format}, the name at {clock(second)} is left out, since its speaker is seen for less than "
        f"{float(LEAST_NAME_S)} s at a time; make the clip longer"
    )
    return of_plan("left out", context.language, second, "the name", message)


def _is_hidden(face: SeenFace, box: Box) -> bool:
    return share(box, face.box) > FREE or over_eyes_or_mouth(box, [face]) > GLIMPSE
