"""Who asks, what they may do, and which jobs they may know of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from service import access
from service.access import Scope, Token
from service.http.audit import record_reading
from service.http.context import Context, ServiceContext
from service.http.intake import accounts_of
from service.http.problems import Refused
from service.ledger import JobEntry, UnknownJob, queries

_bearer = HTTPBearer(auto_error=False, description="A token: `portevoix token new`", scheme_name="token")


def _token(context: Context, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Token:
    token = access.find_token(context.ledger, given.credentials) if given else None
    if token is None:
        raise Refused(401, "this needs a token: send `Authorization: Bearer pvx_…`", WWW_Authenticate="Bearer")
    return token


def _with_scope(*scopes: Scope) -> Callable[..., Token]:
    def check(request: Request, token: Annotated[Token, Depends(_token)]) -> Token:
        if not {*scopes, Scope.ADMIN} & set(token.scopes):
            record_reading(request, token, refused=True, job=request.path_params.get("job", ""))
            raise Refused(403, f"token {token.name!r} may not do this; it needs the scope {' or '.join(scopes)}")
        return token

    return check


Uploader = Annotated[Token, Depends(_with_scope(Scope.UPLOAD))]
Renderer = Annotated[Token, Depends(_with_scope(Scope.RENDER))]
Reviewer = Annotated[Token, Depends(_with_scope(Scope.REVIEW))]
Operator = Annotated[Token, Depends(_with_scope(Scope.METRICS))]
Watcher = Annotated[Token, Depends(_with_scope(Scope.RENDER, Scope.REVIEW))]


def may_see(token: Token, accounts: tuple[str, ...], owner: str) -> bool:
    """A token for some accounts sees their jobs and its own; what names no account is its owner's."""
    return not token.accounts or owner == token.id or (bool(accounts) and set(accounts) <= set(token.accounts))


def visible_job(context: ServiceContext, token: Token, job: str) -> JobEntry:
    """A job that this token may know of. Raises UnknownJob for any other, whether there is one or not."""
    entry = queries.find_job(context.ledger, job)
    if token.accounts:
        submission = queries.find_submission(context.ledger, job)
        if not may_see(token, accounts_of(submission.document), entry.owner):
            raise UnknownJob(job)
    return entry
