"""How much one job may ask for, said before it is planned."""

from __future__ import annotations

from collections.abc import Mapping

from portevoix.errors import invalid
from portevoix.order import Order
from portevoix.timeline.model import Timeline

MOST_FRAMES = 6_000_000  # two hours at 25 a second in 33 videos; the work of a worker's slot for a week
MOST_ARTIFACTS = 300_000  # that job has 180,000: a chunk for each two seconds of a video, a drawing for each caption


def check_budget(order: Order, timeline: Timeline, cues: Mapping[str, int]) -> None:
    """Raise InvalidInput where a job asks for more pictures or artifacts than one may. `cues`: how many each language
    has.
    """
    videos, lasts_s = len(order.audiences), float(timeline.frame_count / timeline.fps)
    if (asked := timeline.frame_count * videos) > MOST_FRAMES:
        raise invalid(
            order.name,
            f"asks for {asked:,} pictures ({videos} videos of {lasts_s:,.0f} s); at most {MOST_FRAMES:,} are made for "
            "one job: take less of the clips, or hand it in by languages or formats",
        )
    captions = sum(cues.get(audience.language, 0) for audience in order.audiences)
    if (kept := captions + videos * round(lasts_s / 2)) > MOST_ARTIFACTS:
        raise invalid(
            order.name,
            f"asks for about {kept:,} artifacts ({captions:,} captions in {videos} videos of {lasts_s:,.0f} s); at "
            f"most {MOST_ARTIFACTS:,} are made for one job: take less of the clips, or hand it in by languages or "
            "formats",
        )
