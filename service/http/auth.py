"""Who asks, by their cookie or token, and whether the gate lets them: every route names the right that it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from service import sessions, tokens
from service.approvals import OwnWords
from service.documents import accounts_of
from service.embargo import TooEarly
from service.gate import NOBODY, Caller, Right
from service.http.audit import record_refusal
from service.http.context import Context, ServiceContext
from service.http.cookies import SESSION, cookie_of
from service.http.problems import Refused
from service.ledger import JobEntry, UnknownJob, queries
from service.people import NotAllowed, UnknownPerson
from service.tokens import UnknownToken

ELSEWHERE = "a change needs a token, or a request from the service's own pages"
REFUSALS = (Refused, UnknownJob, UnknownPerson, UnknownToken, NotAllowed, OwnWords, TooEarly)
LONGEST_ADDRESS = 64  # a proxy may name anything
SAFE = ("GET", "HEAD", "OPTIONS")

_bearer = HTTPBearer(auto_error=False, description="A token: `portevoix token new`", scheme_name="token")
_cookie = APIKeyCookie(
    name="__Host-portevoix-session", auto_error=False, description="A session: `POST /sessions`", scheme_name="session"
)
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
Cookie = Annotated[str | None, Depends(_cookie)]


def find_caller(context: ServiceContext, request: Request) -> Caller | None:
    """Who asks at this moment: by a token, else by the session's cookie; None for nobody."""
    address = _address(request)
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return tokens.find_caller(context.ledger, secret, address)
    if cookie := cookie_of(request, SESSION):
        # A browser sends its cookies along when another site has it ask; who shows a token needs no such proof.
        if request.method not in SAFE and not is_same_origin(request, context.settings.public_url):
            raise Refused(403, ELSEWHERE)
        return sessions.find_caller(context.ledger, cookie, address, context.settings.session_lengths)
    return None


def is_same_origin(request: Request, public_url: str | None) -> bool | None:
    """Whether a browser says that a page of the service asks; None where nothing is said, as by other programs."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site == "same-origin"
    if origin is None:
        return None
    asks, ours = urlsplit(origin), urlsplit(public_url or "")
    if public_url:
        return (asks.scheme, asks.netloc) == (ours.scheme, ours.netloc)
    return asks.netloc == request.headers.get("host")


@dataclass(frozen=True)
class Needs:
    """The rule of a route: the right that its caller must have for at least one account.

    What is about a job asks for its accounts besides: `visible_job`. Every refusal is recorded here, whoever found it.
    """

    right: Right

    def __call__(self, request: Request, context: Context, bearer: Bearer, cookie: Cookie) -> Iterator[Caller]:
        found = find_caller(context, request)
        if found is None:
            _note_stranger(context, request)
            raise Refused(401, "sign in, or send `Authorization: Bearer pvx_…`", WWW_Authenticate="Bearer")
        context.pace.check(found.id, repr(found.name))
        caller = replace(found, asked=f"{request.method} {request.scope['route'].path}")
        try:
            request.state.caller = caller  # a page that says what went wrong is still theirs
            if not caller.has(self.right):
                raise Refused(403, f"{caller.name!r} may not do this; it needs the right to {self.right}")
            yield caller
        except REFUSALS as error:
            if not isinstance(error, Refused) or error.status in (403, 404):
                record_refusal(context, caller, request.path_params.get("job"))
            raise


def _note_stranger(context: ServiceContext, request: Request) -> None:
    """Record that a stranger asked for a job that exists. Other ids are not: a flood of them writes nothing."""
    if (job := request.path_params.get("job")) and queries.job_exists(context.ledger, job):
        record_refusal(context, _stranger(request), job)


def _address(request: Request) -> str | None:
    return request.client.host[:LONGEST_ADDRESS] if request.client else None


def _stranger(request: Request) -> Caller:
    return replace(NOBODY, address=_address(request), asked=f"{request.method} {request.scope['route'].path}")


class Open:
    """The rule of a route that answers everybody: it says nothing of any job."""

    def __call__(self, request: Request) -> Caller:
        return _stranger(request)


OPEN = Depends(Open())
Anybody = Annotated[Caller, OPEN]
Known = Annotated[Caller, Depends(Needs(Right.SELF))]
Uploader = Annotated[Caller, Depends(Needs(Right.UPLOAD))]
Watcher = Annotated[Caller, Depends(Needs(Right.LIST))]
Submitter = Annotated[Caller, Depends(Needs(Right.SUBMIT))]
Reader = Annotated[Caller, Depends(Needs(Right.READ))]
Commenter = Annotated[Caller, Depends(Needs(Right.COMMENT))]
Approver = Annotated[Caller, Depends(Needs(Right.APPROVE))]
Postponer = Annotated[Caller, Depends(Needs(Right.EMBARGO))]
Releaser = Annotated[Caller, Depends(Needs(Right.RELEASE))]
Operator = Annotated[Caller, Depends(Needs(Right.METRICS))]
Eraser = Annotated[Caller, Depends(Needs(Right.ERASE))]
Administrator = Annotated[Caller, Depends(Needs(Right.PEOPLE))]
Auditor = Annotated[Caller, Depends(Needs(Right.AUDIT))]


def visible_job(context: ServiceContext, caller: Caller, job: str, right: Right = Right.LIST) -> JobEntry:
    """A job for which this caller has this right.

    Raises UnknownJob where they may not know whether it exists, and Refused (403) where they may know that and no more.
    """
    entry = queries.find_job(context.ledger, job)
    accounts = accounts_of(queries.find_submission(context.ledger, job).document)
    if not caller.may(Right.LIST, accounts, entry.owner):
        raise UnknownJob(job)
    check_right(caller, entry, right, accounts)
    return entry


def check_right(caller: Caller, entry: JobEntry, right: Right, accounts: Collection[str]) -> None:
    """Raise Refused (403) unless this caller has this right for these accounts of a job."""
    if not caller.may(right, accounts, entry.owner):
        raise Refused(403, f"{caller.name!r} has no right to {right} for {', '.join(accounts) or 'this job'}")
