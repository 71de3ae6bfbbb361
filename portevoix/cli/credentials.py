"""`portevoix verify` and `portevoix credentials`: whose a file is; an authority to try it with."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from portevoix.cli.console import DONE, FAILED, console, errors_reported, usage_error

SETTING = "PORTEVOIX_CREDENTIALS"
CredentialsPlace = Annotated[
    Path | None,
    typer.Option("--credentials", help=f"Settings to sign with. [default: {SETTING}, else nothing is signed]"),
]

app = typer.Typer(no_args_is_help=True, help="Content credentials (C2PA).")


@app.callback()
def _several() -> None:
    """Content credentials (C2PA): what signs a released film."""


@app.command("test-authority")
def test_authority(
    folder: Path,
    owner: Annotated[str, typer.Option(help="The institution that it signs for.")] = "Test institution",
) -> None:
    """Make certificates and a key for development, which nobody else trusts."""
    from portevoix.delivery.credentials.test_authority import make_test_authority  # here: few commands sign

    with errors_reported():
        settings = make_test_authority(folder, owner)
    console.print(f"{settings}: use it with --credentials; verify with --roots {folder / 'root.pem'}", soft_wrap=True)


def verify(
    file: Path,
    roots: Annotated[Path | None, typer.Option(help="Trusted certificates, as PEM.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False,
) -> None:
    """Say whose a file is, what was done to it, and whether a byte was changed: any file with content credentials."""
    from portevoix.delivery.credentials.verify import verify_file  # here: few commands sign

    for place in filter(None, (file, roots)):
        if not place.is_file():
            raise usage_error(f"{place} does not exist")
    found = verify_file(file, roots.read_text("ascii", "replace") if roots else "")
    if as_json:
        print(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        for line in found.lines:
            console.print(line, highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(DONE if found.verdict in ("trusted", "unchanged") else FAILED)


def signing_place(given: Path | None) -> Path | None:
    """The settings to sign with: those that are given, else those of the environment."""
    named = os.environ.get(SETTING)
    return given or (Path(named) if named else None)
