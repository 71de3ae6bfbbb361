"""Who may ask what: every operation of the application, asked by everybody who may come."""

from __future__ import annotations

import html
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from askers import BODIES, DOCUMENT, EMBARGOED, NOWHERE, OURS, THEIRS, Asker, gone, with_token
from fastapi import FastAPI
from http_service import HttpService, announced
from hypothesis import given
from hypothesis import strategies as st

from portevoix.library import ROOT, load_library
from service import record
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

ABOUT_OURS = {("POST", "/jobs"), ("POST", "/people")}  # by what stands in their bodies


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    service = HttpService(tmp_path_factory.mktemp("gate"))
    with service.open():
        yield service


@pytest.fixture(scope="module")
def askers(service: HttpService) -> list[Asker]:
    found = [Asker("nobody", {}, known=False), Asker("no role", with_token(service, "no role")[1])]
    for role in Role:
        for account in (OURS, THEIRS, ALL):
            name, grant = f"{role} for {account}", Grant(role, account)
            found.append(Asker(name, with_token(service, name, grant)[1], (grant,)))
    return found + gone(service, [Grant(role, ALL) for role in Role])


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
    about_job = "{job}" in rule.path
    if about_job or (rule.method, rule.path) in ABOUT_OURS:
        return "open" if covered & {OURS, ALL} else "404" if about_job else "403"
    return "open"


def got(answer: httpx.Response) -> str:
    if answer.status_code == 401 and answer.headers.get("www-authenticate") == "Bearer":
        return "401"
    if answer.status_code == 404 and (answer.request.method == "HEAD" or answer.json()["error"] == "UnknownJob"):
        return "404"
    return "403" if answer.status_code == 403 else "open"


def test_every_operation_answers_everybody_as_its_rule_says(service: HttpService, askers: list[Asker]) -> None:
    rules = sorted(rules_of(service.app), key=lambda rule: rule.path == "/jobs/{job}/erasure")  # then there is no job
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
    with httpx.Client(base_url=service.url, headers=headers, timeout=60) as client:
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
    page = httpx.get(f"{service.url}/docs", timeout=60)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"<script|<link|<img|https?://(?!127|portevoix\.example|cms\.example)", page.text)
    described = httpx.get(f"{service.url}/openapi.json", timeout=60).json()
    for path, methods in described["paths"].items():
        assert html.escape(path) in page.text
        assert all(f'id="{operation["operationId"]}"' in page.text for operation in methods.values())
    assert all(f'id="model-{name}"' in page.text for name in described["components"]["schemas"])
