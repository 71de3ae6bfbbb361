"""What a run left behind, looked through piece by piece: jobs lost or doubled, what nothing refers to, bytes that are
wrong.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import chaos_store
import sqlalchemy as sa
from chaos_deployment import LEASE_S, Deployment, wait
from chaos_jobs import TAKEN_BACK, Request
from chaos_releases import Readers, end_of, hour_of, wanted_end
from published import hashed_files
from worker_context import context_in, drain, worker

from portevoix.delivery.publishing import newest_edition
from portevoix.store.s3 import S3Store
from portevoix.store.verified import digest_of
from service import record
from service.deliveries import BY_DIGEST, RELEASED, delivered_in, delivered_to, rounds_of
from service.ledger import Submission, inputs, jobs, maintenance, queries, tables
from service.ledger.database import reading
from service.ledger.states import UNENDED, JobState, WorkState
from service.record import What
from workers import reconciler

GONE_S = 3.0  # a killed process is gone by then
OLD_S = 2 * 86_400
AT_ONCE_DAYS = 1e-9  # a reconciler with this setting keeps nothing that no unended or failed job needs


@dataclass
class Verdict:
    """A sentence for each thing that is wrong."""

    lost: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    wrong_bytes: list[str] = field(default_factory=list)
    early_bytes: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        return [*self.lost, *self.duplicates, *self.orphans, *self.wrong_bytes, *self.early_bytes]


def judge(deployment: Deployment, accepted: list[Request], folder: Path, readers: Readers) -> Verdict:
    """Look at everything, once all jobs have ended and the service is still up. Closes the service."""
    found = Verdict(wrong_bytes=[*readers.wrong, *deployment.complaints], early_bytes=[*readers.early])
    # A job may end before the last worker of its work has heard of it.
    wait(lambda: not _leases(deployment), 3 * LEASE_S)
    look_at_endings(deployment, accepted, found)
    look_at_records(deployment, accepted, found)
    look_at_destination(deployment, accepted, found)
    wait(lambda: not any(machine.encoders() for machine in deployment.machines), GONE_S)
    found.orphans += [
        f"process {pid} encodes for nobody" for machine in deployment.machines for pid in machine.encoders()
    ]
    deployment.close()
    wait(lambda: not deployment.processes(), GONE_S)
    found.orphans += [f"process {pid} outlived the service" for pid in deployment.processes()]
    found.wrong_bytes += chaos_store.wrong_bytes(deployment)
    found.orphans += chaos_store.unnoted(deployment)
    look_at_what_a_sweep_leaves(deployment, found)
    look_at_files(deployment, accepted, found, _reference(deployment, accepted, folder))
    return found


def look_at_endings(deployment: Deployment, accepted: list[Request], found: Verdict) -> None:
    """Every accepted job has one end, the right one, and was taken in once."""
    known = {entry.id: entry for entry in queries.list_jobs(deployment.ledger, [deployment.owner], limit=100_000)}
    for request in accepted:
        entry = known.pop(request.id, None)
        if entry is None or entry.state not in request.wanted:
            state, why = (entry.state, entry.failures) if entry else ("unknown", ())
            found.lost.append(f"{request.kind} {request.word} is {state} {why}")
    found.duplicates += [f"job {entry.id} ({entry.name}) is nobody's: taken in twice" for entry in known.values()]


def look_at_records(deployment: Deployment, accepted: list[Request], found: Verdict) -> None:
    """Nothing is recorded twice, and nothing is left to be done."""
    ends = [state for state in JobState if state not in UNENDED]
    with reading(deployment.ledger) as db:
        told = db.execute(sa.select(tables.events.c.job, tables.events.c.kind, tables.events.c.detail)).all()
        done = db.execute(sa.select(tables.attempts.c.work).where(tables.attempts.c.outcome == "done")).scalars().all()
        pieces = db.execute(
            sa.select(tables.work.c.job, tables.work.c.round, tables.work.c.kind, tables.work.c.payload).where(
                tables.work.c.state == WorkState.DONE
            )
        ).all()
        unsaid = db.execute(sa.select(tables.outbox.c.id)).scalars().all()
        unknown = (
            db.execute(
                sa.select(tables.artifacts.c.key).where(
                    ~sa.exists().where(tables.steps.c.key == tables.artifacts.c.key)
                )
            )
            .scalars()
            .all()
        )
        rounds = {row.id: row.round for row in db.execute(sa.select(tables.jobs.c.id, tables.jobs.c.round))}
        unended = db.execute(sa.select(tables.jobs.c.id).where(tables.jobs.c.state.in_(UNENDED))).scalars().all()
    ended = Counter(job for job, kind, detail in told if kind == "state" and detail["state"] in ends)
    found.duplicates += [f"job {job} ended {n} times" for job, n in ended.items() if n > rounds.get(job, 1)]
    found.lost += [f"job {request.id} told nobody of its end" for request in accepted if ended[request.id] < 1]
    found.duplicates += [f"work {item} was recorded {n} times" for item, n in Counter(done).items() if n > 1]
    found.duplicates += [
        f"{kind} of job {job} was done {n} times"
        for (job, _, kind, _), n in Counter(map(tuple, pieces)).items()
        if n > 1
    ]
    found.orphans += [f"work {item} has a lease" for item in _leases(deployment)]
    found.orphans += [f"message {item} waits" for item in unsaid]
    found.orphans += [f"artifact {key} belongs to no job" for key in unknown]
    found.lost += [f"job {job} has not ended" for job in unended]


def look_at_destination(deployment: Deployment, accepted: list[Request], found: Verdict) -> None:
    """What should be out is out, once and whole; nothing else is there, and nothing went before its hour."""
    objects = deployment.destination()
    for request in (request for request in accepted if request.is_for_an_account):
        end = end_of(deployment, request)
        if end is None or end.state != wanted_end(request):
            found.lost.append(f"{request.job} is {end.state if end else 'not asked for'} {end.error if end else ''}")
            continue
        files, edition = hashed_files(objects, request.job), newest_edition(objects, request.job)
        lying = list(objects.names(f"files/{request.job}/"))
        named = {each["path"] for each in edition.manifest["deliveries"]} if edition else set()
        found.orphans += [f"{name} at the destination is in no manifest" for name in lying if name not in named]
        numbered = list(objects.names(f"manifests/{request.job}/0"))
        editions = edition.number if edition else 0
        found.orphans += [f"{request.job}: {len(numbered)} manifests of {editions} sets"] * (len(numbered) != editions)
        found.duplicates += [f"{request.job} was published {editions} times"] * (
            editions != 1 + (request.kind == TAKEN_BACK)
        )
        delivered = {d.language: d.sha256 for d in queries.list_deliveries(deployment.ledger, request.id)}
        if files != ({} if request.kind == TAKEN_BACK else delivered):
            found.wrong_bytes.append(f"{request.job}: the destination has other files than those that were approved")
    _look_at_record(deployment, found)


def _look_at_record(deployment: Deployment, found: Verdict) -> None:
    """The chain holds, each release ended once, and none before its hour."""
    with reading(deployment.ledger) as db:
        try:
            record.verify(db)
        except record.BrokenChain as error:
            found.wrong_bytes.append(f"the record: {error}")
        went = [row for row in record.rows(db) if row.what in (What.RELEASED, What.WITHDRAWN)]
    told = Counter(row.detail["release"] for row in went)
    found.duplicates += [f"release {release} ended {times} times" for release, times in told.items() if times > 1]
    for row in went:
        _, hour_s = hour_of(deployment, str(row.job))
        if row.what == What.RELEASED and row.at_ms < hour_s * 1000:
            found.early_bytes.append(f"job {row.job} was released before its hour")


def _leases(deployment: Deployment) -> list[int]:
    with reading(deployment.ledger) as db:
        return list(db.execute(sa.select(tables.work.c.id).where(tables.work.c.state == WorkState.RUNNING)).scalars())


def look_at_files(
    deployment: Deployment, accepted: list[Request], found: Verdict, reference: dict[str, dict[str, str]]
) -> None:
    """Each finished job's files are those of its manifest, of the ledger and of the quiet run, and there are no
    others.
    """
    deliveries = deployment.deliveries
    expected, rounds = set[Path](), dict[str, int]()
    for request in accepted:
        entry = queries.find_job(deployment.ledger, request.id)
        rounds[request.id] = entry.round
        expected |= _of_earlier_rounds(deployment, request, entry.round, found)
        if entry.state != JobState.DONE:
            continue
        place = delivered_to(deliveries, request.id, entry.round)
        try:
            listed = {
                d["path"]: d["sha256"] for d in json.loads((place / "manifest.json").read_text("utf-8"))["deliveries"]
            }
        except (OSError, ValueError) as error:
            found.wrong_bytes.append(f"{request.kind} {request.word}: no manifest ({error})")
            continue
        recorded = {d.path: d.sha256 for d in queries.list_deliveries(deployment.ledger, request.id)}
        lying = {
            path: hashlib.sha256(file.read_bytes()).hexdigest() for path in listed if (file := place / path).exists()
        }
        for name, other in (
            ("the manifest", listed),
            ("the ledger", recorded),
            ("the quiet run", reference.get(request.id, listed)),
        ):
            if other != lying:
                found.wrong_bytes.append(f"{request.kind} {request.word}: {name} names other files or bytes")
        expected |= {place / "manifest.json", *(place / path for path in listed)}
        expected |= {deliveries / request.id / BY_DIGEST / digest for digest in listed.values()}
    expected |= _outgoing(deliveries, found)
    lying_files = [file for file in deliveries.rglob("*") if file.is_file()]
    manifests = Counter(file.relative_to(deliveries).parts[0] for file in lying_files if file.name == "manifest.json")
    found.duplicates += [f"job {job} has {n} manifests" for job, n in manifests.items() if n > rounds.get(job, 1)]
    stray = [file.relative_to(deliveries) for file in lying_files if file not in expected]
    found.orphans += [f"{file} is in no manifest" for file in stray]


def _of_earlier_rounds(deployment: Deployment, request: Request, newest: int, found: Verdict) -> set[Path]:
    """What was delivered before the newest round; wrong where it has other bytes and no fault has struck it."""
    expected: set[Path] = set()
    for number in rounds_of(deployment.deliveries, request.id):
        if number == newest:
            continue
        place = delivered_to(deployment.deliveries, request.id, number)
        expected.add(place / "manifest.json")
        for one in delivered_in(deployment.deliveries, request.id, number):
            file = place / one.path
            expected |= {file, deployment.deliveries / request.id / BY_DIGEST / one.sha256}
            if one.sha256 not in deployment.struck and digest_of(file) != one.sha256:
                found.wrong_bytes.append(f"{request.kind} {request.word}: {one.path} of round {number} was changed")
    return expected


def _outgoing(deliveries: Path, found: Verdict) -> set[Path]:
    """The copies that went out, as each release noted them; those of other bytes are wrong."""
    expected: set[Path] = set()
    for note in deliveries.glob(f"*/{RELEASED}/*.json"):
        expected.add(note)
        for one in json.loads(note.read_text("utf-8")):
            file = note.parents[1] / one["path"]
            expected |= {file, file.with_name(f"{file.name}.json")}
            if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != one["sha256"]:
                found.wrong_bytes.append(f"{file.relative_to(deliveries)} is not what its release noted")
    return expected


def _reference(deployment: Deployment, accepted: list[Request], folder: Path) -> dict[str, dict[str, str]]:
    """What the good jobs deliver where nothing goes wrong: each path and SHA-256."""
    quiet = folder / "quiet"
    context = context_in(quiet, house=deployment.house)
    ids = {}
    for request in accepted:
        if request.is_good:
            files = {name: context.store.put_input(file) for name, file in request.files(folder / "media").items()}
            draft = not request.is_for_an_account
            submission = Submission("desk", request.job, request.document(), files, draft=draft)
            ids[request.id] = jobs.submit(context.ledger, submission)
    for process in [worker(quiet, PORTEVOIX_HOUSE=str(deployment.house)) for _ in range(2)]:
        process.join()
    drain(context)
    return {job: {d.path: d.sha256 for d in queries.list_deliveries(context.ledger, own)} for job, own in ids.items()}


def look_at_what_a_sweep_leaves(deployment: Deployment, found: Verdict) -> None:
    """After the reconciler's own sweep, when all is old, only what a failed job needs is left."""
    settings = deployment.service.context.settings.model_copy(
        update={"keep_days": AT_ONCE_DAYS, "upload_days": AT_ONCE_DAYS}
    )
    machines = [machine.cache for machine in deployment.machines]
    for folder in (deployment.folder / "front", deployment.folder_store, *machines, settings.deliveries):
        for file in folder.rglob("*"):
            if not file.is_symlink():
                os.utime(file, (time.time() - OLD_S,) * 2)
    for cache in machines:
        left = [*(cache / "waiting").glob("*")]
        found.orphans += [f"{file.name} waits on {cache.name}" for file in left]
    for store in (_on(deployment.folder / "front", deployment), deployment.folder_as_store):
        reconciler.sweep(deployment.ledger, store, settings)
    for cache in machines:
        reconciler.tidy(_on(cache, deployment), settings)
    for cache in (*machines, deployment.folder / "front", deployment.folder_store):
        found.orphans += [f"working folder {file.name} on {cache.name}" for file in (cache / "work").glob("*")]
        found.orphans += [f"upload {file.name} on {cache.name}" for file in (cache / "uploads").glob("*")]
    needed = maintenance.needed_artifacts(deployment.ledger, 0) or set()
    needed_inputs = inputs.needed_inputs(deployment.ledger, 0)
    found.orphans += chaos_store.unneeded(deployment, needed, needed_inputs)
    with reading(deployment.ledger) as db:
        found.orphans += [
            f"upload {item} is written down" for item in db.execute(sa.select(tables.uploads.c.id)).scalars()
        ]


def _on(cache: Path, deployment: Deployment) -> S3Store:
    """The bucket as the machine with this disk has it."""
    return S3Store(deployment.store._bucket, cache, deployment.service.context.settings.cache_bytes)
