"""The service as it is run, for what tests and shows it: Celery's workers, the reconciler and the HTTP front as
processes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from portevoix.library import ROOT
from service.ledger import Message, Submission, jobs, queries
from service.ledger.states import UNENDED, JobState, Priority
from workers.app import LOOK, make_app
from workers.context import WorkerContext

EVERY_QUEUE = "urgent,interactive,bulk"
NOTICE = "recipe: alert\ntitle: {fr: Essai}\ntext: {fr: Ceci est un essai.}\nformats: [square]\nlanguages: [fr]\n"


class Service:
    """Processes over the ledger, store and broker of `context`, with its settings. Their log is `folder / "log"`."""

    def __init__(self, folder: Path, context: WorkerContext, **environment: str) -> None:
        self.folder, self.context = folder, context
        self.app = make_app(context.settings)
        given = context.settings.model_dump(include=context.settings.model_fields_set)
        self.environment = {f"PORTEVOIX_{name.upper()}": str(value) for name, value in given.items()} | environment

    def send(self, message: Message) -> None:
        self.app.send_task(LOOK, [message.work], queue=message.queue, retry=False)

    def start(self, *module: str, **environment: str) -> subprocess.Popen[bytes]:
        """A process of the service, in a session of its own; it goes with this one, also when this is killed."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", sys.executable, "-m", *module],
                cwd=ROOT,
                env={**os.environ, **self.environment, **environment},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_worker(
        self, queues: str = EVERY_QUEUE, processes: int = 1, **environment: str
    ) -> subprocess.Popen[bytes]:
        name = f"w{os.urandom(3).hex()}@localhost"
        return self.start(
            "celery",
            "-A",
            "workers.app",
            "worker",
            "-n",
            name,
            "-Q",
            queues,
            "-c",
            str(processes),
            "--without-gossip",
            "--without-mingle",
            "-l",
            "INFO",
            **environment,
        )

    def start_reconciler(self, **environment: str) -> subprocess.Popen[bytes]:
        return self.start("workers.reconciler", **environment)

    def reconciler(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        return _until_the_end(self.start_reconciler())

    def worker(self, queues: str = EVERY_QUEUE, processes: int = 1) -> AbstractContextManager[subprocess.Popen[bytes]]:
        return _until_the_end(self.start_worker(queues, processes))

    def until(self, holds: Callable[[], object], within_s: float = 180) -> None:
        """Wait until something holds. Raises AssertionError with the end of the log."""
        give_up_s = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > give_up_s:
                raise AssertionError((self.folder / "log").read_text("utf-8", "replace")[-6000:])
            time.sleep(0.05)

    def ended(self, *ids: str) -> bool:
        return all(queries.find_job(self.context.ledger, job).state not in UNENDED for job in ids)

    def done(self, *ids: str) -> bool:
        self.until(lambda: self.ended(*ids))
        return [queries.find_job(self.context.ledger, job).state for job in ids] == [JobState.DONE] * len(ids)


@contextmanager
def _until_the_end(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process of the service and, by its session, those that it has started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def notice(context: WorkerContext, priority: Priority = Priority.BULK) -> str:
    """Submit the smallest job there is. Returns its id."""
    return jobs.submit(context.ledger, Submission("desk", "avis", NOTICE, priority=priority, draft=True))
