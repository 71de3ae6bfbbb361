"""The way into the pages, without a script: sign-in, language, errors, what a browser keeps and refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from http_service import PASSWORD, HttpService

from service.gate import ALL, Grant, Role

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    service = HttpService(tmp_path_factory.mktemp("desk"))
    with service.open():
        service.person("amina", Grant(Role.AUTHOR, ALL)).close()
        yield service


@pytest.fixture
def browser(service: HttpService) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, headers=BROWSER, timeout=30) as client:
        yield client


def test_who_is_not_signed_in_comes_back_to_the_page_that_they_wanted(browser: httpx.Client) -> None:
    asked = browser.get("/desk/jobs?search=climat")
    assert (asked.status_code, asked.headers["location"]) == (
        303,
        "/desk/sign-in?next=%2Fdesk%2Fjobs%3Fsearch%3Dclimat",
    )
    form = {"name": "amina", "password": PASSWORD, "next": "/desk/jobs?search=climat"}
    answer = browser.post("/desk/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/jobs?search=climat")
    assert browser.get("/desk/jobs").status_code == 200
    assert browser.post("/desk/sign-out").headers["location"] == "/desk/sign-in?said=signed-out"
    assert browser.get("/desk/jobs").status_code == 303


def test_a_wrong_password_says_so_and_keeps_the_name(browser: httpx.Client) -> None:
    answer = browser.post("/desk/sign-in", data={"name": "amina", "password": "wrong", "next": "https://elsewhere"})
    assert answer.status_code == 401
    assert "do not go together" in answer.text and 'value="amina"' in answer.text
    assert "elsewhere" not in answer.text


@pytest.mark.parametrize("path", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", "/docs", ""])
def test_signing_in_leads_to_no_other_place_than_a_page(browser: httpx.Client, path: str) -> None:
    answer = browser.post("/desk/sign-in", data={"name": "amina", "password": PASSWORD, "next": path})
    assert answer.headers["location"] == "/desk/jobs"


def test_a_form_on_another_sites_page_does_nothing(service: HttpService) -> None:
    with service.person("elsewhere", Grant(Role.AUTHOR, ALL)) as client:
        for proof in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
            for path in ("/desk/sign-in", "/desk/preferences", "/desk/sign-out"):
                assert client.post(path, headers={"Accept": "text/html", **proof}).status_code == 403, path
        del client.headers["origin"]
        assert client.post("/desk/sign-out").status_code == 403, "a browser that says nothing proves nothing"
        assert client.get("/me").status_code == 200


def test_language_and_colours_are_kept_in_the_browser(browser: httpx.Client) -> None:
    assert 'lang="fr"' in browser.get("/desk/sign-in", headers={"Accept-Language": "fr-CA"}).text
    browser.post("/desk/preferences", data={"language": "fr", "theme": "dark", "back": "/desk/sign-in"})
    page = browser.get("/desk/sign-in", headers={"Accept-Language": "en"}).text
    assert '<html lang="fr" data-theme="dark">' in page and "Mot de passe" in page
    browser.post("/desk/preferences", data={"language": "xx", "theme": "pink"})
    assert '<html lang="fr" data-theme="dark">' in browser.get("/desk/sign-in").text


def test_an_error_is_a_page_for_a_browser_and_a_problem_for_a_program(service: HttpService) -> None:
    with service.person("curious", Grant(Role.AUTHOR, ALL)) as client:
        address = f"/jobs/{'0' * 32}"
        assert client.get(address).json()["error"] == "UnknownJob"
        page = client.get(address, headers=BROWSER | {"Accept-Language": "fr"})
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "Il n’y a rien ici" in page.text and "there is no job" not in page.text
        assert "curious" in page.text and 'class="tabs"' in page.text, "it is still a page of who asks"


def test_a_page_may_run_and_load_nothing_that_is_not_the_services_own(browser: httpx.Client) -> None:
    page = browser.get("/desk/sign-in")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'none'"
    assert {source for sources in policy.values() for source in sources.split()} == {"'none'", "'self'", "blob:"}
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|https?://", page.text)
    assert page.headers["cache-control"] == "private, no-store"


def test_a_file_of_the_pages_is_kept_under_its_version_alone(browser: httpx.Client) -> None:
    page = browser.get("/desk/sign-in").text
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert len(addresses) >= 5
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200 and len(answer.content) > 100
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        old = re.sub("/static/[0-9a-f]+/", "/static/0123456789abcdef/", address)
        assert browser.get(old).headers["cache-control"] == "no-cache"
    assert browser.get("/static/0/nothing.css").status_code == 404
