"""Persons and services, their roles, sessions and tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.access import Token
from service.gate import Caller, Grant, Right, Role, Scope
from service.http.models.problems import Answer
from service.passwords import LONGEST
from service.people import Person
from service.sessions import Session

LONGEST_LIFE_DAYS = 3_650

Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^\S(.*\S)?$")]
AccountName = Annotated[str, Field(min_length=1, max_length=80)]

_ID = "3d1f0e2d9c8a4b7e8f6d5c4b3a291807"
_ROLES: list[Any] = [{"role": "author", "account": "ministere"}, {"role": "reviewer", "account": "ministere_en"}]
_PERSON: dict[str, Any] = {
    "id": _ID,
    "kind": "person",
    "name": "Camille Martin",
    "roles": _ROLES,
    "signs_in": "password",
}
_TIMES: dict[str, Any] = {"created": "2026-12-01T08:00:00Z"}


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


class RoleFor(Answer):
    """One role, for one account or for `*`: all, those to come too."""

    role: Role
    account: AccountName

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": _ROLES[:1]})

    @classmethod
    def of(cls, grant: Grant) -> RoleFor:
        return cls(role=grant.role, account=grant.account)

    def grant(self) -> Grant:
        return Grant(self.role, self.account)


class NewPerson(BaseModel):
    """Somebody to be added. A person gets a set-up link; a service has tokens alone."""

    name: Name
    kind: Literal["person", "service"] = "person"
    roles: tuple[RoleFor, ...] = Field((), max_length=500)

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"name": "Camille Martin", "roles": _ROLES}]}
    )


class NewRoles(BaseModel):
    """The roles that somebody has from now on, in place of those given here before. Those of groups stay."""

    roles: tuple[RoleFor, ...] = Field(max_length=500)

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"roles": _ROLES}]})


class PersonView(Answer):
    """A person or a service. `signs_in`: by what; null for who cannot yet, and for services."""

    id: str
    kind: str
    name: str
    roles: list[RoleFor]
    signs_in: Literal["password", "provider"] | None
    created: datetime
    removed: datetime | None

    model_config = ConfigDict(json_schema_extra={"examples": [{**_PERSON, **_TIMES, "removed": None}]})

    @classmethod
    def of(cls, person: Person) -> PersonView:
        created = datetime.fromtimestamp(person.created_s, UTC)
        signs_in: Literal["password", "provider"] | None = "password" if person.has_password else None
        return cls(
            id=person.id,
            kind=person.kind,
            name=person.name,
            roles=[RoleFor.of(grant) for grant in person.grants],
            signs_in="provider" if person.subject else signs_in,
            created=created,
            removed=_time(person.removed_s),
        )


class PersonList(Answer):
    """Persons and services, by name."""

    people: list[PersonView]

    model_config = ConfigDict(json_schema_extra={"examples": [{"people": [{**_PERSON, **_TIMES, "removed": None}]}]})


class SetUpLink(Answer):
    """A link with which a person sets a password, once. Nobody can read it again."""

    link: str
    person: PersonView

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "link": "https://portevoix.example.org/set-up?key=Yk3…",
                    "person": {**_PERSON, "signs_in": None, **_TIMES, "removed": None},
                }
            ]
        }
    )


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


class Ended(Answer):
    """How many sessions were ended."""

    ended: int

    model_config = ConfigDict(json_schema_extra={"examples": [{"ended": 2}]})


class NewToken(BaseModel):
    """A token to be made. `accounts`: for these alone; `*` for all that its owner has.

    `owner`: the id of a person or service; without, who asks. `service`: it is for the service of this name, new or not.
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
            expires=_time(token.expires_s),
            used=_time(token.used_s),
            revoked=_time(token.revoked_s),
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
