"""Errors as pages for browsers; programs get the same errors as problems."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from portevoix.errors import InvalidInput, PortevoixError
from service.http.desk import words
from service.http.desk.rendering import SIGN_IN_PAGE, own_path, page_of, tongue_of
from service.http.desk.sentences import said_in
from service.http.desk.texts import ENGLISH
from service.http.problems import NO_ANSWER

UNKNOWN_CALLER, NOTHING_THERE = 401, 404
FIRST_OF_ERRORS = 400
Handler = Callable[[Request, Exception], Response]


def add_handlers(app: FastAPI) -> None:
    """Answer every error that `problems` answers with a page, where a page was asked for."""
    for kind in (InvalidInput, RequestValidationError, HTTPException, PortevoixError, *NO_ANSWER):
        app.add_exception_handler(kind, _shown(app.exception_handlers[kind]))  # type: ignore[arg-type]


def wants_page(request: Request) -> bool:
    """Whether a browser asks, to show the answer."""
    return "text/html" in request.headers.get("accept", "")


def _shown(answer: Handler) -> Handler:
    def handle(request: Request, error: Exception) -> Response:
        problem = answer(request, error)
        if problem.status_code < FIRST_OF_ERRORS:
            return problem
        return _as_page(request, problem) if wants_page(request) else _in_words_of(tongue_of(request), problem)

    return handle


def _in_words_of(code: str, problem: Response) -> Response:
    """The same problem, where a script of the pages will show it, in its reader's language."""
    if code == ENGLISH:
        return problem
    said = json.loads(bytes(problem.body))
    said["detail"] = said_in(code, said["detail"]).text
    for fault in said.get("faults", ()):
        fault["message"] = said_in(code, fault["message"]).text
    headers = {name: value for name, value in problem.headers.items() if not name.startswith("content-")}
    return JSONResponse(said, problem.status_code, headers)


def _as_page(request: Request, problem: Response) -> Response:
    if problem.status_code == UNKNOWN_CALLER and request.method in ("GET", "HEAD"):
        here = page_of(request).here
        return RedirectResponse(f"{SIGN_IN_PAGE}?{urlencode({'next': here})}", 303)
    page, said = page_of(request), json.loads(bytes(problem.body))
    back, unknown = own_path(urlsplit(request.headers.get("referer", "")).path), problem.status_code == UNKNOWN_CALLER
    title, advice = words.of_error(page.texts, problem.status_code, said["error"])
    shown = page.render(
        "mistake.html",
        None if unknown else getattr(request.state, "caller", None),
        problem.status_code,
        title=title,
        advice=advice,
        # Of what is not there, it is an address, which says nothing to people.
        detail=None if problem.status_code == NOTHING_THERE else said["detail"],
        faults=said.get("faults") or [],
        back=f"{SIGN_IN_PAGE}?{urlencode({'next': back})}" if unknown else back,
        deed=page.texts.gettext("Sign in") if unknown else page.texts.gettext("Back"),
    )
    for name in ("retry-after", "www-authenticate"):
        if name in problem.headers:
            shown.headers[name] = problem.headers[name]
    return shown
