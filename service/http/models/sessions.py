"""Who one is, and the sessions in which one is known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from service.gate import Caller, Right
from service.http.models.problems import Answer
from service.passwords import LONGEST
from service.sessions import Session

_ID = "3d1f0e2d9c8a4b7e8f6d5c4b3a291807"
_TIMES: dict[str, Any] = {"created": "2026-12-01T08:00:00Z"}


class Me(Answer):
    """Who asks, and what they may do at this moment: each right, and for which accounts; `*` is all."""

    id: str
    name: str
    kind: str
    via: str
    rights: dict[Right, list[str]]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": _ID,
                    "name": "Camille Martin",
                    "kind": "person",
                    "via": "session",
                    "rights": {"self": ["*"], "list": ["ministere"], "read": ["ministere"]},
                }
            ]
        }
    )

    @classmethod
    def of(cls, caller: Caller) -> Me:
        rights = {right: sorted(accounts) for right, accounts in sorted(caller.rights.items())}
        return cls(id=caller.id, name=caller.name, kind=caller.kind, via=caller.via, rights=rights)


class SignIn(BaseModel):
    """A name and its password."""

    name: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=LONGEST, repr=False)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "Camille Martin", "password": "sept mots que personne ne devine"}]},
    )


class NewPassword(BaseModel):
    """The key of a set-up link, and the password that is chosen."""

    key: str = Field(min_length=1, max_length=100, repr=False)
    password: str = Field(min_length=1, max_length=LONGEST, repr=False)

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"key": "Yk3…", "password": "sept mots que personne ne devine"}]},
    )


class SessionView(Answer):
    """A session that has not ended. `current`: the one that asks."""

    id: str
    address: str | None
    created: datetime
    seen: datetime
    until: datetime
    current: bool

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "9c8a4b7e8f6d5c4b3a2918073d1f0e2d",
                    "address": "192.0.2.7",
                    **_TIMES,
                    "seen": "2026-12-01T09:10:00Z",
                    "until": "2026-12-01T20:00:00Z",
                    "current": True,
                }
            ]
        }
    )

    @classmethod
    def of(cls, session: Session, means: str | None) -> SessionView:
        created, seen, until = (
            datetime.fromtimestamp(at_s, UTC) for at_s in (session.created_s, session.seen_s, session.until_s)
        )
        current = session.id == means
        return cls(id=session.id, address=session.address, created=created, seen=seen, until=until, current=current)


class SessionList(Answer):
    """Sessions, the newest first."""

    sessions: list[SessionView]

    model_config = ConfigDict(json_schema_extra={"examples": [{"sessions": []}]})


class EndedSessions(Answer):
    """How many sessions were ended."""

    ended: int

    model_config = ConfigDict(json_schema_extra={"examples": [{"ended": 2}]})
