"""Whose the uploads and the inputs are. What has arrived of an upload, the store knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from service.ledger.database import Ledger, delete_rows, now_s, reading, writing
from service.ledger.states import KIT_FILE, UNENDED, JobState
from service.ledger.tables import inputs, jobs, steps, uploads


@dataclass(frozen=True)
class Upload:
    """A file on its way in. `name` is what its owner calls it: shown, never used as a path."""

    id: str
    owner: str
    name: str
    bytes: int


@dataclass(frozen=True)
class Input:
    """A file that has arrived."""

    digest: str
    owner: str
    name: str
    bytes: int
    created_s: float


def add_upload(ledger: Ledger, upload: Upload) -> None:
    """Record whose an upload is that the store has opened."""
    values = {"id": upload.id, "owner": upload.owner, "name": upload.name, "bytes": upload.bytes}
    with writing(ledger) as db:
        db.execute(uploads.insert().values(**values, begun_s=now_s()))


def files_of_owner(ledger: Ledger, owner: str) -> tuple[int, int]:
    """How many files an owner has here or has announced, and their bytes: room is theirs from the announcement on."""
    with reading(ledger) as db:
        sums = [
            db.execute(sa.select(sa.func.count(), sa.func.sum(table.c.bytes)).where(table.c.owner == owner)).one()
            for table in (inputs, uploads)
        ]
    return sum(count for count, _ in sums), sum(int(size or 0) for _, size in sums)


def announced(ledger: Ledger) -> list[Upload]:
    """All uploads that are on their way, of everybody."""
    with reading(ledger) as db:
        rows = db.execute(sa.select(uploads.c.id, uploads.c.owner, uploads.c.name, uploads.c.bytes))
        return [Upload(*row) for row in rows]


def find_upload(ledger: Ledger, upload: str, owner: str) -> Upload | None:
    """An upload that is on its way, of this owner."""
    this = (uploads.c.id == upload) & (uploads.c.owner == owner)
    with reading(ledger) as db:
        row = db.execute(sa.select(uploads).where(this)).one_or_none()
    return Upload(row.id, row.owner, row.name, row.bytes) if row else None


def end_upload(ledger: Ledger, upload: str, digest: str | None) -> None:
    """An upload is an input now, or (`digest` None) was aborted. Said twice, nothing changes."""
    with writing(ledger) as db:
        row = db.execute(uploads.delete().where(uploads.c.id == upload).returning(uploads)).one_or_none()
        if row is None or digest is None:
            return
        this = (inputs.c.digest == digest) & (inputs.c.owner == row.owner)
        if not db.execute(inputs.update().where(this).values(created_s=now_s())).rowcount:
            values = {"digest": digest, "owner": row.owner, "name": row.name, "bytes": row.bytes}
            db.execute(inputs.insert().values(**values, created_s=now_s()))


def forget_uploads(ledger: Ledger, keep_s: float) -> None:
    """Strike off uploads that began more than `keep_s` seconds ago and never ended."""
    with writing(ledger) as db:
        db.execute(uploads.delete().where(uploads.c.begun_s < now_s() - keep_s))


def list_inputs(ledger: Ledger, owner: str, digests: Sequence[str] | None = None) -> list[Input]:
    """The inputs of an owner, the newest first; only these digests where some are given."""
    rows = sa.select(inputs).where(inputs.c.owner == owner).order_by(inputs.c.created_s.desc(), inputs.c.digest)
    if digests is not None:
        rows = rows.where(inputs.c.digest.in_(digests))
    with reading(ledger) as db:
        return [Input(*row) for row in db.execute(rows)]


def needed_inputs(ledger: Ledger, keep_s: float) -> set[str]:
    """Digests that unended and failed jobs need, their kits' files too; and those that others needed, or that arrived,
    within the last `keep_s` seconds.
    """
    kept = sa.or_(jobs.c.state.in_((*UNENDED, JobState.FAILED)), jobs.c.changed_s > now_s() - keep_s)
    with reading(ledger) as db:
        named = {
            digest for files in db.execute(sa.select(jobs.c.files).where(kept)).scalars() for digest in files.values()
        }
        of_kits = sa.select(steps.c.key).join(jobs, jobs.c.id == steps.c.job).where(kept & (steps.c.kind == KIT_FILE))
        named |= set(db.execute(of_kits).scalars())
        young = sa.select(inputs.c.digest).where(inputs.c.created_s > now_s() - keep_s)
        return named | set(db.execute(young).scalars())


def forget_inputs(ledger: Ledger, digests: Sequence[str]) -> None:
    """Strike off inputs that the store no longer has."""
    with writing(ledger) as db:
        delete_rows(db, inputs.c.digest, digests)
