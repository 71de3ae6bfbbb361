"""Real Redis, RabbitMQ and PostgreSQL for the tests: on free ports, their data in folders that go away, no init system.

`scripts/test-servers.sh` installs them. One that does not start fails the tests that need it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import redis

START_S = 120
# A server goes with the tests, also when these are killed. The kernel forgets it where a process changes its user: say
# it then.
WITH_US = ["setpriv", "--pdeathsig", "KILL"]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass
class Server:
    """One server process that can be killed and started again with the data that it had."""

    name: str
    url: str
    command: list[str]
    answers: Callable[[], object]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "server.log").open("ab")
        command = [*WITH_US, *self.command]
        self.process = subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, **self.environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        give_up_s = time.monotonic() + START_S
        while True:
            try:
                self.answers()
                return
            except Exception as error:
                if self.process.poll() is not None or time.monotonic() > give_up_s:
                    said = (self.folder / "server.log").read_text("utf-8", "replace")[-2000:]
                    raise RuntimeError(
                        f"{self.name} does not start ({error}); scripts/test-servers.sh installs it. It said:\n{said}"
                    ) from error
                time.sleep(0.1)

    def kill(self) -> None:
        """As a machine that loses its power."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running_redis() -> Iterator[Server]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        url = f"redis://127.0.0.1:{port}/0"
        command = [
            "redis-server",
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--dir",
            folder,
            "--appendonly",
            "yes",
            "--save",
            "",
        ]
        server = Server("Redis", url, command, lambda: redis.Redis.from_url(url).ping(), Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.stop()


@contextmanager
def running_rabbitmq() -> Iterator[Server]:
    port, names_port, nodes_port = free_port(), free_port(), free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"amqp://guest:guest@127.0.0.1:{port}//"
        environment = {
            "HOME": name,
            "RABBITMQ_MNESIA_BASE": f"{name}/data",
            "RABBITMQ_LOG_BASE": f"{name}/log",
            "RABBITMQ_NODENAME": f"portevoix{port}@localhost",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(nodes_port),
            "ERL_EPMD_PORT": str(names_port),
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{name}/plugins",
        }
        (folder / "plugins").write_text("[].\n", "ascii")

        def answers() -> None:
            with socket.create_connection(("127.0.0.1", port), 2) as connection:
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                assert connection.recv(1), "the listener is there before the broker behind it"

        # Erlang would start its own name server, which outlives it.
        names = Server("epmd", "", ["epmd", "-port", str(names_port)], lambda: _connect(names_port), folder)
        server = Server("RabbitMQ", url, ["/usr/lib/rabbitmq/bin/rabbitmq-server"], answers, folder, environment)
        try:
            names.start()
            server.start()
            yield server
        finally:
            server.stop()
            names.kill()


def _connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), 1).close()


@contextmanager
def running_postgresql() -> Iterator[Server]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if not found:
        raise RuntimeError("PostgreSQL is not installed; scripts/test-servers.sh does it")
    port = free_port()
    # Not below pytest's own folder: PostgreSQL refuses root, and its user could not enter that.
    folder = Path(tempfile.mkdtemp(prefix="portevoix-pg-"))
    user: list[str] = []
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        user = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    data = folder / "data"
    subprocess.run(
        [
            *user,
            str(found[-1] / "initdb"),
            "-D",
            str(data),
            "-U",
            "portevoix",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    command = [
        *user,
        *WITH_US,
        str(found[-1] / "postgres"),
        "-D",
        str(data),
        "-p",
        str(port),
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        f"unix_socket_directories={folder}",
        "-c",
        "fsync=off",  # what is killed here is a process, not a machine
    ]
    url = f"postgresql://portevoix@127.0.0.1:{port}/postgres"
    server = Server("PostgreSQL", url, command, lambda: psycopg.connect(url).close(), folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    with running_redis() as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq_server() -> Iterator[Server]:
    with running_rabbitmq() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Server]:
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="module")
def postgresql_url(postgresql_server: Server) -> Iterator[str]:
    """An empty database for the tests of one module."""
    name = f"test_{os.urandom(6).hex()}"
    with psycopg.connect(postgresql_server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgresql_server.url.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(postgresql_server.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
