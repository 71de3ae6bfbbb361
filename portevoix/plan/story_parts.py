"""Who receives the programme in parts, as stories are, and in which."""

from __future__ import annotations

from collections.abc import Mapping

from portevoix.drawing.artist import Artist
from portevoix.errors import Fault, InvalidInput
from portevoix.order import Audience, Order
from portevoix.plan.review import picture_changes
from portevoix.timeline.cues import PlacedCues
from portevoix.timeline.model import Timeline
from portevoix.timeline.parts import Bounds, NoPlace, Part, Speech, common_parts, no_place_message, whole
from portevoix.timing import frame_at


def parts_by_audience(
    order: Order, timeline: Timeline, cues: Mapping[str, PlacedCues], artist: Artist
) -> dict[Audience, tuple[Part, ...]]:
    """Each audience's parts: one where its placement takes the programme whole. Raises InvalidInput where there is no
    place to part.

    All audiences of the job count, also those that are not asked for now: else a language that is made again by itself
    might get its parts at other places than before.
    """
    found: dict[Audience, tuple[Part, ...]] = dict.fromkeys(order.everybody, whole(timeline))
    by_bounds: dict[Bounds, list[Audience]] = {}
    for audience in order.everybody:
        if audience.longest_s is None:
            continue
        bounds = Bounds.of_seconds(audience.shortest_s, audience.longest_s, timeline.fps)
        if timeline.frame_count > bounds.longest:
            by_bounds.setdefault(bounds, []).append(audience)
    if not by_bounds:
        return found
    cuts = sorted({frame_at(second, timeline.fps) for second in picture_changes(order, timeline, artist)})
    faults = []
    for bounds, audiences in by_bounds.items():
        speeches = {
            a.language: Speech.of(cues[a.language].cues if a.language in cues else (), order.languages[a.language])
            for a in audiences
        }
        try:
            parts = common_parts(timeline, bounds, cuts, speeches)
        except NoPlace as error:
            names = ", ".join(dict.fromkeys(str(a.placement) for a in audiences))
            for code, between in error.between.items():
                message = no_place_message(between, timeline.fps, audiences[0].longest_s or 0)
                faults.append(Fault(order.script_file(code), None, None, f"{names} {message}"))
        else:
            found |= {audience: parts[audience.language] for audience in audiences}
    if faults:
        raise InvalidInput(faults)
    return found
