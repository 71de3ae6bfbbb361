"""What Celery's workers run: one short task, which takes an id."""

from __future__ import annotations

import logging
import resource
import time
from functools import cache
from pathlib import Path

from service import relay
from service.ledger.database import migrate, open_ledger
from service.settings import Settings, settings
from workers import runner
from workers.app import LOOK, app, send
from workers.context import WorkerContext, holder_name
from workers.runner import retry_while_away

OOM_SCORE = 500  # of 1,000: where memory ends, an encoder goes before the database or the broker


@app.task(name=LOOK)
def look(item: int) -> None:
    """Do the work of this id, or what goes before it, then say what may be done next.

    While the ledger is away there is nothing else that this process could do, so it waits and keeps its message.
    """
    retry_while_away(lambda: runner.do_next(item, context()), _wait)
    retry_while_away(lambda: relay.publish(context().ledger, send), _wait)


def _wait() -> bool:
    time.sleep(settings().watch_s)
    return False


@cache
def context() -> WorkerContext:
    """This process's own connections, made when its first work comes: none is shared with the process it was forked
    from.
    """
    given = settings()
    limit(given)
    for library in ("alembic", "pyvips"):  # they write of every connection and every thread
        logging.getLogger(library).setLevel(logging.WARNING)
    ledger = open_ledger(given.database)
    migrate(ledger)
    return WorkerContext(ledger, given.open_store(), given, holder_name())


def limit(given: Settings) -> None:
    """What this process and its encoders may take at most."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core holds pictures that nobody has released
    resource.setrlimit(resource.RLIMIT_FSIZE, (given.file_bytes, given.file_bytes))
    if given.memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (given.memory_bytes, given.memory_bytes))
    Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE), "ascii")
