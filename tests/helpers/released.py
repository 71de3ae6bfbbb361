"""Jobs with finished files in several languages, made without an encoder, to be approved and released."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from http_service import INSTALLER, HttpService
from worker_context import context_in, drain

from portevoix.delivery.manifest import Delivery, write_manifest
from portevoix.library import ROOT
from portevoix.plan.wire import WorkItem
from portevoix.plan.work import DELIVERY, PLANNING
from service import approvals, people
from service.deliveries import delivered_to
from service.gate import ALL, Caller, Grant, Role, rights_of
from service.ledger import Ledger, Submission, jobs, leases, outbox, queries
from service.ledger.database import writing
from service.ledger.leases import MadePlan
from workers.context import WorkerContext

ACCOUNTS = {f"ministere_{code}": code for code in ("fr", "en", "ar", "es", "ru", "de", "it")}
NOBODY = "0" * 32


def house_in(folder: Path, destinations: Mapping[str, Any], needed: Mapping[str, int] | None = None) -> Path:
    """A house whose accounts, one for each language, have these destinations and need so many approvals."""
    house = folder / "house"
    shutil.copytree(ROOT / "examples" / "house" / "brand", house / "brand")
    lines = ["accounts:"]
    for account, code in ACCOUNTS.items():
        lines += [f"  {account}:", f"    language: {code}", "    kit: aster", f"    prefix: {account}"]
        lines += ["    placements: [x]"]
        if account in destinations:
            lines += [f"    destination: {destinations[account]!r}".replace("None", "null")]
        if needed and account in needed:
            lines += [f"    approval: {{people: {needed[account]}}}"]
    (house / "accounts.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    return house


def document(*languages: str, embargo: str | None = None) -> str:
    named = ", ".join(f"ministere_{code}" for code in languages)
    lines = ["recipe: alert", "title: {fr: Essai}", "text: {fr: Essai}", f"accounts: [{named}]"]
    return "\n".join([*lines, *([f"embargo: {embargo}"] if embargo else [])]) + "\n"


@dataclass(frozen=True)
class Desk:
    """A service's ledger and folders, and the people who work there. `files`: how many each language has."""

    context: WorkerContext
    people: Mapping[str, Caller]
    files: int = 1
    film: bytes = b""  # the bytes of every file; some of its own for each without

    @property
    def ledger(self) -> Ledger:
        return self.context.ledger

    def submit(self, *languages: str, embargo: str | None = None, name: str = "climat", draft: bool = False) -> str:
        owner = self.people["author"].id
        return jobs.submit(self.ledger, Submission(owner, name, document(*languages, embargo=embargo), draft=draft))

    def finished(self, *languages: str, embargo: str | None = None, name: str = "climat") -> str:
        """A job whose files are there, in their first version."""
        job = self.submit(*languages, embargo=embargo, name=name)
        self.make(job, dict.fromkeys(languages, "v1"))
        return job

    def make(self, job: str, words: Mapping[str, str], failures: tuple[str, ...] = (), **checks: str) -> None:
        """Plan the job with these words, by language, and deliver the files that show them."""
        self.plan(job, words)
        self.deliver(job, words, failures, checks)

    def plan(self, job: str, words: Mapping[str, str]) -> None:
        lease = self._taken(job, PLANNING)
        items = [WorkItem(DELIVERY, 5, DELIVERY, 0, "")]
        digests = {code: _digest(f"{code} {said}") for code, said in words.items()}
        assert leases.record_plan(self.ledger, lease, MadePlan("m", "p", items, {}, [], words=digests))

    def deliver(
        self, job: str, words: Mapping[str, str], failures: tuple[str, ...] = (), checks: Mapping[str, str] = {}
    ) -> None:
        lease = self._taken(job, DELIVERY)
        folder = delivered_to(self.context.settings.deliveries, job, lease.round)
        each = [(code, said, number) for code, said in words.items() for number in range(self.files)]
        made = [self._file(folder, code, said, number, checks.get(code)) for code, said, number in each]
        head = {"schema_version": 1, "job": queries.find_job(self.ledger, job).name, "created": "now", "notes": []}
        write_manifest(folder, {**head, "embargo": None}, made)
        with writing(self.ledger) as db:
            assert leases.finish(self.ledger, lease, made=made, failures=failures)
            approvals.take_back(db, job)

    def _file(self, folder: Path, code: str, said: str, number: int, failing: str | None) -> Delivery:
        account, path = f"ministere_{code}", f"ministere_{code}/x/climat_{code}{f'_{number}' * bool(number)}.mp4"
        content = self.film or f"{code} {said}{f' {number}' * bool(number)}".encode() * 100
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
        checks = [{"rule": failing, "verdict": "fail", "measured": "1", "wanted": "0"}] if failing else []
        sizes: dict[str, Any] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        return Delivery(path, "video", account, "x", code, "square", f"k{code}", [], checks=checks, **sizes)

    def _taken(self, job: str, kind: str) -> Any:
        item = next(w.id for w in queries.list_work(self.ledger, job) if w.kind == kind and w.state == "queued")
        lease = leases.claim(self.ledger, item, "maker", 60)
        assert lease
        return lease

    def correct(self, job: str, language: str, by: str = "author") -> None:
        """Somebody corrects the words of a language; nothing is made yet."""
        with writing(self.ledger) as db:
            jobs.revise(self.ledger, job, f"{language}.vtt", NOBODY * 2)
            approvals.note_author(db, job, language, self.people[by].id)

    def approve(self, job: str, language: str, by: str = "reviewer") -> None:
        version = approvals.standings(self.ledger, job)[language].version.name
        approvals.approve(self.ledger, self.people[by], job, language, version)

    def work(self) -> None:
        """Do what may be done now, as a worker does it."""
        outbox.offer_due(self.ledger)
        drain(self.context)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def desk_in(
    folder: Path, destinations: Mapping[str, Any], needed: Mapping[str, int] | None = None, files: int = 1
) -> Desk:
    """A service in a folder, with a house of its own and four people."""
    house = house_in(folder, destinations, needed)
    return Desk(context := context_in(folder, house=house), staff(context.ledger), files)


def staff(ledger: Ledger) -> dict[str, Caller]:
    """An author, two reviewers and a publisher, each for all accounts."""
    roles = {"author": Role.AUTHOR, "reviewer": Role.REVIEWER, "second": Role.REVIEWER, "publisher": Role.PUBLISHER}
    found = {}
    for name, role in roles.items():
        grants = [Grant(role, ALL)]
        person = people.add(ledger, INSTALLER, name, grants)
        found[name] = Caller(person.id, name, "person", "session", rights_of(grants))
    return found


def desk_of(service: HttpService) -> Desk:
    """The desk of a service that is asked over HTTP."""
    context = WorkerContext(service.context.ledger, service.context.store, service.settings, "test:0")
    return Desk(context, staff(context.ledger))
