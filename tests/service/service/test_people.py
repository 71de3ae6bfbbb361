"""Persons, roles, local passwords and sessions, on both databases and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from http_service import INSTALLER, PASSWORD, HttpService, announced
from ledgers import empty, ledger_at, new_ledger, time_passes
from typer.testing import CliRunner, Result

from service import passwords, people, record, sessions, tokens
from service.gate import ALL, Caller, Grant, Right, Role, Scope, rights_of
from service.ledger import Ledger
from service.ledger.database import reading
from service.ledger.tables import people as people_table
from service.ledger.tables import sessions as sessions_table
from service.people import NameTaken, NotAllowed, UnknownPerson
from service.record import What
from service.sessions import Lengths, SpentLink, TooManyTries, WrongPassword
from service.settings import Settings
from service.tokens import NewToken
from workers.commands import person as person_commands

pytest_plugins = ("servers",)

LENGTHS = Lengths(idle_s=100, longest_s=1000)
AUTHOR = Grant(Role.AUTHOR, "ministere")


@pytest.fixture(scope="module")
def on_postgresql(postgresql_url: str) -> Iterator[Ledger]:
    yield (ledger := ledger_at(postgresql_url))
    ledger.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    if request.param == "postgresql":
        ledger = request.getfixturevalue("on_postgresql")
        yield ledger
        empty(ledger)
    else:
        yield (ledger := new_ledger(tmp_path))
        ledger.dispose()


def somebody(ledger: Ledger, name: str = "Camille", *given: Grant) -> str:
    person = people.add(ledger, INSTALLER, name, given or [AUTHOR]).id
    sessions.set_password(ledger, sessions.new_link(ledger, INSTALLER, person), PASSWORD, None)
    return person


def signed_in(ledger: Ledger, name: str = "Camille", address: str = "192.0.2.7") -> str:
    return sessions.sign_in(ledger, name, PASSWORD, address, LENGTHS)[1]


def who(ledger: Ledger, secret: str) -> Caller | None:
    return sessions.find_caller(ledger, secret, "192.0.2.7", LENGTHS)


def recorded(ledger: Ledger) -> list[str]:
    with reading(ledger) as db:
        return [row.what for row in record.rows(db)]


def test_a_link_sets_a_password_once_and_signs_one_in(ledger: Ledger) -> None:
    person = people.add(ledger, INSTALLER, "Camille", [AUTHOR]).id
    first = sessions.new_link(ledger, INSTALLER, person)
    secret = sessions.new_link(ledger, INSTALLER, person)
    with pytest.raises(SpentLink):
        sessions.set_password(ledger, first, PASSWORD, None)
    with pytest.raises(passwords.WeakPassword):
        sessions.set_password(ledger, secret, "camille 2026 camille", None)
    sessions.set_password(ledger, secret, PASSWORD, None)
    with pytest.raises(SpentLink):
        sessions.set_password(ledger, secret, PASSWORD, None)
    caller = who(ledger, signed_in(ledger, "CAMILLE"))
    assert caller is not None
    assert (caller.id, caller.via, caller.may(Right.SUBMIT, ["ministere"])) == (person, "session", True)
    with reading(ledger) as db:
        kept = str(db.execute(sa.select(people_table)).all() + db.execute(sa.select(sessions_table)).all())
    assert "$argon2id$" in kept
    assert secret not in kept and PASSWORD not in kept
    late = sessions.new_link(ledger, INSTALLER, person)
    time_passes(ledger, sessions.LINK_S + 1)
    with pytest.raises(SpentLink):
        sessions.set_password(ledger, late, PASSWORD, None)


def test_a_session_ends_when_it_is_silent_too_old_or_ended(ledger: Ledger) -> None:
    person = somebody(ledger)
    silent = signed_in(ledger)
    time_passes(ledger, 99)
    assert who(ledger, silent), "and this has been a request"
    time_passes(ledger, 99)
    assert who(ledger, silent)
    time_passes(ledger, 101)
    assert who(ledger, silent) is None
    old = signed_in(ledger)
    for _ in range(10):
        time_passes(ledger, 99)
        assert who(ledger, old)
    time_passes(ledger, 11)
    assert who(ledger, old) is None, "whatever was asked meanwhile"
    secrets = [signed_in(ledger) for _ in range(3)]
    me = who(ledger, secrets[0])
    assert me and sessions.end_sessions(ledger, me, person, me.means) == 1
    assert [who(ledger, secret) is None for secret in secrets] == [True, False, False]
    assert sessions.end_sessions(ledger, INSTALLER, person) >= 2
    assert [who(ledger, secret) for secret in secrets] == [None] * 3
    sessions.forget_ended(ledger)
    assert sessions.list_sessions(ledger, person) == []
    assert recorded(ledger)[-2:] == [What.SIGNED_OUT, What.SESSIONS_ENDED]


def test_a_role_that_is_taken_and_a_person_who_is_removed_are_gone_at_the_next_request(ledger: Ledger) -> None:
    person = somebody(ledger)
    secret = signed_in(ledger)
    _, token = tokens.issue(ledger, INSTALLER, person, NewToken("mine", [Scope.RENDER, Scope.REVIEW], [ALL]))
    shown = tokens.find_caller(ledger, token, None)
    assert shown and shown.may(Right.SUBMIT, ["ministere"]) and not shown.may(Right.SUBMIT, ["rivage"])
    people.change(ledger, INSTALLER, person, [Grant(Role.REVIEWER, "rivage")])
    for caller in (who(ledger, secret), tokens.find_caller(ledger, token, None)):
        assert caller and caller.may(Right.READ, ["rivage"])
        assert not caller.may(Right.READ, ["ministere"]) and not caller.has(Right.SUBMIT)
    people.remove(ledger, INSTALLER, person)
    assert who(ledger, secret) is None and tokens.find_caller(ledger, token, None) is None
    with pytest.raises(WrongPassword):
        signed_in(ledger)
    with pytest.raises(UnknownPerson):
        tokens.issue(ledger, INSTALLER, person, NewToken("again", [Scope.RENDER], [ALL]))
    people.change(ledger, INSTALLER, person, [AUTHOR])
    assert tokens.find_caller(ledger, token, None) is None, "a token that was revoked stays so"
    with pytest.raises(WrongPassword):
        signed_in(ledger)


def test_guessing_is_slowed_by_name_and_by_address_whether_or_not_somebody_has_the_name(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # the tries are counted here, not their cost
    monkeypatch.setattr(passwords, "_hasher", quick)
    monkeypatch.setattr(passwords, "_nobodys", quick.hash("nobody's"))
    somebody(ledger)
    before = recorded(ledger).count(What.SIGN_IN_REFUSED)
    for name in ("Camille", "Nobody"):
        for number in range(sessions.MOST_TRIES_BY_NAME):
            with pytest.raises(WrongPassword):
                sessions.sign_in(ledger, name, "wrong", f"192.0.2.{number}", LENGTHS)
        with pytest.raises(TooManyTries):
            sessions.sign_in(ledger, name, PASSWORD, "192.0.2.99", LENGTHS)
    time_passes(ledger, sessions.WINDOW_S + 1)
    assert signed_in(ledger)
    for number in range(sessions.MOST_TRIES_BY_ADDRESS):
        with pytest.raises(WrongPassword):
            sessions.sign_in(ledger, f"guess {number}", "wrong", f"2001:db8::{number:x}", LENGTHS)
    with pytest.raises(TooManyTries):
        signed_in(ledger, address="2001:db8::ffff")
    assert signed_in(ledger, address="2001:db8:0:1::1"), "another network"
    refused = recorded(ledger).count(What.SIGN_IN_REFUSED) - before
    assert refused == 2 * sessions.MOST_TRIES_BY_NAME + sessions.MOST_TRIES_BY_ADDRESS


def test_an_unknown_name_costs_the_same_work_and_gets_the_same_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def hashing(kept: str, password: str) -> bool:
        done.append(f"hash {kept[:30]}")  # the algorithm and its cost
        return PasswordHasher().verify(kept, password)

    monkeypatch.setattr(passwords, "_hasher", SimpleNamespace(verify=hashing, hash=passwords._hasher.hash))
    service, work, answers = HttpService(tmp_path), {}, {}
    with service.open(), service.person("Camille", AUTHOR), httpx.Client(base_url=service.url, timeout=60) as client:
        sa.event.listen(service.context.ledger, "before_cursor_execute", lambda *given: done.append(given[2]))
        for name in ("Camille", "Nobody"):
            done.clear()
            answer = client.post("/sessions", json={"name": name, "password": "a wrong password"})
            answers[name], work[name] = (answer.status_code, answer.text, sorted(answer.headers)), list(done)
    assert answers["Camille"] == answers["Nobody"]
    assert answers["Nobody"][0] == 401
    assert work["Camille"] == work["Nobody"]
    assert [step for step in work["Nobody"] if step.startswith("hash")] == ["hash $argon2id$v=19$m=65536,t=3,p=4"]


def test_an_administrator_of_an_account_gives_and_takes_roles_for_it_alone(ledger: Ledger) -> None:
    mine = Caller("a" * 32, "a", "person", "session", rights_of([Grant(Role.ADMINISTRATOR, "rivage")]))
    other = somebody(ledger)
    for change in (
        lambda: people.add(ledger, mine, "b", [AUTHOR]),
        lambda: people.add(ledger, mine, "b", [Grant(Role.AUTHOR, ALL)]),
        lambda: people.add(ledger, mine, "b", []),
        lambda: people.change(ledger, mine, other, [Grant(Role.AUTHOR, "rivage")]),
        lambda: people.remove(ledger, mine, other),
        lambda: sessions.new_link(ledger, mine, other),
        lambda: sessions.end_sessions(ledger, mine, other),
        lambda: tokens.issue(ledger, mine, other, NewToken("x", [Scope.REVIEW], ["rivage"])),
        lambda: tokens.issue_to_service(ledger, mine, NewToken("x", [Scope.REVIEW], ["ministere"])),
    ):
        with pytest.raises(NotAllowed):
            change()
    before = recorded(ledger)
    person = people.add(ledger, mine, "b", [Grant(Role.AUTHOR, "rivage")])
    with pytest.raises(NameTaken):
        people.add(ledger, mine, "B", [Grant(Role.AUTHOR, "rivage")])
    people.remove(ledger, mine, person.id)
    assert recorded(ledger)[len(before) :] == [What.PERSON_ADDED, What.PERSON_REMOVED], "what was refused left nothing"
    with pytest.raises(UnknownPerson):
        people.remove(ledger, INSTALLER, "0" * 32)


# Over HTTP


@pytest.fixture
def service(tmp_path: Path) -> Iterator[HttpService]:
    service = HttpService(tmp_path)
    with service.open():
        yield service


def test_a_change_by_cookie_needs_to_come_from_the_services_own_pages(service: HttpService) -> None:
    with service.person("Camille", AUTHOR) as client:
        del client.headers["Origin"]
        job = {"name": "essai", "document": "recipe: alert\nlanguages: [fr]\n"}
        foreign: list[dict[str, str]] = [
            {},
            {"Origin": "https://elsewhere.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site", "Origin": service.url},
        ]
        for headers in foreign:
            for method, path in (("POST", "/jobs"), ("DELETE", "/sessions"), ("POST", "/tokens")):
                answer = client.request(method, path, json=job, headers=headers)
                assert (answer.status_code, "own pages" in answer.text) == (403, True), (headers, path)
            assert client.get("/me", headers=headers).status_code == 200, "what changes nothing needs no proof"
        for headers in ({"Origin": service.url}, {"Sec-Fetch-Site": "same-origin"}):
            assert client.post("/jobs", json=job, headers=headers).status_code == 422
        elsewhere = {"Origin": "https://elsewhere.example"}
        known = {"name": "Camille", "password": PASSWORD}
        assert client.post("/sessions", json=known, headers=elsewhere).status_code == 403


def test_a_cookie_is_kept_from_scripts_other_sites_and_plain_connections(service: HttpService) -> None:
    service.person("Camille", AUTHOR).close()
    known = {"name": "Camille", "password": PASSWORD}
    here = httpx.post(f"{service.url}/sessions", json=known, timeout=60).headers["set-cookie"]
    assert "HttpOnly" in here and "SameSite=lax" in here and "Secure" not in here
    host = {"Host": "portevoix.example.org"}
    there = httpx.post(f"{service.url}/sessions", json=known, headers=host, timeout=60).headers["set-cookie"]
    assert there.startswith("__Host-portevoix-session=")
    assert all(word in there for word in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"))
    cookie = there.partition(";")[0]
    assert httpx.get(f"{service.url}/me", headers={**host, "Cookie": cookie}, timeout=60).status_code == 200


def test_people_sessions_and_tokens_are_kept_over_http(service: HttpService) -> None:
    with (
        service.client() as administrator,
        httpx.Client(base_url=service.url, headers={"Origin": service.url}, timeout=60) as camille,
    ):
        new = {"name": "Camille", "roles": [{"role": "author", "account": "ministere"}]}
        added = administrator.post("/people", json=new)
        person = added.json()["id"]
        assert (added.status_code, added.headers["location"]) == (201, f"/people/{person}")
        assert administrator.post("/people", json=new).status_code == 409
        with service.client(accounts=("rivage",)) as other:
            refused = [
                other.post("/people", json=new),
                other.delete(f"/people/{person}"),
                other.delete(f"/people/{person[::-1]}"),
            ]
            assert [answer.status_code for answer in refused] == [403, 403, 404]
        with reading(service.context.ledger) as db:
            asked = [row.detail["asked"] for row in record.rows(db) if row.what == What.REFUSED]
        assert asked == ["POST /people", "DELETE /people/{person}", "DELETE /people/{person}"]
        unknown = {"name": "B", "roles": [{"role": "author", "account": "ministre"}]}
        assert administrator.post("/people", json=unknown).status_code == 422
        link = administrator.post(f"/people/{person}/set-up").json()["link"]
        page = camille.get(f"{service.url}/set-up", params={"key": link.partition("key=")[2]})
        policy = page.headers["content-security-policy"]
        assert "form-action 'self'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
        assert page.headers["referrer-policy"] == "no-referrer", "the key stands in the address"
        form = {"key": link.partition("key=")[2], "password": PASSWORD, "again": PASSWORD}
        assert camille.post("/set-up/form", data={**form, "again": "another"}).status_code == 422
        assert camille.post("/set-up/form", data={**form, "password": "short", "again": "short"}).status_code == 422
        assert camille.post("/set-up/form", data=form).status_code == 200
        assert camille.post("/set-up/form", data=form).status_code == 410
        assert camille.post("/sessions", json={"name": "Camille", "password": PASSWORD}).json()["id"] == person
        assert camille.get("/me").json()["rights"]["submit"] == ["ministere"]
        assert [s["current"] for s in camille.get("/sessions").json()["sessions"]] == [True]
        issued = camille.post("/tokens", json={"name": "mine", "scopes": ["admin"], "accounts": ["*"]}).json()
        bearer = {"Authorization": f"Bearer {issued['secret']}"}
        with httpx.Client(base_url=service.url, headers=bearer, timeout=60) as program:
            assert program.get("/me").json()["rights"].keys() == camille.get("/me").json()["rights"].keys()
            assert program.get("/people").status_code == 403
            assert [t["id"] for t in program.get("/tokens").json()["tokens"]] == [issued["token"]["id"]]
            roles = {"roles": [{"role": "reviewer", "account": "rivage"}]}
            assert administrator.put(f"/people/{person}/roles", json=roles).status_code == 200
            assert program.post("/uploads", headers=announced("a", 1)).status_code == 403
            assert camille.delete(f"/tokens/{issued['token']['id']}").status_code == 204
            assert program.get("/me").status_code == 401
        assert administrator.delete("/sessions", params={"person": person}).json() == {"ended": 1}
        assert camille.get("/me").status_code == 401
        assert administrator.delete(f"/people/{person}").status_code == 204
        removed = [p for p in administrator.get("/people").json()["people"] if p["id"] == person]
        assert removed[0]["removed"] and removed[0]["roles"] == []


def test_a_token_for_all_accounts_is_one_that_says_so(service: HttpService) -> None:
    with service.client() as administrator:
        for accounts in ([], None):
            new = {"name": "desk", "scopes": ["review"], "service": True, "accounts": accounts}
            assert administrator.post("/tokens", json=new).status_code == 422


# On the command line


def test_people_are_kept_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Settings(database=f"sqlite:///{tmp_path / 'ledger.db'}")
    monkeypatch.setenv("PORTEVOIX_PUBLIC_URL", "https://portevoix.example.org")
    monkeypatch.setattr("service.settings.settings", lambda: own)

    def run(*words: str) -> Result:
        return CliRunner().invoke(person_commands.app, words)

    made = run("new", "Camille", "--role", "author", "--role", "reviewer", "--account", "ministere")
    assert made.stdout.startswith("https://portevoix.example.org/set-up?key=")
    ledger = ledger_at(own.database)
    sessions.set_password(ledger, made.stdout.strip().partition("key=")[2], PASSWORD, None)
    assert "Camille  (author for ministere, reviewer for ministere)" in run("list").stdout
    assert "publisher for *" in run("change", "camille", "--role", "publisher", "--account", "*").stdout
    sessions.sign_in(ledger, "Camille", PASSWORD, None, LENGTHS)
    assert run("sign-out", "Camille").stdout == "1 sessions ended\n"
    monkeypatch.delenv("PORTEVOIX_PUBLIC_URL")
    monkeypatch.setenv("PORTEVOIX_PORT", "9000")
    assert run("link", "Camille").stdout.startswith("http://127.0.0.1:9000/set-up?key=")
    assert run("remove", "Camille").exit_code == 0
    assert "(no role; removed " in run("list").stdout
    for wrong, why in (
        (("new", "B", "--role", "writer", "--account", "ministere"), "role 'writer' is not known"),
        (("new", "B", "--role", "author", "--account", "ministre"), "account 'ministre' is not known"),
        (("link", "Nobody"), "there is no 'Nobody'"),
    ):
        ended = run(*wrong)
        assert (ended.exit_code, why in ended.stderr) == (2, True), ended.stderr
