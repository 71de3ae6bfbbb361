"""The ledger: which jobs there are, what is to be done for them, who does it, what came out. The truth, in SQL.

A message of the broker only says where to look. Work is claimed here under a lease, for a time on the database's clock,
with a fence that grows with every claim: whoever comes back with an older one is refused. What finishes last opens what
comes next, in the same transaction.

Every change is one function of `jobs`, `leases`, `outbox`, `maintenance`, `duties` or `inputs`, and one transaction;
`queries` reads. What they share within a transaction is in `transitions`.
"""

from service.ledger.database import Ledger
from service.ledger.records import (
    ChangedMeanwhile,
    Event,
    JobEntry,
    KeyReused,
    Lease,
    Message,
    NotNow,
    Submission,
    UnknownJob,
    Webhook,
    WorkEntry,
)

__all__ = [
    "ChangedMeanwhile",
    "Event",
    "JobEntry",
    "KeyReused",
    "Lease",
    "Ledger",
    "Message",
    "NotNow",
    "Submission",
    "UnknownJob",
    "Webhook",
    "WorkEntry",
]
