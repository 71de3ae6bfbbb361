"""The pages in a real browser, against the real service with real films."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

import httpx
import pytest
import worker_context
from browsing import PHONE, Reader, browser_open
from http_service import PASSWORD, HttpService, uploaded
from playwright.sync_api import Browser, Request, expect
from released import house_in

from service import approvals, record, releases
from service.gate import ALL, Grant, Role
from service.ledger import queries, tables
from service.ledger.database import reading, writing
from service.record import What

FOCUS = """() => {
  const at = document.activeElement, own = at.matches("video")  // a film's controls show it by themselves
  return [at.textContent.trim(), own || getComputedStyle(at).outlineStyle !== "none"]
}"""
LIGHTEST = 150_000  # bytes of a page without its media
FILM = """\
recipe: subtitles
title: {fr: "Le climat change", ar: "المناخ يتغير"}
clips:
  - file: media/a.mp4
scripts: {fr: scripts/fr.vtt, ar: scripts/ar.vtt}
accounts: [ministere_fr, ministere_ar]
captions: burned
poster: 0:01
post: {text: {fr: Le climat change., ar: المناخ يتغير.}}
"""
ARABIC = "WEBVTT\n\n00:00.500 --> 00:01.500\nمرحبا بكم\n"
REFUSED = "recipe: subtitles\nclips: [{file: media/a.mp4, from: 9}]\nscripts: {fr: scripts/fr.vtt}\nlanguages: [fr]\n"
REFUSED += "embargo: 2031-03-01T09:00:00+01:00\n"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_open() as browser:
        yield browser


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    folder = tmp_path_factory.mktemp("pages")
    house = house_in(folder, {f"ministere_{code}": str(folder / "out" / code) for code in ("fr", "ar")})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTEVOIX_HOUSE", str(house))
        service = HttpService(folder, house=house)
        with service.open():
            yield service


@pytest.fixture(scope="module")
def staff(service: HttpService) -> Iterator[Mapping[str, httpx.Client]]:
    roles = {"amina": Role.AUTHOR, "jeanne": Role.REVIEWER, "paul": Role.PUBLISHER, "karim": Role.ADMINISTRATOR}
    clients = {name: service.person(name, Grant(role, ALL)) for name, role in roles.items()}
    yield clients
    for client in clients.values():
        client.close()


@pytest.fixture(scope="module")
def film(service: HttpService, staff: Mapping[str, httpx.Client], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A job with a film of two seconds in two languages, made by real workers."""
    clip = worker_context.a_clip(tmp_path_factory.mktemp("film") / "a.mp4", seconds=2)
    given = {"media/a.mp4": clip.read_bytes(), "scripts/fr.vtt": worker_context.CUES.encode()[:60]}
    given["scripts/ar.vtt"] = ARABIC.encode()
    files = {name: uploaded(staff["amina"], Path(name).name, content) for name, content in given.items()}
    job = str(staff["amina"].post("/jobs", json={"name": "climat", "document": FILM, "files": files}).json()["id"])
    bad = {"name": "essai", "document": REFUSED, "files": files}
    assert staff["amina"].post("/jobs", json=bad).status_code == 202
    service.work()
    found = queries.find_job(service.context.ledger, job)
    assert found.state == "done", (found.faults, found.failures)
    return job


def test_every_page_is_without_barriers_in_both_languages_and_themes(
    service: HttpService, browser: Browser, staff: Mapping[str, httpx.Client], film: str
) -> None:
    refused = next(j.id for j in queries.list_jobs(service.context.ledger) if j.state == "refused")
    paths = [
        "/desk/sign-in",
        "/set-up?key=none",
        "/desk/jobs",
        "/desk/jobs?search=nothing",
        f"/desk/jobs/{film}",
        f"/desk/jobs/{refused}",
    ]
    paths += [f"/desk/jobs/{film}/approval/{code}" for code in ("fr", "ar")]
    paths += [f"/desk/jobs/{film}/texts/{code}" for code in ("fr", "ar")] + [f"/desk/jobs/{film}/captions/fr"]
    paths += ["/desk/house", "/desk/house/people", "/desk/house/record", f"/desk/jobs/{'0' * 32}"]
    reader, found = Reader(browser, service.url), list[str]()
    reader.sign_in("karim")
    for number, path in enumerate(paths):
        pairs = [("fr", "dark"), ("en", "light")] if number % 2 else [("en", "dark"), ("fr", "light")]
        # A page's other theme changes its colours, the other language its words: the rest is asked once, in turn.
        for (language, theme), rules in zip(pairs, ((), ("color-contrast",)), strict=True):
            reader.prefer(language, theme)
            reader.page.goto(path)
            assert reader.page.locator("html").get_attribute("lang") == language
            found += [f"{path} in {language}, {theme}: {barrier}" for barrier in reader.barriers(*rules)]
            wide = reader.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{path} has to be scrolled sideways"
    assert found == []
    assert [one for one in reader.wrong if "404" not in one] == []
    service.person("nouveau", Grant(Role.REVIEWER, "elsewhere")).close()
    newcomer = Reader(browser, service.url)
    newcomer.sign_in("nouveau")
    expect(newcomer.page.get_by_role("heading", name="No job yet")).to_be_visible()
    assert newcomer.barriers() == newcomer.wrong == []


def test_a_page_weighs_little(service: HttpService, browser: Browser, film: str) -> None:
    reader = Reader(browser, service.url, **PHONE)
    reader.sign_in("karim")
    for path in ("/desk/sign-in", "/desk/jobs", f"/desk/jobs/{film}/approval/ar"):
        weight = reader.weight(path)
        assert 40_000 < sum(weight.values()) - weight.get("media", 0) < LIGHTEST, (path, weight)


def test_a_language_is_approved_on_a_phone_and_released_with_the_keyboard_alone(
    service: HttpService, browser: Browser, staff: Mapping[str, httpx.Client], film: str
) -> None:
    phone = Reader(browser, service.url, **PHONE, locale="fr")
    phone.sign_in("jeanne")
    expect(phone.page.locator("time[data-form]", has_text="2031")).to_contain_text("UTC")
    assert phone.tiny() == []
    phone.page.get_by_role("link", name="Le climat change").tap()
    expect(phone.page.locator("#state")).to_contain_text("Arabe et français")
    assert phone.tiny() == []
    phone.page.locator("[aria-labelledby=language-ar]").get_by_role("link", name="Regarder et approuver").tap()
    words = phone.page.locator("#cues p")
    expect(words).to_have_text("مرحبا بكم")
    assert (words.get_attribute("dir"), words.get_attribute("lang")) == ("rtl", "ar")
    assert phone.tiny() == []
    button = phone.page.get_by_role("button", name="Approuver : arabe")
    place = button.bounding_box()
    assert place and place["y"] > 844 / 2 and place["height"] >= 44, "in reach of a thumb"
    button.tap()
    expect(phone.page.get_by_role("status")).to_contain_text("Approuvé. Voici la langue suivante")
    standing = approvals.standings(service.context.ledger, film)
    assert [d.name for d in standing["ar"].decisions] == ["jeanne"] and not standing["fr"].decisions

    keys = _signed_in_by_keys(browser, service, "paul")
    _reach(keys, "Le climat change")
    expect(keys.page.get_by_role("heading", name="Release")).to_be_visible()
    _reach(keys, "Release now")
    _reach(keys, "Yes")
    expect(keys.page.get_by_role("status").first).to_have_text("It is being released.")
    service.work()
    assert [(r.account, r.state) for r in releases.list_releases(service.context.ledger, film)] == [
        ("ministere_ar", "released")
    ]
    expect(keys.page.locator("#accounts")).to_contain_text("Arabic is out")
    assert staff["paul"].post(f"/jobs/{film}/withdrawals", json={"account": "ministere_ar"}).status_code == 202
    assert "Cancel the withdrawal" in staff["paul"].get(f"/desk/jobs/{film}").text
    service.work()
    said = staff["paul"].get(f"/desk/jobs/{film}").text
    assert "Taken back by paul" in said and "Released by paul" not in said
    reviewer = _signed_in_by_keys(browser, service, "jeanne")
    for step, comes in (("Le climat change", "Films"), ("Look and approve", "French")):
        _reach(reviewer, step)
        expect(reviewer.page.get_by_role("heading", name=comes, exact=True).first).to_be_visible()
        reviewer.page.wait_for_load_state()
    _reach(reviewer, "Approve French")
    expect(reviewer.page.get_by_role("status").first).to_have_text("Approved.")
    assert phone.wrong == keys.wrong == reviewer.wrong == []


def _signed_in_by_keys(browser: Browser, service: HttpService, name: str) -> Reader:
    keys = Reader(browser, service.url)
    keys.page.goto("/desk/sign-in")
    for text, key in ((name, "Tab"), (PASSWORD, "Enter")):
        keys.page.keyboard.type(text)
        keys.page.keyboard.press(key)
    expect(keys.page.get_by_role("heading", name="Jobs")).to_be_visible()
    return keys


def _reach(reader: Reader, name: str) -> None:
    """Press Tab until this is in focus, as somebody without a mouse does, and press Enter."""
    for _ in range(60):
        reader.page.keyboard.press("Tab")
        said, seen = reader.page.evaluate(FOCUS)
        assert seen, f"{said}: where the focus is, is seen"
        if said == name:
            return reader.page.keyboard.press("Enter")
    raise AssertionError(f"{name} is not reached by Tab")


def test_words_are_rejected_with_a_reason_that_the_author_reads(
    service: HttpService, browser: Browser, staff: Mapping[str, httpx.Client], film: str
) -> None:
    reviewer, author = Reader(browser, service.url), Reader(browser, service.url)
    reviewer.sign_in("jeanne", f"/desk/jobs/{film}/approval/fr")
    reviewer.page.get_by_text("Reject…").click()
    reviewer.page.get_by_label("What has to change?").fill("Une majuscule manque.")
    reviewer.context.clear_cookies()
    reviewer.page.get_by_role("button", name="Reject French").click()
    expect(reviewer.page.get_by_role("heading", name="You are not signed in any more")).to_be_visible()
    reviewer.wrong.clear()
    reviewer.page.get_by_role("link", name="Sign in").click()
    reviewer.page.fill("[name=name]", "jeanne")
    reviewer.page.fill("[name=password]", PASSWORD)
    reviewer.page.press("[name=password]", "Enter")
    expect(reviewer.page.get_by_label("What has to change?")).to_have_value("Une majuscule manque.")
    reviewer.page.get_by_role("button", name="Reject French").click()
    expect(reviewer.page.get_by_role("status").first).to_have_text("Rejected; the author sees why.")
    author.sign_in("amina", f"/desk/jobs/{film}")
    expect(author.page.locator("#remarks")).to_contain_text("Une majuscule manque.")
    author.page.get_by_role("button", name="Dealt with").click()
    expect(author.page.locator("#remarks")).to_contain_text("Dealt with by amina")
    reviewer.page.goto(f"/desk/jobs/{film}/approval/fr")
    expect(reviewer.page.locator("main")).not_to_contain_text("Reject…")
    assert reviewer.page.evaluate("localStorage.length") == 0, "what was sent is kept no longer"
    assert reviewer.wrong == author.wrong == []


def test_all_files_of_an_account_come_as_one_archive_that_is_on_record(
    service: HttpService, staff: Mapping[str, httpx.Client], film: str
) -> None:
    answer = staff["paul"].get(f"/desk/jobs/{film}/archive", params={"account": "ministere_ar"})
    own = [f for f in queries.list_deliveries(service.context.ledger, film) if f.account == "ministere_ar"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(f"climat/{file.path}" for file in own) != []
        assert {len(archive.read(name)) for name in archive.namelist()} == {file.bytes for file in own}
    with reading(service.context.ledger) as db:
        read = {row.digests.get("file") for row in record.rows(db) if row.what == What.READ and row.job == film}
    assert {file.sha256 for file in own} <= read
    assert staff["paul"].get(f"/desk/jobs/{film}/archive", params={"account": "nobody"}).status_code == 404


def test_who_watches_sees_each_step_without_asking_again(
    service: HttpService, browser: Browser, staff: Mapping[str, httpx.Client], film: str
) -> None:
    notice = "recipe: alert\ntitle: {fr: Essai}\ntext: {fr: Ceci est un essai.}\nformats: [square]\nlanguages: [fr]\n"
    body = {"name": "avis", "document": notice, "draft": True}
    job = staff["amina"].post("/jobs", json=body).json()["id"]
    watcher = Reader(browser, service.url)
    watcher.sign_in("amina", f"/desk/jobs/{job}")
    expect(watcher.page.locator("#steps")).to_contain_text("Plan")
    asked = len([r for r in watcher.requests if r.is_navigation_request()])
    service.work()
    expect(watcher.page.locator("#languages video")).to_have_count(1)
    expect(watcher.page.locator("#state")).to_contain_text("A draft, to be looked at")
    again = len([r for r in watcher.requests if r.is_navigation_request()]) - asked
    assert again <= 1, "only once, when films are there to be shown"
    assert watcher.wrong == []


def is_picture(asked: Request) -> bool:
    return "/thumbnail/" in asked.url or asked.resource_type == "media"


def test_a_job_with_four_hundred_variants_loads_the_pictures_that_are_seen_alone(
    service: HttpService, browser: Browser, film: str
) -> None:
    ledger, real = service.context.ledger, queries.list_deliveries(service.context.ledger, film)
    made = [(n, one) for n in range(200) for one in real if one.kind in ("video", "poster")]
    listed = [replace(one, path=f"{n:03}/{one.path}", account=f"account_{n:03}") for n, one in made]
    rows = [{"job": film, "path": d.path, "position": n, "facts": asdict(d)} for n, d in enumerate(listed)]
    with writing(ledger) as db:
        db.execute(tables.deliveries.delete().where(tables.deliveries.c.job == film))
        db.execute(tables.deliveries.insert(), rows)
    films = sum(one.kind == "video" for one in listed)
    assert films == 400
    reader = Reader(browser, service.url)
    reader.sign_in("karim")
    for path in ("", "/approval/fr", "/review"):
        reader.requests.clear()
        # The network may be idle before the browser has laid out which pictures are seen.
        with reader.page.expect_request(is_picture):
            reader.page.goto(f"/desk/jobs/{film}{path}")
        reader.page.wait_for_timeout(500)
        shown = [one for one in reader.requests if is_picture(one)]
        assert 0 < len(shown) < 60, (path, len(shown))
    expect(reader.page.locator(".variant")).to_have_count(films)
    reader.page.locator(".variant .open").nth(300).click()
    reader.page.wait_for_function("() => document.getElementById('first').readyState >= 2")
    assert reader.wrong == []
