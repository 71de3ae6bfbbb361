"""What reviewers write beside a version of a job: about one language or all, at a second of it or about the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from portevoix.errors import PortevoixError
from service import record
from service.gate import Caller
from service.ledger.database import Ledger, now_s, reading, writing
from service.ledger.tables import comments, people
from service.ledger.transitions import add_event, job_row
from service.record import Subject, What


class UnknownComment(PortevoixError):
    """The job has no comment of this id."""


@dataclass(frozen=True)
class NewComment:
    """A comment to be kept. `language` None: about all; `second` None: about the whole programme; `until`: where the
    span ends that it is about, None for one moment; `drawing`: what was drawn on its frame, as values.
    """

    text: str
    language: str | None = None
    second: float | None = None
    until: float | None = None
    drawing: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Comment:
    """A comment as it stands. `round`: the version of the job that it is about; times as everywhere in the ledger."""

    id: int
    round: int
    language: str | None
    second: float | None
    until: float | None
    text: str
    by: str
    created_s: float
    resolved_by: str | None
    resolved_s: float | None
    drawing: Mapping[str, Any] | None = None


def add(ledger: Ledger, caller: Caller, job: str, new: NewComment) -> Comment:
    """Keep a comment on the version that stands. Raises UnknownJob."""
    with writing(ledger) as db:
        comment = insert(db, caller, job, new)
        record.write(db, caller, What.COMMENTED, Subject(job, language=new.language), {"comment": comment})
        add_event(db, job, "comment", {"comment": comment, "language": new.language, "by": caller.name})
        return _read(db, job, comment)


def insert(db: sa.Connection, caller: Caller, job: str, new: NewComment) -> int:
    """Add a comment's row, within a transaction, and return its id."""
    said = {"language": new.language, "second": new.second, "until_s": new.until, "text": new.text, "person": caller.id}
    drawing = sa.null() if new.drawing is None else dict(new.drawing)
    row = comments.insert().values(job=job, round=job_row(db, job).round, created_s=now_s(), drawing=drawing, **said)
    return int(db.execute(row.returning(comments.c.id)).scalar_one())


def resolve(ledger: Ledger, caller: Caller, job: str, comment: int, resolved: bool) -> Comment:
    """Say that a comment is dealt with, or that it is not after all. Raises UnknownComment."""
    ended: Mapping[str, Any] = {"resolved_by": caller.id, "resolved_s": now_s()}
    with writing(ledger) as db:
        _read(db, job, comment)
        values = ended if resolved else dict.fromkeys(ended)
        db.execute(comments.update().where(comments.c.id == comment).values(**values))
        detail = {"comment": comment, "resolved": resolved}
        record.write(db, caller, What.COMMENTED, Subject(job), detail)
        add_event(db, job, "comment", {**detail, "by": caller.name})
        return _read(db, job, comment)


def list_comments(ledger: Ledger, job: str) -> list[Comment]:
    """The comments of every version of a job, the oldest first."""
    with reading(ledger) as db:
        return [_comment(row) for row in db.execute(_named().where(comments.c.job == job).order_by(comments.c.id))]


def _read(db: sa.Connection, job: str, comment: int) -> Comment:
    this = (comments.c.id == comment) & (comments.c.job == job)
    row = db.execute(_named().where(this)).one_or_none()
    if row is None:
        raise UnknownComment(f"job {job} has no comment {comment}; its comments list those it has")
    return _comment(row)


def _named() -> sa.Select[Any]:
    """Comments with the names of who wrote and who resolved them; an id where there is no such person any more."""
    writer, resolver = people.alias(), people.alias()
    by = sa.func.coalesce(writer.c.name, comments.c.person).label("by")
    resolved = sa.func.coalesce(resolver.c.name, comments.c.resolved_by).label("resolved")
    rows = sa.select(comments, by, resolved).outerjoin(writer, writer.c.id == comments.c.person)
    return rows.outerjoin(resolver, resolver.c.id == comments.c.resolved_by)


def _comment(row: Any) -> Comment:
    about = (row.id, row.round, row.language, row.second, row.until_s)
    return Comment(*about, row.text, row.by, row.created_s, row.resolved, row.resolved_s, row.drawing)
