"""Faults of strangers at the door: connections that are begun and never ended, uploads that fill the disk."""

from __future__ import annotations

import os
import selectors
import shutil
import socket
import time
import urllib.request
from collections import Counter
from pathlib import Path

import httpx
from chaos_deployment import Deployment, wait
from chaos_jobs import Request
from chaos_round import MEETING_S, Fault, Round

from service import tokens
from service.gate import ALL, Scope, at_the_command_line
from service.ledger import inputs
from service.ledger.states import Priority

SOCKETS, ADDRESSES, HELD_S = 400, 8, 12.0  # from addresses of this machine's own loopback, 127.0.0.2 and on
BLOB_BYTES = 40_000_000
MOST_BLOBS = 60


def _half(number: int, token: str) -> tuple[str, bytes]:
    """What a connection sends before it falls silent, and what that is called."""
    head = f"POST /uploads HTTP/1.1\r\nHost: portevoix\r\nAuthorization: Bearer {token}\r\nTus-Resumable: 1.0.0\r\n"
    body = "Upload-Length: 1000\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 1000\r\n\r\n"
    kinds = [
        ("in the middle of a head", head.encode()),
        ("in the middle of a body", (head + body).encode() + bytes(500)),
        ("in the middle of a body without a token", b"POST /jobs HTTP/1.1\r\nHost: p\r\nContent-Length: 900\r\n\r\n{"),
        ("silent", b""),
    ]
    return kinds[number % len(kinds)]


def half_open(this: Round) -> str:
    """Hundreds of connections are opened at once and go no further, while jobs come in and the page is asked for."""
    token, crowd, sent = this.deployment.token, [], Counter[str]()
    for number in range(SOCKETS):
        one = socket.socket()
        one.bind((f"127.0.0.{2 + number % ADDRESSES}", 0))
        one.settimeout(5)
        one.connect(("127.0.0.1", this.deployment.api_port))
        name, content = _half(number, token)
        one.sendall(content)
        crowd.append(one)
        sent[name] += 1
    began_s = time.monotonic()
    this.begin()
    answered, slowest_s = _ask_pages(this.deployment, began_s + HELD_S)
    left, last_s = _until_closed(crowd, began_s, MEETING_S)
    if left:
        this.deployment.complaints.append(f"{left} half-open connections were never closed")
    counts = ", ".join(f"{count} {name}" for name, count in sent.items())
    return (
        f"{SOCKETS} connections from {ADDRESSES} addresses: {counts}; all but {left} closed by the front, the last "
        f"{last_s:.0f} s after it began; meanwhile {answered} pages answered, the slowest within {slowest_s:.1f} s"
    )


def _ask_pages(deployment: Deployment, until_s: float) -> tuple[int, float]:
    """Ask for the first page again and again. Returns how often it came, and the longest that it took in seconds."""
    answered, slowest_s = 0, 0.0
    while time.monotonic() < until_s:
        asked_s = time.monotonic()
        try:
            urllib.request.urlopen(f"{deployment.url}/desk/sign-in", timeout=10).read()
        except OSError as error:
            deployment.complaints.append(f"a page was not answered beside half-open connections: {error}")
        else:
            answered += 1
            slowest_s = max(slowest_s, time.monotonic() - asked_s)
        time.sleep(0.2)
    return answered, slowest_s


def _until_closed(crowd: list[socket.socket], began_s: float, within_s: float) -> tuple[int, float]:
    """Wait until the other end has closed every connection. Returns how many are left, and when the last went."""
    left, last_s = len(crowd), 0.0
    with selectors.DefaultSelector() as selector:
        for one in crowd:
            selector.register(one, selectors.EVENT_READ)
        while left and time.monotonic() < began_s + within_s:
            for key, _ in selector.select(0.5):
                try:
                    closed = not key.fileobj.recv(1 << 16)  # type: ignore[union-attr]
                except OSError:
                    closed = True
                if closed:
                    selector.unregister(key.fileobj)
                    left, last_s = left - 1, time.monotonic() - began_s
    for one in crowd:
        one.close()
    return left, last_s


def uploads_fill(this: Round) -> str:
    """Somebody uploads until nothing more is taken in, while jobs work; then another program takes the rest, and a job
    waits and says for what.
    """
    with this.deployment.with_little_room():
        return _uploads_fill(this)


def _uploads_fill(this: Round) -> str:
    deployment = this.deployment
    this.begin()
    wait(lambda: all(request.id for request in this.mix), 3 * MEETING_S)
    digests, refusal = _fill_by_uploads(deployment)
    needed = deployment.service.context.settings.free_bytes
    free = shutil.disk_usage(deployment.folder_store).free
    if free < needed:
        deployment.complaints.append(f"uploads left {free:,} bytes; work needs {needed:,}")
    stuff = deployment.folder_store.parent / "stuff"
    _take(stuff, free - needed + 1_000_000)
    late = Request("notice", "late", f"{this.mix[0].word[:-1]}z", Priority.BULK, store=deployment.store_kind)
    this.desk.hand_in([late])
    this.mix.append(late)
    said = _waits_for(this, late)
    stuff.unlink()
    for digest in digests:
        deployment.folder_as_store.delete_input(digest)
    inputs.forget_inputs(deployment.ledger, digests)
    return (
        f"{len(digests)} uploads of {BLOB_BYTES // 1_000_000} MB, the next refused ({refusal}) with "
        f"{free // 1_000_000:,} MB free, {needed // 1_000_000:,} MB of it for work; the rest taken, a job: {said}"
    )


def _fill_by_uploads(deployment: Deployment) -> tuple[list[str], int]:
    """The digests of what a stranger with a token could upload, and the status of the refusal."""
    new = tokens.NewToken("stranger", [Scope.UPLOAD], [ALL])
    _, secret = tokens.issue_to_service(deployment.ledger, at_the_command_line("chaos"), new)
    headers = {"Authorization": f"Bearer {secret}", "Tus-Resumable": "1.0.0", "Upload-Length": str(BLOB_BYTES)}
    headers["Content-Type"] = "application/offset+octet-stream"
    digests: list[str] = []
    with httpx.Client(timeout=60, headers=headers) as stranger:
        while len(digests) < MOST_BLOBS:
            answer = stranger.post(f"{deployment.url}/uploads", content=os.urandom(BLOB_BYTES))
            if answer.is_error:
                return digests, answer.status_code
            digests.append(answer.json()["sha256"])
    deployment.complaints.append(f"{MOST_BLOBS} uploads were taken in, and none refused")
    return digests, 0


def _take(stuff: Path, size: int) -> None:
    with stuff.open("wb") as file:
        for _ in range(-(-size // 1_000_000)):
            file.write(os.urandom(1_000_000))


def _waits_for(this: Round, request: Request) -> str:
    """What the service says that a job waits for, once it says something of the disk."""
    found: list[str] = []

    def told() -> bool:
        found[:] = [this.desk.client.ask("GET", f"/jobs/{request.id}").get("waits_for") or "nothing"]
        return "room on the disk" in found[0]

    if not wait(told, MEETING_S):
        this.deployment.complaints.append(f"a job without room on the disk says that it waits for {found[0]}")
    return found[0]


STRANGERS: dict[str, Fault] = {"half-open connections": half_open, "uploads fill the disk": uploads_fill}
