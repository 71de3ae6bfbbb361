"""The record of who read, or was refused, what is not out yet."""

from __future__ import annotations

import logging

from fastapi import Request

from service.access import Token

log = logging.getLogger("portevoix.audit")
log.setLevel(logging.INFO)


def record_reading(request: Request, token: Token, refused: bool = False, **what: str) -> None:
    """Write down who read, or was refused, what. Ids alone: the names of files say what a job is about."""
    facts = {
        "token": token.id,
        "asked": f"{request.method} {request.scope['route'].path}",
        "range": request.headers.get("range"),
        "from": request.client.host if request.client else None,
        **what,
    }
    log.info("refused" if refused else "read", extra={"facts": facts})
