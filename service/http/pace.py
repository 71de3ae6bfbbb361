"""How often one may ask: so many requests a minute of one person or token, and of one address."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from service.http.models.problems import Problem
from service.http.problems import Refused
from service.sessions import network_of

MINUTE_S = 60.0
MOST_KEPT = 10_000  # askers that are remembered; who has been quiet for a minute is forgotten then


class Pace:
    """Requests of each asker within a minute. An asker who was quiet may ask a minute's worth at once.

    For each it is known until when what was asked would fill the time, were it spread evenly (the generic cell rate
    algorithm, ITU-T I.371).
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self._clock = most, clock
        self._filled_s: dict[str, float] = {}
        self._lock = threading.Lock()

    def wait_s(self, asker: str) -> float:
        """Count one request; the seconds until it would be taken, where it is too many and not counted, else 0."""
        with self._lock:
            at = self._clock()
            if len(self._filled_s) >= MOST_KEPT:
                self._forget(at)
            filled = max(at, self._filled_s.get(asker, at)) + MINUTE_S / self.most
            if filled - at > MINUTE_S + MINUTE_S / self.most / 2:
                return filled - at - MINUTE_S
            self._filled_s[asker] = filled
            return 0.0

    def _forget(self, at: float) -> None:
        for asker in [asker for asker, filled in self._filled_s.items() if filled <= at]:
            del self._filled_s[asker]

    def check(self, asker: str, name: str) -> None:
        """Count one request. Raises Refused (429), with `name` as who asked."""
        if (wait := self.wait_s(asker)) > 0:
            raise Refused(429, self._sentence(name, wait), Retry_After=str(math.ceil(wait)))

    def _sentence(self, name: str, wait: float) -> str:
        return f"{name} asked {self.most:,} times within a minute, the most that is answered; wait {math.ceil(wait)} s"


class Paced:
    """Answers an address so often a minute, whoever asks from it; what comes beyond is not read."""

    def __init__(self, app: ASGIApp, pace: Pace) -> None:
        self.app, self._pace = app, pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        client = Request(scope).client
        try:
            self._pace.check(network_of(client.host if client else None), "this address")
        except Refused as error:
            problem = Problem(error=type(error).__name__, detail=str(error))
            await JSONResponse(problem.model_dump(), error.status, error.headers)(scope, receive, send)
            return
        await self.app(scope, receive, send)
