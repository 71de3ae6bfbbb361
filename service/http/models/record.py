"""The record, as administrators read it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from service.http.models.problems import Answer
from service.record import RecordRow, What

MOST_ROWS = 1_000

_ROW: dict[str, Any] = {
    "id": 7,
    "at_ms": 1_796_112_000_123,
    "caller_kind": "person",
    "caller": "3d1f0e2d9c8a4b7e8f6d5c4b3a291807",
    "caller_name": "Camille Martin",
    "via": "session",
    "means": "9c8a4b7e8f6d5c4b3a2918073d1f0e2d",
    "address": "192.0.2.7",
    "what": "read",
    "job": "6b1f0e2d9c8a4b7e8f6d5c4b3a291807",
    "account": "ministere",
    "language": "fr",
    "digests": {"file": "5c" * 32},
    "detail": {"asked": "GET /jobs/{job}/deliveries/{path:path}"},
    "previous": "1a" * 32,
    "hash": "9e" * 32,
}


class RecordQuery(BaseModel):
    """Which rows: behind the row `after`, from the time `since` on, of one kind, about one job."""

    after: int = Field(0, ge=0, le=2**53)
    since: datetime | None = None
    what: What | None = None
    job: str | None = Field(None, pattern="^[0-9a-f]{32}$")
    limit: int = Field(100, ge=1, le=MOST_ROWS)

    @property
    def since_ms(self) -> int:
        """`since` as the rows count, UTC where it names no zone."""
        if self.since is None:
            return 0
        aware = self.since if self.since.tzinfo else self.since.replace(tzinfo=UTC)
        return int(aware.timestamp() * 1000)


class RowView(Answer):
    """One row. `hash` is the SHA-256 of all other fields as JSON, names sorted, without spaces, in UTF-8."""

    id: int
    at_ms: int
    caller_kind: str
    caller: str
    caller_name: str
    via: str
    means: str | None
    address: str | None
    what: str
    job: str | None
    account: str | None
    language: str | None
    digests: dict[str, str]
    detail: dict[str, Any]
    previous: str
    hash: str

    model_config = ConfigDict(json_schema_extra={"examples": [_ROW]})

    @classmethod
    def of(cls, row: RecordRow) -> RowView:
        return cls(**asdict(row))


class RecordPage(Answer):
    """Rows, the oldest first. `next`: the `after` of the next page, null at the end."""

    rows: list[RowView]
    next: int | None

    model_config = ConfigDict(json_schema_extra={"examples": [{"rows": [_ROW], "next": None}]})
