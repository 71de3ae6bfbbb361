"""The record: a chain that nobody rewrites unseen, on both databases."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
import sqlalchemy as sa
from http_service import INSTALLER, HttpService
from ledgers import ledger_at, new_ledger
from s3 import BUCKET, Swift
from typer.testing import CliRunner, Result

from service import anchors, record
from service.anchors import UnreadableAnchor
from service.gate import NOBODY
from service.ledger import Ledger, Submission, jobs
from service.ledger.database import migrate, open_ledger, reading, writing
from service.ledger.tables import record as table
from service.record import BrokenChain, RecordRow, RowFilter, Subject, What
from service.settings import Settings
from workers.commands import audit
from workers.reconciler import sweep_until

pytest_plugins = ("servers",)

FILM = Subject("a" * 32, "ministere", "fr", {"file": "5c" * 32})


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """A record of its own: it cannot be emptied."""
    if request.param == "postgresql":
        ledger = ledger_at(request.getfixturevalue("postgresql_url"))
        with writing(ledger) as db:
            allow_changes(db)
            db.execute(table.delete())
            db.execute(sa.text("ALTER TABLE record ENABLE TRIGGER ALL"))
    else:
        ledger = new_ledger(tmp_path)
    yield ledger
    ledger.dispose()


def allow_changes(db: sa.Connection) -> None:
    """What only the database's owner can do."""
    if db.dialect.name == "postgresql":
        db.execute(sa.text("ALTER TABLE record DISABLE TRIGGER ALL"))
        return
    for name in ("update", "delete", "replace"):
        db.execute(sa.text(f"DROP TRIGGER record_{name}"))


def write(ledger: Ledger, count: int = 1) -> list[RecordRow]:
    with writing(ledger) as db:
        return [record.write(db, INSTALLER, What.READ, FILM, {"number": n, "é": "ü"}) for n in range(count)]


def every(ledger: Ledger) -> list[RecordRow]:
    with reading(ledger) as db:
        return list(record.rows(db))


def test_each_row_names_the_one_before_and_can_be_computed_by_others(ledger: Ledger) -> None:
    written = write(ledger, 3)
    assert every(ledger) == written, "what is read is what was written, to the last bit"
    assert [row.previous for row in written] == [record.FIRST, written[0].hash, written[1].hash]
    assert all(row.computed_hash() == row.hash for row in written)
    with reading(ledger) as db:
        assert record.verify(db) == 3
        assert [row.id for row in record.rows(db, RowFilter(after=1))] == [2, 3]
        assert [row.id for row in record.rows(db, RowFilter(job="b" * 32))] == []
        assert record.count(db, What.READ, FILM.job or "", 60) == 3


def test_the_database_itself_refuses_to_change_a_row(ledger: Ledger) -> None:
    (first, *_) = write(ledger, 2)
    change = table.update().where(table.c.id == 1).values(caller_name="somebody else")
    attempts = [change, table.delete(), table.insert().values(**asdict(first))]
    if ledger.dialect.name == "postgresql":
        attempts.append(sa.text("TRUNCATE record"))
    else:
        attempts.append(table.insert().prefix_with("OR REPLACE").values(**asdict(first)))
    for attempt in attempts:
        with pytest.raises(sa.exc.DBAPIError), writing(ledger) as db:
            db.execute(attempt)
    with reading(ledger) as db:
        assert record.verify(db) == 2


def test_a_row_stands_with_what_it_tells_of_or_not_at_all(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError), writing(ledger) as db:
        jobs.submit(ledger, Submission("a" * 32, "essai", "recipe: alert\nlanguages: [fr]\n"))
        record.write(db, INSTALLER, What.SUBMITTED)
        raise ZeroDivisionError
    assert every(ledger) == []
    with reading(ledger) as db:
        assert db.execute(sa.text("SELECT count(*) FROM jobs WHERE name = 'essai'")).scalar_one() == 0


def test_many_who_write_at_once_make_one_chain(ledger: Ledger) -> None:
    threads = [threading.Thread(target=write, args=(ledger, 5)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(ledger) as db:
        assert record.verify(db) == 30


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE record SET caller_name = 'x' WHERE id = 3", "row 3 is not as it was written"),
        ("UPDATE record SET at_ms = at_ms + 1 WHERE id = 3", "row 3 is not as it was written"),
        ("UPDATE record SET detail = '{}' WHERE id = 3", "row 3 is not as it was written"),
        ("DELETE FROM record WHERE id = 3", "row 4 does not follow"),
        ("DELETE FROM record WHERE id < 3", "row 3 does not follow"),
        ("UPDATE record SET id = 9 WHERE id = 6", "row 9 does not follow"),
    ],
)
def test_a_change_behind_the_databases_back_is_found(ledger: Ledger, change: str, why: str) -> None:
    write(ledger, 6)
    with writing(ledger) as db:
        allow_changes(db)
        db.execute(sa.text(change))
    with pytest.raises(BrokenChain, match=why), reading(ledger) as db:
        record.verify(db)


def rewritten(ledger: Ledger, rows: list[RecordRow]) -> None:
    """Every row anew, with hashes that fit: what only published hashes can show."""
    with writing(ledger) as db:
        allow_changes(db)
        db.execute(table.delete())
        for row in rows:
            record.write(db, NOBODY, What(row.what), FILM)


def test_a_record_that_was_rewritten_whole_meets_the_published_hashes(ledger: Ledger, tmp_path: Path) -> None:
    settings = Settings(record_anchor=str(tmp_path / "anchors"))
    assert anchors.publish(ledger, settings) is None, "a day without a row has no last one"
    rows = write(ledger, 4)
    assert anchors.publish(ledger, settings) is None, "today is not over"
    anchor = anchors.publish(ledger, settings, days_ago=0)
    assert anchor is not None and (anchor.row, anchor.hash) == (4, rows[-1].hash)
    write(ledger)
    assert anchors.publish(ledger, settings, days_ago=0) is None, "what is out is never written again"
    published = anchors.published(settings)
    with reading(ledger) as db:
        assert record.verify(db, published) == 5
    rewritten(ledger, rows)
    with reading(ledger) as db:
        assert record.verify(db) == 4, "the chain itself fits"
        with pytest.raises(BrokenChain, match="row 4 is not the one whose hash was published"):
            record.verify(db, published)
        with pytest.raises(BrokenChain, match="row 9 was published and is no longer there"):
            record.verify(db, {9: rows[0].hash})


def test_hashes_are_published_in_a_bucket_once(
    tmp_path: Path, swift: Swift, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, s3 = new_ledger(tmp_path), swift.settings()
    monkeypatch.setattr(Settings, "s3", s3)
    settings = Settings(record_anchor=f"s3://{BUCKET}/{prefix}/record")
    (row,) = write(ledger)
    assert anchors.publish(ledger, settings, days_ago=0)
    assert anchors.publish(ledger, settings, days_ago=0) is None
    assert anchors.published(settings) == {1: row.hash}


def test_the_reconciler_publishes_a_day_that_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchors, "DAY_MS", 1)  # so that what was written a moment ago is of an earlier day
    own = Settings(
        database=f"sqlite:///{tmp_path / 'ledger.db'}",
        store=str(tmp_path / "store"),
        deliveries=tmp_path / "deliveries",
        repair_s=0.01,
    )
    (row,) = write(new_ledger(tmp_path))
    stop = threading.Event()
    sweeping = threading.Thread(target=sweep_until, args=(stop, own))
    sweeping.start()
    give_up_s = time.monotonic() + 120
    while not list((tmp_path / "deliveries").glob("record/*.json")) and time.monotonic() < give_up_s:
        time.sleep(0.02)
    stop.set()
    sweeping.join()
    assert anchors.published(own) == {1: row.hash}


def test_the_record_is_checked_and_written_out_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Settings(database=f"sqlite:///{tmp_path / 'ledger.db'}", record_anchor=str(tmp_path / "anchors"))
    monkeypatch.setattr("service.settings.settings", lambda: own)

    def run(*words: str) -> Result:
        return CliRunner().invoke(audit.app, words)

    ledger = open_ledger(own.database)
    migrate(ledger)
    rows = write(ledger, 3)
    anchors.publish(ledger, own, days_ago=0)
    assert run("verify").stdout == "3 rows, all as they were written; 1 of them as they were published\n"
    lines = [json.loads(line) for line in run("export", "--since", "2026-01-01").stdout.splitlines()]
    assert lines[:3] == [asdict(row) for row in rows]
    assert lines[3]["what"] == "record read" and lines[3]["via"] == "command", "who reads it stands in it"
    assert run("export", "--since", "2999-01-01").stdout == ""
    rewritten(ledger, rows)
    broken = run("verify")
    assert (broken.exit_code, "hash was published" in broken.stderr) == (1, True)
    next((tmp_path / "anchors").iterdir()).chmod(0o644)
    next((tmp_path / "anchors").iterdir()).write_text("{")
    with pytest.raises(UnreadableAnchor):
        anchors.published(own)
    assert run("verify").exit_code == 1


def test_administrators_read_the_record_by_the_page_and_whole(tmp_path: Path) -> None:
    service = HttpService(tmp_path)
    with service.open(), service.client() as client:
        write(service.context.ledger, 5)
        page = client.get("/record", params={"limit": 3}).json()
        following = client.get("/record", params={"limit": 3, "after": page["next"]}).json()["rows"]
        assert [row["id"] for row in page["rows"] + following] == [1, 2, 3, 4, 5, 6]
        read = client.get("/record", params={"what": "read", "job": FILM.job}).json()
        assert (len(read["rows"]), read["next"]) == (5, None)
        lines = [json.loads(line) for line in client.get("/record/export").text.splitlines()]
        assert [RecordRow(**line).computed_hash() for line in lines] == [line["hash"] for line in lines]
        assert client.get("/record/export", params={"since": "2999-01-01T00:00:00Z"}).text == ""
        assert lines[-1]["what"] == "record read"
