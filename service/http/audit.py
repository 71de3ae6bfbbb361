"""Which requests enter the record: readings of what is not out yet, and refusals."""

from __future__ import annotations

import logging

from service import record, tallies
from service.gate import Caller
from service.http.context import ServiceContext
from service.ledger import queries
from service.ledger.database import writing
from service.record import Subject, What
from service.tallies import EMBARGO_ALARMS

log = logging.getLogger("portevoix.audit")

ALARMING = 5  # refused readings of one embargoed job
ALARM_WINDOW_S = 86_400.0
GLANCE_EVERY_S = 60.0


def record_reading(context: ServiceContext, caller: Caller, subject: Subject, **detail: str | None) -> None:
    """Record that this caller is given what is not out yet, before a byte of it is sent."""
    with writing(context.ledger) as db:
        record.write(db, caller, What.READ, subject, {k: v for k, v in detail.items() if v is not None})


def record_glance(context: ServiceContext, caller: Caller, subject: Subject, **detail: object) -> None:
    """Record that this caller is shown how embargoed jobs stand: their names and errors say something too.

    Once a minute for each caller and job: a page that watches asks again and again.
    """
    with writing(context.ledger) as db:
        if not record.read_lately(db, caller, subject.job, GLANCE_EVERY_S):
            record.write(db, caller, What.READ, subject, detail)


def record_refusal(context: ServiceContext, caller: Caller, job: str | None) -> None:
    """Record that this caller was refused. Raise an alarm when one embargoed job is asked for again and again."""
    with writing(context.ledger) as db:
        record.write(db, caller, What.REFUSED, Subject(job))
        if job is None or not queries.is_embargoed(db, job):
            return
        refusals = record.count(db, What.REFUSED, job, ALARM_WINDOW_S)
        if refusals % ALARMING == 0:
            tallies.add(context.ledger, "refused", {EMBARGO_ALARMS: 1})
            log.error(
                "an embargoed job is asked for again and again", extra={"facts": {"job": job, "refused": refusals}}
            )
