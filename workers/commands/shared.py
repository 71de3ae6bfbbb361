"""What the service's commands share: the ledger, who runs them, and how a mistake is said."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from portevoix.errors import PortevoixError

if TYPE_CHECKING:
    from service.gate import Caller
    from service.ledger import Ledger

FAILED, WRONG_INPUT = 1, 2
DAY_S = 86_400


def open_ledger() -> Ledger:
    """The ledger of the settings, its tables as they should be."""
    from service import at_rest
    from service.ledger import database
    from service.settings import settings

    at_rest.keep_private()
    ledger = database.open_ledger(settings().database)
    database.migrate(ledger)
    return ledger


def caller() -> Caller:
    """Who runs the command: the login of this machine."""
    from service.gate import at_the_command_line

    return at_the_command_line()


@contextmanager
def mistakes_said() -> Iterator[None]:
    """End with the sentence of an error in place of its trace."""
    try:
        yield
    except PortevoixError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(WRONG_INPUT) from None


def check_known(kind: str, given: Sequence[str], known: Sequence[str]) -> None:
    """End with a sentence where a word is not among those that are known."""
    if unknown := [word for word in given if word not in known]:
        print(f"{kind} {unknown[0]!r} is not known; known: {', '.join(known)}", file=sys.stderr)
        raise typer.Exit(WRONG_INPUT)


def check_accounts(given: Sequence[str], house: Path | None) -> None:
    """The same of accounts of a house; `*` stands for all."""
    from portevoix.library import load_library
    from service.gate import ALL

    check_known("account", given, [*load_library(house).accounts, ALL])


def day(seconds: float) -> str:
    """A time as the lists show it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
