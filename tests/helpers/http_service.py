"""The HTTP service for the tests: a real server on a free port, a real ledger and store, a broker that is away."""

from __future__ import annotations

import base64
import hashlib
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import httpx
import uvicorn
import worker_context
from servers import Server

from api import make_app
from portevoix.library import ROOT
from service import people, sessions, tokens
from service.gate import ALL, Grant, Scope, at_the_command_line
from service.http.context import ServiceContext
from service.http.settings import HttpSettings
from service.ledger import Message
from service.tokens import NewToken
from workers.context import WorkerContext

INSTALLER = at_the_command_line("installer")
PASSWORD = "sept mots que personne ne devine"


TUS = {"Tus-Resumable": "1.0.0"}


def announced(name: str, size: int) -> dict[str, str]:
    """What tells the service of a file that is to come."""
    encoded = base64.b64encode(name.encode()).decode()
    return {**TUS, "Upload-Length": str(size), "Upload-Metadata": f"filename {encoded}"}


def uploaded(client: httpx.Client, name: str, content: bytes) -> str:
    """Upload a file in one request. Returns its SHA-256."""
    headers = {**announced(name, len(content)), "Content-Type": "application/offset+octet-stream"}
    answer = client.post("/uploads", content=content, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["sha256"] == hashlib.sha256(content).hexdigest()
    return str(answer.json()["sha256"])


class HttpService:
    """A running service and whoever asks it."""

    def __init__(self, folder: Path, **changes: object) -> None:
        self.folder = folder
        given = {
            "database": f"sqlite:///{folder / 'ledger.db'}",
            "store": str(folder / "store"),
            "deliveries": folder / "deliveries",
            "broker": f"filesystem://{folder / 'broker'}",
            "free_bytes": 0,
            "watch_s": 0.1,
            "watch_events_s": 0.02,
            **changes,
        }
        self.settings = HttpSettings.model_validate(given)
        self.app = make_app(self.settings, self._send)
        self.context: ServiceContext = self.app.state.context
        self.socket = _listening()
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def _send(self, message: Message) -> None:
        raise ConnectionError("the broker is away")  # what it should hear stays in the outbox, where `work` finds it

    @contextmanager
    def open(self) -> Iterator[HttpService]:
        config = uvicorn.Config(self.app, log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([self.socket],))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.005)
            yield self
        finally:
            server.should_exit = True
            thread.join()

    def as_process(self, port: int) -> Server:
        """The same service in a process of its own, which can be killed and started again. It needs a broker's answer
        no more than `open` does.
        """
        given = self.settings.model_dump(include=self.settings.model_fields_set)
        environment = {f"PORTEVOIX_{name.upper()}": str(value) for name, value in given.items()}
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "uvicorn", "api:app", "--port", str(port), "--app-dir", str(ROOT)]
        ready = f"{url}/healthz"
        return Server(
            "the service", url, command, lambda: httpx.get(ready).raise_for_status(), self.folder, environment
        )

    def client(self, *scopes: Scope, accounts: tuple[str, ...] = ()) -> httpx.Client:
        """Somebody with a token of their own; an administrator where no scope is given."""
        secret = self.token(*scopes, accounts=accounts or (ALL,))
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {secret}"}, timeout=30)

    def token(self, *scopes: Scope, accounts: tuple[str, ...] = (ALL,), lifetime_s: float | None = None) -> str:
        """The secret of a token of a new service; an administrator's where no scope is given."""
        new = NewToken(f"desk {uuid4().hex}", scopes or (Scope.ADMIN,), accounts, lifetime_s)
        return tokens.issue_to_service(self.context.ledger, INSTALLER, new)[1]

    def person(self, name: str, *grants: Grant) -> httpx.Client:
        """A person with these roles, signed in with a password."""
        ledger = self.context.ledger
        person = people.add(ledger, INSTALLER, name, grants)
        sessions.set_password(ledger, sessions.new_link(ledger, INSTALLER, person.id), PASSWORD, None)
        answer = httpx.post(f"{self.url}/sessions", json={"name": name, "password": PASSWORD}, timeout=30)
        assert answer.status_code == 201
        return httpx.Client(base_url=self.url, headers={"Origin": self.url}, cookies=answer.cookies, timeout=30)

    def work(self) -> None:
        """Do all that may be done now, as a worker does it."""
        worker_context.drain(WorkerContext(self.context.ledger, self.context.store, self.settings, "test:0"))


def _listening() -> socket.socket:
    """A free port. Its socket names TCP: asyncio sets TCP_NODELAY on such alone; without it each answer takes 40 ms."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    return listening
