"""What is counted where the ledger has no row for it: encoder starts, answers of the cache, alarms.

Nothing is kept in a worker's process: they are replaced, and killed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from portevoix import ffmpeg
from portevoix.plan.work import PLANNING
from service.ledger import Lease, Ledger
from service.ledger.database import writing
from service.ledger.tables import tallies

log = logging.getLogger(__name__)

ENCODER_STARTS, HITS, MISSES = "encoder_starts", "cache_hits", "cache_misses"
EMBARGO_ALARMS = "embargo_alarms"  # of readings that were refused


@contextmanager
def counted(lease: Lease, ledger: Ledger, asked: Mapping[str, bool]) -> Iterator[None]:
    """Count the encoders that a piece of work starts and, where it is a planning, which artifacts the store had.

    `asked`: each key that the store was asked for, and its first answer. A ledger that does not answer costs the count.
    """
    starts = ffmpeg.encoder_starts
    try:
        yield
    finally:
        counts = {ENCODER_STARTS: ffmpeg.encoder_starts - starts}
        if lease.kind == PLANNING:
            counts |= {HITS: sum(asked.values()), MISSES: len(asked) - sum(asked.values())}
        try:
            add(ledger, lease.kind, counts)
        except DBAPIError as error:
            log.warning("the ledger does not answer: %s; what was counted is lost", error.orig)


def add(ledger: Ledger, kind: str, counts: Mapping[str, int]) -> None:
    """Add these counts under their names, for this kind of work."""
    counts = {name: count for name, count in counts.items() if count}
    if not counts:
        return
    with writing(ledger) as db:
        for name, count in counts.items():
            this = tallies.update().where((tallies.c.name == name) & (tallies.c.kind == kind))
            if not db.execute(this.values(count=tallies.c.count + count)).rowcount:
                db.execute(tallies.insert().values(name=name, kind=kind, count=count))
