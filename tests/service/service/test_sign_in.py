"""Signing in at an identity provider: a certified one, and one that lies."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from http_service import INSTALLER, HttpService
from joserfc.jwk import RSAKey
from ledgers import time_passes
from providers import SECRET, Certified, FalseProvider, asked, sign_in_at
from servers import free_port

from portevoix.library import ROOT
from service import people, record
from service.ledger.database import reading
from service.record import What
from service.sign_in import FINISHED_WITHIN_S

GROUPS = {"press": {"author": ["ministere"]}, "chiefs": {"publisher": ["*"]}}
GROUPS_OF_THE_HOUSE = "groups:\n  press: {reviewer: [ministere_en]}\n"  # the other half of them stands there


def service_of(folder: Path, issuer: str, **more: object) -> HttpService:
    house = folder / "house"
    shutil.copytree(ROOT / "examples" / "house", house)
    accounts = house / "accounts.yaml"
    accounts.write_text(accounts.read_text("utf-8") + GROUPS_OF_THE_HOUSE, "utf-8")
    provider = {"oidc_issuer": issuer, "oidc_client": "portevoix", "oidc_secret": SECRET, "oidc_groups": GROUPS}
    return HttpService(folder, house=house, **provider, **more)


def browser_of(service: HttpService) -> httpx.Client:
    return httpx.Client(base_url=service.url, headers={"Origin": service.url}, timeout=30)


def sign_in(service: HttpService, browser: httpx.Client, login: str) -> httpx.Response:
    begun = browser.get("/sign-in")
    assert begun.status_code == 303, begun.text
    return browser.get(sign_in_at(begun.headers["location"], login))


# A certified provider


def test_a_certified_provider_lets_its_groups_in_also_after_it_changed_its_keys(tmp_path: Path) -> None:
    assert (ROOT / "tests/helpers/oidc/node_modules").is_dir(), "scripts/test-tools.sh installs it"
    port = free_port()
    service = service_of(tmp_path, f"http://127.0.0.1:{port}", after_sign_in="/desk")
    given = {"camille": ["press", "others"], "dominique": ["chiefs"], "nobody": ["others"]}
    provider = Certified(f"{service.url}/sign-in/return", given, port)
    with service.open(), browser_of(service) as camille, browser_of(service) as other:
        with provider.running() as server:
            answer = sign_in(service, camille, "camille")
            assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
            me = camille.get("/me").json()
            assert (me["name"], me["kind"], me["via"]) == ("camille", "person", "session")
            assert me["rights"]["submit"] == ["ministere"] and me["rights"]["approve"] == ["ministere_en"]
            refused = sign_in(service, other, "nobody")
            assert (refused.status_code, "none of your groups" in refused.text) == (401, True)
            assert other.get("/me").status_code == 401
            server.stop()
            assert camille.get("/me").status_code == 200, "a session needs no provider"
            away = other.get("/sign-in")
            assert (away.status_code, away.json()["error"], away.headers["retry-after"]) == (503, "ProviderAway", "5")
            given |= {"camille": ["chiefs"]}
        with provider.running():
            assert sign_in(service, other, "camille").status_code == 303, "with keys that nobody has seen before"
            again = other.get("/me").json()
            assert again["id"] == me["id"] and again["rights"]["release"] == ["*"]
            assert "submit" not in camille.get("/me").json()["rights"], "the older session lost the role with the group"
            people.remove(service.context.ledger, INSTALLER, me["id"])
            assert other.get("/me").status_code == 401
            assert sign_in(service, other, "camille").status_code == 401


# One that lies


@pytest.fixture
def provider() -> Iterator[FalseProvider]:
    with FalseProvider().running() as provider:
        yield provider


@pytest.fixture
def service(tmp_path: Path, provider: FalseProvider) -> Iterator[HttpService]:
    service = service_of(tmp_path, provider.issuer)
    with service.open():
        yield service


def come_back(provider: FalseProvider, browser: httpx.Client, **claims: object) -> httpx.Response:
    """Begin a sign-in and come back from it, with these claims beside or in place of the right ones."""
    sent = asked(browser.get("/sign-in").headers["location"])
    now = int(time.time())
    right = {"iss": provider.issuer, "sub": "camille", "aud": "portevoix", "iat": now, "exp": now + 300}
    chosen = {**right, "nonce": sent["nonce"], "groups": ["press"], **claims}
    provider.claims = {name: value for name, value in chosen.items() if value is not None}
    return browser.get("/sign-in/return", params={"state": sent["state"], "code": "x"})


def test_the_right_claims_let_one_in(service: HttpService, provider: FalseProvider) -> None:
    with browser_of(service) as browser:
        assert come_back(provider, browser).status_code == 303
        assert come_back(provider, browser, aud=["portevoix", "another"], azp="portevoix").status_code == 303
        assert come_back(provider, browser, groups="press", sub="one group as a word").status_code == 303


WRONG: list[dict[str, object]] = [
    {"iss": "https://another.example"},
    {"iss": None},
    {"aud": "another"},
    {"aud": ["another"], "azp": "portevoix"},
    {"aud": None},
    {"azp": "another"},
    {"nonce": "another"},
    {"nonce": None},
    {"exp": 1_700_000_000},
    {"exp": None},
    {"iat": 4_000_000_000},
    {"sub": None},
    {"sub": ""},
    {"at_hash": "another"},
    {"groups": []},
    {"groups": {"press": True}},
    {"groups": [["press"]]},
]


def test_wrong_claims_let_nobody_in(service: HttpService, provider: FalseProvider) -> None:
    for claims in WRONG:
        with browser_of(service) as browser:
            assert come_back(provider, browser, **claims).status_code == 401, claims
            assert browser.get("/me").status_code == 401, claims
    assert people.list_people(service.context.ledger) == []
    with reading(service.context.ledger) as db:
        assert [row.what for row in record.rows(db)] == [What.SIGN_IN_REFUSED] * len(WRONG)


def _another_key(provider: FalseProvider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "a"})


def _public_key_as_secret(provider: FalseProvider) -> None:
    provider.header, provider.forged_with = {"alg": "HS256", "kid": "a"}, provider.key.as_pem(private=False)


def _client_secret(provider: FalseProvider) -> None:
    provider.header, provider.forged_with = {"alg": "HS256"}, SECRET.encode()


def _unsigned(provider: FalseProvider) -> None:
    provider.header, provider.forged_with = {"alg": "none"}, b""


@pytest.mark.parametrize("forge", [_another_key, _public_key_as_secret, _client_secret, _unsigned])
def test_a_forged_signature_lets_nobody_in(
    service: HttpService, provider: FalseProvider, forge: Callable[[FalseProvider], None]
) -> None:
    forge(provider)
    with browser_of(service) as browser:
        answer = come_back(provider, browser)
        assert (answer.status_code, "proves nobody" in answer.text) == (401, True), answer.text
        assert browser.get("/me").status_code == 401


def test_new_keys_are_fetched(service: HttpService, provider: FalseProvider) -> None:
    with browser_of(service) as browser:
        assert come_back(provider, browser).status_code == 303
        provider.signs_with = RSAKey.generate_key(2048, {"kid": "b"})
        provider.published, provider.header = [provider.signs_with], {"alg": "RS256", "kid": "b"}
        assert come_back(provider, browser).status_code == 303


def test_a_sign_in_is_good_once_in_its_own_browser_and_for_a_while(
    service: HttpService, provider: FalseProvider
) -> None:
    with browser_of(service) as browser, browser_of(service) as another:
        assert come_back(provider, browser).status_code == 303
        cookie = {"Cookie": f"portevoix-sign-in={browser.cookies.get('portevoix-sign-in') or 'x'}"}
        sent = asked(browser.get("/sign-in").headers["location"])
        back = {"state": sent["state"], "code": "x"}
        provider.claims["nonce"] = sent["nonce"]
        assert another.get("/sign-in/return", params=back).status_code == 401, "begun by somebody else"
        assert another.get("/sign-in/return", params=back, headers=cookie).status_code == 401
        assert browser.get("/sign-in/return", params={**back, "iss": "https://another.example"}).status_code == 401
        assert browser.get("/sign-in/return", params=back).status_code == 401, "used up by that"
        late = asked(browser.get("/sign-in").headers["location"])
        provider.claims["nonce"] = late["nonce"]
        time_passes(service.context.ledger, FINISHED_WITHIN_S + 1)
        back = {"state": late["state"], "code": "x"}
        assert browser.get("/sign-in/return", params=back).status_code == 401
        denied = asked(browser.get("/sign-in").headers["location"])
        said = {"state": denied["state"], "error": "access_denied"}
        assert browser.get("/sign-in/return", params=said).status_code == 401
        assert browser.get("/sign-in/return").status_code in (401, 422)


@pytest.mark.parametrize(
    "described", [{"issuer": "https://another.example"}, {"token_endpoint": None}, {"jwks_uri": 5}]
)
def test_what_does_not_describe_the_provider_is_none(
    service: HttpService, provider: FalseProvider, described: dict[str, object]
) -> None:
    provider.described = described
    with browser_of(service) as browser:
        answer = browser.get("/sign-in")
        assert (answer.status_code, answer.json()["error"]) == (503, "ProviderAway")


def test_a_house_without_a_provider_says_so(tmp_path: Path) -> None:
    service = HttpService(tmp_path)
    with service.open():
        assert httpx.get(f"{service.url}/sign-in", timeout=60).status_code == 404
