"""Hands to the broker what waits in the outbox, apart from the requests."""

from __future__ import annotations

import logging
import threading

from service import relay
from service.http.problems import NO_ANSWER
from service.ledger import Ledger

log = logging.getLogger("portevoix.api")


class OutboxPublisher:
    """One thread that publishes when it is woken, so that a broker that is away holds up no request."""

    def __init__(self, ledger: Ledger, send: relay.Send) -> None:
        self._ledger, self._send = ledger, send
        self._wanted, self._stopped = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wanted.set()

    def stop(self) -> None:
        self._stopped.set()
        self._wanted.set()
        self._thread.join(10)

    def _run(self) -> None:
        while self._wanted.wait() and not self._stopped.is_set():
            self._wanted.clear()
            try:
                relay.publish(self._ledger, self._send)
            except NO_ANSWER as error:
                log.warning("the ledger does not answer (%s); the reconciler publishes later", type(error).__name__)
