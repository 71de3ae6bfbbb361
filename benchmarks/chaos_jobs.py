"""The jobs that are handed in while chaos is made, over HTTP, by a client that asks again until it is answered."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from chaos_deployment import ACCOUNT, Deployment
from sqlalchemy.exc import DBAPIError
from worker_context import a_clip

from portevoix.plan.work import BATCH
from service.ledger import queries
from service.ledger.states import JobState, Priority, WorkState

OUT, EMBARGOED, TAKEN_BACK = "released", "embargoed", "taken back"
FOR_AN_ACCOUNT = (OUT, EMBARGOED, TAKEN_BACK)  # these kinds of jobs are approved and released
FAR = "2099-01-01T00:00:00+00:00"

LOST = "are not here any more"  # what the service says of an input that was lost or spoilt
ANSWER_S = 10.0  # then the client takes it that nobody answers, and asks again with the same key
PATIENCE_S = 180.0

NOTICE = """\
recipe: alert
title: {{fr: Essai {word}}}
text: {{fr: Ceci est l’essai {word}.}}
formats: [square]
languages: [fr]
"""
TO_BE_RELEASED = """\
recipe: alert
title: {{fr: Essai {word}}}
text: {{fr: Ceci est l’essai {word}.}}
accounts: [{account}]
"""
FILM = """\
recipe: subtitles
title: {{fr: Essai {word}, en: Trial {word}}}
clips:
  - file: media/film.mp4
scripts: {{fr: scripts/fr.vtt, en: scripts/en.vtt}}
languages: [fr, en]
"""
CUES = "WEBVTT\n\n00:00.400 --> 00:01.600\n{greeting} {word}\n"


@dataclass
class Request:
    """One job that is asked for. `asked_s`: when it was first asked for; `id`: once it was accepted."""

    kind: str
    name: str
    word: str
    priority: Priority
    size: str = ""  # of its film, where it has one
    id: str = ""
    asked_s: float = 0.0
    store: str = ""  # the kind of store that it is made on

    @property
    def job(self) -> str:
        """What the job is called: at an account's destination, no two have the same name."""
        return f"{self.name}-{self.word}" if self.is_for_an_account else self.name

    @property
    def is_for_an_account(self) -> bool:
        return self.kind in FOR_AN_ACCOUNT

    @property
    def wanted(self) -> tuple[JobState, ...]:
        """How it may end."""
        return {
            "poison": (JobState.FAILED,),
            "bad": (JobState.REFUSED,),
            "cancelled": (JobState.CANCELLED, JobState.DONE),
        }.get(self.kind, (JobState.DONE,))

    @property
    def is_good(self) -> bool:
        return self.kind in ("notice", "film", *FOR_AN_ACCOUNT)

    def document(self) -> str:
        if self.is_for_an_account:
            embargo = f"embargo: {FAR}\n" if self.kind == EMBARGOED else ""
            return TO_BE_RELEASED.format(word=self.word, account=ACCOUNT) + embargo
        return (FILM if self.size or self.kind == "bad" else NOTICE).format(word=self.word)

    def files(self, folder: Path) -> dict[str, Path]:
        """The files that it needs, made in `folder`: no two jobs have the same, so that each has work to do."""
        if not self.size and self.kind != "bad":
            return {}
        files = {"media/film.mp4": folder / f"{self.word}.mp4"}
        if self.kind == "bad":
            files["media/film.mp4"].write_bytes(b"no film at all, " + self.word.encode())
        elif not files["media/film.mp4"].exists():
            a_clip(files["media/film.mp4"], 2 + sum(self.word.encode()) % 20 / 25, self.size)
        for language, greeting in (("fr", "Bonjour"), ("en", "Good morning")):
            script = folder / f"{self.word}.{language}.vtt"
            script.write_text(CUES.format(greeting=greeting, word=self.word), "utf-8")
            files[f"scripts/{language}.vtt"] = script
        return files


def a_mix(number: int, small: bool) -> list[Request]:
    """The jobs of a round: urgent and not, good and bad, one that kills whoever works on it, one that is called off,
    and those that are released: at once, at an embargo, and to be taken back.
    """
    sent_out = [
        Request(EMBARGOED, "embargoed", f"{number}h", Priority.BULK),
        Request(TAKEN_BACK, "mistake", f"{number}i", Priority.URGENT),
        Request(OUT, "message", f"{number}g", Priority.INTERACTIVE),
    ]
    mix = [
        Request("film", "film", f"{number}a", Priority.BULK, "320x180"),
        Request("bad", "damaged", f"{number}b", Priority.BULK),
        Request("notice", "notice", f"{number}c", Priority.URGENT),
    ]
    if small:
        return [*mix, sent_out[number % 2]]
    return [
        Request("poison", "poison", f"{number}d", Priority.BULK, "1280x720"),
        *mix,
        Request("film", "correction", f"{number}e", Priority.INTERACTIVE, "320x180"),
        Request("cancelled", "withdrawn", f"{number}f", Priority.BULK, "320x180"),
        *sent_out,
    ]


class Client:
    """Somebody with a token who asks the service over HTTP, again and again until it is answered."""

    def __init__(self, deployment: Deployment, token: str) -> None:
        self.deployment = deployment
        self.http = httpx.Client(timeout=ANSWER_S, headers={"Authorization": f"Bearer {token}"})

    def ask(self, method: str, path: str, **more: object) -> dict[str, Any]:
        """The answer. Raises httpx.HTTPStatusError where it is a refusal, RuntimeError where there is none."""
        give_up_s = time.monotonic() + PATIENCE_S
        said = ""
        while time.monotonic() < give_up_s:
            try:
                answer = self.http.request(method, self.deployment.url + path, **more)  # type: ignore[arg-type]
            except httpx.TransportError as error:
                said = repr(error)
            else:
                if answer.status_code < 500:
                    answer.raise_for_status()
                    found: dict[str, Any] = answer.json()
                    return found
                said = answer.text
            time.sleep(0.3)
        raise RuntimeError(f"{method} {path} was not answered for {PATIENCE_S:.0f} s: {said}")


@dataclass
class Desk:
    """A client of the service. Every job that it was told is accepted is in `accepted`."""

    deployment: Deployment
    folder: Path
    accepted: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = Client(self.deployment, self.deployment.token)

    def hand_in(self, mix: list[Request]) -> None:
        """Upload what the jobs need and submit them. Raises RuntimeError where the service does not come back."""
        for request in mix:
            request.asked_s, request.store = time.time(), self.deployment.store_kind
            request.id = self._accepted(request)
            self.accepted.append(request)

    def _accepted(self, request: Request) -> str:
        """The id of a job. What the service lost before it took the job in is sent again."""
        while True:
            files = request.files(self.folder).items()
            body = {
                "name": request.job,
                "document": request.document(),
                "files": {name: self._upload(file)["sha256"] for name, file in files},
                "priority": request.priority,
                "draft": not request.is_for_an_account,
            }
            key = {"Idempotency-Key": f"{self.deployment.mark}-{request.word}"}
            try:
                return str(self.client.ask("POST", "/jobs", json=body, headers=key)["id"])
            except httpx.HTTPStatusError as error:
                if "upload it" not in error.response.text:
                    raise

    def _upload(self, file: Path) -> dict[str, Any]:
        content = file.read_bytes()
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(content)),
            "Content-Type": "application/offset+octet-stream",
        }
        return self.client.ask("POST", "/uploads", content=content, headers=headers)

    def correct(self, request: Request, language: str, text: str) -> None:
        """Have other captions in the place of a job's."""
        self.client.ask("PUT", f"/jobs/{request.id}/captions/{language}", content=text.encode())

    def send_again(self, request: Request) -> bool:
        """Where the service says that it has lost what a job is made from: send that again, and have the job tried
        again. Returns whether it was so.
        """
        entry = queries.find_job(self.deployment.ledger, request.id)
        if entry.state != JobState.FAILED or not any(LOST in sentence for sentence in entry.failures):
            return False
        for file in request.files(self.folder).values():
            self._upload(file)
        self.client.ask("POST", f"/jobs/{request.id}/retry")
        return True

    def read_back(self, requests: Iterable[Request]) -> None:
        """Read every finished file of good jobs until each has come whole. What does not come in time is a complaint,
        and so is an answer that is not what its ETag says.
        """
        unread = {request.id: request for request in requests if request.is_good}
        give_up_s = time.monotonic() + PATIENCE_S
        while unread and time.monotonic() < give_up_s:
            for job, request in list(unread.items()):
                if not self.send_again(request) and self._comes_whole(request):
                    del unread[job]
            time.sleep(0.2)
        self.deployment.complaints += [f"{one.kind} {one.word} was not to be read" for one in unread.values()]

    def _comes_whole(self, request: Request) -> bool:
        if queries.find_job(self.deployment.ledger, request.id).state != JobState.DONE:
            return False
        listed = self.client.ask("GET", f"/jobs/{request.id}/deliveries")["deliveries"]
        for path in (one["path"] for one in listed):
            answer = self.client.http.get(f"{self.deployment.url}/jobs/{request.id}/deliveries/{path}")
            if not answer.is_success:
                return False
            if hashlib.sha256(answer.content).hexdigest() != answer.headers["etag"].strip('"'):
                self.deployment.complaints.append(f"{path} of {request.word} came with other bytes than its ETag says")
        return True

    def call_off(self, request: Request) -> None:
        self.client.ask("POST", f"/jobs/{request.id}/cancel")


class Bane(threading.Thread):
    """What a poison job does to those who work on it: whatever process encodes for it is killed."""

    def __init__(self, deployment: Deployment, request: Request) -> None:
        super().__init__(daemon=True)
        self.deployment, self.request = deployment, request
        self._over = threading.Event()

    def run(self) -> None:
        killed: set[tuple[int, int]] = set()
        while not self._over.wait(0.05):
            try:
                entries = queries.list_work(self.deployment.ledger, self.request.id)
                for entry in (e for e in entries if e.kind == BATCH and e.state == WorkState.RUNNING):
                    pid = int((entry.holder or "0").rpartition(":")[2])
                    ours = any(pid in machine.pool() for machine in self.deployment.machines)
                    if ours and (entry.id, entry.tries) not in killed:
                        killed.add((entry.id, entry.tries))
                        os.kill(pid, signal.SIGKILL)
            except (DBAPIError, ProcessLookupError):
                continue

    def end(self) -> None:
        self._over.set()
        self.join()
