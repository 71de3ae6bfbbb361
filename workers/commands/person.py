"""`portevoix person`: who there is, and which roles they have."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portevoix.cli.console import HousePlace
from workers.commands.shared import caller, check_accounts, check_known, day, mistakes_said, open_ledger

if TYPE_CHECKING:
    from service.gate import Grant
    from service.people import Person

app = typer.Typer(no_args_is_help=True, help="Persons and services, and their roles.")

Name = Annotated[str, typer.Argument(help="A name, or an id as the list gives it.")]
Roles = Annotated[
    list[str], typer.Option("--role", help="author, reviewer, publisher or administrator; may stand several times.")
]
Accounts = Annotated[
    list[str], typer.Option("--account", help="For this account; may stand several times. '*' is all of them.")
]


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="What they sign in with.")],
    role: Roles,
    account: Accounts,
    house: HousePlace = None,
) -> None:
    """Add a person, and print a link with which they set a password, once, within two days."""
    from service import people

    given = _grants(role, account, house)
    ledger = open_ledger()
    with mistakes_said():
        person = people.add(ledger, caller(), name, given)
    print(_line(person), file=sys.stderr)
    link(person.id)


@app.command()
def link(name: Name) -> None:
    """Print a new link to set a password; an earlier one is spent."""
    from service import people, sessions
    from service.http.settings import HttpSettings

    ledger = open_ledger()
    with mistakes_said():
        secret = sessions.new_link(ledger, caller(), people.named(ledger, name).id)
    print(sessions.link_of(HttpSettings().reached_at, secret))


@app.command()
def change(name: Name, role: Roles, account: Accounts, house: HousePlace = None) -> None:
    """Give somebody these roles in place of those they have; at once. A person who was removed is back."""
    from service import people

    given = _grants(role, account, house)
    ledger = open_ledger()
    with mistakes_said():
        print(_line(people.change(ledger, caller(), people.named(ledger, name).id, given)))


@app.command()
def remove(name: Name) -> None:
    """Take somebody's roles, sessions, tokens and password at once."""
    from service import people

    ledger = open_ledger()
    with mistakes_said():
        people.remove(ledger, caller(), people.named(ledger, name).id)


@app.command(name="sign-out")
def sign_out(name: Name) -> None:
    """End all sessions of a person at once."""
    from service import people, sessions

    ledger = open_ledger()
    with mistakes_said():
        ended = sessions.end_sessions(ledger, caller(), people.named(ledger, name).id)
    print(f"{ended} sessions ended")


@app.command(name="list")
def show() -> None:
    """List everybody by name, the removed too."""
    from service import people

    for person in people.list_people(open_ledger()):
        print(_line(person))


def _grants(roles: list[str], accounts: list[str], house: Path | None) -> list[Grant]:
    """Each role for each account."""
    from service.gate import Grant, Role

    check_known("role", roles, [known.value for known in Role])
    check_accounts(accounts, house)
    return [Grant(Role(role), account) for role in roles for account in accounts]


def _line(person: Person) -> str:
    roles = ", ".join(f"{grant.role} for {grant.account}" for grant in person.grants) or "no role"
    state = f"; removed {day(person.removed_s)}" if person.removed_s is not None else ""
    return f"{person.id}  {person.kind}  {person.name}  ({roles}{state})"
