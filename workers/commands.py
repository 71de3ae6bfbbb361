"""The service's commands: `portevoix serve`, and `portevoix token new`, `list`, `revoke`.

What they need is imported when one of them runs: who renders on the command line waits for no database's library.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from portevoix.errors import PortevoixError

if TYPE_CHECKING:
    from service.access import Token
    from service.ledger import Ledger

FAILED, WRONG_INPUT = 1, 2
DAY_S = 86_400

token = typer.Typer(no_args_is_help=True, help="Who may ask the service for what.")


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command()(serve)
    app.add_typer(token, name="token")


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on; 127.0.0.1 without.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="The port to listen on; 8080 without.")] = None,
) -> None:
    """Run the whole service on this machine: the API, a worker, the reconciler. PORTEVOIX_… variables set the rest."""
    from service.http.settings import HttpSettings
    from workers.serve import serve as run

    given = {"host": host, "port": port}
    try:
        run(HttpSettings(**{name: value for name, value in given.items() if value is not None}))  # type: ignore[arg-type]
    except PortevoixError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(FAILED) from None


@token.command()
def new(
    name: Annotated[str, typer.Option(help="Whose it is, for the list and the log of readings.")],
    account: Annotated[
        list[str] | None, typer.Option(help="Only for this account; may stand several times. All without.")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="upload, render, review, metrics or admin; the first three without.")
    ] = None,
    days: Annotated[float | None, typer.Option(min=0, help="How long it is valid; for ever without.")] = None,
) -> None:
    """Make a token and print it. It is shown this once: only its hash is kept."""
    from portevoix.library import load_library
    from service import access
    from service.access import Scope

    scopes = scope or [Scope.UPLOAD, Scope.RENDER, Scope.REVIEW]
    _all_known("scope", scopes, [known.value for known in Scope])
    _all_known("account", account or [], list(load_library().accounts))
    lifetime_s = None if days is None else days * DAY_S
    made, secret = access.issue(_ledger(), name, scopes, account or (), lifetime_s)
    print(
        f"token {made.id} of {name!r}: {', '.join(scopes)} for {', '.join(account or []) or 'every account'}",
        file=sys.stderr,
    )
    print(secret)


@token.command(name="list")
def show() -> None:
    """List the tokens, the oldest first."""
    from service.access import list_tokens

    for found in list_tokens(_ledger()):
        print(
            f"{found.id}  {_state(found):<32}  {found.name}  ({', '.join(found.scopes)}; {', '.join(found.accounts) or 'every account'})"
        )


@token.command()
def revoke(id: Annotated[str, typer.Argument(help="The token's id, as the list gives it.")]) -> None:
    """End a token at once."""
    from service import access

    try:
        access.revoke(_ledger(), id)
    except PortevoixError as error:
        print(error, file=sys.stderr)
        raise typer.Exit(WRONG_INPUT) from None


def _ledger() -> Ledger:
    from service.ledger.database import migrate, open_ledger
    from service.settings import settings

    ledger = open_ledger(settings().database)
    migrate(ledger)
    return ledger


def _all_known(kind: str, given: list[str], known: list[str]) -> None:
    if unknown := [word for word in given if word not in known]:
        print(f"{kind} {unknown[0]!r} is not known; known: {', '.join(known)}", file=sys.stderr)
        raise typer.Exit(WRONG_INPUT)


def _state(found: Token) -> str:
    if found.revoked_s is not None:
        return f"revoked {_day(found.revoked_s)}"
    if found.expires_s is not None:
        return f"until {_day(found.expires_s)}"
    return f"last used {_day(found.used_s)}" if found.used_s is not None else "never used"


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def main() -> None:
    """The command line with the service's commands: the engine, which knows no service, cannot name them itself."""
    from portevoix import cli

    add_to(cli.app)
    cli.main()


if __name__ == "__main__":
    main()
