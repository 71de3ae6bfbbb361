"""The record, for administrators. Who reads it stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from service import record
from service.http.auth import Auditor
from service.http.context import Context
from service.http.models.record import RecordPage, RecordQuery, RowView
from service.http.openapi import LINES, answers
from service.ledger import Ledger
from service.ledger.database import reading, writing
from service.record import RowFilter, What

router = APIRouter(tags=["record"])


@router.get("/record", responses=answers())
def show_record(context: Context, caller: Auditor, query: Annotated[RecordQuery, Query()]) -> RecordPage:
    """Rows of the record, the oldest first."""
    wanted = RowFilter(query.after, query.since_ms, query.what, query.job)
    with writing(context.ledger) as db:
        record.write(db, caller, What.RECORD_READ, detail={"after": query.after})
    with reading(context.ledger) as db:
        found = list(record.rows(db, wanted, query.limit))
    following = found[-1].id if len(found) == query.limit else None
    return RecordPage(rows=[RowView.of(row) for row in found], next=following)


@router.get("/record/export", response_class=StreamingResponse, responses=LINES)
def export_record(context: Context, caller: Auditor, query: Annotated[RecordQuery, Query()]) -> StreamingResponse:
    """All rows, one JSON object a line, as `portevoix audit export` writes them; `limit` does not count."""
    wanted = RowFilter(query.after, query.since_ms, query.what, query.job)
    with writing(context.ledger) as db:
        record.write(db, caller, What.RECORD_READ, detail={"after": query.after, "export": True})
    return StreamingResponse(_lines(context.ledger, wanted), media_type="application/x-ndjson")


def _lines(ledger: Ledger, wanted: RowFilter) -> Iterator[str]:
    with reading(ledger) as db:
        for row in record.rows(db, wanted):
            yield json.dumps(asdict(row), ensure_ascii=False) + "\n"
