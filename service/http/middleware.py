"""Headers of every answer."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PUBLIC = "/static/"  # what pages are made of: the same for everybody, under an address that changes with it
YEAR = "max-age=31536000"  # a browser that came by TLS comes by nothing else
NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"  # where a page says nothing


class Private:
    """Every answer is for its asker alone and is what it says it is. Files of PUBLIC say how long they keep."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_private(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = YEAR
                if headers.get("content-type", "").startswith("text/html"):
                    headers.setdefault("Content-Security-Policy", NOTHING)
                if not scope["path"].startswith(PUBLIC):
                    headers["Cache-Control"] = "private, no-store"
            await send(message)

        await self.app(scope, receive, send_private)
