"""`portevoix serve` as it is run: one command, real processes, killed in the middle and begun again."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import worker_context
from click.testing import Result
from http_service import uploaded
from typer.testing import CliRunner

from portevoix.library import ROOT
from service.settings import Settings
from workers.commands import token

PARTS = ("service.http.server", "workers.app", "workers.reconciler")


class Machine:
    """A folder with all that the service keeps, and the service on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        own = {
            "database": f"sqlite:///{folder / 'ledger.db'}",
            "store": folder / "store",
            "deliveries": folder / "deliveries",
            "broker": f"filesystem://{folder / 'broker'}",
            "free_bytes": 0,
            "lease_s": 3,
            "watch_s": 0.2,
            "repair_s": 0.3,
            "soft_shutdown_s": 1,
            "processes": 1,
        }
        self.environment = {**os.environ, **{f"PORTEVOIX_{name.upper()}": str(value) for name, value in own.items()}}
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)

    @property
    def said(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [
                    "setpriv",
                    "--pdeathsig",
                    "KILL",
                    sys.executable,
                    "-m",
                    "workers.commands",
                    "serve",
                    "--port",
                    str(self.port),
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        try:
            self.until(self.ready)
            yield process
        finally:
            process.kill()
            process.wait()

    def ready(self) -> bool:
        try:
            return self.client.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def until(self, holds: Callable[[], Any], within_s: float = 180) -> None:
        give_up_s = time.monotonic() + within_s
        while not holds():
            if time.monotonic() > give_up_s:
                pytest.fail(self.said[-6000:])
            time.sleep(0.05)

    def processes(self) -> list[str]:
        """The command lines of the living processes that have this machine's ledger in their environment."""
        found = []
        mine = f"PORTEVOIX_DATABASE={self.environment['PORTEVOIX_DATABASE']}".encode()
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if mine in (place / "environ").read_bytes().split(b"\0"):
                    found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return [command for command in found if command]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def delivered(machine: Machine, job: str) -> dict[str, str]:
    """Each file of a job and the SHA-256 of the bytes that are given out."""
    listed = machine.client.get(f"/jobs/{job}/deliveries").json()["deliveries"]
    places = {d["path"]: f"/jobs/{job}/deliveries/{d['path']}" for d in listed}
    found = {path: hashlib.sha256(machine.client.get(place).content).hexdigest() for path, place in places.items()}
    assert found == {d["path"]: d["sha256"] for d in listed}
    return found


def test_one_command_serves_survives_a_kill_and_ends_when_it_is_told(machine: Machine, tmp_path: Path) -> None:
    film = worker_context.a_clip(tmp_path / "a.mp4", 8, "640x360")
    with machine.running() as first:
        tokens = re.findall(r"shown this once: (pvx_\S+)", machine.said)
        machine.client.headers["Authorization"] = f"Bearer {tokens[0]}"
        files = {}
        for name, content in (("media/a.mp4", film.read_bytes()), ("scripts/fr.vtt", worker_context.CUES.encode())):
            files[name] = uploaded(machine.client, Path(name).name, content)
        body = {"name": "essai", "document": worker_context.DOCUMENT, "files": files}
        job = machine.client.post("/jobs", json=body).json()["id"]
        with machine.client.stream("GET", f"/jobs/{job}/events") as answer:
            for line in answer.iter_lines():
                if line == "event: progress":
                    break  # in the middle of the encodes
        first.send_signal(signal.SIGKILL)
        first.wait()
        machine.until(lambda: not machine.processes(), 10)
    with machine.running() as second:
        machine.until(lambda: machine.client.get(f"/jobs/{job}").json()["state"] == "done")
        once = delivered(machine, job)
        assert list(once) == ["source/essai_source_fr.mp4"]
        assert len(re.findall("shown this once", machine.said)) == 1, "a token is made on the first day alone"
        assert [sum(part in command for command in machine.processes()) > 0 for part in PARTS] == [True] * 3
        again = machine.client.post("/jobs", json=body).json()["id"]
        machine.until(lambda: machine.client.get(f"/jobs/{again}").json()["state"] == "done")
        assert delivered(machine, again) == once
        second.send_signal(signal.SIGTERM)
        assert second.wait(120) == 0
        assert machine.processes() == []


def test_a_port_that_is_taken_is_said_and_leaves_nothing_running(machine: Machine) -> None:
    with socket.create_server(("127.0.0.1", machine.port)):
        ended = subprocess.run(
            [sys.executable, "-m", "workers.commands", "serve", "--port", str(machine.port)],
            cwd=ROOT,
            env=machine.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 1
    assert f"nothing can listen on 127.0.0.1, port {machine.port}: Address already in use" in ended.stderr
    assert machine.processes() == []


def test_tokens_are_made_listed_and_revoked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Settings(database=f"sqlite:///{tmp_path / 'ledger.db'}")
    monkeypatch.setattr("service.settings.settings", lambda: own)

    def run(*words: str) -> Result:
        return CliRunner().invoke(token.app, words)

    made = run("new", "--name", "Desk", "--account", "ministere", "--days", "7")
    assert re.fullmatch(r"pvx_[\w-]{43}\n", made.stdout)
    listed = run("list").stdout
    assert "Desk  (upload, render, review; ministere; of Desk)" in listed
    assert made.stdout.strip() not in listed
    assert run("revoke", listed.split()[0]).exit_code == 0
    assert f"{listed.split()[0]}  revoked " in run("list").stdout
    wrong = run("new", "--name", "x", "--account", "ministre")
    assert (wrong.exit_code, "account 'ministre' is not known" in wrong.stderr) == (2, True)
    assert run("new", "--name", "x").exit_code == 2, "all accounts only where somebody says so"
    assert run("revoke", "nobody").exit_code == 2
