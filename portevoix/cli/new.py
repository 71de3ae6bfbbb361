"""`portevoix new`: a job to fill in, or a house."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from portevoix.cli.console import HousePlace, errors_reported, say, usage_error
from portevoix.cli.new_house import new_house
from portevoix.cli.new_job import new_job
from portevoix.library import load_library


def new(
    folder: Annotated[Path | None, typer.Argument(help="The job's folder.", show_default=False)] = None,
    recipe: Annotated[str, typer.Option(help="Which recipe the job follows.")] = "interview",
    house: HousePlace = None,
) -> None:
    """Make a job folder to fill in. With `--house DIR` and no folder: make a house."""
    with errors_reported():
        if folder:
            new_job(folder, recipe, load_library(house))
            say(f"{folder}/job.yaml is ready to fill in; then: portevoix render {folder}/job.yaml")
        elif house:
            new_house(house)
            say(f"{house} is ready; {house}/README.md says what goes where")
        else:
            raise usage_error("say which folder: the job's, or with --house DIR a house's")
