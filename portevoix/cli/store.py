"""`portevoix store verify`: whether the store still has what was put in."""

from __future__ import annotations

from typing import Annotated

import typer

from portevoix.cli.console import DEFAULT_STORE, DONE, FAILED, StorePlace, errors_reported, say
from portevoix.cli.places import store_at

app = typer.Typer(no_args_is_help=True, help="Look after the store of artifacts and inputs.")


@app.callback()
def main() -> None:
    """Look after the store of artifacts and inputs."""


@app.command()
def verify(
    store: StorePlace = DEFAULT_STORE,
    remove: Annotated[bool, typer.Option("--remove", help="Remove what is spoilt; artifacts are made again.")] = False,
) -> None:
    """Hash everything in the store, and name what is not what was put in. An input that is spoilt is uploaded again."""
    found = 0
    with errors_reported():
        artifacts = store_at(store)
        for one in artifacts.spoilt():
            found += 1
            say(f"{one.kind} {one.key}: {one.why}")
            if remove:
                (artifacts.delete if one.kind == "artifact" else artifacts.delete_input)(one.key)
    done = "; removed" if remove and found else ""
    say(f"{found} spoilt{done}" if found else "all is as it was put in")
    raise typer.Exit(FAILED if found and not remove else DONE)
