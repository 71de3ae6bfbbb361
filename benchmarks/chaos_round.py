"""A round of faults: what is struck, and where it is met at work."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from chaos_deployment import Deployment, Machine, wait
from chaos_jobs import Desk, Request

from service.ledger import queries
from service.ledger.states import PUBLISHING_KINDS, ErrorClass

MEETING_S = 60.0  # how long a fault waits for what it is to strike


@dataclass
class Round:
    """What a fault strikes: the deployment, the client, the round's jobs, and dice of its own.

    `begin()` hands the round's jobs in, beside.
    """

    deployment: Deployment
    desk: Desk
    mix: list[Request]
    dice: random.Random
    begin: Callable[[], None]

    def ids(self) -> list[str]:
        """The good jobs that are accepted so far."""
        return [request.id for request in self.mix if request.id and request.is_good]

    def a_machine_at_work(self) -> Machine | None:
        """One whose worker holds a lease for a good job, once there is one."""
        found: list[Machine] = []

        def look() -> bool:
            found[:] = self.deployment.holders(self.ids()).values()
            return bool(found)

        return self.dice.choice(found) if wait(look, MEETING_S) else None

    def errors(self, kind: ErrorClass) -> int:
        """How many of the round's pieces of work have failed in this way last."""
        return sum(
            entry.error_class == kind for job in self.ids() for entry in queries.list_work(self.deployment.ledger, job)
        )

    def a_machine_publishing(self) -> Machine | None:
        """One whose worker is in the middle of a release or a withdrawal, once there is one."""
        found: list[Machine] = []

        def look() -> bool:
            ids = [request.id for request in self.mix if request.id and request.is_for_an_account]
            found[:] = self.deployment.holders(ids, PUBLISHING_KINDS).values()
            return bool(found)

        return found[0] if wait(look, MEETING_S) else None


Fault = Callable[[Round], str]
