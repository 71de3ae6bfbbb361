"""`portevoix token`: what a program shows to be let in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from portevoix.cli.console import HousePlace
from workers.commands.shared import DAY_S, caller, check_accounts, check_known, day, mistakes_said, open_ledger

if TYPE_CHECKING:
    from service.tokens import Token

app = typer.Typer(no_args_is_help=True, help="Tokens: what a program shows to be let in.")


@app.command()
def new(
    name: Annotated[str, typer.Option(help="What it is for. Without --owner, the service that has it.")],
    account: Annotated[
        list[str], typer.Option(help="For this account; may stand several times. '*' is all, those to come too.")
    ],
    scope: Annotated[
        list[str] | None,
        typer.Option(help="upload, render, review, approve, release, metrics or admin; the first three without."),
    ] = None,
    days: Annotated[float | None, typer.Option(min=0, help="How long it is valid; for ever without.")] = None,
    owner: Annotated[str | None, typer.Option(help="The person or service that it belongs to.")] = None,
    house: HousePlace = None,
) -> None:
    """Make a token and print it. It is shown this once: only its hash is kept."""
    from service import people, tokens
    from service.gate import Scope

    scopes = scope or [Scope.UPLOAD, Scope.RENDER, Scope.REVIEW]
    check_known("scope", scopes, [known.value for known in Scope])
    check_accounts(account, house)
    wanted = tokens.NewToken(name, list(map(Scope, scopes)), account, None if days is None else days * DAY_S)
    ledger, by = open_ledger(), caller()
    with mistakes_said():
        if owner is None:
            made, secret = tokens.issue_to_service(ledger, by, wanted)
        else:
            made, secret = tokens.issue(ledger, by, people.named(ledger, owner).id, wanted)
    print(f"token {made.id} of {name!r}: {', '.join(scopes)} for {', '.join(account)}", file=sys.stderr)
    print(secret)


@app.command(name="list")
def show() -> None:
    """List the tokens, the oldest first."""
    from service import people, tokens

    ledger = open_ledger()
    owners = {person.id: person.name for person in people.list_people(ledger)}
    for found in tokens.list_tokens(ledger, caller()):
        for_what = f"{', '.join(found.scopes)}; {', '.join(found.accounts)}; of {owners[found.owner]}"
        print(f"{found.id}  {_state(found):<32}  {found.name}  ({for_what})")


@app.command()
def revoke(id: Annotated[str, typer.Argument(help="The token's id, as the list gives it.")]) -> None:
    """End a token at once."""
    from service import tokens

    with mistakes_said():
        tokens.revoke(open_ledger(), caller(), id)


def _state(found: Token) -> str:
    if found.revoked_s is not None:
        return f"revoked {day(found.revoked_s)}"
    if found.expires_s is not None:
        return f"until {day(found.expires_s)}"
    return f"last used {day(found.used_s)}" if found.used_s is not None else "never used"
