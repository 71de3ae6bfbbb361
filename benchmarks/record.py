"""What the record costs a reading: `python benchmarks/record.py --requests 300`

A poster of an embargoed job is fetched over HTTP again and again, with its readings recorded as they are and, in turn,
with nothing written; on SQLite and on PostgreSQL, by one reader and by four.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import httpx

from portevoix.library import ROOT

sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from http_service import HttpService
from released import Desk, house_in, staff
from servers import running_postgresql

from service.http.routes import review
from service.ledger.database import migrate
from workers.context import WorkerContext

FAR = "2099-03-01T09:00:00+01:00"
TURNS = 5
READERS = (1, 4)


def measured(url: str, clients: list[httpx.Client], count: int) -> tuple[float, float]:
    """So many requests in all, by all clients at once: how many a second, and the milliseconds of processor time that
    each took in this process, clients and service together. The first says little where other work runs beside.
    """

    def read(client: httpx.Client) -> None:
        for _ in range(count // len(clients)):
            client.get(url).raise_for_status()

    begun_s, worked_s = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(read, clients))
    return count / (time.perf_counter() - begun_s), (time.process_time() - worked_s) * 1000 / count


def measure(folder: Path, database: str, count: int) -> None:
    """Print a row for each number of readers: with the record, without, and how many times as fast."""
    name = database.partition(":")[0]
    service = HttpService(folder, database=database, house=house_in(folder, {}))
    migrate(service.context.ledger)
    context = WorkerContext(service.context.ledger, service.context.store, service.settings, "benchmark:0")
    job = Desk(context, staff(context.ledger)).finished("fr", embargo=FAR)
    url, recorded = f"/jobs/{job}/deliveries/ministere_fr/x/climat_fr.mp4", review.record_reading
    ways: dict[str, Callable[..., None]] = {"with": recorded, "without": lambda *given, **more: None}
    with service.open():
        for readers in READERS:
            clients = [service.client() for _ in range(readers)]
            found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
            for _ in range(TURNS):
                for way, function in ways.items():
                    review.record_reading = function
                    found[way].append(measured(url, clients, count))
            review.record_reading = recorded
            rates, work = ({way: median(each[n] for each in found[way]) for way in ways} for n in range(2))
            rate = f"{rates['with']:.0f} | {rates['without']:.0f} | {rates['without'] / rates['with']:.2f}"
            cost = f"{work['with']:.1f} | {work['without']:.1f} | {work['with'] / work['without']:.2f}"
            print(f"| {name} | {readers} | {rate} | {cost} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=300)
    given = parser.parse_args()
    logging.getLogger().addHandler(logging.NullHandler())  # else the service sets up its own
    print("| database | readers | requests a second, recorded | not | ratio | processor ms, recorded | not | ratio |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|", flush=True)
    with tempfile.TemporaryDirectory() as name:
        measure(Path(name), f"sqlite:///{Path(name) / 'ledger.db'}", given.requests)
    with tempfile.TemporaryDirectory() as name, running_postgresql() as server:
        measure(Path(name), server.url, given.requests)
    return 0


if __name__ == "__main__":
    sys.exit(main())
