"""Everybody who may ask the HTTP service something, and what they may send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from http_service import INSTALLER, HttpService
from ledgers import time_passes

from service import people, tokens
from service.gate import ALL, Grant, Scope
from service.tokens import NewToken

NOWHERE = "0" * 32
OURS, THEIRS = "ministere", "rivage"
DOCUMENT = f"recipe: alert\ntitle: {{fr: Essai}}\ntext: {{fr: Ceci est un essai.}}\naccounts: [{OURS}]\n"
EMBARGOED = DOCUMENT + "embargo: 2031-01-01T09:00+01:00\n"
TEXT = {"place": ["title"], "text": "Essai"}
CUE = {"start_ms": 500, "end_ms": 1500, "text": "Bonjour", "was": 0}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/jobs"): {"name": "essai", "document": DOCUMENT},
    ("POST", "/people"): {"name": "Somebody", "roles": [{"role": "author", "account": OURS}]},
    ("PUT", "/people/{person}/roles"): {"roles": []},
    ("PUT", "/jobs/{job}/priority"): {"priority": "bulk"},
    ("POST", "/jobs/{job}/erasure"): {"why": "asked for"},
    ("PUT", "/jobs/{job}/retention"): {"days": 90},
    ("POST", "/tokens"): {"name": "mine", "scopes": ["review"], "accounts": [OURS]},
    ("POST", "/sessions"): {"name": "nobody at all", "password": "a wrong password"},
    ("POST", "/jobs/{job}/approvals"): {"language": "fr", "version": f"{'0' * 16}-{'0' * 16}"},
    ("POST", "/jobs/{job}/rejections"): {"language": "fr", "version": f"{'0' * 16}-{'0' * 16}", "text": "No"},
    ("POST", "/jobs/{job}/comments"): {"text": "Look here"},
    ("PUT", "/jobs/{job}/post/{language}"): {"text": "Bonjour"},
    ("PUT", "/jobs/{job}/texts/{language}"): {"texts": [TEXT]},
    ("POST", "/jobs/{job}/texts/{language}/check"): {"texts": [TEXT]},
    ("POST", "/jobs/{job}/texts/{language}/room"): {"place": ["title"]},
    ("PUT", "/jobs/{job}/captions/{language}/cues"): {"cues": [CUE]},
    ("POST", "/jobs/{job}/captions/{language}/check"): {"cues": [CUE]},
    ("POST", "/jobs/{job}/captions/{language}/picture"): {"cues": [CUE], "path": "square/essai_square_fr.mp4"},
    ("PUT", "/jobs/{job}/comments/{comment}"): {"resolved": True},
    ("POST", "/jobs/{job}/releases"): {"account": OURS},
    ("POST", "/jobs/{job}/withdrawals"): {"account": OURS},
    ("PUT", "/jobs/{job}/embargo"): {"embargo": "2099-01-01T00:00:00Z"},
    ("POST", "/set-up"): {"key": "none", "password": "a password that nobody has"},
}


@dataclass(frozen=True)
class Asker:
    """Somebody who asks, and with which roles; `known` only while their token or session is good."""

    name: str
    headers: dict[str, str]
    grants: tuple[Grant, ...] = ()
    known: bool = True


def with_token(
    service: HttpService, name: str, *grants: Grant, lifetime_s: float | None = None
) -> tuple[str, dict[str, str]]:
    """Somebody new, and the header with a token for all that they may do."""
    ledger = service.context.ledger
    person = people.add(ledger, INSTALLER, name, grants)
    _, secret = tokens.issue(ledger, INSTALLER, person.id, NewToken(name, list(Scope), [ALL], lifetime_s))
    return person.id, {"Authorization": f"Bearer {secret}"}


def gone(service: HttpService, grants: list[Grant]) -> list[Asker]:
    """Who had every role: their tokens have expired or were revoked, they were removed, their sessions have ended."""
    ledger, found = service.context.ledger, {"expired": with_token(service, "expired", *grants, lifetime_s=1)[1]}
    for name in ("revoked", "removed"):
        person, found[name] = with_token(service, name, *grants)
        for token in tokens.list_tokens(ledger, INSTALLER) if name == "revoked" else []:
            if token.owner == person:
                tokens.revoke(ledger, INSTALLER, token.id)
        if name == "removed":
            people.remove(ledger, INSTALLER, person)
    for name in ("signed out", "silent"):
        client = service.person(name, *grants)
        cookie = "; ".join(f"{key}={value}" for key, value in client.cookies.items())
        found[name] = {"Cookie": cookie, "Origin": service.url}
        if name == "signed out":
            assert client.delete("/sessions/current").status_code == 204
        client.close()
    time_passes(ledger, service.settings.session_idle_s + 1)
    return [Asker(name, headers, known=False) for name, headers in found.items()]
