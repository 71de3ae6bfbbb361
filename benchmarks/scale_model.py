"""A service on paper: jobs whose work is claimed by workers through a ledger with one writer at a time. Discrete events
on a heap.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

RENEWAL_S, RENEWAL_STATEMENTS = 0.001, 3  # a lease kept for longer: one small write under the lock


@dataclass(frozen=True)
class Item:
    """One piece of work. `lock_s`: how long the ledger's writers' lock is held for it, in so many `statements`;
    `requests`: to S3.
    """

    stage: int
    kind: str
    seconds: float
    cpu_s: float
    lock_s: float
    statements: int
    requests: int


@dataclass(frozen=True)
class Site:
    """Where the service runs. Times in seconds.

    `pause_s`: from the end of one work to the beginning of the next on the same worker (broker, queries).
    `round_trip_s`: between a worker and the database, paid for every statement under the lock. `request_s`: one request
    to S3.
    """

    processors: int  # of one machine
    workers_each: int  # on one machine
    pause_s: float
    round_trip_s: float = 0.0
    request_s: float = 0.0
    lease_s: float = 60.0

    def slower(self, items: Sequence[Item]) -> float:
        """How much longer work takes where all workers of a machine work: its processors are shared."""
        at_once = sum(item.cpu_s for item in items) / max(sum(item.seconds for item in items), 1e-9)
        return max(1.0, self.workers_each * at_once / self.processors)


@dataclass
class Run:
    """What a simulation found."""

    took_s: list[float] = field(default_factory=list)  # of each job, from its arrival to its end
    end_s: float = 0.0
    worked_s: float = 0.0  # of all workers together
    locked_s: float = 0.0
    requests: int = 0

    def share(self, busy_s: float, of: int = 1) -> float:
        return busy_s / (self.end_s * of) if self.end_s else 0.0


def simulate(items: Sequence[Item], arrivals: Sequence[float], workers: int, site: Site) -> Run:
    """Jobs, all of the same `items`, arriving at these seconds in order; `workers` take the oldest job's work first, as
    the ledger gives it out.
    """
    stages: dict[int, list[Item]] = {}
    for item in items:
        stages.setdefault(item.stage, []).append(item)
    order = sorted(stages)
    slower = site.slower(items) if workers > 1 else 1.0
    run, lock_free_s, free = Run(), 0.0, workers
    left = [0] * len(arrivals)
    stage_of = [0] * len(arrivals)
    ready: list[tuple[int, int, Item]] = []  # job, number: the oldest job first
    waiting: deque[tuple[float, int]] = deque((at, job) for job, at in enumerate(arrivals))
    ended: list[tuple[float, int, int, Item]] = []  # second, a number that tells equal ones apart, job, item
    begun: list[tuple[float, int, int, Item]] = []  # work that a worker asks the ledger for
    count = 0

    def locked(at_s: float, item: Item, renewals: int = 0) -> float:
        """Half of an item's writes, one after the other with all others': the second at which they are done."""
        nonlocal lock_free_s
        hold_s = (item.lock_s + item.statements * site.round_trip_s) / 2 + renewals * (
            RENEWAL_S + RENEWAL_STATEMENTS * site.round_trip_s
        )
        lock_free_s = max(at_s, lock_free_s) + hold_s
        run.locked_s += hold_s
        return lock_free_s

    def open_stage(job: int) -> None:
        nonlocal count
        for item in stages[order[stage_of[job]]]:
            count += 1
            heapq.heappush(ready, (job, count, item))
        left[job] = len(stages[order[stage_of[job]]])

    while waiting or begun or ended:
        now_s = min(
            waiting[0][0] if waiting else float("inf"),
            begun[0][0] if begun else float("inf"),
            ended[0][0] if ended else float("inf"),
        )
        if waiting and waiting[0][0] == now_s:
            open_stage(waiting.popleft()[1])
        elif begun and begun[0][0] == now_s:
            _, number, job, item = heapq.heappop(begun)
            began_s = locked(now_s, item)
            took_s = item.seconds * slower + item.requests * site.request_s
            run.requests += item.requests
            heapq.heappush(ended, (began_s + took_s, number, job, item))
        else:
            at_s, _, job, item = heapq.heappop(ended)
            took_s = item.seconds * slower + item.requests * site.request_s
            done_s = locked(at_s, item, int(took_s / (site.lease_s / 4)))
            run.worked_s += took_s
            run.end_s = max(run.end_s, done_s)
            free += 1
            left[job] -= 1
            if not left[job]:
                stage_of[job] += 1
                if stage_of[job] < len(order):
                    open_stage(job)
                else:
                    run.took_s.append(done_s - arrivals[job])
            now_s = done_s
        while free and ready:
            job, number, item = heapq.heappop(ready)
            free -= 1
            heapq.heappush(begun, (now_s + site.pause_s, number, job, item))
    return run


def quantile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
