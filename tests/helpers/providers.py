"""Identity providers for the tests: a certified one in a process of its own, and a false one that signs any claims."""

from __future__ import annotations

import base64
import hmac
import json
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from servers import Server, free_port

HERE = Path(__file__).parent / "oidc"
SECRET = "a secret of the tests"


@dataclass
class Certified:
    """The npm package `oidc-provider`. Started again it has new keys, under the same address."""

    return_url: str
    groups: dict[str, list[str]]
    port: int = field(default_factory=free_port)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator[Server]:
        options = {"port": self.port, "returnUrl": self.return_url, "groups": self.groups}
        command = ["node", str(HERE / "provider.mjs"), json.dumps(options)]
        described = f"{self.issuer}/.well-known/openid-configuration"
        with tempfile.TemporaryDirectory() as folder:
            answers = lambda: httpx.get(described).raise_for_status()  # noqa: E731
            server = Server("the provider", self.issuer, command, answers, Path(folder))
            try:
                server.start()
                yield server
            finally:
                server.stop()


def sign_in_at(url: str, login: str) -> str:
    """What a browser does at the certified provider, up to the address that it is sent back to."""
    with httpx.Client(follow_redirects=False, timeout=30) as browser:
        answer = browser.get(url)
        for _ in range(12):
            if answer.is_redirect:
                target = str(answer.next_request.url) if answer.next_request else ""
                if "/sign-in/return" in target:
                    return target
                answer = browser.get(target)
            else:
                action = re.search(r'action="([^"]+)"', answer.text)
                prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
                assert action and prompt, answer.text
                answer = browser.post(action[1], data={"prompt": prompt[1], "login": login, "password": "any"})
    raise AssertionError("the provider sends the browser nowhere")


class FalseProvider:
    """Describes itself as a provider does, and answers a code with an ID token of the claims that it is given."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "a"})
        self.published = [self.key]
        self.forged_with: bytes | None = None  # a shared secret; empty: nothing at all
        self.described: dict[str, Any] = {}
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "a"}
        self.signs_with = self.key
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[FalseProvider]:
        thread = threading.Thread(target=self.server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            self.server.server_close()
            thread.join()

    def description(self) -> Mapping[str, Any]:
        places = {"authorization_endpoint": "/auth", "token_endpoint": "/token", "jwks_uri": "/keys"}
        return {"issuer": self.issuer, **{k: self.issuer + v for k, v in places.items()}, **self.described}

    def id_token(self) -> str:
        header = self.header if self.forged_with is None else {"alg": "RS256"}
        signed = jwt.encode(header, self.claims, self.signs_with, algorithms=["RS256"])
        if self.forged_with is None:
            return signed
        content = f"{_base64(json.dumps(self.header).encode())}.{signed.split('.')[1]}"
        proof = hmac.digest(self.forged_with, content.encode(), "sha256") if self.forged_with else b""
        return f"{content}.{_base64(proof)}"

    def _handler(provider) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                keys = {"keys": [key.as_dict(private=False) for key in provider.published]}
                self.answer(keys if self.path == "/keys" else provider.description())

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.answer({"access_token": "x", "token_type": "Bearer", "id_token": provider.id_token()})

            def answer(self, content: Mapping[str, Any]) -> None:
                body = json.dumps(content).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def asked(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
