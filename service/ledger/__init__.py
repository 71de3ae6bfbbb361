"""The ledger: which jobs there are, what is to be done for them, who does it, what came out. The truth, in SQL.

A message of the broker only says where to look. Work is claimed here under a lease, for a time on the database's clock,
with a fence that grows with every claim: whoever comes back with an older one is refused. What finishes last opens what
comes next, in the same transaction.
"""

import sqlalchemy as sa

from service.ledger.jobs import Jobs
from service.ledger.leases import Leases
from service.ledger.maintenance import Upkeep
from service.ledger.records import (
    Event,
    JobEntry,
    KeyReused,
    Lease,
    Message,
    Submission,
    UnknownJob,
    Webhook,
    WorkEntry,
)


class Ledger(Jobs, Leases, Upkeep):
    """Every change of a job or its work is one method here, and one transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine


__all__ = [
    "Event",
    "JobEntry",
    "KeyReused",
    "Lease",
    "Ledger",
    "Message",
    "Submission",
    "UnknownJob",
    "Webhook",
    "WorkEntry",
]
