"""Tokens: what a person or a service shows instead of signing in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from service.gate import Scope
from service.http.models.people import AccountName, Name, time_or_none
from service.http.models.problems import Answer
from service.tokens import Token

LONGEST_LIFE_DAYS = 3_650

_ID = "3d1f0e2d9c8a4b7e8f6d5c4b3a291807"
_TIMES: dict[str, Any] = {"created": "2026-12-01T08:00:00Z"}


class TokenBody(BaseModel):
    """A token to be made. `accounts`: for these alone; `*` for all that its owner has.

    `owner`: the id of a person or service; without, who asks. `service`: it is for the service of this name, new or
    not.
    """

    name: Name
    scopes: tuple[Scope, ...] = Field(min_length=1, max_length=len(Scope))
    accounts: tuple[AccountName, ...] = Field(min_length=1, max_length=500)
    days: float | None = Field(None, gt=0, le=LONGEST_LIFE_DAYS)
    owner: str | None = Field(None, pattern="^[0-9a-f]{32}$")
    service: bool = False

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "French desk", "scopes": ["upload", "render"], "accounts": ["ministere"], "days": 90}]
        },
    )


class TokenView(Answer):
    """A token, without its secret."""

    id: str
    owner: str
    name: str
    scopes: list[str]
    accounts: list[str]
    created: datetime
    expires: datetime | None
    used: datetime | None
    revoked: datetime | None

    @classmethod
    def of(cls, token: Token) -> TokenView:
        return cls(
            id=token.id,
            owner=token.owner,
            name=token.name,
            scopes=list(token.scopes),
            accounts=list(token.accounts),
            created=datetime.fromtimestamp(token.created_s, UTC),
            expires=time_or_none(token.expires_s),
            used=time_or_none(token.used_s),
            revoked=time_or_none(token.revoked_s),
        )


_TOKEN: dict[str, Any] = {
    "id": "8f6d5c4b3a2918073d1f0e2d9c8a4b7e",
    "owner": _ID,
    "name": "French desk",
    "scopes": ["upload", "render"],
    "accounts": ["ministere"],
    **_TIMES,
    "expires": None,
    "used": None,
    "revoked": None,
}


class TokenList(Answer):
    """Tokens, the oldest first."""

    tokens: list[TokenView]

    model_config = ConfigDict(json_schema_extra={"examples": [{"tokens": [_TOKEN]}]})


class IssuedToken(Answer):
    """A new token and its secret, which is shown this once."""

    token: TokenView
    secret: str

    model_config = ConfigDict(json_schema_extra={"examples": [{"token": _TOKEN, "secret": "pvx_Yk3…"}]})
