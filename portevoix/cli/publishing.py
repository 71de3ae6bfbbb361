"""`render --out s3://…` and `withdraw`: a finished set goes to a destination, or is taken back."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from portevoix.cli.console import DONE, FAILED, errors_reported, say, usage_error
from portevoix.cli.places import destination_of
from portevoix.delivery import publishing
from portevoix.delivery.credentials.released_set import ReleaseRoom, released_set
from portevoix.delivery.credentials.settings import load_signing
from portevoix.errors import InvalidInput, RenderFailed
from portevoix.store import StoreError
from portevoix.store.destination import Destination


def publish_rendered(
    folder: Path, destination: Destination, as_json: bool, signing: Path | None, sources: Mapping[str, Path]
) -> None:
    """Publish what was rendered into `folder`, unless it is under embargo; signed, where there are settings for it.
    `sources`: the films and photos by their digests.
    """
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    if (embargo := manifest["embargo"]) and datetime.fromisoformat(embargo) > datetime.now(UTC):
        raise not_published(folder, f"{manifest['job']} is under embargo until {embargo}; give the same command then")
    try:
        signed = released_set(manifest, ReleaseRoom(folder, sources.get), load_signing(signing) if signing else None)
        published = publishing.publish(folder, signed, destination)
    except (StoreError, InvalidInput, RenderFailed) as error:
        raise not_published(folder, str(error)) from None
    edition = published.edition
    if as_json:
        event = {"event": "published", "destination": str(destination), "manifest": edition.name}
        numbered = {key: edition.manifest[key] for key in ("number", "replaces")}
        print(json.dumps({**event, **numbered, "changed": published.changed}, ensure_ascii=False), flush=True)
        return
    done = "published" if published.changed else "stood there already"
    say(f"{done}: {destination}/{edition.name}")


def not_published(folder: Path, reason: str) -> typer.Exit:
    """Say why a set stays where it was rendered; to be raised."""
    print(f"not published, the files are in {folder}: {reason}", file=sys.stderr)
    return typer.Exit(FAILED)


def withdraw(
    job: Annotated[str, typer.Argument(help="The job's name, as its manifests have it.", show_default=False)],
    place: Annotated[str, typer.Argument(help="Where it was published: s3://bucket/prefix.", show_default=False)],
) -> None:
    """Take a published job back: its newest manifest names nothing, and its files go."""
    with errors_reported():
        taken = publishing.withdraw(job, destination_of(place))
    if taken.edition is None:
        raise usage_error(f"nothing of {job!r} was published at {place}")
    say(f"withdrawn: {place}/{taken.edition.name}, {taken.deleted} files deleted")
    for name, reason in taken.kept.items():
        print(f"kept: {name}: {reason}", file=sys.stderr)
    raise typer.Exit(FAILED if taken.kept else DONE)
