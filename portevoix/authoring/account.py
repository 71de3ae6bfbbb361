"""Accounts: handles, and what each of them receives. One file, `accounts.yaml`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Literal

from pydantic import model_validator

from portevoix.authoring.destination import WrittenDestination
from portevoix.authoring.document import Authored, load
from portevoix.authoring.job import FormatName


class Approval(Authored):
    """How many people other than the last author have to approve a language before it is released; 0: nobody."""

    people: Literal[0, 1, 2] = 1


class Account(Authored):
    """A handle. `formats` overrides a placement's own first format; `captions` overrides burned or beside.

    `safe_zone`: `strict` keeps words also out of what the platform lays over advertisements. `destination` is where
    its releases go, `approval` who has to agree first.
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


class Accounts(Authored):
    """The file `accounts.yaml`."""

    accounts: dict[str, Account]

    @model_validator(mode="after")
    def _destinations_apart(self) -> Accounts:
        places = Counter(one.destination.to.rstrip("/") for one in self.accounts.values() if one.destination)
        if shared := sorted(place for place, count in places.items() if count > 1):
            raise ValueError(f"two accounts have the destination {shared[0]}; give each one a prefix of its own")
        return self


def load_accounts(path: Path) -> dict[str, Account]:
    """All accounts by handle. Raises InvalidInput."""
    return load(Accounts, path).accounts
