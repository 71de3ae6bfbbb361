"""`portevoix package`: what was rendered, as a platform's team needs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from portevoix.cli.console import console, errors_reported, usage_error
from portevoix.cli.credentials import CredentialsPlace, signing_place
from portevoix.cli.places import destination_of
from portevoix.delivery.credentials.released_set import ReleaseRoom, released_set
from portevoix.delivery.credentials.settings import load_signing
from portevoix.delivery.deliver import failing
from portevoix.delivery.packages import package_of, send_package
from portevoix.errors import InvalidInput, invalid


def package(
    rendered: Annotated[Path, typer.Argument(help="The folder of a rendered job.", show_default=False)],
    to: Annotated[str, typer.Argument(help="NAME.zip, a folder, or s3://bucket/prefix.", show_default=False)],
    account: Annotated[list[str] | None, typer.Option(help="Only this account; may stand several times.")] = None,
    credentials_file: CredentialsPlace = None,
    address: Annotated[str, typer.Option(help="Where it will lie on the web, for the tables.")] = "",
) -> None:
    """Put films, pictures, captions and posts together for the publishing team, with tables for publishing tools."""
    with errors_reported():
        signing = signing_place(credentials_file)
        signed = load_signing(signing) if signing else None
        manifest = released_set(_manifest(rendered, account or []), ReleaseRoom(rendered), signed)
        entries = package_of(manifest, lambda delivery: rendered / delivery["path"], address)
        sent = send_package(manifest["job"], entries, destination_of(to))
    console.print(f"{sent.files} files, {sent.bytes:,} bytes: {sent.place}", highlight=False, soft_wrap=True)


def _manifest(rendered: Path, accounts: list[str]) -> dict[str, Any]:
    """What was rendered, for some accounts or all. Raises InvalidInput where a platform would refuse any of it."""
    try:
        manifest: dict[str, Any] = json.loads((rendered / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        raise usage_error(f"{rendered} has no manifest.json that can be read; render the job into it first") from None
    found = [d for d in manifest["deliveries"] if not accounts or d["account"] in accounts]
    if missing := set(accounts) - {d["account"] for d in found}:
        raise usage_error(f"--account {min(missing)}: the job is not for it")
    if refused := failing(found):
        raise InvalidInput([fault for sentence in refused for fault in invalid(str(rendered), sentence).faults])
    return {**manifest, "deliveries": found}
