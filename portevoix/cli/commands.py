"""All commands of the engine, in the order of the work; `--help` shows them in these groups."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import typer

from portevoix.cli import brand, captions, credentials, house, store
from portevoix.cli.check import check
from portevoix.cli.clips import clips
from portevoix.cli.credentials import verify
from portevoix.cli.doctor import doctor
from portevoix.cli.frame import frame
from portevoix.cli.lists import languages, placements, recipes, schema
from portevoix.cli.new import new
from portevoix.cli.package import package
from portevoix.cli.publishing import withdraw
from portevoix.cli.render import plan, render, watch

COMMANDS: dict[str, tuple[Callable[..., None], ...]] = {
    "A job": (new, clips, frame, plan, watch, render),
    "What was made": (check, package, verify, withdraw),
    "What there is to choose from": (recipes, languages, placements, schema),
    "This machine": (doctor,),
}
GROUPS = {
    "A job": {"captions": captions},
    "What was made": {"credentials": credentials},
    "What there is to choose from": {"brand": brand, "house": house},
    "This machine": {"store": store},
}

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Branded, captioned cuts of one film for every account.",
)
for panel, commands in COMMANDS.items():
    for command in commands:
        app.command(rich_help_panel=panel)(command)
    for name, group in GROUPS[panel].items():
        app.add_typer(group.app, name=name, rich_help_panel=panel)


def main() -> None:
    """The entry point of `portevoix`."""
    os.environ.setdefault("COLUMNS", str(shutil.get_terminal_size((110, 24)).columns))
    app()
