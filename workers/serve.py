"""The whole service on one machine: the API, a worker and the reconciler under one process, with files for everything.

`python -m workers.serve PARENT COMMAND …` is how each of them begins: it dies with its parent, however that dies.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from portevoix.errors import BrokenInstallation
from portevoix.library import ROOT
from service import at_rest, tokens
from service.gate import ALL, Scope, at_the_command_line
from service.http.settings import HttpSettings
from service.ledger.database import migrate, open_ledger
from service.ledger.states import Priority
from service.tokens import NewToken

log = logging.getLogger("portevoix.serve")

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STARTED_S = 20.0  # what ends in the service's first seconds cannot be started; what ends later is started again
LOOK_S = 1.0  # also the pause before a part is started again
GOODBYE_S = 10.0  # beyond the time that a worker has for the work in hand


class _Stopped(Exception):
    """TERM or INT came."""


def serve(settings: HttpSettings) -> None:
    """Run until TERM or INT. Raises BrokenInstallation where a part cannot be started.

    Where no token was ever issued, one for the administrator is made and printed, once.
    """
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _stop)
    at_rest.keep_private()
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        _ask_for_address(settings.host, settings.port)
        _first_token(settings)
        commands = _commands(settings)
        environment = {**os.environ, **environment_of(settings)}
        running |= {part: _begin(command, environment) for part, command in commands.items()}
        print(f"Portevoix is at http://{settings.host}:{settings.port} (its HTTP interface: /docs)", flush=True)
        _keep_running(running, commands, environment)
    except _Stopped:
        pass
    finally:
        _end(list(running.values()), settings.soft_shutdown_s + GOODBYE_S)


def _keep_running(
    running: dict[str, subprocess.Popen[bytes]], commands: dict[str, list[str]], environment: dict[str, str]
) -> None:
    """Start each part again that ends. Raises BrokenInstallation where one ends at once."""
    began_s = time.monotonic()
    while True:
        time.sleep(LOOK_S)
        for part in [part for part, process in running.items() if process.poll() is not None]:
            code = running[part].returncode
            if time.monotonic() - began_s < STARTED_S:
                raise BrokenInstallation(f"the {part} ended at once, with code {code}; its last words stand above")
            log.warning("the %s ended with code %s; it is started again", part, code)
            running[part] = _begin(commands[part], environment)


def environment_of(settings: HttpSettings) -> dict[str, str]:
    """The settings that were made, as the variables that another process reads them from."""
    made = settings.model_dump(mode="json", include=settings.model_fields_set)
    return {
        f"PORTEVOIX_{name.upper()}": v if isinstance(v, str) else json.dumps(v)
        for name, v in made.items()
        if v is not None
    }


def _commands(settings: HttpSettings) -> dict[str, list[str]]:
    """How each part is started. The API goes first when all end: nothing new is taken in."""
    address = ["--host", settings.host, "--port", str(settings.port)]
    # Without gossip: there is no other worker to talk to.
    celery = "celery -q -A workers.app worker --without-gossip --without-mingle -l WARNING"
    return {
        "API": ["service.http.server", *address],
        "worker": [*celery.split(), "-Q", ",".join(Priority), "-c", str(settings.processes)],
        "reconciler": ["workers.reconciler"],
    }


def _ask_for_address(host: str, port: int) -> None:
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        raise BrokenInstallation(
            f"nothing can listen on {host}, port {port}: {os.strerror(error.errno or 0)}; name another with "
            f"--host and --port"
        ) from None


def _first_token(settings: HttpSettings) -> None:
    ledger = open_ledger(settings.database)
    try:
        migrate(ledger)
        if not tokens.any_token(ledger):
            installer = at_the_command_line()
            first = NewToken("administrator", [Scope.ADMIN], [ALL])
            _, secret = tokens.issue_to_service(ledger, installer, first)
            print(f"The administrator's token, shown this once: {secret}", flush=True)
    finally:
        ledger.dispose()


def _begin(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    # A session of its own: Ctrl-C is for this process, which then ends the others in order.
    bound = [sys.executable, "-m", "workers.serve", str(os.getpid()), *command]
    return subprocess.Popen(bound, cwd=ROOT, env=environment, start_new_session=True)


def _end(processes: list[subprocess.Popen[bytes]], within_s: float) -> None:
    """Say TERM to all, and KILL to those that have not ended in time; a second TERM or INT does not cut this short."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, signal.SIG_IGN)
    for process in processes:
        process.terminate()
    give_up_s = time.monotonic() + within_s
    for process in processes:
        try:
            process.wait(max(0.0, give_up_s - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _stop(number: int, frame: FrameType | None) -> None:
    raise _Stopped


def _become(parent: int, module: list[str]) -> None:
    """Turn this process into `python -m …`, which the kernel kills when `parent` dies."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:  # it died before
        sys.exit(1)
    os.execv(sys.executable, [sys.executable, "-m", *module])


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
