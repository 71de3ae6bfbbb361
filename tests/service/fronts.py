"""The HTTP service for the tests: a real server on a free port, a real ledger and store, a broker that is away."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import shops
import uvicorn

from api import make_app
from service import access
from service.access import Scope
from service.http.context import ServiceContext
from service.http.settings import HttpSettings
from service.ledger import Message
from workers.context import WorkerContext


class House:
    """A running service and whoever asks it."""

    def __init__(self, folder: Path, **changes: object) -> None:
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
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def _send(self, message: Message) -> None:
        raise ConnectionError("the broker is away")  # what it should hear stays in the outbox, where `work` finds it

    @contextmanager
    def open(self) -> Iterator[House]:
        config = uvicorn.Config(self.app, log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([self.socket],))
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
            yield self
        finally:
            server.should_exit = True
            thread.join()

    def client(self, *scopes: Scope, accounts: tuple[str, ...] = ()) -> httpx.Client:
        """Somebody with a token of their own; an administrator where no scope is given."""
        _, secret = access.issue(self.context.ledger, "desk", scopes or (Scope.ADMIN,), accounts)
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {secret}"}, timeout=30)

    def work(self) -> None:
        """Do all that may be done now, as a worker does it."""
        shops.drain(WorkerContext(self.context.ledger, self.context.store, self.settings, "test:0"))
