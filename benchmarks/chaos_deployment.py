"""The service that faults strike: real servers, HTTP and two machines with a worker each, as processes here."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portevoix.library import ROOT
from portevoix.store import FolderStore
from portevoix.store.destination import Destination
from portevoix.store.objects import Objects
from portevoix.store.s3 import S3Store
from service.ledger.database import migrate, open_ledger
from service.ledger.states import WorkState
from service.settings import Settings
from workers.context import WorkerContext

sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from proxy import Proxy
from released import house_in
from s3 import BUCKET, KEY, SECRET, Swift, open_machine
from servers import Server, free_port, running_postgresql, running_rabbitmq, running_redis
from services import Service, kill
from worker_context import children, encoders

from service import tokens
from service.gate import ALL, Scope, at_the_command_line
from service.ledger import queries

LEASE_S = 5.0
OWED_S = 6.0  # how long the front waits for the rest of a request; 15 and 60 s where nothing is hurried
DISK_BYTES = 300_000_000  # of the machines' own disk, where it is one that can be filled
FLOOR_BYTES = 20_000_000
STORE_BYTES, KEPT_BYTES = 1_500_000_000, 1_100_000_000  # of the folder store's own disk; of it, what is kept for work
FOR_UPLOADS_BYTES = STORE_BYTES - KEPT_BYTES
BUCKET_STORE, FOLDER_STORE = "bucket", "folder"
MARK = "CHAOS_RUN"  # in the environment of every process of the service, and so of all that they start
ACCOUNT = "ministere_fr"
BROKERS = {"redis": running_redis, "rabbitmq": running_rabbitmq}
CLONE_NEWNS, MS_REC, MS_PRIVATE, MNT_DETACH = 0x20000, 0x4000, 0x40000, 2  # sched(7), mount(2), umount(2)


@dataclass
class Machine:
    """A worker with one slot, and the disk that it has to itself."""

    name: str
    cache: Path
    service: Service
    process: subprocess.Popen[bytes] | None = None

    def start(self, **environment: str) -> None:
        self.process = self.service.start_worker(PORTEVOIX_CACHE=str(self.cache), **environment)

    def kill(self) -> None:
        """The worker, its pool and, since they go with it, its encoders."""
        if self.process:
            kill(self.process)

    def pool(self) -> list[int]:
        """The processes that do its work."""
        return children(self.process.pid) if self.process else []

    def encoders(self) -> list[int]:
        return [encoder for process in self.pool() for encoder in encoders(process)]

    def everything(self) -> list[int]:
        return [*([self.process.pid] if self.process else []), *self.pool(), *self.encoders()]

    def is_ready(self) -> bool:
        return bool(self.pool())


@dataclass
class Deployment:
    """The servers, the service on them, and what watches both.

    `disk`: the disk of the machines where it is a small one of its own, which can be filled; else None. `struck`: the
    keys and digests of what faults have spoilt; `complaints`: a sentence for each thing that went wrong before the end.
    """

    folder: Path
    mark: str
    database: Server
    database_url: str
    brokers: dict[str, Server]
    swift: Swift
    store_proxy: Proxy
    disk: Path | None
    store_disk: Path | None = None
    api_port: int = field(default_factory=free_port)
    kept_bytes: int = FLOOR_BYTES  # of a disk that the folder store shares with others
    struck: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ledger = open_ledger(self.database_url)
        migrate(self.ledger)
        self.owner, self.token = self._token()
        self.house = house_in(self.folder, {ACCOUNT: self._destination(self.store_proxy.port)})
        self.store: S3Store = open_machine("chaos", self.swift.settings(), self.folder / "judge")
        self.deliveries = self.folder / "deliveries"
        self.folder_store = (self.store_disk or self.folder) / "store"
        self.folder_store.mkdir(exist_ok=True)
        self.machines: list[Machine] = []
        self.api: subprocess.Popen[bytes] | None = None
        self.reconciler: subprocess.Popen[bytes] | None = None

    def _token(self) -> tuple[str, str]:
        new = tokens.NewToken("chaos", [Scope.ADMIN], [ALL])
        token, secret = tokens.issue_to_service(self.ledger, at_the_command_line("chaos"), new)
        return token.owner, secret

    def _destination(self, port: int) -> dict[str, Any]:
        keys = {"access_key_from": "AWS_ACCESS_KEY_ID", "secret_key_from": "AWS_SECRET_ACCESS_KEY"}
        return {"to": self._place, "endpoint": f"http://127.0.0.1:{port}", "region": "us-east-1", **keys}

    @property
    def _place(self) -> str:
        return f"s3://{BUCKET}/{self.mark}/{ACCOUNT}"

    def destination(self) -> Objects:
        """What readers of the account see, on a way of their own that no fault cuts."""
        return Destination(self._place, self.swift.settings()).open()

    @contextmanager
    def with_little_room(self) -> Iterator[None]:
        """Have the folder store take only so much more than lies there. On a disk of its own it is so all the time; on
        one that others share, the service is started again with such a limit, and afterwards without.
        """
        if self.store_disk:
            yield
            return
        for kept in (shutil.disk_usage(self.folder_store).free - FOR_UPLOADS_BYTES, FLOOR_BYTES):
            self.close()
            self.kept_bytes = kept
            self.open(self.broker_name, self.store_kind)
            if kept != FLOOR_BYTES:
                yield

    @property
    def folder_as_store(self) -> FolderStore:
        """The folder store, as a process that has looked at nothing of it has it."""
        return FolderStore(self.folder_store)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.api_port}"

    def open(self, broker: str, store: str = BUCKET_STORE) -> None:
        """Start the service with this broker and this kind of store. Everything else stays as it was."""
        self.broker_name, self.store_kind, self.broker = broker, store, self.brokers[broker]
        settings = self._settings()
        context = WorkerContext(self.ledger, settings.open_store(), settings, "chaos")
        keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, MARK: self.mark}
        self.service = Service(self.folder, context, **keys)
        disks = self.disk or self.folder
        self.machines = [Machine(name, disks / f"machine-{name}", self.service) for name in "ab"]
        for machine in self.machines:
            machine.start()
        self.start_api()
        self.start_reconciler()
        self.service.until(lambda: all(machine.is_ready() for machine in self.machines) and self.answers())

    def _settings(self) -> Settings:
        return Settings.model_validate(
            {
                "database": self.database_url,
                "broker": self.broker.url,
                **self._store_settings(),
                "cache": self.folder / "front",
                "cache_bytes": DISK_BYTES // 3,
                "deliveries": self.deliveries,
                "house": self.house,
                "lease_s": LEASE_S,
                "watch_s": 0.5,
                "repair_s": 0.5,
                "soft_shutdown_s": 1.0,
            }
        )

    def _store_settings(self) -> dict[str, Any]:
        if self.store_kind == FOLDER_STORE:
            return {"store": str(self.folder_store), "free_bytes": KEPT_BYTES if self.store_disk else self.kept_bytes}
        bucket = {"s3_endpoint": f"http://127.0.0.1:{self.store_proxy.port}", "s3_region": "us-east-1"}
        return {"store": f"s3://{BUCKET}/chaos", "free_bytes": FLOOR_BYTES, **bucket}

    def close(self) -> None:
        """Kill the service. The servers stay."""
        for machine in self.machines:
            machine.kill()
        for process in (self.api, self.reconciler):
            if process:
                kill(process)

    def start_api(self) -> None:
        late = {"PORTEVOIX_HEAD_S": str(OWED_S), "PORTEVOIX_BODY_S": str(OWED_S)}
        self.api = self.service.start("service.http.server", "--port", str(self.api_port), **late)

    def start_reconciler(self) -> None:
        self.reconciler = self.service.start_reconciler()

    def answers(self) -> bool:
        try:
            return bool(urllib.request.urlopen(f"{self.url}/healthz", timeout=1).status == 200)
        except OSError:
            return False

    def holders(self, jobs: list[str], kinds: Collection[str] = ()) -> dict[int, Machine]:
        """The processes that work on one of these jobs, at any work or that of these kinds, and where they are."""
        holding = {
            int((entry.holder or "").rpartition(":")[2])
            for job in jobs
            for entry in queries.list_work(self.ledger, job)
            if entry.state == WorkState.RUNNING and (not kinds or entry.kind in kinds)
        }
        return {pid: machine for machine in self.machines for pid in machine.pool() if pid in holding}

    def processes(self) -> list[int]:
        """Every living process of the service and every one that such a process has started."""
        sign = f"{MARK}={self.mark}".encode()
        found = []
        for environment in Path("/proc").glob("[0-9]*/environ"):
            try:
                if sign in environment.read_bytes().split(b"\0"):
                    found.append(int(environment.parent.name))
            except OSError:
                continue
        return found


@contextmanager
def open_deployment(folder: Path, brokers: list[str]) -> Iterator[Deployment]:
    """The servers, with nothing of the service running yet. All of it is gone at the end, also when this is killed."""
    with ExitStack() as servers:
        database = servers.enter_context(running_postgresql())
        started = {name: servers.enter_context(BROKERS[name]()) for name in brokers}
        swift = Swift(folder / "swift")
        swift.start()
        servers.callback(swift.stop)
        way = servers.enter_context(Proxy(swift.ports["proxy"]))
        disk = _small_disk(folder / "disk", DISK_BYTES)
        for_store = _small_disk(folder / "store-disk", STORE_BYTES)
        mark = os.urandom(8).hex()
        deployment = Deployment(folder, mark, database, database.url, started, swift, way, disk, for_store)
        for small in (disk, for_store):
            if small:
                servers.callback(_libc().umount2, bytes(small), MNT_DETACH)
        servers.callback(deployment.ledger.dispose)
        servers.callback(deployment.close)
        yield deployment


def _small_disk(place: Path, size: int) -> Path | None:
    """A disk in memory, seen by this process and its children alone, so that it goes with them. None where that needs
    root.
    """
    if os.geteuid() != 0:
        return None
    place.mkdir()
    libc = _libc()
    if libc.unshare(CLONE_NEWNS) or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None):
        return None
    if libc.mount(b"tmpfs", bytes(place), b"tmpfs", 0, f"size={size}".encode()):
        return None
    return place


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def send_signal(processes: list[int], which: signal.Signals) -> int:
    """Send a signal to processes. Returns how many of them were still there."""
    reached = 0
    for process in processes:
        try:
            os.kill(process, which)
        except ProcessLookupError:
            continue
        reached += 1
    return reached


def wait(holds: Callable[[], object], within_s: float) -> bool:
    """Wait until something holds. False where it does not within this time."""
    give_up_s = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > give_up_s:
            return False
        time.sleep(0.05)
    return True
