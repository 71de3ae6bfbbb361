"""Words and logo against what a platform lays over a story: the plan knows where each drawing stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from portevoix.authoring.account import Account
from portevoix.authoring.placement import Margins, Placement
from portevoix.delivery.checks.verdict import Check, judged
from portevoix.drawing.drawn import Drawn
from portevoix.drawing.motion import Glide
from portevoix.plan import Plan, VideoStep

STORY = (1080, 1920)  # what a zone's pixels are of
SOFT_PX = 32  # of a drawing's box, its shadow or the room round it
LARGEST = 0.25  # of the frame: what is larger is a ground or a shade, whose words are laid out within the zone


def zone_checks(
    plan: Plan, video: VideoStep, placement: Placement, account: Account | None, draft: bool = False
) -> list[Check]:
    """How far captions, names and logo reach into what the platform covers; nothing for formats other than story."""
    strict = account is not None and account.safe_zone == "strict"
    zone = placement.safe_zone_strict if strict else placement.safe_zone
    if zone is None or video.format != "story":
        return []
    over = max(
        (_over(drawn, zone, video.canvas.width / STORY[0]) for drawn in _drawings(plan, video, draft)), default=0.0
    )
    source = placement.source_of("safe_zone_strict" if strict else "safe_zone")
    check = judged("words outside the safe zone (px)", over <= SOFT_PX, round(over), f"at most {SOFT_PX}", "warn")
    dated = {"source": source.title, "read_on": source.read_on.isoformat(), "confidence": source.confidence}
    remedy = "" if check.verdict == "pass" else "shorten the words, or choose a look with fewer lines"
    return [replace(check, rule=f"{placement.name}: {check.rule}", remedy=remedy, **dated)]


def _drawings(plan: Plan, video: VideoStep, draft: bool) -> Iterator[Drawn]:
    """What stands over the video's pictures and is no ground. A draft's uppermost layer, its mark, is left out."""
    area, chunks = video.canvas.width * video.canvas.height, set(video.chunks)
    for batch in plan.batches:
        for step in batch.steps:
            for overlay in step.overlays[: -1 if draft else None] if step.key in chunks else ():
                if overlay.drawn.width * overlay.drawn.height < LARGEST * area and _in_place(overlay.glide):
                    yield overlay.drawn


def _in_place(glide: Glide | None) -> bool:
    """Whether a drawing is seen within its own place alone."""
    return glide is None or (glide.masked and not glide.cell)


def _over(drawn: Drawn, zone: Margins, scale: float) -> float:
    """By how many pixels of a story a drawing leaves the zone, at its worst side."""
    left, top = drawn.x / scale, drawn.y / scale
    right, bottom = left + drawn.width / scale, top + drawn.height / scale
    return max(
        0.0, zone.left - left, zone.top - top, right - (STORY[0] - zone.right), bottom - (STORY[1] - zone.bottom)
    )
