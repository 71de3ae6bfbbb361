"""The jobs that are handed in while chaos is made, over HTTP, by a client that asks again until it is answered."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from chaos_deployment import Deployment
from sqlalchemy.exc import DBAPIError
from worker_context import a_clip

from portevoix.plan.work import BATCH
from service.ledger import queries
from service.ledger.states import JobState, Priority, WorkState

ANSWER_S = 10.0  # then the client takes it that nobody answers, and asks again with the same key
PATIENCE_S = 180.0

NOTICE = """\
recipe: alert
title: {{fr: Essai {word}}}
text: {{fr: Ceci est l’essai {word}.}}
formats: [square]
languages: [fr]
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
    times_asked: int = 0

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
        return self.kind in ("notice", "film")

    def document(self) -> str:
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
    """The jobs of a round: urgent and not, good and bad, one that kills whoever works on it, one that is called off."""
    mix = [
        Request("film", "film", f"{number}a", Priority.BULK, "320x180"),
        Request("bad", "damaged", f"{number}b", Priority.BULK),
        Request("notice", "notice", f"{number}c", Priority.URGENT),
    ]
    if small:
        return mix
    return [
        Request("poison", "poison", f"{number}d", Priority.BULK, "1280x720"),
        *mix,
        Request("film", "correction", f"{number}e", Priority.INTERACTIVE, "320x180"),
        Request("cancelled", "withdrawn", f"{number}f", Priority.BULK, "320x180"),
    ]


@dataclass
class Desk:
    """A client of the service. Every job that it was told is accepted is in `accepted`."""

    deployment: Deployment
    folder: Path
    accepted: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.client = httpx.Client(timeout=ANSWER_S, headers={"Authorization": f"Bearer {self.deployment.token}"})

    def hand_in(self, mix: list[Request]) -> None:
        """Upload what the jobs need and submit them. Raises RuntimeError where the service does not come back."""
        for request in mix:
            request.asked_s = time.time()
            digests = {}
            for name, file in request.files(self.folder).items():
                digests[name] = self._upload(request, file)["sha256"]
            body = {
                "name": request.name,
                "document": request.document(),
                "files": digests,
                "priority": request.priority,
                "draft": True,
            }
            key = {"Idempotency-Key": f"{self.deployment.mark}-{request.word}"}
            request.id = self._ask(request, "POST", "/jobs", json=body, headers=key)["id"]
            self.accepted.append(request)

    def _upload(self, request: Request, file: Path) -> dict[str, str]:
        content = file.read_bytes()
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(content)),
            "Content-Type": "application/offset+octet-stream",
        }
        return self._ask(request, "POST", "/uploads", content=content, headers=headers)

    def call_off(self, request: Request) -> None:
        self._ask(request, "POST", f"/jobs/{request.id}/cancel")

    def _ask(self, request: Request, method: str, path: str, **more: object) -> dict[str, str]:
        give_up_s = time.monotonic() + PATIENCE_S
        said = ""
        while time.monotonic() < give_up_s:
            request.times_asked += 1
            try:
                answer = self.client.request(method, self.deployment.url + path, **more)  # type: ignore[arg-type]
            except httpx.TransportError as error:
                said = repr(error)
            else:
                if answer.status_code < 500:
                    answer.raise_for_status()
                    found: dict[str, str] = answer.json()
                    return found
                said = answer.text
            time.sleep(0.3)
        raise RuntimeError(f"{method} {path} was not answered for {PATIENCE_S:.0f} s: {said}")


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
