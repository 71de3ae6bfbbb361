"""What the service's processes say: one JSON object a line, with the ids of the job and the work that it is about.

A line holds ids, kinds and classes. What a job says (titles, captions, names of files, and errors that quote them)
stays in the ledger, where tokens decide who reads it: logs travel further than an embargo allows.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from service.ledger import Lease

MINUTE_S = 60.0
MOST_FRAMES = 12  # of a traceback, the innermost
QUIET = ("alembic", "fontTools", "pyvips")  # they write of every connection and every thread

_about: ContextVar[Mapping[str, object] | None] = ContextVar("about", default=None)


class Lines(logging.Formatter):
    """A record as one line: `at`, `level`, `logger`, `event`, what it is about, and the facts given as `extra={"facts":
    …}`.

    Of an exception the class and the places are kept, not its sentence, which may quote what an author wrote.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
            **(_about.get() or {}),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])[-MOST_FRAMES:]
            line["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False, default=str)


class NotTooOften(logging.Filter):
    """Lets `most` lines of a kind pass within a minute. The first after it says how many were left out (`left_out`).

    A kind is a logger and a sentence before its values are put in. So whoever sends a million wrong requests fills no
    disk.
    """

    def __init__(self, most: int = 100) -> None:
        super().__init__()
        self._most = most
        self._begun: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is written."""
        kind = (record.name, str(record.msg))
        began_s, count = self._begun.get(kind, (record.created, 0))
        if record.created - began_s >= MINUTE_S:
            if count > self._most:
                record.facts = {**getattr(record, "facts", {}), "left_out": count - self._most}
            began_s, count = record.created, 0
        self._begun[kind] = (began_s, count + 1)
        return count < self._most


def set_up(level: int | str = logging.INFO) -> None:
    """Write every record of this process as a line to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    handler.addFilter(NotTooOften())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


@contextmanager
def about(lease: Lease, holder: str) -> Iterator[None]:
    """Give every line of this thread the ids of a piece of work until the end. `attempt` is the lease's fence."""
    ids = {"job": lease.job, "work": lease.work, "attempt": lease.fence, "kind": lease.kind, "holder": holder}
    before = _about.set(ids)
    try:
        yield
    finally:
        _about.reset(before)


@contextmanager
def timed(log: logging.Logger) -> Iterator[None]:
    """Say that an attempt began, and how it ended and after how many seconds."""
    began_s = time.monotonic()
    log.info("work begins")
    outcome = "failed"
    try:
        yield
        outcome = "done"
    finally:
        log.info("work ends", extra={"facts": {"outcome": outcome, "seconds": round(time.monotonic() - began_s, 3)}})


def _event(record: logging.LogRecord) -> str:
    """The sentence. Celery gives its sentences about a failed task the exception as `exc`: only its class is kept."""
    given: Any = record.args
    if not (isinstance(given, Mapping) and "exc" in given):
        return record.getMessage()
    kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "an exception"
    return str(record.msg) % {**given, "exc": kind, "traceback": ""}
