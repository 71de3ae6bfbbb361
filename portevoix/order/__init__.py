"""A job accepted: read whole, every mistake in it listed at once. Start reading at `accept`."""

from portevoix.order.accept import accept, filmed
from portevoix.order.model import Audience, Filmed, Order
from portevoix.order.words import ANSWERED_AFTER_S, INPUTS

__all__ = ["ANSWERED_AFTER_S", "INPUTS", "Audience", "Filmed", "Order", "accept", "filmed"]
