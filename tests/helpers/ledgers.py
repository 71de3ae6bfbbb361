"""Ledgers for the tests, and the passing of time: the database's clock cannot be set, so what it is compared with is
moved.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from service.ledger import Ledger
from service.ledger.database import migrate, open_ledger, writing
from service.ledger.tables import (
    jobs,
    leaders,
    metadata,
    people,
    record,
    sessions,
    sign_ins,
    tokens,
    tries,
    webhooks,
    work,
)


def new_ledger(folder: Path) -> Ledger:
    """A ledger in a file of its own."""
    return ledger_at(f"sqlite:///{folder / 'ledger.db'}")


def ledger_at(url: str) -> Ledger:
    ledger = open_ledger(url)
    migrate(ledger)
    return ledger


def empty(ledger: Ledger) -> None:
    with writing(ledger) as db:
        for table in reversed(metadata.sorted_tables):
            if table is not record:  # the database refuses that
                db.execute(table.delete())


def time_passes(ledger: Ledger, seconds: float) -> None:
    moved = {
        jobs: ("embargo_s",),
        work: ("lease_until_s", "not_before_s", "offered_s"),
        leaders: ("until_s",),
        webhooks: ("due_s",),
        tokens: ("expires_s", "used_s"),
        people: ("setup_until_s",),
        sessions: ("seen_s", "until_s"),
        sign_ins: ("until_s",),
        tries: ("at_s",),
    }
    with writing(ledger) as db:
        for table, columns in moved.items():
            db.execute(sa.update(table).values({name: table.c[name] - seconds for name in columns}))
