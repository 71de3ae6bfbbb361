"""The way from the outbox to the broker: each hint is sent, then struck off."""

from __future__ import annotations

import logging
from collections.abc import Callable

from service import crash_points
from service.ledger import Ledger, Message, outbox

log = logging.getLogger(__name__)

Send = Callable[[Message], None]
MOST_AT_ONCE = 100


def publish(ledger: Ledger, send: Send) -> int:
    """Publish the whole outbox. Returns how many messages the broker has taken.

    A broker that does not answer costs nothing but time: what it did not take stays in the outbox, and the reconciler
    calls this again. Two that publish at once send some hints twice, which is harmless.
    """
    taken = 0
    while messages := outbox.unpublished(ledger, MOST_AT_ONCE):
        sent: list[Message] = []
        try:
            for message in messages:
                send(message)
                sent.append(message)
        except Exception as error:  # each broker's library has errors of its own
            log.warning("the broker does not answer (%s); work waits in the outbox", error)
        crash_points.reach("sent")
        outbox.mark_published(ledger, sent)
        taken += len(sent)
        if len(sent) < len(messages):
            break
    return taken
