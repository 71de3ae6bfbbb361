"""What a second worker is worth, and how soon urgent work begins behind a long queue: `python
benchmarks/two_workers.py`

Real processes with one slot each, over PostgreSQL and Redis on this machine, their store a folder. Seconds by the
ledger's clock.
"""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg

from portevoix.library import ROOT
from service import relay
from service.ledger import Submission
from service.ledger.states import JobState, Priority, WorkState

sys.path.insert(0, str(ROOT / "tests" / "service"))
from servers import Server, running_postgresql, running_redis
from services import Service, notice
from shops import a_clip, shop_in

from service.ledger import jobs, queries

FILM_S, SIZE, LANGUAGES = 20, "1280x720", ("fr", "en", "es")
QUEUED, URGENT, WITHIN_S = 200, 5, 5.0
LONGEST_S = 900.0
FILM = f"""\
recipe: subtitles
title: {{{", ".join(f"{language}: Essai" for language in LANGUAGES)}}}
clips:
  - file: media/film.mp4
scripts: {{{", ".join(f"{language}: {language}.vtt" for language in LANGUAGES)}}}
languages: [{", ".join(LANGUAGES)}]
"""


def service_in(folder: Path, database: Server, broker: Server) -> Service:
    """A service that has done nothing yet."""
    folder.mkdir()
    name = f"run_{os.urandom(6).hex()}"
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = database.url.rpartition("/")[0] + f"/{name}"
    return Service(folder, shop_in(folder, database=url, broker=broker.url, watch_s=0.5, repair_s=0.5))


def a_film(service: Service, clip: Path) -> Submission:
    files = {"media/film.mp4": service.shop.store.put_input(clip)}
    for language in LANGUAGES:
        script = service.folder / f"{language}.vtt"
        lines = (f"00:{s:02}.200 --> 00:{s + 1:02}.600\n{language} {s}\n" for s in range(0, FILM_S, 2))
        script.write_text("WEBVTT\n\n" + "\n".join(lines), "utf-8")
        files[f"{language}.vtt"] = service.shop.store.put_input(script)
    return Submission("desk", "film", FILM, files)


def seconds_to(service: Service, job: str, state: JobState) -> float:
    events = queries.list_events(service.shop.ledger, 0, job)
    at_s = min(event.at_s for event in events if event.kind == "state" and event.detail["state"] == state)
    return at_s - queries.find_job(service.shop.ledger, job).created_s


def one_job(folder: Path, workers: int, clip: Path, servers: tuple[Server, Server]) -> float:
    """Seconds from the submission of a film to its end, with so many workers, each of which has worked before."""
    service = service_in(folder, *servers)
    ledger = service.shop.ledger
    with ExitStack() as running:
        running.enter_context(service.reconciler())
        for _ in range(workers):
            running.enter_context(service.worker())
        warming = [notice(service.shop) for _ in range(4 * workers)]
        service.until(lambda: service.ended(*warming), LONGEST_S)
        job = jobs.submit(ledger, a_film(service, clip))
        relay.publish(ledger, service.send)
        service.until(lambda: service.ended(job), LONGEST_S)
    assert queries.find_job(ledger, job).state == JobState.DONE, queries.find_job(ledger, job)
    batches = [entry for entry in queries.list_work(ledger, job) if entry.kind == "batch"]
    took_s = seconds_to(service, job, JobState.DONE)
    load = os.getloadavg()[0]
    print(
        f"{workers} worker(s): {took_s:.1f} s for {len(batches)} batches, "
        f"{queries.find_job(ledger, job).frames} frames in all; load {load:.1f}"
    )
    ledger.dispose()
    return took_s


def urgent_jobs(folder: Path, servers: tuple[Server, Server]) -> list[float]:
    """Seconds from the submission of an urgent job to its first work, behind a queue, while the urgent slot is free."""
    service = service_in(folder, *servers)
    ledger, found = service.shop.ledger, []
    bulk = [notice(service.shop) for _ in range(QUEUED)]
    relay.publish(ledger, service.send)
    with service.reconciler(), service.worker("bulk"), service.worker("urgent"):
        service.until(lambda: any(queries.find_job(ledger, job).state == JobState.DONE for job in bulk[:5]), LONGEST_S)
        for _ in range(URGENT):
            job = notice(service.shop, Priority.URGENT)
            relay.publish(ledger, service.send)
            service.until(lambda job=job: service.ended(job), LONGEST_S)  # type: ignore[misc]
            found.append(seconds_to(service, job, JobState.PLANNING))
        waiting = sum(entry.state == WorkState.QUEUED for job in bulk for entry in queries.list_work(ledger, job)[:1])
    print(f"urgent behind {waiting} of {QUEUED} queued jobs: begun within {', '.join(f'{s:.2f}' for s in found)} s")
    ledger.dispose()
    return found


def main() -> int:
    with tempfile.TemporaryDirectory() as name, running_postgresql() as database, running_redis() as broker:
        folder = Path(name)
        clip = a_clip(folder / "film.mp4", FILM_S, SIZE)
        one, two = (one_job(folder / str(count), count, clip, (database, broker)) for count in (1, 2))
        print(f"two workers against one: {two / one:.2f} of the time, {one / two:.2f} times as fast")
        begun = urgent_jobs(folder / "queue", (database, broker))
    print(f"{len(os.sched_getaffinity(0))} processors; load {os.getloadavg()[0]:.1f} at the end")
    return max(begun) > WITHIN_S


if __name__ == "__main__":
    sys.exit(main())
