"""What only one reconciler at a time may do: each duty is held by one of them for a while."""

from __future__ import annotations

import sqlalchemy as sa

from service.ledger.database import Ledger, now_s, reading, writing
from service.ledger.tables import leaders

REPAIRS, SWEEPS, WEBHOOKS = "repairs", "sweeps", "webhooks"
SILENT_S = 120.0  # a reconciler renews its duty every few seconds; another takes it over within half a minute


def lead(ledger: Ledger, duty: str, holder: str, lease_s: float) -> bool:
    """Whether `holder` has this duty alone for the next `lease_s` seconds."""
    with writing(ledger) as db:
        free_or_held = leaders.update().where(
            (leaders.c.name == duty) & ((leaders.c.holder == holder) | (leaders.c.until_s < now_s()))
        )
        if db.execute(free_or_held.values(holder=holder, until_s=now_s() + lease_s)).rowcount:
            return True
        if db.execute(sa.select(leaders.c.name).where(leaders.c.name == duty)).first():
            return False
        db.execute(leaders.insert().values(name=duty, holder=holder, until_s=now_s() + lease_s))
        return True


def step_down(ledger: Ledger, duty: str, holder: str) -> None:
    """Leave a duty to others at once."""
    with writing(ledger) as db:
        db.execute(leaders.delete().where((leaders.c.name == duty) & (leaders.c.holder == holder)))


def is_held(ledger: Ledger, duty: str, within_s: float) -> bool:
    """Whether somebody had this duty within the last `within_s` seconds."""
    had = sa.select(leaders.c.name).where((leaders.c.name == duty) & (leaders.c.until_s > now_s() - within_s))
    with reading(ledger) as db:
        return db.execute(had).first() is not None
