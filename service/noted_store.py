"""The store as one job sees it: what it was asked for is known afterwards, so that it can go with the job.

A plan names what a job needs. Besides, planning and the editor keep what they found out (lines, faces, cuts, drawings
of a draft): made from the job's words and pictures, and in no plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

import sqlalchemy as sa

from portevoix.store import Store
from service.ledger.database import Ledger, reading, writing
from service.ledger.tables import jobs, steps
from service.ledger.transitions import keep_needed

FOUND_OUT = "found out"  # the kind of what is kept beside a plan


class NotedStore:
    """A store that remembers what it was asked for. `asked`: the first answer of `has` for each key."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.asked: dict[str, bool] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def has(self, key: str) -> bool:
        """As every store's."""
        found = self._store.has(key)
        self.asked.setdefault(key, found)
        return found


@contextmanager
def noted(ledger: Ledger, store: Store, job: str) -> Iterator[Store]:
    """A store for what is done for a job; what it was asked for is written down at the end."""
    seen = NotedStore(store)
    try:
        yield cast(Store, seen)
    finally:
        note(ledger, job, seen.asked)


def note(ledger: Ledger, job: str, asked: Mapping[str, bool]) -> None:
    """Write down what a job asked the store for. A job that is gone meanwhile needs nothing any more."""
    with reading(ledger) as db:
        known = set(db.execute(sa.select(steps.c.key).where(steps.c.job == job)).scalars())
    if asked.keys() <= known:
        return
    with writing(ledger) as db:
        if db.execute(sa.select(jobs.c.id).where(jobs.c.id == job)).first():
            keep_needed(db, job, dict.fromkeys(asked, FOUND_OUT))
