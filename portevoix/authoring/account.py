"""Accounts: handles, and what each of them receives. One file, `accounts.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from portevoix.authoring.destination import WrittenDestination
from portevoix.authoring.document import Authored, load
from portevoix.authoring.job import FormatName


class Account(Authored):
    """A handle. `formats` overrides a placement's own first format; `captions` overrides burned or beside.

    `safe_zone`: `strict` keeps words also out of what the platform lays over advertisements. `destination` is where
    its releases go.
    """

    language: str
    kit: str
    prefix: str
    placements: tuple[str, ...]
    formats: dict[str, FormatName] = {}
    captions: Literal["burned", "beside"] | None = None
    safe_zone: Literal["organic", "strict"] = "organic"
    destination: WrittenDestination | None = None


class Accounts(Authored):
    """The file `accounts.yaml`."""

    accounts: dict[str, Account]


def load_accounts(path: Path) -> dict[str, Account]:
    """All accounts by handle. Raises InvalidInput."""
    return load(Accounts, path).accounts
