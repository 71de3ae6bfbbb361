"""Reads a body only from callers who may send one: who asks is known before a byte of it is taken in."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.gate import Caller
from service.http.auth import find_caller
from service.http.context import ServiceContext
from service.http.problems import NO_ANSWER, Refused

WITH_BODIES = ("POST", "PUT", "PATCH")
NOTHING: Message = {"type": "http.request", "body": b"", "more_body": False}


class KnownFirst:
    """Gives a stranger's request on without its body, but to `opened`: the operations that answer everybody.

    The gate then refuses it as any other; the connection is closed with what nobody reads.
    """

    def __init__(self, app: ASGIApp, context: ServiceContext, opened: Collection[str]) -> None:
        self.app, self._context, self._opened = app, context, frozenset(opened)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] in WITH_BODIES and scope["path"] not in self._opened
        if asked and await run_in_threadpool(self._caller, Request(scope)) is None:

            async def receive_nothing() -> Message:
                return NOTHING

            await self.app(scope, receive_nothing, send)
        else:
            await self.app(scope, receive, send)

    def _caller(self, request: Request) -> Caller | None:
        try:
            return find_caller(self._context, request)
        except (Refused, *NO_ANSWER):
            return None  # the gate says why
