"""The server before the application: what a client owes it comes in time, or its connection is closed."""

from __future__ import annotations

import json
import logging
import re
import resource
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from http_service import HttpService
from servers import Server, free_port

from portevoix.errors import BrokenInstallation
from portevoix.library import ROOT
from service import tokens
from service.gate import ALL, Scope, at_the_command_line
from service.http.server import proxies_of
from service.ledger import database
from service.logs import MINUTE_S, Lines, NotTooOften
from service.tokens import NewToken

HALF = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
PART = (
    b"POST /sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n"
    + b"x" * 500_000
)
UPLOAD = b"POST /sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"


@contextmanager
def serving(folder: Path, proxies: str = "192.0.2.1", **settings: object) -> Iterator[Server]:
    port, given = (
        free_port(),
        {"database": f"sqlite:///{folder}/l.db", "store": folder / "s", "free_bytes": 0, **settings},
    )
    environment = {f"PORTEVOIX_{name.upper()}": str(value) for name, value in given.items()}
    environment |= {"FORWARDED_ALLOW_IPS": proxies, "PYTHONPATH": str(ROOT), "no_proxy": "127.0.0.1"}
    environment |= {"PORTEVOIX_BROKER": f"filesystem://{folder}/b", "PORTEVOIX_DELIVERIES": str(folder / "d")}
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "service.http.server", "--port", str(port)]
    server = Server(
        "the API", url, command, lambda: httpx.get(f"{url}/healthz").raise_for_status(), folder, environment
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    service = HttpService(tmp_path_factory.mktemp("front"))
    with service.open():
        yield service


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that waits a second for whatever it is owed."""
    with serving(tmp_path_factory.mktemp("impatient"), head_s=1, body_s=1) as server:
        yield server


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return tmp_path


def connected(server: Server, sent: bytes) -> socket.socket:
    host, _, port = server.url.removeprefix("http://").partition(":")
    one = socket.create_connection((host, int(port)), 20)
    one.sendall(sent)
    return one


def is_closed(one: socket.socket) -> bool:
    """Whether the server has closed a connection without an answer, or does so within the socket's time."""
    try:
        return one.recv(100) == b""
    except ConnectionError:
        return True


def memory_of(server: Server) -> int:
    """Bytes that a server's process has in memory."""
    assert server.process
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * resource.getpagesize()


def told(one: socket.socket) -> bytes:
    """What is answered until the connection is closed."""
    answer = b""
    try:
        while some := one.recv(1 << 16):
            answer += some
    except ConnectionError:
        pass
    return answer


def administrator(server: Server) -> str:
    """The header with a token that may do everything, of a server that runs in a process of its own."""
    ledger = database.open_ledger(server.environment["PORTEVOIX_DATABASE"])
    new = NewToken("front", (Scope.ADMIN,), (ALL,), None)
    return f"Authorization: Bearer {tokens.issue_to_service(ledger, at_the_command_line('installer'), new)[1]}"


def test_half_a_request_is_not_waited_for_however_slowly_it_comes(impatient: Server) -> None:
    server = impatient
    with ExitStack() as stack:
        half = [stack.enter_context(connected(server, sent)) for sent in (HALF, b"") for _ in range(5)]
        bodies = [stack.enter_context(connected(server, sent)) for sent in (UPLOAD, PART) for _ in range(5)]
        slow = stack.enter_context(connected(server, b"GET /"))
        slow.settimeout(0.1)
        for _ in range(100):
            try:
                slow.sendall(b"x")
                if slow.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break
        else:
            raise AssertionError("a letter now and then keeps a connection")
        assert [is_closed(one) for one in half] == [True] * 10
        assert {told(one).split(b"\r\n")[0] for one in bodies} == {b"HTTP/1.1 408 Request Timeout"}
        assert httpx.get(f"{server.url}/healthz", timeout=60).status_code == 200


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("POST /sessions HTTP/1.1\r\nContent-Type: application/json", b"413"),
        ("POST /jobs HTTP/1.1\r\nContent-Type: application/yaml\r\n{token}", b"413"),
        (
            "POST /uploads HTTP/1.1\r\nUpload-Length: 9000000\r\nTus-Resumable: 1.0.0\r\n"
            "Content-Type: application/offset+octet-stream\r\n{token}",
            b"409",
        ),
    ],
)
def test_a_body_without_an_end_is_refused_at_its_limit_and_kept_nowhere(
    head: str, status: bytes, impatient: Server
) -> None:
    before = memory_of(impatient)
    start = f"{head.format(token=administrator(impatient))}\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    most, sent, piece = 300_000_000, 0, b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with connected(impatient, start.encode()) as one:
        try:
            while sent < most:  # it hears the answer, and goes on all the same
                one.sendall(piece)
                sent += len(piece)
        except ConnectionError:
            pass
        assert sent < most, "a sender who does not listen is cut off too"
        assert memory_of(impatient) - before < 40_000_000
    with connected(impatient, start.encode()) as one:
        for _ in range(10_000_000 // len(piece)):
            one.sendall(piece)
        assert one.recv(100).split()[1] == status


def test_a_body_that_comes_in_drops_is_not_waited_for(impatient: Server) -> None:
    start = "POST /uploads HTTP/1.1\r\nHost: x\r\nUpload-Length: 900\r\nTus-Resumable: 1.0.0\r\nContent-Length: 900\r\n"
    start += f"Content-Type: application/offset+octet-stream\r\n{administrator(impatient)}\r\n\r\n"
    with connected(impatient, start.encode()) as one:
        one.settimeout(0.1)
        for _ in range(600):
            one.sendall(b"x")
            try:
                assert one.recv(100).startswith(b"HTTP/1.1 408 ")
                break
            except TimeoutError:
                continue
        else:
            raise AssertionError("a byte now and then keeps a connection")


def test_one_address_has_so_many_connections_and_all_together_so_many(house: Path) -> None:
    with serving(house, connections_each=10) as server, ExitStack() as stack:
        kept = [stack.enter_context(connected(server, HALF)) for _ in range(10)]
        time.sleep(0.3)  # until the server has taken them in
        more = [stack.enter_context(connected(server, HALF)) for _ in range(5)]
        assert [is_closed(one) for one in more] == [True] * 5
        for one in kept:
            one.close()
        for _ in range(600):
            try:
                assert httpx.get(f"{server.url}/healthz", timeout=60).status_code == 200
                break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            raise AssertionError("their places are free again")


def test_a_proxy_is_known_by_its_network_and_has_as_many_connections_as_it_likes(house: Path) -> None:
    with serving(house, proxies="192.0.2.1, 127.0.0.0/8", connections_each=2) as server, ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(connected(server, HALF))
        assert httpx.get(f"{server.url}/healthz", timeout=60).status_code == 200


@pytest.mark.parametrize("said", ["*", "10.0.0.1/8", "proxy.example", "10.0.0.1 10.0.0.2"])
def test_what_names_no_proxy_is_refused_and_said(said: str) -> None:
    with pytest.raises(BrokenInstallation, match=re.escape(f"FORWARDED_ALLOW_IPS is {said!r}")):
        proxies_of(said)


def test_more_connections_than_files_may_be_open_stop_nothing_and_fill_no_log(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = "import resource, runpy; resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300));"
    code = f"{before} runpy.run_module('service.http.server', run_name='__main__')"
    with serving(house) as unlimited:
        unlimited.stop()
        unlimited.command[1:3] = ["-c", code]
        unlimited.start()
        with ExitStack() as stack:
            held = [stack.enter_context(connected(unlimited, HALF)) for _ in range(200)]
            assert sum(is_closed(one) for one in held[-100:]) == 100
        for _ in range(600):
            try:
                assert httpx.get(f"{unlimited.url}/healthz", timeout=60).status_code == 200
                break
            except httpx.TransportError:
                time.sleep(0.1)
        log = (house / "server.log").read_text("utf-8")
        assert len(log.splitlines()) < 120 and "Traceback" not in log
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == limits


def test_a_kind_of_line_is_logged_so_often_and_the_next_says_how_many_were_left_out() -> None:
    lines, rule = Lines(), NotTooOften(3)

    def line(event: str, at_s: float) -> logging.LogRecord:
        record = logging.LogRecord("x", logging.WARNING, "", 0, event, (), None)
        record.created = at_s
        return record

    passed = [rule.filter(line("refused", at_s)) for at_s in range(10)]
    assert passed == [True] * 3 + [False] * 7 and rule.filter(line("another", 9))
    last = line("refused", MINUTE_S + 1)
    assert rule.filter(last) and json.loads(lines.format(last))["left_out"] == 7
    assert "service.logs.NotTooOften" in (ROOT / "deploy" / "logging.json").read_text("utf-8")


@pytest.mark.parametrize("path", ["/jobs", f"/jobs/{'0' * 32}/captions/fr", "/uploads", "/people"])
def test_a_strangers_body_is_not_waited_for(path: str, service: HttpService) -> None:
    head = f"{'PUT' if 'captions' in path else 'POST'} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n"
    host, port = service.socket.getsockname()
    for token in ("", "Authorization: Bearer pvx_nobody\r\n"):
        with socket.create_connection((host, port), 20) as one:
            one.sendall(f"{head}{token}\r\n{{".encode())
            assert one.recv(100).startswith(b"HTTP/1.1 401 "), "of two million bytes one was sent"
