"""Webhooks: who is told what and when, and whom they may never reach."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from ledgers import new_ledger, time_passes
from released import desk_in, document

from portevoix.library import load_library
from service import embargo, releases
from service.ledger import Submission, jobs, outbox
from service.releases import NewRelease
from service.webhooks import SIGNATURE, TIMESTAMP, WebhookFailed, is_public, post_to_public, posting, send_due


def test_a_webhook_tells_how_a_job_ended_once_and_is_tried_until_it_is_taken(tmp_path: Path) -> None:
    ledger = new_ledger(tmp_path)
    job = jobs.submit(ledger, Submission("desk", "avis", "recipe: alert", webhook="https://example.org/hook"))
    said: list[tuple[str, bytes, dict[str, str]]] = []

    def refuse(url: str, body: bytes, headers: dict[str, str]) -> None:
        raise WebhookFailed("example.org answered 503")

    assert send_due(ledger, "key", refuse) == 0
    assert outbox.due_webhooks(ledger) == [], "nothing to tell yet"
    jobs.cancel(ledger, job)
    assert send_due(ledger, "key", refuse) == 0
    assert outbox.due_webhooks(ledger) == [], "not at once again"
    time_passes(ledger, 11)
    assert send_due(ledger, "key", lambda *words: said.append(words)) == 1
    time_passes(ledger, 10_000)
    assert send_due(ledger, "key", lambda *words: said.append(words)) == 0
    ((url, body, headers),) = said
    assert (url, json.loads(body)) == ("https://example.org/hook", {"job": job, "name": "avis", "state": "cancelled"})
    assert headers[SIGNATURE] == hmac.new(b"key", headers[TIMESTAMP].encode() + b"." + body, hashlib.sha256).hexdigest()
    ledger.dispose()


def test_a_webhook_tells_of_releases_and_names_no_job_before_its_hour(tmp_path: Path) -> None:
    place = str(tmp_path / "published")
    desk = desk_in(tmp_path, {"ministere_fr": place})
    text, owner = document("fr", embargo="2031-03-01T09:00:00+01:00"), desk.people["author"].id
    hook = Submission(owner, "secret-words", text, webhook="https://example.org/hook")
    job = jobs.submit(desk.ledger, hook)
    desk.make(job, {"fr": "v1"})
    desk.approve(job, "fr")
    accounts, publisher = load_library(desk.context.settings.house).accounts, desk.people["publisher"]
    waiting = releases.ask(desk.ledger, publisher, job, NewRelease("ministere_fr", (), True), accounts)
    releases.cancel(desk.ledger, publisher, job, waiting.id)
    said: list[dict[str, object]] = []
    send_due(desk.ledger, "", lambda url, body, headers: said.append(json.loads(body)))
    assert [one["state"] for one in said] == ["done", "cancelled"] and not any("name" in one for one in said)
    embargo.move(desk.ledger, publisher, job, None, may_release=True)
    for act in (
        lambda: releases.ask(desk.ledger, publisher, job, NewRelease("ministere_fr"), accounts),
        lambda: releases.withdraw(desk.ledger, publisher, job, "ministere_fr", accounts),
    ):
        made = act()
        desk.work()
        send_due(desk.ledger, "", lambda url, body, headers: said.append(json.loads(body)))
        told = {"job": job, "name": "secret-words", "kind": made.kind, "release": made.id, "account": "ministere_fr"}
        assert said[-1] == {**told, "state": {"release": "released", "withdrawal": "withdrawn"}[made.kind]}
    assert len(said) == 4


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://user:word@example.org/",
        "https:///path",
        "https://[::1/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:192.168.0.1]/",
        "https://0/",
    ],
)
def test_no_webhook_reaches_this_network_or_speaks_without_tls(url: str) -> None:
    with pytest.raises(WebhookFailed, match=r"not on the public internet|not of the form|is no address"):
        post_to_public(url, b"{}", {})


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("9.9.9.9", True),
        ("2620:fe::fe", True),
        ("100.64.0.1", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
        ("2002:7f00:1::", False),
        ("::ffff:10.0.0.1", False),
    ],
)
def test_an_address_is_public_only_where_its_inner_one_is(address: str, public: bool) -> None:
    assert is_public(address) is public


class Listener(BaseHTTPRequestHandler):
    said: list[tuple[str, bytes]] = []

    def do_POST(self) -> None:
        self.said.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(302 if self.path == "/elsewhere" else 204)
        self.send_header("Location", "/taken")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            "key.pem",
            "-out",
            "cert.pem",
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    server = HTTPServer(("127.0.0.1", 0), Listener)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port, folder / "cert.pem"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_posted_over_tls_and_follows_no_redirect(listener: tuple[int, Path]) -> None:
    port, authority = listener
    trusted = ssl.create_default_context(cafile=str(authority))
    anywhere = {"allowed": lambda address: address == "127.0.0.1" or ":" in address, "context": trusted}
    post_to_public(f"https://localhost:{port}/hook?a=1", b'{"a": 1}', {}, **anywhere)
    assert Listener.said == [("/hook?a=1", b'{"a": 1}')]
    with pytest.raises(WebhookFailed, match="answered 302"):
        post_to_public(f"https://localhost:{port}/elsewhere", b"{}", {}, **anywhere)
    assert [path for path, _ in Listener.said] == ["/hook?a=1", "/elsewhere"]
    with pytest.raises(WebhookFailed, match="CERTIFICATE_VERIFY_FAILED"):
        post_to_public(f"https://localhost:{port}/", b"{}", {}, allowed=lambda address: True)


def test_an_address_with_letters_beyond_ascii_is_posted_to_as_their_bytes(listener: tuple[int, Path]) -> None:
    port, authority = listener
    posting({"localhost": authority})(f"https://localhost:{port}/été/a%20b?quoi=ça&c=d e", b"{}", {})
    assert Listener.said[-1] == ("/%C3%A9t%C3%A9/a%20b?quoi=%C3%A7a&c=d%20e", b"{}")
    with pytest.raises(WebhookFailed, match="does not answer"):
        posting({})(f"https://{'é' * 70}.example/", b"{}", {})


def test_whatever_one_message_brings_about_the_others_are_sent(tmp_path: Path) -> None:
    ledger = new_ledger(tmp_path)
    for name in ("one", "two"):
        job = jobs.submit(ledger, Submission("desk", name, "recipe: alert", webhook=f"https://example.org/{name}"))
        jobs.cancel(ledger, job)
    said: list[str] = []

    def post(url: str, body: bytes, headers: dict[str, str]) -> None:
        if url.endswith("one"):
            raise RuntimeError("nobody foresaw it")
        said.append(url)

    assert send_due(ledger, "", post) == 1
    assert said == ["https://example.org/two"] and outbox.due_webhooks(ledger) == [], "the first waits for its next try"
    ledger.dispose()


def test_named_hosts_of_the_houses_network_are_reached_by_their_own_authoritys_word(
    listener: tuple[int, Path], tmp_path: Path
) -> None:
    port, authority = listener
    url = f"https://localhost:{port}/intranet"
    posting({"localhost": authority})(url, b"{}", {})
    assert Listener.said[-1] == ("/intranet", b"{}")
    with pytest.raises(WebhookFailed, match="which is not on the public internet"):
        posting({"cms.example": authority})(url, b"{}", {})
    with pytest.raises(WebhookFailed, match="is no file of an authority"):
        posting({"localhost": tmp_path / "none.pem"})(url, b"{}", {})
