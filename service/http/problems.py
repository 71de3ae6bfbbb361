"""What is answered when a request is not done: each error and its status."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from starlette.exceptions import HTTPException

from portevoix.errors import Fault, InvalidInput, PortevoixError
from portevoix.store import ArtifactDamaged, ArtifactMissing, StoreFull, StoreRefused, StoreUnavailable, UploadRefused
from service.approvals import Blocked, OtherVersion, OwnWords, UnknownLanguage
from service.comments import UnknownComment
from service.embargo import TooEarly
from service.http.models.problems import Problem
from service.ledger import ChangedMeanwhile, KeyReused, NotNow, UnknownJob
from service.passwords import WeakPassword
from service.people import NameTaken, NotAllowed, UnknownPerson
from service.releases import NotReleasable, UnknownRelease
from service.sessions import SpentLink, TooManyTries, WrongPassword
from service.sign_in import ProviderAway, SignInRefused
from service.tokens import UnknownToken

log = logging.getLogger("portevoix.api")

RETRY_S = "5"  # when to ask again after an outage
NO_ANSWER = (DBAPIError, NoConnectionFree)  # what the ledger's database raises while it is away
_KINDS: dict[int, tuple[type[Exception], ...]] = {
    401: (WrongPassword, SignInRefused),
    403: (NotAllowed, OwnWords, TooEarly),
    404: (UnknownJob, UnknownPerson, UnknownToken, UnknownLanguage, UnknownComment, UnknownRelease),
    409: (KeyReused, NotNow, NameTaken, OtherVersion, Blocked, NotReleasable),
    410: (SpentLink,),
    412: (ChangedMeanwhile,),
    422: (WeakPassword,),
    503: (StoreUnavailable, StoreRefused, ArtifactMissing, ArtifactDamaged, ProviderAway, *NO_ANSWER),
    507: (StoreFull,),
}


class Refused(PortevoixError):
    """A request that is not done, with the status that says why."""

    def __init__(self, status: int, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}


def add_handlers(app: FastAPI) -> None:
    """Have every error answered as a problem."""
    app.add_exception_handler(InvalidInput, _invalid)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _by_the_framework)
    for kind in (PortevoixError, *NO_ANSWER):
        app.add_exception_handler(kind, _not_done)


def _answer(status: int, problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem.model_dump(), status, headers)


def _status_of(error: Exception) -> tuple[int, dict[str, str]]:
    match error:
        case Refused():
            return error.status, error.headers
        case TooManyTries():
            return 429, {"Retry-After": str(error.retry_s)}
        case UploadRefused():
            return 409, {"Upload-Offset": str(error.received)}
    status = next((code for code, kinds in _KINDS.items() if isinstance(error, kinds)), 500)
    return status, {"Retry-After": RETRY_S} if status == 503 else {}


def _not_done(request: Request, error: Exception) -> Response:
    status, headers = _status_of(error)
    if status == 204:
        return Response(status_code=204)
    if isinstance(error, NO_ANSWER):
        log.warning("the ledger does not answer: %s", type(error).__name__)
        return _answer(
            status, Problem(error="LedgerUnavailable", detail="the ledger does not answer; try again"), headers
        )
    if status >= 500:
        log.error("%s of a %s was not done: %s", request.method, request.scope["route"].path, type(error).__name__)
    return _answer(status, Problem(error=type(error).__name__, detail=str(error)), headers)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, InvalidInput)
    return _answer(422, Problem.of_faults(error.faults))


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        Fault(str(e["loc"][0]), None, None, f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}") for e in error.errors()
    ]
    return _answer(422, Problem.of_faults(faults))


def _by_the_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    return _answer(error.status_code, Problem(error="HTTPError", detail=str(error.detail)), headers)
