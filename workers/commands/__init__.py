"""The service's commands: `portevoix serve`, `token`, `person`, `job`, `erase`, `audit`.

What they need is imported when one of them runs: who renders on the command line waits for no database's library.
"""

from __future__ import annotations

from typing import Annotated

import typer

from portevoix.cli.console import HousePlace, errors_reported
from workers.commands import audit, job, person, token
from workers.commands.erase import erase

PANEL = "The service"


def add_to(app: typer.Typer) -> None:
    """Give an application these commands."""
    app.command(rich_help_panel=PANEL)(serve)
    for name, group in {"job": job, "person": person, "token": token, "audit": audit}.items():
        app.add_typer(group.app, name=name, rich_help_panel=PANEL)
    app.command(rich_help_panel=PANEL)(erase)


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on; 127.0.0.1 without.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="The port to listen on; 8080 without.")] = None,
    house: HousePlace = None,
) -> None:
    """Run the whole service on this machine: the API, a worker, the reconciler. PORTEVOIX_… variables set the rest."""
    from portevoix.library import load_library
    from service.http.settings import HttpSettings
    from workers.serve import serve as run

    given = {"host": host, "port": port, "house": house and house.resolve()}
    settings = HttpSettings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    with errors_reported():
        load_library(settings.house)  # nothing is started with a house that has a fault
        run(settings)


def main() -> None:
    """The command line with the service's commands: the engine, which knows no service, cannot name them itself."""
    from portevoix import cli

    add_to(cli.app)
    cli.main()
