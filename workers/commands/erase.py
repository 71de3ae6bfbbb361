"""`portevoix erase`: every byte of a job goes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from workers.commands.shared import FAILED, caller, mistakes_said, open_ledger


def erase(
    job: Annotated[str, typer.Argument(help="The job's id.", show_default=False)],
    why: Annotated[str, typer.Option(help="The reason. It stands in the record.", show_default=False)],
) -> None:
    """Remove every byte of a job that has ended: words, comments, files, artifacts, inputs that no other job uses.

    The record of it stays. Copies that other machines have go with the next round of their reconcilers.
    """
    from portevoix.store import StoreError
    from service import erasure
    from service.settings import settings

    ledger = open_ledger()
    with mistakes_said():
        found = erasure.begin(ledger, caller(), job, why)
        try:
            erasure.remove(ledger, settings().open_store(), settings().deliveries, found)
        except (StoreError, OSError) as error:
            print(f"{job} is forgotten, but not all its files are gone: {error}; a reconciler goes on", file=sys.stderr)
            raise typer.Exit(FAILED) from None
    print(f"{job} is erased: its files, {len(found.artifacts)} artifacts and {len(found.inputs)} inputs")
