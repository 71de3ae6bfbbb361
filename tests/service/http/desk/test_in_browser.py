"""The pages in a real browser, against the real service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browsing import PHONE, Reader, browser_open
from http_service import HttpService
from playwright.sync_api import Browser

from service.gate import ALL, Grant, Role

LIGHTEST = 150_000  # bytes of a page without its media


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_open() as browser:
        yield browser


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    service = HttpService(tmp_path_factory.mktemp("pages"))
    with service.open():
        service.person("amina", Grant(Role.ADMINISTRATOR, ALL)).close()
        yield service


def test_every_page_is_without_barriers_in_both_languages_and_themes(service: HttpService, browser: Browser) -> None:
    reader = Reader(browser, service.url)
    reader.page.goto("/desk/sign-in")
    assert reader.barriers() == []
    reader.sign_in("amina")
    found = []
    for language, theme in (("fr", "light"), ("fr", "dark"), ("en", "light"), ("en", "dark")):
        reader.prefer(language, theme)
        for path in ("/desk/sign-in", "/desk/jobs", "/desk/jobs?search=nothing"):
            reader.page.goto(path)
            assert reader.page.locator("html").get_attribute("lang") == language
            found += [f"{path} in {language}, {theme}: {barrier}" for barrier in reader.barriers()]
    assert found == []
    assert reader.wrong == []


def test_a_page_weighs_little(service: HttpService, browser: Browser) -> None:
    reader = Reader(browser, service.url, **PHONE)
    reader.sign_in("amina")
    for path in ("/desk/sign-in", "/desk/jobs"):
        weight = reader.weight(path)
        assert 40_000 < sum(weight.values()) - weight.get("media", 0) < LIGHTEST, (path, weight)
