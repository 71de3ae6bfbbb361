"""What waits to leave: hints for the broker, and messages for other systems.

Written in the transaction that causes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from service.ledger.database import Ledger, now_s, reading, writing
from service.ledger.records import Message, Webhook
from service.ledger.states import FIRST_OFFER_S, ErrorClass, WorkState, offer_pause_s, pause_s
from service.ledger.tables import outbox, webhooks, work

MOST_WEBHOOK_TRIES = 50  # by the pauses of an outage: about four hours

# Hints for the broker


def unpublished(ledger: Ledger, limit: int = 100) -> list[Message]:
    """The outbox, the oldest first."""
    with reading(ledger) as db:
        rows = db.execute(sa.select(outbox).order_by(outbox.c.id).limit(limit))
        return [Message(row.id, row.work, row.queue) for row in rows]


def mark_published(ledger: Ledger, messages: Iterable[Message]) -> None:
    """Strike messages off the outbox once the broker has them. Published twice is harmless: a claim is not."""
    with writing(ledger) as db:
        db.execute(outbox.delete().where(outbox.c.id.in_([message.id for message in messages])))


def offer(db: sa.Connection, items: Sequence[int]) -> None:
    """Write a hint for each of these pieces of work."""
    for item in items:
        offered = work.update().where(work.c.id == item).values(offers=work.c.offers + 1, offered_s=now_s())
        queue = db.execute(offered.returning(work.c.queue)).scalar_one()
        db.execute(outbox.insert().values(work=item, queue=queue, created_s=now_s()))


def offer_again(ledger: Ledger, item: int) -> None:
    """Put work back into the outbox whose message was used up for other work."""
    waiting = sa.exists().where(outbox.c.work == work.c.id)
    with writing(ledger) as db:
        queued = (work.c.id == item) & (work.c.state == WorkState.QUEUED) & ~waiting
        offer(db, db.execute(sa.select(work.c.id).where(queued)).scalars().all())


def offer_due(ledger: Ledger) -> int:
    """Put into the outbox what is queued and may have been lost, or waited for its next try. Returns how many."""
    due = (work.c.state == WorkState.QUEUED) & (work.c.not_before_s <= now_s())
    silent_s = now_s() - work.c.offered_s
    unheard = sa.or_(work.c.offered_s.is_(None), silent_s >= FIRST_OFFER_S)
    absent = ~sa.exists().where(outbox.c.work == work.c.id)
    with writing(ledger) as db:
        rows = db.execute(sa.select(work.c.id, work.c.offers, silent_s).where(due & unheard & absent)).all()
        lost = [item for item, offers, silent in rows if silent is None or silent >= offer_pause_s(offers)]
        offer(db, lost)
        return len(lost)


# Messages for other systems


def add_webhook(db: sa.Connection, job: str, url: str, body: Mapping[str, object]) -> None:
    db.execute(webhooks.insert().values(job=job, url=url, body=body, due_s=now_s(), tries=0, state="due"))


def due_webhooks(ledger: Ledger, limit: int = 100) -> list[Webhook]:
    """Messages for other systems whose time has come, the oldest first."""
    due = (webhooks.c.state == "due") & (webhooks.c.due_s <= now_s())
    with reading(ledger) as db:
        rows = db.execute(sa.select(webhooks).where(due).order_by(webhooks.c.due_s, webhooks.c.id).limit(limit))
        return [Webhook(row.id, row.job, row.url, row.body) for row in rows]


def record_webhook(ledger: Ledger, webhook: int, error: str | None) -> None:
    """Record that a message was taken, or (`error`) was not: then it is due again later, until its tries are
    used up.
    """
    this = webhooks.c.id == webhook
    with writing(ledger) as db:
        tries = db.execute(sa.select(webhooks.c.tries).where(this)).scalar_one() + 1
        state = "sent" if error is None else "due" if tries < MOST_WEBHOOK_TRIES else "given_up"
        pause = pause_s(ErrorClass.INFRASTRUCTURE, tries)
        values = {"state": state, "tries": tries, "error": error, "due_s": now_s() + pause}
        db.execute(webhooks.update().where(this).values(**values))
