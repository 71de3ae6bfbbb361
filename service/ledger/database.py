"""The one way to the database: SQLite or PostgreSQL, one writer at a time, the database's own clock.

SQLAlchemy enters here and is used by the ledger's modules; psycopg and sqlite3 by their names in a URL alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from portevoix.errors import BrokenInstallation

BUSY_TIMEOUT_MS = 30_000  # writers queue for the file; a transaction of ours lasts milliseconds
WRITERS_LOCK = 0x706F7274  # "port": any number, the same for every process of this service
CONNECT_TIMEOUT_S = 5
POOL_SIZE = 4  # a worker has two threads that ask, the service a handful; more would be held idle on the server
AT_ONCE = 500  # values in one statement: PostgreSQL takes 65,535, SQLite 32,766 and more
MIGRATIONS = Path(__file__).parent / "migrations"

# The ledger is its database: whoever has this asks it with the functions of the other modules, a transaction each.
Ledger: TypeAlias = sa.Engine


Value = TypeVar("Value", str, int)

_writer: ContextVar[sa.Connection | None] = ContextVar("writer", default=None)


class now_s(GenericFunction[float]):  # noqa: N801 - reads as SQL does
    """Seconds since 1970 by the database's clock, at the moment of asking: no machine's own clock decides anything."""

    type = sa.Double()
    inherit_cache = True


@compiles(now_s, "sqlite")
def _now_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"  # unixepoch('subsec') needs SQLite 3.42; Debian 12 has 3.40


@compiles(now_s, "postgresql")
def _now_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return "extract(epoch from clock_timestamp())::double precision"  # now() stands still within a transaction


def open_ledger(url: str) -> Ledger:
    """The ledger for `sqlite:////path/ledger.db` or `postgresql://user@host/name`. Connects at its first use."""
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    if address.get_backend_name() == "postgresql":
        return sa.create_engine(
            address.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,  # a server that came back is noticed before a transaction, not in the middle of one
            pool_size=POOL_SIZE,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
        )
    raise BrokenInstallation(
        f"PORTEVOIX_DATABASE is {address.render_as_string()!r}; write sqlite:////PATH or postgresql://USER@HOST/NAME"
    )


def _sqlite(address: sa.URL) -> sa.Engine:
    if not address.database or address.database == ":memory:":
        raise BrokenInstallation("PORTEVOIX_DATABASE names no file; several processes share it: write sqlite:////PATH")
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address)

    @sa.event.listens_for(engine, "connect")
    def _set_up(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself: `_begin` does
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")  # readers do not wait for the writer
        cursor.execute("PRAGMA synchronous=FULL")  # what was committed survives a loss of power; WAL's default may not
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what is erased does not stay in free pages
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A transaction that reads and then writes is refused at once, whatever the timeout, when another wrote between.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _outer_writer(ledger: Ledger) -> sa.Connection | None:
    outer = _writer.get()
    return outer if outer is not None and outer.engine is ledger else None


def drop_traces(ledger: Ledger) -> None:
    """Have SQLite take deleted rows out of its journal too; PostgreSQL's own housekeeping does so in its time."""
    if ledger.dialect.name == "sqlite":
        with ledger.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def reading(ledger: Ledger) -> Iterator[sa.Connection]:
    """A transaction that only reads, and sees one moment; within a writing one it sees what that has written."""
    if outer := _outer_writer(ledger):
        yield outer
        return
    with ledger.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(ledger: Ledger) -> Iterator[sa.Connection]:
    """A transaction that writes; all of it is kept or nothing. One at a time in the whole service.

    So rows are decided on as they are, events are numbered in the order in which they become visible, and no two
    transactions wait for each other. A job needs a few hundred of them, of milliseconds each. Within another one of the
    same ledger it is a part of that: what an outer one records and what an inner one does stand or fall together.
    """
    if outer := _outer_writer(ledger):
        yield outer
        return
    with ledger.connect() as connection:
        writer = connection.execution_options(writes=True)
        with writer.begin():
            if ledger.dialect.name == "postgresql":
                writer.execute(sa.select(sa.func.pg_advisory_xact_lock(WRITERS_LOCK)))
            token = _writer.set(writer)
            try:
                yield writer
            finally:
                _writer.reset(token)


def batches(values: Iterable[Value]) -> Iterator[list[Value]]:
    """The values in lists that one statement takes."""
    listed = list(values)
    return (listed[at : at + AT_ONCE] for at in range(0, len(listed), AT_ONCE))


def present(db: sa.Connection, column: sa.Column[Value], values: Iterable[Value]) -> set[Value]:
    """Those of the values, however many, that stand in a column."""
    return {
        found
        for some in batches(values)
        for found in db.execute(sa.select(column).where(column.in_(some)).distinct()).scalars()
    }


def delete_rows(db: sa.Connection, column: sa.Column[Value], values: Iterable[Value]) -> None:
    """Delete the rows of a column's table that have one of the values, however many, in it."""
    for some in batches(values):
        db.execute(sa.delete(column.table).where(column.in_(some)))


def time_of(db: sa.Connection) -> float:
    """The time by the database's clock."""
    return db.execute(sa.select(now_s())).scalar_one()


def migrate(ledger: Ledger) -> None:
    """Bring the database to the newest shape of its tables; one process at a time, the others find it done."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(ledger) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
