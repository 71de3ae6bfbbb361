"""What is handed to the broker and to webhooks, and what is repaired."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from portevoix.plan.wire import PLANNING
from service.ledger.database import now_s, reading, writing
from service.ledger.records import (
    Message,
    Webhook,
)
from service.ledger.states import (
    FINAL,
    FIRST_OFFER_S,
    UNENDED,
    ErrorClass,
    JobState,
    WorkState,
    offer_pause_s,
    pause_s,
)
from service.ledger.tables import (
    artifacts,
    deliveries,
    jobs,
    leaders,
    outbox,
    steps,
    webhooks,
    work,
)
from service.ledger.transitions import (
    failed_try,
    lease_of,
    offer,
)

MOST_WEBHOOK_TRIES = 50  # by the pauses of an outage: about four hours


class Upkeep:
    """The outbox, the webhooks, and what was lost."""

    engine: sa.Engine

    def unpublished(self, limit: int = 100) -> list[Message]:
        """The outbox, the oldest first."""
        with reading(self.engine) as db:
            rows = db.execute(sa.select(outbox).order_by(outbox.c.id).limit(limit))
            return [Message(row.id, row.work, row.queue) for row in rows]

    def mark_published(self, messages: Iterable[Message]) -> None:
        """Strike messages off the outbox once the broker has them. Published twice is harmless: a claim is not."""
        with writing(self.engine) as db:
            db.execute(outbox.delete().where(outbox.c.id.in_([message.id for message in messages])))

    def expired(self) -> int:
        """Take work from workers that fell silent. Counts as a failed try: what ends three workers is not tried again."""
        late = (work.c.state == WorkState.RUNNING) & (work.c.lease_until_s < now_s())
        with writing(self.engine) as db:
            rows = db.execute(sa.select(work).where(late)).all()
            for row in rows:
                lease = lease_of(row, "")
                message = f"worker {row.holder} fell silent in the middle of it"
                failed_try(db, lease, "expired", ErrorClass.UNKNOWN, message)
            return len(rows)

    def offer_due(self) -> int:
        """Put into the outbox what is queued and may have been lost, or waited for its next try. Returns how many."""
        due = (work.c.state == WorkState.QUEUED) & (work.c.not_before_s <= now_s())
        silent_s = now_s() - work.c.offered_s
        unsaid = sa.or_(work.c.offered_s.is_(None), silent_s >= FIRST_OFFER_S)
        waiting = ~sa.exists().where(outbox.c.work == work.c.id)
        with writing(self.engine) as db:
            rows = db.execute(sa.select(work.c.id, work.c.offers, silent_s).where(due & unsaid & waiting)).all()
            lost = [item for item, offers, silent in rows if silent is None or silent >= offer_pause_s(offers)]
            offer(db, lost)
            return len(lost)

    def due_webhooks(self, limit: int = 100) -> list[Webhook]:
        """Messages for other systems whose time has come, the oldest first."""
        due = (webhooks.c.state == "due") & (webhooks.c.due_s <= now_s())
        with reading(self.engine) as db:
            rows = db.execute(sa.select(webhooks).where(due).order_by(webhooks.c.due_s, webhooks.c.id).limit(limit))
            return [Webhook(row.id, row.job, row.url, row.body) for row in rows]

    def webhook_answered(self, webhook: int, error: str | None) -> None:
        """Note that a message was taken, or (`error`) was not: then it is due again later, until its tries are used up."""
        this = webhooks.c.id == webhook
        with writing(self.engine) as db:
            tries = db.execute(sa.select(webhooks.c.tries).where(this)).scalar_one() + 1
            state = "sent" if error is None else "due" if tries < MOST_WEBHOOK_TRIES else "given_up"
            pause = pause_s(ErrorClass.INFRASTRUCTURE, tries)
            noted = {"state": state, "tries": tries, "error": error, "due_s": now_s() + pause}
            db.execute(webhooks.update().where(this).values(**noted))

    def lead(self, duty: str, holder: str, lease_s: float) -> bool:
        """Whether `holder` has this duty alone for the next `lease_s` seconds."""
        with writing(self.engine) as db:
            mine = leaders.update().where(
                (leaders.c.name == duty) & ((leaders.c.holder == holder) | (leaders.c.until_s < now_s()))
            )
            if db.execute(mine.values(holder=holder, until_s=now_s() + lease_s)).rowcount:
                return True
            if db.execute(sa.select(leaders.c.name).where(leaders.c.name == duty)).first():
                return False
            db.execute(leaders.insert().values(name=duty, holder=holder, until_s=now_s() + lease_s))
            return True

    def step_down(self, duty: str, holder: str) -> None:
        """Leave a duty to others at once."""
        with writing(self.engine) as db:
            db.execute(leaders.delete().where((leaders.c.name == duty) & (leaders.c.holder == holder)))

    def referenced(self, keep_s: float) -> set[str] | None:
        """Keys that jobs still need: unended ones, and ended ones for `keep_s` seconds. None while a job is being
        planned.

        A plan counts on artifacts before it is recorded; nothing may be thrown away meanwhile.
        """
        planning = (work.c.kind == PLANNING) & (work.c.state == WorkState.RUNNING)
        kept = sa.or_(jobs.c.state.in_((*UNENDED, JobState.FAILED)), jobs.c.changed_s > now_s() - keep_s)
        with reading(self.engine) as db:
            if db.execute(sa.select(work.c.id).where(planning)).first():
                return None
            return set(db.execute(sa.select(steps.c.key).join(jobs, jobs.c.id == steps.c.job).where(kept)).scalars())

    def undelivered(self, jobs_named: Iterable[str]) -> list[str]:
        """Those of these jobs that have ended for good without deliveries: what lies under their names is nobody's."""
        named = jobs.c.id.in_(list(jobs_named)) & jobs.c.state.in_(FINAL)
        delivered = sa.exists().where(deliveries.c.job == jobs.c.id)
        with reading(self.engine) as db:
            return list(db.execute(sa.select(jobs.c.id).where(named & ~delivered)).scalars())

    def forget_artifacts(self, keys: Iterable[str]) -> None:
        """Strike off artifacts that the store no longer has."""
        with writing(self.engine) as db:
            db.execute(artifacts.delete().where(artifacts.c.key.in_(list(keys))))
