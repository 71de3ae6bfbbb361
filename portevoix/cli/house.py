"""`portevoix house`: whether the institution's own data is sound."""

from __future__ import annotations

import typer

from portevoix.cli.console import HousePlace, errors_reported, say
from portevoix.errors import Fault, InvalidInput
from portevoix.library import load_library

NO_FOLDER = "is named under `media` in house.yaml, but is no folder here; mend the name, or mount it"

app = typer.Typer(no_args_is_help=True, help="Check the institution's own data.")


@app.callback()
def _app() -> None:
    """Check the institution's own data."""


@app.command()
def check(house: HousePlace = None) -> None:
    """Name every fault of a house, each with file and line; without a house, look at what is built in."""
    with errors_reported():
        library = load_library(house)
        if faults := [Fault(str(folder), None, None, NO_FOLDER) for folder in library.media if not folder.is_dir()]:
            raise InvalidInput(faults)
    say(f"{library.house or 'What is built in'} is sound: {library.contents}")
    for folder in library.media:
        say(f"media: {folder}")
