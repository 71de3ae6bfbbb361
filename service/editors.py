"""The people who have a language's words open now, so that two who write see each other."""

from __future__ import annotations

import sqlalchemy as sa

from service.gate import Caller
from service.ledger.database import Ledger, now_s, writing
from service.ledger.tables import editors, people

GONE_S = 40.0  # a page says every ten seconds that it is open


def note(ledger: Ledger, caller: Caller, job: str, language: str, leaves: bool = False) -> list[str]:
    """Note that this caller has the words open, or `leaves` them. Returns the names of the others who have."""
    here = (editors.c.job == job) & (editors.c.language == language)
    gone = (editors.c.person == caller.id) | (editors.c.seen_s < now_s() - GONE_S)
    with writing(ledger) as db:
        db.execute(editors.delete().where(here & gone))
        if not leaves:
            db.execute(editors.insert().values(job=job, language=language, person=caller.id, seen_s=now_s()))
        others = sa.select(sa.func.coalesce(people.c.name, editors.c.person)).select_from(editors)
        others = others.outerjoin(people, people.c.id == editors.c.person).where(here & (editors.c.person != caller.id))
        return sorted(db.execute(others).scalars())
