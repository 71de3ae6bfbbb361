"""`portevoix audit`: the record, checked and written out."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from workers.commands.shared import FAILED, caller, open_ledger

app = typer.Typer(no_args_is_help=True, help="The record of who did, read or was refused what.")


@app.command()
def verify() -> None:
    """Go through the whole chain, and hold it against the hashes that were published. Fails where a row was changed."""
    from service import anchors, record
    from service.ledger.database import reading
    from service.settings import settings

    ledger = open_ledger()
    try:
        published = anchors.published(settings())
        with reading(ledger) as db:
            count = record.verify(db, published)
    except (record.BrokenChain, anchors.UnreadableAnchor) as error:
        print(error, file=sys.stderr)
        raise typer.Exit(FAILED) from None
    print(f"{count} rows, all as they were written; {len(published)} of them as they were published")


@app.command()
def export(
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="From this time on, UTC.")
    ] = None,
) -> None:
    """Write the rows to standard output, one JSON object a line, the oldest first."""
    from service import record
    from service.ledger.database import reading, writing
    from service.record import RowFilter, What

    ledger = open_ledger()
    with writing(ledger) as db:
        record.write(db, caller(), What.RECORD_READ, detail={"export": True})
    since_ms = int(since.replace(tzinfo=UTC).timestamp() * 1000) if since else 0
    with reading(ledger) as db:
        for row in record.rows(db, RowFilter(since_ms=since_ms)):
            print(json.dumps(asdict(row), ensure_ascii=False))
