"""What a job uses of its films."""

from __future__ import annotations

from portevoix.framing.pictures import Stretch, stretch_of
from portevoix.order import Order
from portevoix.sources.bars import picture_area
from portevoix.store import Store


def stretches_of(order: Order, store: Store) -> list[Stretch]:
    """The stretch of each clip, without its film's black bars. Raises RenderFailed."""
    # A finished film keeps its frame, and its black bars with it.
    whole = any(audience.format == "source" for audience in order.everybody or order.audiences)
    return [
        stretch_of(clip, source, None if whole else picture_area(source, store))
        for clip, source in zip(order.shots, order.sources, strict=True)
    ]
