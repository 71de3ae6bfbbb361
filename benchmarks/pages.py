"""How quick the pages are, by Chromium's own trace: first contents, frames while 3,000 cues are scrolled, weight.

`make pages`. A service of its own with a film of four seconds; each page in an empty cache.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import worker_context
from browsing import Reader, browser_open
from http_service import HttpService
from playwright.sync_api import Browser, Page

from service.gate import ALL, Grant, Role
from service.ledger import Submission, jobs

CATEGORIES = ["blink.user_timing", "loading", "rail", "devtools.timeline", "cc", "benchmark"]
CUES = 3_000
SCROLLED_PX, PX_A_SECOND = 12_000, 2_400
WHO = "reader"
DOCUMENT = """\
recipe: subtitles
title: {de: Essai}
clips: [{file: a.mp4}]
scripts: {de: de.vtt}
languages: [de]
poster: none
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as at, HttpService(Path(at)).open() as service, browser_open() as browser:
        service.person(WHO, Grant(Role.ADMINISTRATOR, ALL)).close()
        job = _job(service, Path(at))
        base = f"/desk/jobs/{job}"
        reader = Reader(browser, service.url)
        reader.sign_in(WHO)
        for path in ("/desk/sign-in", "/desk/jobs", "/desk/new", base, f"{base}/review", f"{base}/captions/de"):
            own = sum(size for kind, size in reader.weight(path).items() if kind not in ("media", "image"))
            took = _first_contents_ms(browser, reader, path)
            print(f"{path.replace(job, 'JOB')}: first contents after {took:.0f} ms, {own / 1e3:.0f} kB", flush=True)
        with service.client() as client:
            client.put(f"/jobs/{job}/captions/de", content=_script(CUES)).raise_for_status()
        print(_scrolling(browser, reader, f"{base}/captions/de"))


def _script(cues: int) -> str:
    return "WEBVTT\n\n" + "\n".join(f"{_clock(2 * n)} --> {_clock(2 * n + 1)}\nZeile {n}\n" for n in range(cues))


def _job(service: HttpService, folder: Path) -> str:
    store, script = service.context.store, folder / "de.vtt"
    script.write_text(_script(2), "utf-8")
    files = {"a.mp4": store.put_input(worker_context.a_clip(folder / "a.mp4")), "de.vtt": store.put_input(script)}
    job = jobs.submit(service.context.ledger, Submission("desk", "essai", DOCUMENT, files, draft=True))
    service.work()
    return job


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}.000"


def _first_contents_ms(browser: Browser, reader: Reader, path: str) -> float:
    """From the start of a navigation to its first text or picture, in milliseconds."""
    fresh = browser.new_context(base_url=reader.url, storage_state=reader.context.storage_state())
    page = fresh.new_page()
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.goto(path)
    page.wait_for_timeout(1_500)
    events = list(_events(browser))
    fresh.close()
    begun = {_navigation(event): event["ts"] for event in events if event["name"] == "navigationStart"}
    painted = [event for event in events if event["name"] == "firstContentfulPaint" and _navigation(event) in begun]
    if not painted:  # now and then the trace begins after the navigation
        return _first_contents_ms(browser, reader, path)
    return float(painted[-1]["ts"] - begun[_navigation(painted[-1])]) / 1e3


def _navigation(event: Mapping[str, Any]) -> object:
    return event["args"]["data"]["navigationId"]


def _scrolling(browser: Browser, reader: Reader, path: str) -> str:
    """What became of each frame while the table of cues was scrolled, as the compositor reports it."""
    page = reader.page
    page.goto(path)
    page.wait_for_selector(f".cue:nth-child({CUES})", state="attached")
    page.wait_for_timeout(3_000)
    browser.start_tracing(page=page, categories=CATEGORIES)
    _scroll(page)
    return _told(list(_events(browser)))


def _scroll(page: Page) -> None:
    box = page.locator("#cues").bounding_box()
    assert box
    middle = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    gesture = {**middle, "yDistance": -SCROLLED_PX, "speed": PX_A_SECOND, "gestureSourceType": "mouse"}
    page.context.new_cdp_session(page).send("Input.synthesizeScrollGesture", gesture)


def _told(events: list[Mapping[str, Any]]) -> str:
    reports = [e for e in events if e["name"] == "PipelineReporter" and "frame_reporter" in e.get("args", {})]
    kept = [e for e in reports if e["args"]["frame_reporter"]["state"] != "STATE_NO_UPDATE_DESIRED"]
    late = sum(event["args"]["frame_reporter"]["state"] == "STATE_DROPPED" for event in kept)
    lasted, shown = (kept[-1]["ts"] - kept[0]["ts"]) / 1e6, len(kept) - late
    return f"{CUES} cues scrolled for {lasted:.1f} s: {shown} frames shown ({shown / lasted:.0f} a second), {late} late"


def _events(browser: Browser) -> Iterator[Mapping[str, Any]]:
    yield from sorted(json.loads(browser.stop_tracing())["traceEvents"], key=lambda event: event["ts"])


if __name__ == "__main__":
    main()
