"""Chromium on the service's pages: signed in, watched for what it must not do, and asked what axe-core finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from chromium import EXECUTABLE
from http_service import PASSWORD
from playwright.sync_api import Browser, Page, Request, Response, expect, sync_playwright

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LATE = "Transition was "  # a browser that is late shows the next page without its transition, and says so
MEDIA = ("media", "image")
# What is tapped and is smaller than 44 px (a box with its label; a link in a sentence may be as high as its line), and
# fields whose letters are smaller than the 16 px below which a phone enlarges the page around them.
TINY = """() => {
  const small = ({ width, height }) => width > 0 && Math.min(width, height) < 43.5, said = []
  const seen = one => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".unseen, .skip, h2")
  for (const one of document.querySelectorAll("button, .button, summary, input, select, textarea, nav a")) {
    const box = one.closest("label") && one.matches("[type=checkbox], [type=radio]") ? one.closest("label") : one
    if (seen(one) && small(box.getBoundingClientRect())) said.push(`small: ${box.outerHTML.slice(0, 120)}`)
    const written = one.matches("input:not([type=checkbox], [type=radio]), select, textarea") && seen(one)
    if (written && parseFloat(getComputedStyle(one).fontSize) < 16) said.push(`letters: ${one.outerHTML.slice(0, 120)}`)
  }
  return said
}"""
expect.set_options(timeout=60_000)  # what a page will show, also on a machine that is busy


@contextmanager
def browser_open() -> Iterator[Browser]:
    """A browser, ended with the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


class Reader:
    """Somebody before a screen. `wrong`: errors of scripts, requests to other hosts, refusals of the policy."""

    def __init__(self, browser: Browser, url: str, **how: Any) -> None:
        self.url, self.wrong = url, list[str]()
        self.requests: list[Request] = []
        self.context = browser.new_context(base_url=url, **{"locale": "en", **DESK, **how})
        self.page = self.watched(self.context.new_page())

    def watched(self, page: Page) -> Page:
        page.on("pageerror", lambda error: LATE not in str(error) and self.wrong.append(f"script: {error}"))
        page.on("console", lambda said: said.type == "error" and self.wrong.append(f"console: {said.text}"))
        page.on("request", self._note)
        return page

    def _note(self, request: Request) -> None:
        self.requests.append(request)
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != urlsplit(self.url).netloc:
            self.wrong.append(f"another host: {request.url}")

    def sign_in(self, name: str, to: str = "/desk/jobs") -> None:
        self.page.goto(f"/desk/sign-in?next={to}")
        self.page.fill("[name=name]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(f"**{to}")

    def prefer(self, language: str, theme: str) -> None:
        """Choose a language and colours, as the menu does."""
        for name, value in (("language", language), ("theme", theme)):
            self.context.add_cookies([{"name": f"portevoix-{name}", "value": value, "url": self.url}])

    def barriers(self, *rules: str) -> list[str]:
        """What axe-core finds on the page as it is shown; by these rules alone, where some are named."""
        wanted = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": WCAG}
        found = Axe().run(self.page, options={"runOnly": wanted}).response["violations"]
        return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]

    def tiny(self) -> list[str]:
        """What a finger misses on the page as it is shown, and fields that make a phone enlarge the page."""
        self.page.wait_for_load_state()
        return list(self.page.evaluate(TINY))

    def weight(self, path: str) -> Mapping[str, int]:
        """Bytes on the way for a page and all that it loads, in an empty cache, by kind; pictures of jobs and films
        apart.
        """
        fresh = self.context.browser.new_context(base_url=self.url, storage_state=self.context.storage_state())
        page, loaded = fresh.new_page(), list[Response]()
        page.on("response", lambda response: loaded.insert(0, response))
        page.goto(path, wait_until="networkidle")
        bytes_by: dict[str, int] = {}
        for response in loaded:
            kind = response.request.resource_type
            shown = "media" if "/desk/" in response.url and kind in MEDIA else kind
            if response.status == 200:
                bytes_by[shown] = bytes_by.get(shown, 0) + response.request.sizes()["responseBodySize"]
        fresh.close()
        return bytes_by
