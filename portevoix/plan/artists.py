"""Who draws a job: its brand kit, with the captions that it asks for."""

from __future__ import annotations

from portevoix.drawing.artist import Artist
from portevoix.library import Library
from portevoix.order import Order
from portevoix.store import Store


def artist_of(order: Order, library: Library, store: Store) -> Artist:
    """The artist of a job."""
    return Artist(library, order.kit, store, order.job.captions)
