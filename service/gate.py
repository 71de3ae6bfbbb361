"""The one gate: who may do what, for which accounts. Whatever has no rule here is refused.

A person or a service has roles, each for named accounts; a role is a set of rights. A token narrows its owner's rights
by its scopes and its accounts, at the moment of asking, and never adds to them.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from portevoix.library import Library

ALL = "*"  # every account, those to come too; only where somebody said so

Kind = Literal["person", "service", "nobody"]
Via = Literal["session", "token", "command", "nothing"]


class Right(StrEnum):
    """What one may do."""

    SELF = "self"  # ask who one is, end one's own sessions and tokens
    UPLOAD = "upload"  # send files
    LIST = "list"  # know that a job exists, and how it stands
    SUBMIT = "submit"  # submit, correct, cancel, retry
    READ = "read"  # see and hear what is not out yet: files, captions, plans
    COMMENT = "comment"
    APPROVE = "approve"
    EMBARGO = "embargo"  # move an embargo to a later hour
    RELEASE = "release"  # release, withdraw, move an embargo to an earlier hour
    METRICS = "metrics"  # the service's numbers, of all accounts
    ERASE = "erase"  # remove every byte of a job
    PEOPLE = "people"  # people, their roles, tokens of others
    AUDIT = "audit"  # the record, of all accounts


class Role(StrEnum):
    """What a person is for an account."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    PUBLISHER = "publisher"
    ADMINISTRATOR = "administrator"


class Scope(StrEnum):
    """What a token may be used for."""

    UPLOAD = "upload"
    RENDER = "render"
    REVIEW = "review"
    APPROVE = "approve"
    RELEASE = "release"
    METRICS = "metrics"
    ADMIN = "admin"


_SEEING = frozenset({Right.LIST, Right.READ, Right.COMMENT, Right.METRICS})
ROLES: Mapping[Role, frozenset[Right]] = {
    Role.AUTHOR: _SEEING | {Right.UPLOAD, Right.SUBMIT, Right.EMBARGO},
    Role.REVIEWER: _SEEING | {Right.APPROVE},
    Role.PUBLISHER: _SEEING | {Right.RELEASE, Right.EMBARGO},
    Role.ADMINISTRATOR: frozenset(Right),
}
SCOPES: Mapping[Scope, frozenset[Right]] = {
    Scope.UPLOAD: frozenset({Right.UPLOAD}),
    Scope.RENDER: frozenset({Right.LIST, Right.SUBMIT, Right.EMBARGO}),
    Scope.REVIEW: frozenset({Right.LIST, Right.READ, Right.COMMENT}),
    Scope.APPROVE: frozenset({Right.LIST, Right.READ, Right.COMMENT, Right.APPROVE}),
    Scope.RELEASE: frozenset({Right.LIST, Right.RELEASE, Right.EMBARGO}),
    Scope.METRICS: frozenset({Right.METRICS}),
    Scope.ADMIN: frozenset(Right),
}
EVERYWHERE = frozenset({Right.METRICS, Right.AUDIT})  # they show all accounts at once, so they need the right for all
EVERYBODY = frozenset({Right.SELF})  # what whoever is known may do, whatever their roles
PERSONAL = frozenset({Right.APPROVE})  # what no service may do: an approval is a person's


@dataclass(frozen=True, order=True)
class Grant:
    """One role for one account, or for `*`."""

    role: Role
    account: str


@dataclass(frozen=True)
class Caller:
    """Who asks, and what they may do at this moment. `rights`: each right, and the accounts for which they have it.

    `id`: of the person or service. `address`: from where; None on the command line. `means`: the id of the session or
    token. `asked`: the request, without what stands in it (`GET /jobs/{job}/plan`).
    """

    id: str
    name: str
    kind: Kind
    via: Via
    rights: Mapping[Right, frozenset[str]]
    address: str | None = None
    means: str | None = None
    asked: str | None = None

    def has(self, right: Right) -> bool:
        """Whether they have this right for any account at all; for all of them, where the right shows all."""
        accounts = self.rights.get(right, frozenset())
        return ALL in accounts if right in EVERYWHERE else bool(accounts)

    def may(self, right: Right, accounts: Collection[str], owner: str | None = None) -> bool:
        """Whether they have this right for every one of these accounts.

        A job for no account (for formats and languages) is open to its owner and to those with the right for `*`.
        """
        covered = self.rights.get(right, frozenset())
        if ALL in covered:
            return True
        if not accounts:
            return bool(covered) and owner == self.id
        return covered.issuperset(accounts)

    def may_use_kit(self, kit: str, library: Library) -> bool:
        """Whether one of the accounts that they may submit for has this brand kit. What is built in is nobody's."""
        covered, found = self.rights.get(Right.SUBMIT, frozenset()), library.kits.get(kit)
        if found is None or found.folders[0].is_relative_to(library.root / "brand"):
            return True
        return ALL in covered or any(a.kit == kit for name, a in library.accounts.items() if name in covered)


NOBODY = Caller("", "nobody", "nobody", "nothing", {})
ITSELF = Caller("portevoix", "portevoix", "service", "nothing", {})  # what the service does when its hour has come


def rights_of(grants: Iterable[Grant], kind: Kind = "person") -> dict[Right, frozenset[str]]:
    """What these roles allow, and for which accounts."""
    found: dict[Right, frozenset[str]] = {right: frozenset({ALL}) for right in EVERYBODY}
    for grant in grants:
        for right in ROLES[grant.role] - EVERYBODY:
            found[right] = found.get(right, frozenset()) | {grant.account}
    return found if kind == "person" else {right: for_ for right, for_ in found.items() if right not in PERSONAL}


def narrowed(
    rights: Mapping[Right, frozenset[str]], scopes: Iterable[str], accounts: Collection[str]
) -> dict[Right, frozenset[str]]:
    """Those of an owner's rights that a token with these scopes for these accounts carries."""
    allowed = EVERYBODY.union(*(SCOPES[Scope(scope)] for scope in scopes))
    kept = {right: _both(for_, accounts) for right, for_ in rights.items() if right in allowed - EVERYBODY}
    own = {right: for_ for right, for_ in rights.items() if right in EVERYBODY}
    return own | {right: for_ for right, for_ in kept.items() if for_}


def _both(covered: frozenset[str], accounts: Collection[str]) -> frozenset[str]:
    if ALL in accounts:
        return covered
    return frozenset(accounts) if ALL in covered else covered & frozenset(accounts)


def at_the_command_line(login: str | None = None) -> Caller:
    """Whoever can open the database on the machine itself: every right, under the name of their login."""
    name = login or _login()
    rights = {right: frozenset({ALL}) for right in Right}
    return Caller(f"login:{name}"[:32], name, "person", "command", rights)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a number without a name
        return f"uid {os.getuid()}"
