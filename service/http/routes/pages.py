"""What a browser is shown: the reference of the API, and the page on which a person chooses a password."""

from __future__ import annotations

from html import escape
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse

from service import sessions
from service.http import reference
from service.http.auth import ELSEWHERE, Anybody, is_same_origin
from service.http.context import Context
from service.http.pages import page, set_up_form
from service.http.problems import Refused
from service.passwords import WeakPassword

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
def openapi(request: Request, caller: Anybody) -> JSONResponse:
    """What every operation takes and answers, for programs."""
    return JSONResponse(request.app.openapi())


@router.get("/docs")
def docs(request: Request, caller: Anybody) -> HTMLResponse:
    """The same to be read."""
    return page("Portevoix: the API", reference.body_of(request.app.openapi()))


@router.get("/set-up")
def choose_password(caller: Anybody, key: Annotated[str, Query(max_length=100)] = "") -> HTMLResponse:
    """The page behind a set-up link."""
    return page("Portevoix: choose a password", set_up_form(key))


@router.post("/set-up/form")
async def take_password(request: Request, context: Context, caller: Anybody) -> HTMLResponse:
    """What that page sends."""
    if is_same_origin(request, context.settings.public_url) is False:
        raise Refused(403, ELSEWHERE)
    sent = parse_qs((await request.body()).decode("utf-8", "replace"))
    key, password, again = (sent.get(name, [""])[0] for name in ("key", "password", "again"))
    title = "Portevoix: choose a password"
    if password != again:
        return page(title, set_up_form(key, "The two are not the same."), 422)
    try:
        person = await run_in_threadpool(sessions.set_password, context.ledger, key, password, caller.address)
    except WeakPassword as error:
        return page(title, set_up_form(key, str(error)), 422)
    except sessions.SpentLink as error:
        return page(title, f"<h1>{error}</h1>", 410)
    return page(title, f"<h1>Done</h1><p>Sign in as {escape(person.name)}.</p>")
