"""Releases while chaos is made: a reviewer approves, a publisher releases, moves an embargo and takes back; and readers
who look at the account's destination all the time.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx
from chaos_deployment import ACCOUNT, Deployment, wait
from chaos_jobs import EMBARGOED, TAKEN_BACK, Client, Request
from published import hashed_files
from sqlalchemy.exc import DBAPIError

from portevoix.delivery.publishing import newest_edition
from portevoix.store import ArtifactMissing
from service import people, releases, tokens
from service.gate import ALL, Grant, Role, Scope, at_the_command_line
from service.ledger import queries
from service.ledger.database import reading, time_of
from service.ledger.states import OPEN_RELEASE, RELEASE, WITHDRAWAL, JobState, ReleaseState
from service.ledger.tables import jobs
from service.releases import Release
from service.tokens import NewToken

ENDED_WITHIN_S = 240.0
OF_A_JOB = ("", "/deliveries", "/captions/fr", "/plan", "/events", "/review", "/releases")
LOOK_EVERY_S = 0.05
UNTIL_THE_HOUR_S = 2.0  # from when a publisher moves an embargo to the hour that it then ends


@dataclass
class Newsroom:
    """The people who bring finished jobs out, each with a token."""

    deployment: Deployment

    def __post_init__(self) -> None:
        self.reviewer = self._somebody("Amina", Role.REVIEWER, Scope.APPROVE)
        self.publisher = self._somebody("Jeanne", Role.PUBLISHER, Scope.RELEASE)

    def _somebody(self, name: str, role: Role, scope: Scope) -> Client:
        by, ledger = at_the_command_line("chaos"), self.deployment.ledger
        person = people.add(ledger, by, name, [Grant(role, ALL)])
        _, secret = tokens.issue(ledger, by, person.id, NewToken(name, [scope], [ALL]))
        return Client(self.deployment, secret)

    def begin(self, request: Request) -> threading.Thread:
        """Bring a job out, in a thread of its own, once it is done."""
        thread = threading.Thread(target=self._bring_out, args=[request], daemon=True)
        thread.start()
        return thread

    def _bring_out(self, request: Request) -> None:
        done = wait(lambda: request.id and _state(self.deployment, request.id) == JobState.DONE, ENDED_WITHIN_S)
        if not done:
            return
        standing = self.reviewer.ask("GET", f"/jobs/{request.id}/review")["languages"]
        for each in standing:
            approval = {"language": each["language"], "version": each["version"]}
            self.reviewer.ask("POST", f"/jobs/{request.id}/approvals", json=approval)
        embargoed = request.kind == EMBARGOED
        self._have(request, RELEASE, {"account": ACCOUNT, "when": "embargo" if embargoed else "now"})
        if embargoed:
            hour = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + UNTIL_THE_HOUR_S))
            self.publisher.ask("PUT", f"/jobs/{request.id}/embargo", json={"embargo": hour})
        self._wait_for_the_end(request)
        if request.kind == TAKEN_BACK:
            self._have(request, WITHDRAWAL, {"account": ACCOUNT})
            self._wait_for_the_end(request)

    def _have(self, request: Request, kind: str, body: dict[str, str]) -> None:
        """Ask for a release or a withdrawal, and again where the answer was lost, unless it was taken in."""
        while not any(one["kind"] == kind for one in self._listed(request)):
            with suppress(httpx.HTTPStatusError):  # 409: the answer before was lost, and it was taken in
                self.publisher.ask("POST", f"/jobs/{request.id}/{kind}s", json=body)

    def _listed(self, request: Request) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.publisher.ask("GET", f"/jobs/{request.id}/releases")["releases"]
        return found

    def _wait_for_the_end(self, request: Request) -> None:
        wait(lambda: all(one["state"] not in OPEN_RELEASE for one in self._listed(request)), ENDED_WITHIN_S)


def _state(deployment: Deployment, job: str) -> JobState | None:
    try:
        return queries.find_job(deployment.ledger, job).state
    except DBAPIError:
        return None


def end_of(deployment: Deployment, request: Request) -> Release | None:
    """What became of a job's releases: the last that was asked for; None where nothing was."""
    asked = releases.list_releases(deployment.ledger, request.id)
    return asked[-1] if asked else None


def wanted_end(request: Request) -> ReleaseState:
    return ReleaseState.WITHDRAWN if request.kind == TAKEN_BACK else ReleaseState.RELEASED


def hour_of(deployment: Deployment, job: str) -> tuple[float, float]:
    """The time on the database's clock, and the hour of a job's embargo (0 for none)."""
    with reading(deployment.ledger) as db:
        hour_s = db.execute(jobs.select().with_only_columns(jobs.c.embargo_s).where(jobs.c.id == job)).scalar_one()
        return time_of(db), hour_s or 0.0


@dataclass
class Readers:
    """Whoever looks at the destination, again and again, beside the way that faults cut: at every job's newest
    manifest, each file of which is hashed; and, before an embargo ends, for anything at all, there and at the HTTP
    front without a token.

    `early` and `wrong` are a sentence for each thing that should not have been seen.
    """

    deployment: Deployment
    looks: int = 0
    whole_sets: int = 0
    early: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.watched: list[Request] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._objects = self.deployment.destination()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(LOOK_EVERY_S):
            for request in [request for request in self.watched if request.id]:
                if request.kind == EMBARGOED:
                    self.look_for_early_bytes(request)
                self.look_at_set(request)

    def look_for_early_bytes(self, request: Request) -> None:
        """Whether anything of an embargoed job can be seen before its hour."""
        seen = [name for kind in ("files", "manifests") for name in self._objects.names(f"{kind}/{request.job}/")]
        seen += [f"answer to nobody at {path}" for path in self._answered(request)]
        try:
            now_s, hour_s = hour_of(self.deployment, request.id)
        except DBAPIError:
            return  # the database is away: nobody knows the hour, the workers neither
        self.early += [
            f"{request.job}: {name}, {hour_s - now_s:.1f} s before its hour" for name in seen if now_s < hour_s
        ]

    def _answered(self, request: Request) -> list[str]:
        """Paths, one at each look, that are answered without a token."""
        path = OF_A_JOB[self.looks % len(OF_A_JOB)]
        with suppress(httpx.TransportError):
            if httpx.get(f"{self.deployment.url}/jobs/{request.id}{path}", timeout=5).is_success:
                return [path]
        return []

    def look_at_set(self, request: Request) -> None:
        """Read what the newest manifest names, and hash it; again where it was withdrawn meanwhile."""
        self.looks += 1
        before = newest_edition(self._objects, request.job)
        try:
            self.whole_sets += bool(hashed_files(self._objects, request.job))
        except (AssertionError, ArtifactMissing) as error:
            if newest_edition(self._objects, request.job) == before:
                self.wrong.append(f"{request.job}: a reader saw half a set: {error}")
