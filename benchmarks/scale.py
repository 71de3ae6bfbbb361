"""How many workers for how many jobs, and where it ends: a model fed with what one job's work costs here, held against
real runs.

    python benchmarks/scale.py [--seconds N] [--measured build/scale.json]

Measures every piece of work of the trailer's job (its first N seconds, else all of it): seconds, CPU, the time that it
holds the ledger's writers' lock on PostgreSQL, its statements, its requests to a real S3 service. Then runs the same
job with one and two workers of the service, and the model for both. Writes build/scale.json and the tables of
docs/scale.md.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from matrix import CLIP, EXAMPLE, processors
from report import filled
from scale_model import Item, Run, Site, quantile, simulate

from portevoix.library import ROOT
from portevoix.plan.work import BATCH, DELIVERY, JOIN, MEZZANINE, PLANNING, SOUND
from service import relay
from service.ledger import Ledger, Submission
from service.ledger.states import JobState
from workers import runner
from workers.context import WorkerContext

sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from ledgers import ledger_at
from s3 import Swift, open_machine
from servers import Server, running_postgresql, running_redis
from services import notice
from two_workers import LONGEST_S, seconds_to, service_in
from worker_context import context_in

from service.ledger import jobs, leases, outbox, queries

RESULTS, PAGE = ROOT / "build" / "scale.json", ROOT / "docs" / "scale.md"
STAGES = {
    PLANNING: 0,
    MEZZANINE: 1,
    BATCH: 2,
    SOUND: 2,
    JOIN: 3,
    DELIVERY: 4,
}
WORKERS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000)
JOBS_A_DAY = (1, 10, 100, 1_000, 10_000)
CACHE_BYTES = 20_000_000_000
LEDGER = (jobs, leases, outbox)  # who writes
DAY_S = 10 * 3600  # jobs come within ten hours
MOST_JOBS = 1_500  # of a day are followed; the rest would show the same
GOOD_S = 1.5  # times what a job takes alone on that many workers: nine of ten jobs within it
# Assumed, not measured: a database and a bucket in the same region, and list prices of a large provider in US
# dollars.
ROUND_TRIP_S, REQUEST_S = 0.0005, 0.05
PROCESSOR_HOUR, THOUSAND_REQUESTS = 0.045, 0.003


@dataclass
class Counted:
    """What was counted since the last look, in this thread."""

    lock_s: float = 0.0
    locks: int = 0
    locked_statements: int = 0
    statements: int = 0
    requests: int = 0


class Tally:
    """Counts the ledger's statements and lock times, and S3's requests, while it is on."""

    def __init__(self, ledger: Ledger) -> None:
        self.now, self.thread, self.locked = Counted(), threading.get_ident(), False
        self.operations: Counter[str] = Counter()
        sa.event.listen(ledger, "before_cursor_execute", self._statement)
        self._writing = LEDGER[0].writing

    def _mine(self) -> bool:
        return threading.get_ident() == self.thread

    def _statement(self, *_: Any) -> None:
        if self._mine():
            self.now.statements += 1
            self.now.locked_statements += self.locked

    def request(self, operation: str) -> None:
        """One request to S3, of whatever thread: large files go in parts."""
        self.now.requests += 1
        self.operations[operation] += 1

    @contextmanager
    def on(self) -> Any:
        for module in LEDGER:
            module.writing = self._timed  # type: ignore[assignment]
        try:
            yield self
        finally:
            for module in LEDGER:
                module.writing = self._writing

    @contextmanager
    def _timed(self, ledger: Ledger) -> Any:
        started = time.perf_counter()
        self.locked = self._mine()
        with self._writing(ledger) as connection:
            yield connection
        if self._mine():
            self.locked = False
            self.now.lock_s += time.perf_counter() - started
            self.now.locks += 1

    def taken(self) -> Counted:
        found, self.now = self.now, Counted()
        return found


def trailer(seconds: float | None) -> tuple[str, dict[str, Path]]:
    """The example's document over its first seconds, and the files that it names."""
    text = (EXAMPLE / "job.yaml").read_text("utf-8")
    if seconds:
        text = text.replace(CLIP, f"{CLIP}    to: {seconds:g}\n")
    paths = [EXAMPLE / "media" / "sintel_trailer.mp4", *(EXAMPLE / "scripts").iterdir()]
    return text, {path.relative_to(EXAMPLE).as_posix(): path for path in paths}


def submission(context: WorkerContext, seconds: float | None) -> Submission:
    text, paths = trailer(seconds)
    return Submission("desk", "trailer", text, {name: context.store.put_input(path) for name, path in paths.items()})


def measured(folder: Path, database: str, seconds: float | None) -> list[Item]:
    """Every piece of work of the job, done one after the other by this process, with a folder as the store."""
    context = context_in(folder, database=database)
    tally, items = Tally(context.ledger), []
    with tally.on():
        for kind, took_s, cpu_s in _worked(context, seconds, lambda: context, tally):
            cost = tally.taken()
            compute_s = max(took_s - cost.lock_s, 0)
            items.append(Item(STAGES[kind], kind, compute_s, cpu_s, cost.lock_s, cost.locked_statements, 0))
            print(f"  {kind}: {took_s:.2f} s, lock {cost.lock_s * 1000:.1f} ms in {cost.locks}", flush=True)
    return items


def requests_of(folder: Path, database: str, swift: Swift, seconds: float | None) -> tuple[list[int], dict[str, int]]:
    """The requests to S3 of the same work, each piece on a machine that has nothing yet: in its order, and by
    operation.
    """
    context = replace(
        context_in(folder, database=database),
        store=open_machine("scale", swift.settings(), folder / "front", CACHE_BYTES),
    )
    tally = Tally(context.ledger)

    def another_machine() -> WorkerContext:
        store = open_machine("scale", swift.settings(), Path(tempfile.mkdtemp(dir=folder)), CACHE_BYTES)
        events = store._bucket._client().meta.events
        events.register("before-send.s3", lambda **given: tally.request(given["event_name"].split(".")[-1]), "scale")
        return replace(context, store=store)

    return [tally.taken().requests for _ in _worked(context, seconds, another_machine, tally)], dict(tally.operations)


def _worked(
    context: WorkerContext, seconds: float | None, worker: Callable[[], WorkerContext], tally: Tally
) -> Iterator[tuple[str, float, float]]:
    """Do a job's work: each piece's kind, seconds and CPU seconds; `tally` begins anew with each."""
    ledger, job = context.ledger, jobs.submit(context.ledger, submission(context, seconds))
    due: list[int] = []
    relay.publish(ledger, lambda message: due.append(message.work))
    while due:
        before, at = _ended(ledger, job), worker()
        tally.taken()
        started, cpu_s = time.monotonic(), _cpu_s()
        runner.do_next(due.pop(0), at)
        took_s, cpu_s = time.monotonic() - started, _cpu_s() - cpu_s
        relay.publish(ledger, lambda message: due.append(message.work))
        cost = tally.taken()
        for _, kind in _ended(ledger, job) - before:
            tally.now = cost
            yield kind, took_s, cpu_s
    if queries.find_job(ledger, job).state != JobState.DONE:
        raise RuntimeError(f"the job has not ended well: {queries.find_job(ledger, job)}")
    ledger.dispose()


def _ended(ledger: Ledger, job: str) -> set[tuple[int, str]]:
    return {(entry.id, entry.kind) for entry in queries.list_work(ledger, job) if entry.state == "done"}


def _cpu_s() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def real(folder: Path, workers: int, servers: tuple[Server, Server], seconds: float | None) -> tuple[float, float]:
    """The same job with so many workers of the service, its store a folder: seconds to its end, and the mean pause
    between two pieces of work, of the notices that warm them up.
    """
    service = service_in(folder, *servers)
    ledger = service.context.ledger
    with ExitStack() as running:
        running.enter_context(service.reconciler())
        for _ in range(workers):
            running.enter_context(service.worker())
        warming = [notice(service.context) for _ in range(6 * workers)]
        service.until(lambda: service.ended(*warming), LONGEST_S)
        job = jobs.submit(ledger, submission(service.context, seconds))
        relay.publish(ledger, service.send)
        service.until(lambda: service.ended(job), 4 * LONGEST_S)
    if queries.find_job(ledger, job).state != JobState.DONE:
        raise RuntimeError(f"the job has not ended well: {queries.find_job(ledger, job)}")
    took_s = seconds_to(service, job, JobState.DONE)
    pause_s = _pause(ledger, warming)
    ledger.dispose()
    return took_s, pause_s


def _pause(ledger: Ledger, ids: list[str]) -> float:
    """The middle one of the pauses between one work's end and the next one's beginning on the same worker."""
    rows = sa.text(
        "select a.holder, a.started_s, a.ended_s from attempts a join work w on w.id = a.work "
        "where w.job = any(:jobs) order by a.holder, a.started_s"
    )
    with ledger.connect() as db:
        found = db.execute(rows, {"jobs": ids}).all()
    pauses = [after[1] - before[2] for before, after in pairwise(found) if after[0] == before[0]]
    return quantile([pause for pause in pauses if pause >= 0], 0.5)


def first_due_ms(database: str, backlog: tuple[int, ...]) -> dict[int, float]:
    """What a worker's question for the next work costs behind so many queued jobs."""
    found: dict[int, float] = {}
    ledger = ledger_at(database)
    queued = 0
    for count in backlog:
        last = 0
        while queued < count:
            jobs.submit(ledger, Submission("desk", "avis", "recipe: alert\n"))
            queued += 1
        last = outbox.unpublished(ledger, 1)[0].work
        started = time.perf_counter()
        for _ in range(20):
            leases.first_due(ledger, last)
        found[count] = (time.perf_counter() - started) / 20 * 1000
        print(f"  the next work behind {count} queued jobs: {found[count]:.2f} ms", flush=True)
    ledger.dispose()
    return found


def new_database(server: Server) -> str:
    name = f"scale_{random.randrange(1 << 40):x}"
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.url.rpartition("/")[0] + f"/{name}"


def measure(seconds: float | None) -> dict[str, Any]:
    """All that is measured, as plain values."""
    with (
        tempfile.TemporaryDirectory(dir=ROOT / "build") as name,
        running_postgresql() as database,
        running_redis() as broker,
    ):
        folder = Path(name)
        for part in ("folder", "bucket"):
            (folder / part).mkdir()
        items = measured(folder / "folder", new_database(database), seconds)
        swift = Swift(folder / "swift")
        try:
            swift.start()
            requests, operations = requests_of(folder / "bucket", new_database(database), swift, seconds)
        finally:
            swift.stop()
        items = [replace(item, requests=count) for item, count in zip(items, requests, strict=True)]
        runs = {count: real(folder / str(count), count, (database, broker), seconds) for count in (1, 2)}
        waits = first_due_ms(new_database(database), (100, 1_000, 10_000))
    return {
        "seconds": seconds,
        "processors": processors(),
        "items": [asdict(item) for item in items],
        "operations": operations,
        "real": {str(count): {"s": took, "pause_s": pause} for count, (took, pause) in runs.items()},
        "first_due_ms": {str(count): value for count, value in waits.items()},
    }


def told(found: dict[str, Any]) -> dict[str, str]:
    """The tables of the page, by region."""
    items = [Item(**item) for item in found["items"]]
    here = Site(found["processors"], 1, found["real"]["1"]["pause_s"])
    held = []
    for count in (1, 2):
        site = replace(here, workers_each=count)
        said, took = simulate(items, [0.0], count, site).end_s, found["real"][str(count)]["s"]
        held.append(f"| {count} | {took:.1f} s | {said:.1f} s | {said / took - 1:+.0%} |")
    # Elsewhere a machine has as many workers as processors.
    site = Site(here.processors, here.processors, here.pause_s, ROUND_TRIP_S, REQUEST_S)
    alone = {count: simulate(items, [0.0], count, site) for count in WORKERS}
    return {
        "job": _kinds(items, found),
        "held": "\n".join(["| workers | real | model | error |", "|--:|--:|--:|--:|", *held]),
        "alone": "\n".join(
            ["| workers | one job | faster than one worker |", "|--:|--:|--:|"]
            + [f"| {count} | {run.end_s:.0f} s | {alone[1].end_s / run.end_s:.1f} |" for count, run in alone.items()]
        ),
        "days": _days(items, alone, site),
        "ledger": _ledger(items, site, found),
    }


def _kinds(items: list[Item], found: dict[str, Any]) -> str:
    lines = [
        "| work | how many | seconds | CPU | lock | statements under it | requests to S3 |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for kind in dict.fromkeys(item.kind for item in items):
        here = [item for item in items if item.kind == kind]
        mean = {
            name: sum(asdict(i)[name] for i in here) / len(here)
            for name in ("seconds", "cpu_s", "lock_s", "statements", "requests")
        }
        lines.append(
            f"| {kind} | {len(here)} | {mean['seconds']:.2f} | {mean['cpu_s']:.2f} | {mean['lock_s'] * 1000:.1f} ms | "
            f"{mean['statements']:.0f} | {mean['requests']:.1f} |"
        )
    asked = ", ".join(
        f"{count} {name}" for name, count in sorted(found["operations"].items(), key=lambda pair: -pair[1])
    )
    return "\n".join([*lines, "", f"Requests of the whole job: {asked}."])


def _days(items: list[Item], alone: dict[int, Run], site: Site) -> str:
    lines = [
        "| jobs a day | workers | nine of ten done within | workers busy | ledger's lock busy | requests a "
        "second | a day costs |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for daily in JOBS_A_DAY:
        for workers in WORKERS:
            run = _day(items, daily, workers, site)
            within_s = quantile(run.took_s, 0.9)
            if within_s <= GOOD_S * alone[workers].end_s or workers == WORKERS[-1]:
                hours = workers * DAY_S / 3600
                requests = daily * sum(item.requests for item in items)
                cost = (
                    hours * PROCESSOR_HOUR * site.processors / site.workers_each + requests / 1000 * THOUSAND_REQUESTS
                )
                lines.append(
                    f"| {daily:,} | {workers:,} | {within_s / 60:.1f} min | {run.share(run.worked_s, workers):.0%} | "
                    f"{run.share(run.locked_s):.1%} | {run.requests / run.end_s:.1f} | ${cost:,.2f} |"
                )
                break
    return "\n".join(lines)


def _day(items: list[Item], daily: int, workers: int, site: Site) -> Run:
    chance = random.Random(daily)
    followed = min(daily, MOST_JOBS)
    span_s = DAY_S * followed / daily
    return simulate(items, sorted(chance.uniform(0, span_s) for _ in range(followed)), workers, site)


def _ledger(items: list[Item], site: Site, found: dict[str, Any]) -> str:
    lock_s = sum(item.lock_s + item.statements * site.round_trip_s for item in items)
    work_s = sum(item.seconds * site.slower(items) + item.requests * site.request_s for item in items)
    waits = ", ".join(f"{value:.1f} ms behind {int(count):,}" for count, value in found["first_due_ms"].items())
    return (
        f"One job holds the lock for {lock_s:.2f} s in all, and its work takes {work_s:.0f} s of workers: at "
        f"{work_s / lock_s:,.0f} workers, all "
        f"busy with such jobs, the lock is always held; that is {3600 / lock_s:,.0f} jobs of this size an hour. "
        f"The question for the next work: {waits} queued jobs."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, help="only the first seconds of the trailer")
    parser.add_argument("--measured", type=Path, help="results of an earlier run, for the tables alone")
    parser.add_argument("--report", action="store_true", help="write docs/scale.md")
    given = parser.parse_args()
    found = json.loads(given.measured.read_text("utf-8")) if given.measured else measure(given.seconds)
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    regions = told(found)
    for name, text in regions.items():
        print(f"{name}\n{text}\n")
    if given.report:
        PAGE.write_text(filled(PAGE, regions, "scale"), "utf-8")


if __name__ == "__main__":
    main()
