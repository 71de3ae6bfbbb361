"""Signing in and out, and who one is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from service import people, sessions, sign_in
from service.gate import Caller
from service.http import cookies
from service.http.auth import ELSEWHERE, Anybody, Known, is_same_origin
from service.http.context import Context, ServiceContext
from service.http.cookies import SESSION, SIGN_IN
from service.http.models.people import PersonView
from service.http.models.sessions import EndedSessions, Me, NewPassword, SessionList, SessionView, SignIn
from service.http.openapi import REDIRECT, answers
from service.http.parameters import SessionId
from service.http.problems import Refused
from service.sign_in import FINISHED_WITHIN_S, Provider, Returned

RETURN_PATH = "/sign-in/return"

Secret = Annotated[str, Query(min_length=1, max_length=400)]
PersonQuery = Annotated[
    str | None, Query(pattern="^[0-9a-f]{32}$", description="Somebody else's; needs the right to change people")
]

router = APIRouter(tags=["sessions"])


@router.get("/me", responses=answers())
def who_am_i(caller: Known) -> Me:
    """Who asks, and what they may do at this moment."""
    return Me.of(caller)


@router.post("/sessions", status_code=201, responses=answers(400, 429))
def sign_in_here(given: SignIn, request: Request, context: Context, caller: Anybody, response: Response) -> PersonView:
    """Sign in with a name and a password. The answer to a wrong password is that to an unknown name."""
    if is_same_origin(request, context.settings.public_url) is False:
        raise Refused(403, ELSEWHERE)
    lengths = context.settings.session_lengths
    person, secret = sessions.sign_in(context.ledger, given.name, given.password, caller.address, lengths)
    cookies.set_cookie(request, response, SESSION, secret, lengths.longest_s)
    return PersonView.of(person)


@router.get("/sign-in", status_code=303, response_class=RedirectResponse, responses=REDIRECT)
def sign_in_elsewhere(request: Request, context: Context, caller: Anybody) -> Response:
    """Sign in at the house's identity provider: sends the browser there."""
    begun = sign_in.begin(context.ledger, _provider(context, request))
    response = RedirectResponse(begun.url, 303)
    cookies.set_cookie(request, response, SIGN_IN, begun.cookie, FINISHED_WITHIN_S)
    return response


@router.get(RETURN_PATH, status_code=303, response_class=RedirectResponse, responses=REDIRECT)
def come_back(
    request: Request,
    context: Context,
    caller: Anybody,
    state: Secret = "",
    code: Annotated[str | None, Query(max_length=4_000)] = None,
    iss: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Where the identity provider sends the browser back to."""
    returned = Returned(state, code, iss, cookies.cookie_of(request, SIGN_IN), caller.address)
    lengths = context.settings.session_lengths
    _, secret = sign_in.finish(context.ledger, _provider(context, request), returned, lengths)
    response = RedirectResponse(context.settings.after_sign_in, 303)
    cookies.forget_cookie(request, response, SIGN_IN)
    cookies.set_cookie(request, response, SESSION, secret, lengths.longest_s)
    return response


@router.post("/set-up", status_code=201, responses=answers(400, 410))
def set_password(new: NewPassword, context: Context, caller: Anybody) -> PersonView:
    """Use a set-up link: choose a password. Sessions that the person had end."""
    return PersonView.of(sessions.set_password(context.ledger, new.key, new.password, caller.address))


@router.get("/sessions", responses=answers(404))
def list_sessions(context: Context, caller: Known, person: PersonQuery = None) -> SessionList:
    """The sessions of who asks, or of a person."""
    owner = _person_asked_for(context, caller, person)
    found = sessions.list_sessions(context.ledger, owner)
    return SessionList(sessions=[SessionView.of(session, caller.means) for session in found])


@router.delete("/sessions", responses=answers(404))
def end_sessions(context: Context, caller: Known, person: PersonQuery = None) -> EndedSessions:
    """End all sessions of who asks, or of a person, at once."""
    return EndedSessions(ended=sessions.end_sessions(context.ledger, caller, person or caller.id))


@router.delete("/sessions/current", status_code=204, responses=answers())
def sign_out(request: Request, context: Context, caller: Known, response: Response) -> None:
    """Sign out: end the session that asks."""
    sessions.end_sessions(context.ledger, caller, caller.id, caller.means)
    cookies.forget_cookie(request, response, SESSION)


@router.delete("/sessions/{session}", responses=answers(404))
def end_session(session: SessionId, context: Context, caller: Known, person: PersonQuery = None) -> EndedSessions:
    """End one session of who asks, or of a person."""
    return EndedSessions(ended=sessions.end_sessions(context.ledger, caller, person or caller.id, session))


def _person_asked_for(context: ServiceContext, caller: Caller, person: str | None) -> str:
    if person is not None and person != caller.id:
        people.ask(caller, people.find(context.ledger, person).accounts)
    return person or caller.id


def _provider(context: ServiceContext, request: Request) -> Provider:
    given = context.settings
    if given.oidc_issuer is None:
        raise Refused(404, "no identity provider is set; sign in with a name and a password")
    ours = given.public_url or str(request.base_url)
    return Provider(
        issuer=given.oidc_issuer,
        client=given.oidc_client,
        secret=given.oidc_secret,
        return_url=ours.rstrip("/") + RETURN_PATH,
        scope=given.oidc_scope,
        groups_claim=given.oidc_groups_claim,
        groups=sign_in.together(given.oidc_groups, context.library.groups),
    )
