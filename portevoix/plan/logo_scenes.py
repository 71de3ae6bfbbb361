"""Over which pictures the logo stands: not over one in which it would hide somebody's eyes or mouth."""

from __future__ import annotations

from collections.abc import Iterable

from portevoix.captions.rules import Finding, of_plan
from portevoix.plan.faces import Box, mostly_over_eyes_or_mouth
from portevoix.plan.variant import Overlay, OverlayContext
from portevoix.timeline.cards import Bug
from portevoix.timeline.model import Scene
from portevoix.timing import clock, seconds_at

OFTEN = 0.15  # of the eyes or the mouth, on average over a scene: a head that passes is no reason


def scenes_with_logo(context: OverlayContext, box: Box) -> list[Scene]:
    """The scenes over which the logo stands in its box; all of them where it would be left nowhere."""
    scenes = [scene for scene in context.timeline.scenes if not scene.picture.of_house]
    return [scene for scene in scenes if not _hides(scene, context, box)] or scenes


def logo_left_out(context: OverlayContext, overlays: Iterable[Overlay]) -> list[Finding]:
    """A finding for each scene without the logo, with its seconds."""
    if not context.order.recipe.bug:
        return []
    logos = [one for one in overlays if isinstance(one.card, Bug)]
    scenes = [scene for scene in context.timeline.scenes if not scene.picture.of_house]
    return [
        _said(scene, context)
        for scene in scenes
        if not any(one.first_frame < scene.end_frame and scene.first_frame < one.end_frame for one in logos)
    ]


def _hides(scene: Scene, context: OverlayContext, box: Box) -> bool:
    faces = context.faces.seen(context.canvas, scene.first_frame, scene.end_frame) if context.faces else ()
    return mostly_over_eyes_or_mouth(box, faces) > OFTEN


def _said(scene: Scene, context: OverlayContext) -> Finding:
    first, end = (seconds_at(frame, context.timeline.fps) for frame in (scene.first_frame, scene.end_frame))
    message = (
        f"in {context.canvas.format}, the logo is left out from {clock(first)} to {clock(end)}, where it would stand "
        "over a face; give the clip a `focus` or a `path` to keep it"
    )
    return of_plan("left out", context.language, first, "the logo", message)
