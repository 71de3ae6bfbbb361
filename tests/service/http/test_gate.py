"""Who may ask what: every operation of the application, asked by everybody who may come."""

from __future__ import annotations

import html
import re
import runpy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from http_service import INSTALLER, HttpService, announced
from hypothesis import given
from hypothesis import strategies as st
from ledgers import time_passes

from portevoix.library import ROOT, load_library
from service import people, record, tokens
from service.gate import (
    ALL,
    EVERYBODY,
    EVERYWHERE,
    ROLES,
    SCOPES,
    Caller,
    Grant,
    Right,
    Role,
    Scope,
    narrowed,
    rights_of,
)
from service.http.matrix import NoRule, Rule, rules_of
from service.ledger import Submission, jobs
from service.ledger.database import reading
from service.record import What
from service.tokens import NewToken

NOWHERE = "0" * 32
OURS, THEIRS = "ministere", "rivage"
DOCUMENT = f"recipe: alert\ntitle: {{fr: Essai}}\ntext: {{fr: Ceci est un essai.}}\naccounts: [{OURS}]\n"
EMBARGOED = DOCUMENT + "embargo: 2031-01-01T09:00+01:00\n"
CUE = {"start_ms": 500, "end_ms": 1500, "text": "Bonjour", "was": 0}
TEXT = {"place": ["title"], "text": "Essai"}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/jobs"): {"name": "essai", "document": DOCUMENT},
    ("POST", "/people"): {"name": "Somebody", "roles": [{"role": "author", "account": OURS}]},
    ("PUT", "/people/{person}/roles"): {"roles": []},
    ("PUT", "/jobs/{job}/priority"): {"priority": "bulk"},
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
ABOUT_OURS = {("POST", "/jobs"), ("POST", "/people")}  # by what stands in their bodies


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    service = HttpService(tmp_path_factory.mktemp("gate"))
    with service.open():
        yield service


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


@pytest.fixture(scope="module")
def askers(service: HttpService) -> list[Asker]:
    found = [Asker("nobody", {}, known=False), Asker("no role", with_token(service, "no role")[1])]
    for role in Role:
        for account in (OURS, THEIRS, ALL):
            name, grant = f"{role} for {account}", Grant(role, account)
            found.append(Asker(name, with_token(service, name, grant)[1], (grant,)))
    return found + gone(service, [Grant(role, ALL) for role in Role])


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


def place(rule: Rule, job: str) -> str:
    path = rule.path.replace("{job}", job).replace("{language}", "fr").replace("{path:path}", "x.mp4")
    for name in ("upload", "person", "token", "session"):
        path = path.replace(f"{{{name}}}", NOWHERE)
    return path.replace("{comment}", "1").replace("{release}", NOWHERE).replace("{account}", OURS)


def expected(rule: Rule, asker: Asker) -> str:
    """`open`, `401`, `403`, or `404` for a job that one may not know of."""
    if rule.right is None:
        return "open"
    if not asker.known:
        return "401"
    covered = rights_of(asker.grants).get(rule.right, frozenset())
    if not covered or (rule.right in EVERYWHERE and ALL not in covered):
        return "403"
    if rule.about_job or (rule.method, rule.path) in ABOUT_OURS:
        return "open" if covered & {OURS, ALL} else "404" if rule.about_job else "403"
    return "open"


def got(answer: httpx.Response) -> str:
    if answer.status_code == 401 and answer.headers.get("www-authenticate") == "Bearer":
        return "401"
    if answer.status_code == 404 and (answer.request.method == "HEAD" or answer.json()["error"] == "UnknownJob"):
        return "404"
    return "403" if answer.status_code == 403 else "open"


def test_every_operation_answers_everybody_as_its_rule_says(service: HttpService, askers: list[Asker]) -> None:
    rules = rules_of(service.app)
    assert len(rules) > 40
    wrong = []
    with httpx.Client(base_url=service.url, timeout=30) as client:
        for asker in askers:
            job = jobs.submit(service.context.ledger, Submission(NOWHERE, "essai", EMBARGOED))
            jobs.cancel(service.context.ledger, job)  # so that its events end
            for rule in rules:
                headers, body = (
                    {**asker.headers, **announced("a.mp4", 5), "Upload-Offset": "0", "If-Match": "none"},
                    BODIES.get((rule.method, rule.path)),
                )
                answer = client.request(rule.method, place(rule, job), headers=headers, json=body)
                allowed = {expected(rule, asker)} | ({"404"} if rule.method == "HEAD" and asker.known else set())
                if got(answer) not in allowed or (answer.status_code >= 500 and rule.path != "/readyz"):
                    wrong.append((asker.name, rule, answer.status_code, answer.text[:200]))
    assert wrong == []


def test_a_route_without_a_rule_or_with_two_is_found(service: HttpService) -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.get("/open")(lambda: None)
    with pytest.raises(NoRule, match="/open needs one rule, and has 0"):
        rules_of(app)


def test_the_document_shows_the_matrix_as_it_is() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "access-matrix.py"))
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    assert page == script["with_matrix"](page), "`make security` writes it anew"
    assert page.count("| `GET /jobs/{job}/plan` | read | 401 | own | own | own | own |") == 1


grants = st.lists(st.builds(Grant, st.sampled_from(Role), st.sampled_from([OURS, THEIRS, ALL])))
scopes = st.lists(st.sampled_from(Scope), min_size=1)
accounts = st.sets(st.sampled_from([OURS, THEIRS, ALL]), min_size=1)


@given(grants, scopes, accounts, st.sampled_from(Right), st.sets(st.sampled_from([OURS, THEIRS, "other"])))
def test_a_token_never_carries_more_than_its_owners_rights(
    roles: list[Grant], scoped: list[Scope], bound: set[str], right: Right, asked: set[str]
) -> None:
    owner = Caller("a" * 32, "a", "person", "session", rights_of(roles))
    token = Caller("a" * 32, "a", "person", "token", narrowed(owner.rights, scoped, bound))
    if token.may(right, asked, owner=token.id):
        assert owner.may(right, asked, owner=owner.id)
        assert right in EVERYBODY or any(right in SCOPES[scope] for scope in scoped)
        assert right in EVERYBODY or ALL in bound or asked <= bound
    assert owner.has(right) or not token.has(right)


def test_no_service_approves_and_what_no_role_gives_is_refused() -> None:
    everything = [Grant(role, ALL) for role in Role]
    service = Caller("s" * 32, "s", "service", "token", rights_of(everything, "service"))
    assert not service.has(Right.APPROVE)
    assert Caller("p" * 32, "p", "person", "session", rights_of(everything)).has(Right.APPROVE)
    nobody = Caller("n" * 32, "n", "person", "session", rights_of([]))
    assert [right for right in Right if nobody.has(right)] == [Right.SELF]
    assert set(Right) == frozenset().union(*ROLES.values())


def test_a_kit_is_an_accounts(service: HttpService) -> None:
    library = load_library()
    author = Caller("a" * 32, "a", "person", "session", rights_of([Grant(Role.AUTHOR, THEIRS)]))
    assert [kit for kit in library.kits if author.may_use_kit(kit, library)] == ["rivage", "plain"], (
        "what is built in is nobody's"
    )
    _, headers = with_token(service, "a rivage author", Grant(Role.AUTHOR, THEIRS))
    free = "recipe: alert\ntitle: {fr: Essai}\ntext: {fr: Ceci est un essai.}\nlanguages: [fr]\nformats: [square]\n"
    with httpx.Client(base_url=service.url, headers=headers) as client:
        for kit, status in (("", 403), ("kit: aster\n", 403), ("kit: rivage\n", 202)):
            answer = client.post("/jobs", json={"name": "essai", "document": free + kit})
            assert answer.status_code == status, answer.text


def test_five_refused_readings_of_an_embargoed_job_raise_an_alarm(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    service = HttpService(tmp_path)
    with service.open(), service.client(accounts=(THEIRS,)) as stranger, service.client() as administrator:
        embargoed = jobs.submit(service.context.ledger, Submission(NOWHERE, "essai", EMBARGOED))
        public = jobs.submit(service.context.ledger, Submission(NOWHERE, "essai", DOCUMENT))
        for job in (embargoed, public, NOWHERE):
            assert {stranger.get(f"/jobs/{job}/plan").status_code for _ in range(5)} == {404}
        alarms = [r.facts for r in caplog.records if r.name == "portevoix.audit" and r.levelname == "ERROR"]
        assert alarms == [{"job": embargoed, "refused": 5}]
        assert "portevoix_embargo_alarms_total 1.0" in administrator.get("/metrics").text
        with reading(service.context.ledger) as db:
            refused = [row.job for row in record.rows(db) if row.what == What.REFUSED]
            assert refused == [embargoed] * 5 + [public] * 5 + [NOWHERE] * 5
            assert record.verify(db) > 15


def test_the_reference_is_a_page_without_a_script_or_another_host(service: HttpService) -> None:
    page = httpx.get(f"{service.url}/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"<script|<link|<img|https?://(?!127|portevoix\.example|cms\.example)", page.text)
    described = httpx.get(f"{service.url}/openapi.json").json()
    for path, methods in described["paths"].items():
        assert html.escape(path) in page.text
        assert all(f'id="{operation["operationId"]}"' in page.text for operation in methods.values())
    assert all(f'id="model-{name}"' in page.text for name in described["components"]["schemas"])
