"""The ground of the HTTP service: who asks and what they may, what is answered when it is not done, what OpenAPI says
of it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portevoix.errors import Fault, InvalidInput, PortevoixError
from portevoix.library import Library
from portevoix.store import Store, StoreFull, StoreRefused, StoreUnavailable, UploadRefused
from service import relay
from service.access import Access, Token
from service.http import models as m
from service.http.intake import accounts_of
from service.http.ledger import ChangedMeanwhile, FrontLedger, NotNow
from service.ledger import JobEntry, KeyReused, UnknownJob
from service.metrics import Metrics

log = logging.getLogger("portevoix.api")
audit = logging.getLogger("portevoix.audit")  # who read, or was refused, what is not out yet
audit.setLevel(logging.INFO)

RETRY_S = "5"  # when to ask again after an outage
NO_ANSWER = (DBAPIError, NoConnectionFree)  # what the ledger's database raises while it is away


class Refused(PortevoixError):
    """A request that is not done, with the status that says why."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True)
class Front:
    """What every request is answered with."""

    settings: m.HttpSettings
    ledger: FrontLedger
    access: Access
    store: Store
    library: Library
    herald: Herald
    metrics: Metrics


class Herald:
    """Says to the broker what waits in the outbox: one thread, so that a broker that is away holds up no request."""

    def __init__(self, ledger: FrontLedger, send: relay.Send) -> None:
        self._ledger, self._send = ledger, send
        self._wanted, self._ended = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="herald", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._wanted.set()

    def stop(self) -> None:
        self._ended = True
        self._wanted.set()
        self._thread.join(10)

    def _run(self) -> None:
        while self._wanted.wait() and not self._ended:
            self._wanted.clear()
            try:
                relay.publish(self._ledger, self._send)
            except NO_ANSWER as error:
                log.warning(
                    "the ledger does not answer (%s); the reconciler publishes what waits", type(error).__name__
                )


# Who asks


async def _front(request: Request) -> Front:
    front: Front = request.app.state.front
    return front


Service = Annotated[Front, Depends(_front)]
_bearer = HTTPBearer(auto_error=False, description="A token: `portevoix token new`", scheme_name="token")


def _who(front: Service, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Token:
    token = front.access.who(given.credentials) if given else None
    if token is None:
        raise Refused(401, "this needs a token: send `Authorization: Bearer pvx_…`", WWW_Authenticate="Bearer")
    return token


def _holds(token: Token, *scopes: m.Scope) -> bool:
    return bool({*scopes, m.Scope.ADMIN} & set(token.scopes))


def _holding(*scopes: m.Scope) -> Callable[..., Token]:
    def ask(request: Request, token: Annotated[Token, Depends(_who)]) -> Token:
        if not _holds(token, *scopes):
            note(request, token, refused=True, job=request.path_params.get("job", ""))
            raise Refused(403, f"token {token.name!r} may not do this; it needs the scope {' or '.join(scopes)}")
        return token

    return ask


Uploader = Annotated[Token, Depends(_holding(m.Scope.UPLOAD))]
Renderer = Annotated[Token, Depends(_holding(m.Scope.RENDER))]
Reviewer = Annotated[Token, Depends(_holding(m.Scope.REVIEW))]
Operator = Annotated[Token, Depends(_holding(m.Scope.METRICS))]
Watcher = Annotated[Token, Depends(_holding(m.Scope.RENDER, m.Scope.REVIEW))]


def covers(token: Token, accounts: tuple[str, ...], owner: str) -> bool:
    """A token for some accounts sees their jobs and its own; what names no account is its owner's."""
    return not token.accounts or owner == token.id or (bool(accounts) and set(accounts) <= set(token.accounts))


def seen(front: Front, token: Token, job: str) -> JobEntry:
    """A job that this token may know of. Raises UnknownJob for any other, whether there is one or not."""
    entry = front.ledger.job(job)
    if token.accounts and not covers(token, accounts_of(front.ledger.submission(job).document), entry.owner):
        raise UnknownJob(job)
    return entry


def view(front: Front, entry: JobEntry) -> m.JobView:
    return m.JobView.of(entry, accounts_of(front.ledger.submission(entry.id).document))


def note(request: Request, token: Token, refused: bool = False, **what: str) -> None:
    """Write down who read, or was refused, what. Ids alone: the names of files tell what a job is about."""
    facts = {
        "token": token.id,
        "asked": f"{request.method} {request.scope['route'].path}",
        "range": request.headers.get("range"),
        "from": request.client.host if request.client else None,
        **what,
    }
    audit.info("refused" if refused else "read", extra={"facts": facts})


# What is answered when it is not done


def _answer(status: int, problem: m.Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem.model_dump(), status, headers)


def _status_of(error: Exception) -> tuple[int, dict[str, str]]:
    match error:
        case Refused():
            return error.status, error.headers
        case UnknownJob():
            return 404, {}
        case KeyReused() | NotNow():
            return 409, {}
        case ChangedMeanwhile():
            return 412, {}
        case UploadRefused():
            return 409, {"Upload-Offset": str(error.received)}
        case StoreFull():
            return 507, {}
        case StoreUnavailable() | StoreRefused() | DBAPIError() | NoConnectionFree():
            return 503, {"Retry-After": RETRY_S}
    return 500, {}


def not_done(request: Request, error: Exception) -> Response:
    status, headers = _status_of(error)
    if status == 204:
        return Response(status_code=204)
    if isinstance(error, NO_ANSWER):
        log.warning("the ledger does not answer: %s", type(error).__name__)
        return _answer(
            status, m.Problem(error="LedgerUnavailable", detail="the ledger does not answer; try again"), headers
        )
    if status >= 500:
        log.error("%s of a %s was not done: %s", request.method, request.scope["route"].path, type(error).__name__)
    return _answer(status, m.Problem(error=type(error).__name__, detail=str(error)), headers)


def invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidInput)
    return _answer(422, m.Problem.of_faults(error.faults))


def malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        Fault(str(e["loc"][0]), None, None, f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}") for e in error.errors()
    ]
    return _answer(422, m.Problem.of_faults(faults))


def by_the_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    return _answer(error.status_code, m.Problem(error="HTTPError", detail=str(error.detail)), headers)


_WHY = {
    400: "It cannot be read",
    401: "No valid token",
    403: "The token lacks the scope or the account",
    404: "There is none that this token may know of",
    409: "It does not go with how things stand",
    411: "No length was given",
    412: "It was changed meanwhile",
    413: "Too large",
    416: "The range lies outside of the file",
    422: "Every fault of what was sent",
    429: "Too many unended jobs",
    503: "A part of the service does not answer",
    507: "The disk has no room",
}


def answers(*codes: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's answers for what is not done; 401, 403, 422 and 503 may always be."""
    return {code: {"model": m.Problem, "description": _WHY[code]} for code in (401, 403, 422, 503, *codes)}


JobId = Annotated[str, InPath(pattern="^[0-9a-f]{32}$", examples=["6b1f0e2d9c8a4b7e8f6d5c4b3a291807"])]
UploadId = Annotated[str, InPath(pattern="^[0-9a-f]{32}$", examples=["0c9fd2ab6c9d4ad8a7f0a2b3f5d6e7a8"])]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern="^[!-~]{1,200}$",
        description="The same key and body again is the same job, for ever",
    ),
]

# OpenAPI's words for bodies and answers that no model describes

_BINARY = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}, "example": "bytes"}}
_NEW_JOB = {"schema": {"$ref": "#/components/schemas/NewJob"}}
_IN_YAML = """name: essai
document: |
  recipe: alert
  title: {fr: Essai}
  text: {fr: Ceci est un essai.}
  formats: [square]
  languages: [fr]
"""
_AN_EVENT = (
    'id: 12\nevent: progress\ndata: {"at": 1764576000.2, "work": "square", "frames_done": 50, "frames": 250}\n\n'
)
_TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}}


def _body(content: dict[str, Any]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": content}}


BINARY_BODY = _body(_BINARY)
NEW_JOB_BODY = _body({"application/json": _NEW_JOB, "application/yaml": {**_NEW_JOB, "example": _IN_YAML}})
CAPTIONS_BODY = _body(
    {"text/vtt": {"schema": {"type": "string"}, "example": "WEBVTT\n\n00:00.500 --> 00:01.500\nBonjour\n"}}
)
FILE_ANSWERS = answers(404) | {
    200: {"description": "The file", "content": _BINARY},
    206: {"description": "The bytes that `Range` asks for", "content": _BINARY},
    304: {"description": "The reader has it already"},
    400: {"description": _WHY[400], **_TEXT},
    416: {"description": _WHY[416], **_TEXT},
}
_PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
METRICS = answers() | {
    200: {"description": "Numbers", "content": {"text/plain": {"example": "portevoix_store_free_bytes 2.5e+11\n"}}}
}
STREAM: dict[int | str, dict[str, Any]] = {
    # By a model, the framework would promise these as events too.
    **{code: {"description": answer["description"], "content": _PROBLEM} for code, answer in answers(404).items()},
    200: {
        "description": "Events as they happen: `state`, `progress`, `failed_try`, `priority`",
        "content": {"text/event-stream": {"example": _AN_EVENT}},
    },
    204: {"description": "The job has ended and all was told"},
}


def describe(app: FastAPI) -> None:
    """Add to the description what the framework cannot know: the model of a body that is read from JSON and YAML alike."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        described = made()
        model = m.NewJob.model_json_schema(ref_template="#/components/schemas/{model}")
        described["components"]["schemas"] |= {**model.pop("$defs", {}), "NewJob": model}
        return described

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents


class Private:
    """Every answer is for its asker alone and is what it says it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Cache-Control"], headers["X-Content-Type-Options"] = "private, no-store", "nosniff"
            await send(message)

        await self.app(scope, receive, sent)
