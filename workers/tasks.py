"""What Celery's workers run: one short task, which takes an id."""

from __future__ import annotations

import os
import resource
import socket
from functools import cache
from pathlib import Path

from portevoix.store import open_store
from workers import relay, runner
from workers.app import LOOK, app, send
from workers.database import migrate, open_database
from workers.ledger import Ledger
from workers.runner import Workshop
from workers.settings import Settings, settings

OOM_SCORE = 500  # of 1,000: where memory ends, an encoder goes before the database or the broker


@app.task(name=LOOK)
def look(item: int) -> None:
    """Do the work of this id, if it is still to be done, then say what may be done next."""
    shop = workshop()
    runner.look(item, shop)
    relay.publish(shop.ledger, send)


@cache
def workshop() -> Workshop:
    """This process's own connections, made when its first work comes: none is shared with the process it was forked from."""
    given = settings()
    limit(given)
    engine = open_database(given.database)
    migrate(engine)
    return Workshop(Ledger(engine), open_store(given.store), given, f"{socket.gethostname()}:{os.getpid()}")


def limit(given: Settings) -> None:
    """What this process and its encoders may take at most."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core holds pictures that nobody has released
    resource.setrlimit(resource.RLIMIT_FSIZE, (given.file_bytes, given.file_bytes))
    if given.memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (given.memory_bytes, given.memory_bytes))
    Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE), "ascii")
