"""Accounts: handles, and what each of them receives. One file in a house, `accounts.yaml`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from portevoix.authoring.destination import WrittenDestination
from portevoix.authoring.document import Authored, Place, read_document, validate
from portevoix.authoring.folder import contained
from portevoix.authoring.values import ByLanguage, FormatName
from portevoix.errors import InvalidInput, suggestion

ACCOUNTS = "accounts.yaml"
EVERY_ACCOUNT = "*"
RoleName = Literal["author", "reviewer", "publisher", "administrator"]
Groups = dict[str, dict[RoleName, tuple[str, ...]]]


class Approval(Authored):
    """How many people other than the last author have to approve a language before it is released; 0: nobody."""

    people: Literal[0, 1, 2] = 1


class Room(Authored):
    """The most that an account's jobs may hold in the service, what they are made from and what they deliver: GB (10⁹
    bytes) and files.
    """

    gb: Annotated[float, Field(gt=0)]
    files: Annotated[int, Field(gt=0)] = 5_000

    @property
    def bytes(self) -> int:
        """The same in bytes."""
        return round(self.gb * 1e9)


class Account(Authored):
    """A handle. `formats` overrides a placement's own first format; `captions` overrides burned or beside.

    `safe_zone`: `strict` keeps words also out of what the platform lays over advertisements. `destination` is where
    its releases go, `approval` says how many must agree first. `mark_reviews`: before an embargo ends, a picture of
    this account shows the viewer's own name over it. `name`: what people call it, in one language or in several.
    `room`: how much its jobs may hold; no limit without.
    """

    language: str
    kit: str
    prefix: str
    placements: tuple[str, ...]
    formats: dict[str, FormatName] = {}
    captions: Literal["burned", "beside"] | None = None
    safe_zone: Literal["organic", "strict"] = "organic"
    destination: WrittenDestination | None = None
    approval: Approval = Approval()
    mark_reviews: bool = False
    name: str | ByLanguage = ""
    room: Room | None = None

    def called(self, language: str) -> str:
        """What people call it, in a language or in the first that it is named in; empty where nobody has said."""
        names = {language: self.name} if isinstance(self.name, str) else self.name
        return names.get(language) or next(iter(names.values()), "")


class Accounts(Authored):
    """The file `accounts.yaml`. `groups`: of the house's identity provider, the roles that each gives, and for which
    accounts.
    """

    accounts: dict[str, Account]
    groups: Groups = {}

    @model_validator(mode="after")
    def _destinations_apart(self) -> Accounts:
        places = Counter(one.destination.to.rstrip("/") for one in self.accounts.values() if one.destination)
        if shared := sorted(place for place, count in places.items() if count > 1):
            raise ValueError(f"two accounts have the destination {shared[0]}; give each one a prefix of its own")
        return self


@dataclass(frozen=True)
class Names:
    """What accounts may name."""

    languages: Collection[str]
    placements: Collection[str]
    kits: Collection[str]
    without_video: Collection[str] = ()  # placements that take none


def load_accounts(house: Path, names: Names) -> Accounts:
    """A house's accounts by handle, and its groups; none where it has no such file.

    Raises InvalidInput with every fault, also for a name that is none of `names`.
    """
    path = house / ACCOUNTS
    if not os.path.lexists(path):
        return Accounts(accounts={})
    document = read_document(contained(path, house))
    accounts = validate(Accounts, document)
    found = [
        document.fault(("accounts", handle, *place), message)
        for handle, account in accounts.accounts.items()
        for place, message in _unknown(account, names)
    ]
    found += [document.fault(("groups", *place), message) for place, message in _unknown_in_groups(accounts)]
    if found:
        raise InvalidInput(found)
    return accounts


def _unknown_in_groups(found: Accounts) -> Iterator[tuple[Place, str]]:
    for group, roles in found.groups.items():
        for role, handles in roles.items():
            for number, handle in enumerate(handles):
                if handle not in (EVERY_ACCOUNT, *found.accounts):
                    said = f"account {handle!r} is not known ('*' is all of them); {suggestion(handle, found.accounts)}"
                    yield (group, role, number), said


def _unknown(account: Account, names: Names) -> Iterator[tuple[Place, str]]:
    for kind, name, known in (
        ("language", account.language, names.languages),
        ("kit", account.kit, names.kits),
    ):
        if name not in known:
            yield (kind,), f"{kind} {name!r} is not known; {suggestion(name, known)}"
    for number, placement in enumerate(account.placements):
        if placement not in names.placements:
            yield (
                ("placements", number),
                f"placement {placement!r} is not known; {suggestion(placement, names.placements)}",
            )
        elif placement in names.without_video:
            advice = "take it out, and look at what goes there with `portevoix check`"
            yield ("placements", number), f"{placement} takes no video, and a job makes videos; {advice}"
    for placement in account.formats:
        if placement not in account.placements:
            asked = suggestion(placement, account.placements)
            yield ("formats", placement), f"{placement!r} is none of the account's placements; {asked}"
