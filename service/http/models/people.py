"""Persons and services, and their roles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.gate import Grant, Role
from service.http.models.problems import Answer
from service.people import Person

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


def time_or_none(seconds: float | None) -> datetime | None:
    """A time of the ledger as it is answered."""
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
    """A person or a service. `signs_in`: by what; null where they cannot yet, and for services."""

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
            removed=time_or_none(person.removed_s),
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
