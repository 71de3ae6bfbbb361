"""A look at the service from one of its machines: does everything answer that it needs? `python -m workers.doctor`

With `--worker NAME` or `--reconciler` it is a probe: it ends with 1 only where that process itself is at fault, never
where the broker or the database is away, since a new process would find them away too and the work in hand would be
lost.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import time
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from portevoix.doctor import Diagnosis, confinement, writable
from portevoix.errors import PortevoixError
from portevoix.library import load_library
from portevoix.store import Store
from portevoix.store.opening import is_bucket
from service.at_rest import open_to_others
from service.ledger import Ledger
from service.ledger.database import MIGRATIONS, now_s, open_ledger, reading
from service.ledger.duties import REPAIRS, SILENT_S, SWEEPS, WEBHOOKS, is_held
from service.room import filled
from service.settings import Settings, settings
from workers.app import CONNECT_TIMEOUT_S, make_app

# Leases go by the database's clock alone; logs are compared, and S3 refuses what is signed 15 min off.
MOST_SKEW_S = 60.0
NOT_SWEPT_S = 6 * 3600.0  # one sweep of a bucket with very many artifacts to delete may take hours
ANSWER_S = 10.0  # a worker's main process only keeps its pool: it answers at once, or hangs


def examine(given: Settings) -> list[Diagnosis]:
    """Look at everything that these settings name; nothing here raises."""
    answers = [*_database(given), _broker(given), *_store(given), _folder("deliveries", given.deliveries)]
    return [*answers, confinement(), _private(given)]


def _private(given: Settings) -> Diagnosis:
    """Whether other users of this machine can read what lies here."""
    url = sa.make_url(given.database)
    places = [Path(url.database)] if url.get_backend_name() == "sqlite" and url.database else []
    places += [given.deliveries] if is_bucket(given.store) else [given.deliveries, Path(given.store)]
    opened = {str(place): rights for place in places if (rights := open_to_others(place))}
    state = "; ".join(f"{place} is {rights}" for place, rights in opened.items()) or "for this user alone"
    return Diagnosis("at rest", not opened, state, f"chmod o-rwx {' '.join(opened)}")


def worker_answers(given: Settings, name: str) -> Diagnosis:
    """Whether the worker of this name on this machine (`celery … -n NAME@%h`) answers."""
    node = f"{name}@{socket.gethostname()}"
    if not (broker := _broker(given)).good:
        return Diagnosis(f"worker {node}", True, f"cannot be asked: {broker.state}")
    heard = make_app(given).control.ping(destination=[node], timeout=ANSWER_S)
    return Diagnosis(
        f"worker {node}", bool(heard), "answers" if heard else f"did not answer within {ANSWER_S:.0f} s", "restart it"
    )


def reconciler_works(given: Settings) -> Diagnosis:
    """Whether one of the reconcilers has repaired something within `SILENT_S`, or could not."""
    return _duty(given, "reconciler", REPAIRS, SILENT_S)


def _duty(given: Settings, subject: str, duty: str, within_s: float) -> Diagnosis:
    try:
        done = is_held(open_ledger(given.database), duty, within_s)
    except (DBAPIError, PortevoixError) as error:
        return Diagnosis(subject, True, f"cannot be asked for: {_words(error)}")
    state = f"somebody has the {duty}" if done else f"nobody had the {duty} for {within_s:.0f} s"
    return Diagnosis(subject, done, state, "start `python -m workers.reconciler`, and look at its log")


def _database(given: Settings) -> list[Diagnosis]:
    remedy = "look at PORTEVOIX_DATABASE, and whether its server runs and lets this machine in"
    try:
        ledger = open_ledger(given.database)
        place = ledger.url.render_as_string()  # without the password
        with reading(ledger) as db:
            asked_s = time.time()
            skew_s = db.execute(sa.select(now_s())).scalar_one() - (asked_s + time.time()) / 2
    except (DBAPIError, PortevoixError) as error:
        return [Diagnosis("database", False, _words(error), remedy)]
    clock = Diagnosis(
        "clock",
        abs(skew_s) <= MOST_SKEW_S,
        f"{skew_s:+.1f} s from here to the database",
        "let NTP set the clocks of both machines",
    )
    duties = [
        reconciler_works(given),
        _duty(given, "webhooks", WEBHOOKS, SILENT_S),
        _duty(given, "sweeps", SWEEPS, NOT_SWEPT_S),
    ]
    return [Diagnosis("database", True, place), _shape(ledger), clock, *duties, *_rooms(given, ledger)]


def _rooms(given: Settings, ledger: Ledger) -> list[Diagnosis]:
    """Whether the accounts that have a limit have room left; nothing where none has one."""
    try:
        found = filled(ledger, load_library(given.house))
    except (DBAPIError, PortevoixError):
        return []  # `tables`, or `portevoix doctor` under `house`, says why
    state = "; ".join(
        f"{one.account} {one.bytes / 1e9:.1f} of {one.room.gb:g} GB, {one.files:,} of {one.room.files:,} files"
        for one in found
    )
    full = ", ".join(one.account for one in found if one.full)
    remedy = f"erase jobs of {full} that are done with, or raise `room` in accounts.yaml"
    return [Diagnosis("room", not full, state, remedy)] if found else []


def _shape(ledger: Ledger) -> Diagnosis:
    newest = max(MIGRATIONS.glob("versions/*.py")).stem.partition("_")[0]
    try:
        with reading(ledger) as db:
            found = db.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError:
        found = None
    remedy = "start the API or a reconciler of this version: they bring the tables to their shape"
    return Diagnosis("tables", found == newest, f"at {found or 'nothing'}, this version's are at {newest}", remedy)


def _broker(given: Settings) -> Diagnosis:
    remedy = "look at PORTEVOIX_BROKER; jobs are taken in meanwhile and wait in the ledger"
    try:
        with make_app(given).connection_for_write() as connection:
            place = connection.as_uri()  # without the password
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=CONNECT_TIMEOUT_S)
    except Exception as error:  # each broker's library has errors of its own
        return Diagnosis("broker", False, _words(error), remedy)
    return Diagnosis("broker", True, place)


def _store(given: Settings) -> list[Diagnosis]:
    try:
        store = given.open_store()
        _round_trip(store)
        free = store.free_bytes()
    except (PortevoixError, OSError) as error:
        return [
            Diagnosis(
                "store", False, _words(error), "look at PORTEVOIX_STORE, its keys and rights: docs/store.md lists them"
            )
        ]
    floor = f"{free / 1e9:.1f} GB free, work begins at {given.free_bytes / 1e9:.1f} GB"
    return [
        Diagnosis("store", True, f"{given.store}: a file went in, came back and was removed"),
        Diagnosis(
            "disk", free >= given.free_bytes, floor, "free it, or lower PORTEVOIX_CACHE_BYTES or PORTEVOIX_KEEP_DAYS"
        ),
    ]


def _round_trip(store: Store) -> None:
    sent = os.urandom(32)
    with store.workplace() as folder:
        file = folder / "doctor"
        file.write_bytes(sent)
        digest = store.put_input(file)
        try:
            if store.input_path(digest).read_bytes() != sent:
                raise PortevoixError("the store gave other bytes back than it was given")
        finally:
            store.delete_input(digest)


def _folder(subject: str, folder: Path) -> Diagnosis:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Diagnosis(subject, False, str(error), f"make it, or name another by PORTEVOIX_{subject.upper()}")
    return writable(subject, folder, f"give it to this user, or name another by PORTEVOIX_{subject.upper()}")


def _words(error: BaseException) -> str:
    """What went wrong, without the statement and the values of SQLAlchemy's sentence."""
    text = str(getattr(error, "orig", None) or error) or type(error).__name__
    return " ".join(text.split())


def main(arguments: list[str] | None = None) -> int:
    """Print what was found. Returns 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m workers.doctor", description=(__doc__ or "").partition("\n")[0])
    probe = parser.add_mutually_exclusive_group()
    probe.add_argument("--worker", metavar="NAME", help="only whether this machine's worker NAME answers")
    probe.add_argument("--reconciler", action="store_true", help="only whether a reconciler works")
    asked = parser.parse_args(arguments)
    if asked.worker:
        findings = [worker_answers(settings(), asked.worker)]
    elif asked.reconciler:
        findings = [reconciler_works(settings())]
    else:
        findings = examine(settings())
    for finding in findings:
        print(f"{'ok ' if finding.good else 'bad'} {finding.subject}: {finding.state}")
        if not finding.good:
            print(f"    remedy: {finding.remedy}")
    return 0 if all(finding.good for finding in findings) else 1


if __name__ == "__main__":
    sys.exit(main())
