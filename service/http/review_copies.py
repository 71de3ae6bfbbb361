"""Copies of pictures that are not out yet, with the name of whoever looks at them."""

from __future__ import annotations

import functools
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from portevoix.captions.holding import END_OF_ISOLATE, ISOLATE
from portevoix.delivery.manifest import Delivery
from portevoix.delivery.review_copy import can_be_marked, make_review_copy
from portevoix.drawing.fonts import Fonts
from portevoix.drawing.text import Typesetter
from service.deliveries import REVIEW_COPIES
from service.gate import Caller
from service.http.problems import RETRY_S, Refused

PATIENCE_S = 20.0  # then a reader is asked to come back: what stands before the service cuts a silent answer
MOST_WAITING = 4  # readers at once; each holds one of the few threads that answer


class ReviewCopies:
    """Makes a copy for each reader and day, one at a time, and keeps it for a day."""

    def __init__(self, deliveries: Path, fonts: Path) -> None:
        self._folder, self._fonts = deliveries / REVIEW_COPIES, fonts
        self._maker = ThreadPoolExecutor(1, "review copies")
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)
        self._begun: dict[Path, Future[None]] = {}
        self._lock = threading.Lock()

    @functools.cached_property
    def _setter(self) -> Typesetter:
        return Typesetter(Fonts(self._fonts))

    def of(self, job: str, delivery: Delivery, file: Path, caller: Caller) -> Path:
        """The copy of a delivery for this reader. Raises Refused where it takes longer, or cannot be made."""
        if not can_be_marked(delivery.path):
            raise Refused(403, f"{delivery.path} cannot carry its reader's name; it is given out when the embargo ends")
        day = datetime.now(UTC).strftime("%Y-%m-%d")
        target = self._folder / job / f"{delivery.sha256}-{caller.id}-{day}{Path(delivery.path).suffix}"
        if target.exists():
            return target
        if not self._waiting.acquire(blocking=False):
            raise Refused(503, "other readers' copies are being made; ask again", Retry_After=RETRY_S)
        try:
            self._begin(target, delivery, file, f"{caller.name}  ·  {ISOLATE}{day}{END_OF_ISOLATE}").result(PATIENCE_S)
        except TimeoutError:
            raise Refused(503, "the copy with your name is being made; ask again", Retry_After=RETRY_S) from None
        finally:
            self._waiting.release()
        return target

    def _begin(self, target: Path, delivery: Delivery, file: Path, text: str) -> Future[None]:
        """Have a copy made, once however many ask for it."""
        with self._lock:
            for done in [path for path, future in self._begun.items() if future.done()]:
                del self._begun[done]
            if target not in self._begun:
                self._begun[target] = self._maker.submit(self._make, delivery, file, text, target)
            return self._begun[target]

    def _make(self, delivery: Delivery, file: Path, text: str, target: Path) -> None:
        make_review_copy(delivery, file, text, target, self._setter)
