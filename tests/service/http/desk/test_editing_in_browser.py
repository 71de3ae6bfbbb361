"""The caption editor and the review wall in a real browser, over a real service with real renders."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import PHONE, Reader, browser_open
from http_service import INSTALLER, HttpService
from playwright.sync_api import Browser, expect
from worker_context import a_clip

from service import people
from service.gate import ALL, Grant, Role
from service.ledger import Submission, jobs, queries

DOCUMENT = """\
recipe: subtitles
title: {fr: Essai, ar: تجربة, de: Rechtsschutzversicherungsgesellschaften}
clips: [{file: a.mp4}]
scripts: {ar: ar.vtt, de: de.vtt}
languages: [ar, de]
poster: none
"""
WORDS = {"ar": ("ما الذي جاء بك", "أبحث عن أحدهم"), "de": ("Was führt dich her?", "Ich suche jemanden.")}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_open() as browser:
        yield browser


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    service = HttpService(tmp_path_factory.mktemp("editing"), watch_events_s=0.1)
    with service.open():
        for name in ("amina", "jeanne"):
            service.person(name, Grant(Role.ADMINISTRATOR, ALL)).close()
        yield service


@pytest.fixture(scope="module")
def job(service: HttpService, tmp_path_factory: pytest.TempPathFactory) -> str:
    store, folder = service.context.store, tmp_path_factory.mktemp("media")
    files = {"a.mp4": store.put_input(a_clip(folder / "a.mp4"))}
    for code, (first, second) in WORDS.items():
        script = folder / f"{code}.vtt"
        script.write_text(f"WEBVTT\n\n00:00.400 --> 00:01.600\n{first}\n\n00:02.400 --> 00:03.600\n{second}\n", "utf-8")
        files[f"{code}.vtt"] = store.put_input(script)
    made = jobs.submit(service.context.ledger, Submission("desk", "essai", DOCUMENT, files, draft=True))
    service.work()
    return made


def film(service: HttpService, job: str, language: str) -> str:
    return next(d.sha256 for d in queries.list_deliveries(service.context.ledger, job) if d.language == language)


def at_work(service: HttpService) -> threading.Thread:
    worker = threading.Thread(target=service.work)
    worker.start()
    return worker


def test_a_corrected_arabic_caption_is_seen_before_saving_and_its_new_film_plays_after(
    service: HttpService, browser: Browser, job: str
) -> None:
    reader = Reader(browser, service.url)
    reader.sign_in("amina")
    page, before = reader.page, {code: film(service, job, code) for code in WORDS}
    page.goto(f"/desk/jobs/{job}/captions/ar?beside=de")
    text = page.locator("#cues textarea").first
    expect(text).to_have_value(WORDS["ar"][0])
    assert text.evaluate("field => getComputedStyle(field).direction") == "rtl"
    expect(page.locator(".cue .other").first).to_have_text(WORDS["de"][0])
    text.fill("كلمة " * 1_000)
    expect(page.locator(".cue .remarks").first).to_contain_text("Too fast to be read")
    expect(page.locator("#cues textarea").nth(1)).to_be_in_viewport()  # five thousand characters push nothing away
    text.fill("كلمة " * 20)
    expect(page.locator("#proof")).to_be_visible()
    assert page.locator("#proof").evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    expect(page.locator(".cue .remarks").first).to_contain_text("Too fast to be read")
    text.fill("ما الذي جاء بك إلى هنا")
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_have_text("Saved; the new film is being made")
    page.locator("#film").evaluate("film => { film.currentTime = 1.02 }")
    at_work(service).join()
    page.wait_for_selector("#editor[data-playing]")
    now = {code: film(service, job, code) for code in WORDS}
    assert (now["ar"] != before["ar"], now["de"]) == (True, before["de"]), "only what changed was made again"
    assert now["ar"][:16] in str(page.locator("#film").get_attribute("src"))
    page.wait_for_function("() => document.getElementById('film').readyState >= 2")
    assert page.locator("#film").evaluate("film => film.currentTime") == pytest.approx(1.02, abs=0.1)
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("#cues .cue")).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(page.locator("#cues .cue")).to_have_count(2)
    assert reader.barriers() == []
    # 409: a frame that is not made yet; its picture comes with the new film. 422: no picture of five thousand letters.
    assert [said for said in reader.wrong if "409 (Conflict)" not in said and "422 (Unpro" not in said] == []


def test_two_who_write_at_once_see_each_other_and_no_word_of_either_is_lost(
    service: HttpService, browser: Browser, job: str
) -> None:
    readers = {name: Reader(browser, service.url) for name in ("amina", "jeanne")}
    for name, reader in readers.items():
        reader.sign_in(name, f"/desk/jobs/{job}/captions/de")
        expect(reader.page.locator("#cues textarea").nth(1)).to_have_value(WORDS["de"][1])
    amina, jeanne = (reader.page for reader in readers.values())
    expect(jeanne.locator("#notices")).to_contain_text("amina")
    amina.locator("#cues textarea").first.fill("Was führt dich zu uns?")
    jeanne.locator("#cues textarea").nth(1).fill("Ich suche meinen Freund.")
    amina.keyboard.press("Control+s")
    expect(amina.locator("#state")).to_have_text("Saved; the new film is being made")
    jeanne.keyboard.press("Control+s")
    expect(jeanne.locator("#cues textarea").first).to_have_value("Was führt dich zu uns?")
    expect(jeanne.locator("#cues textarea").nth(1)).to_have_value("Ich suche meinen Freund.")
    readers["jeanne"].context.clear_cookies()
    jeanne.keyboard.press("Control+s")
    expect(jeanne.locator("#notices .fault")).to_contain_text("not signed in")
    readers["jeanne"].sign_in("jeanne", f"/desk/jobs/{job}/captions/de")
    readers["jeanne"].wrong.clear()  # the console tells of the refusals that were asked for
    expect(jeanne.locator("#cues textarea").nth(1)).to_have_value("Ich suche meinen Freund.")
    jeanne.locator("#save").click()
    expect(jeanne.locator("#state")).to_have_text("Saved; the new film is being made")
    worker = at_work(service)
    said = service.client().get(f"/jobs/{job}/captions/de").text
    worker.join()
    assert "zu uns" in said and "meinen Freund" in said
    assert readers["jeanne"].wrong == []


def test_a_link_to_the_wall_brings_a_colleague_to_the_same_frame_and_its_comments(
    service: HttpService, browser: Browser, job: str
) -> None:
    reader = Reader(browser, service.url)
    reader.sign_in("amina")
    page = reader.page
    page.goto(f"/desk/jobs/{job}/review")
    expect(page.locator(".variant")).to_have_count(2)
    page.locator(".variant .open").first.click()
    page.wait_for_function("() => document.getElementById('first').readyState >= 2")
    for _ in range(5):
        page.keyboard.press(".")
    page.keyboard.press("i")
    page.keyboard.press("Shift+>")
    page.keyboard.press("o")
    page.fill("#say textarea", "Der Name ist verdeckt.")
    page.click("#say .primary")
    expect(page.locator(".comment .at")).to_have_text("00:00.220 – 00:01.220")
    page.wait_for_url("**t=1.2*")
    other = Reader(browser, service.url, **PHONE)
    other.sign_in("jeanne")
    other.page.goto(page.url)
    other.page.wait_for_function("() => document.getElementById('first').readyState >= 2")
    expect(other.page.locator("#time")).to_contain_text("00:01.220 · 30")
    expect(other.page.locator(".comment .text")).to_have_text("Der Name ist verdeckt.")
    other.page.locator(".comment .resolve").click()
    expect(other.page.locator("#comments .comment")).to_have_count(0)
    rounds = Path(service.settings.deliveries, job).glob("*/manifest.json")
    assert len([*rounds]) > 1, "the corrections above left versions"
    page.locator("#beside").select_option(index=1)
    page.wait_for_function("() => document.getElementById('second').readyState >= 2")
    assert page.evaluate("() => document.getElementById('second').currentTime") == pytest.approx(1.22, abs=0.01)
    assert reader.barriers() + other.barriers() == []
    assert reader.wrong + other.wrong == []


def test_what_is_drawn_on_a_frame_by_hand_or_with_keys_is_shown_again_there_and_nowhere_else(
    service: HttpService, browser: Browser, job: str
) -> None:
    reader = Reader(browser, service.url)
    reader.sign_in("amina")
    page = reader.page
    page.goto(f"/desk/jobs/{job}/review")
    page.locator(".variant .open").first.click()
    page.wait_for_function("() => document.getElementById('first').readyState >= 2")
    for _ in range(4):
        page.keyboard.press(".")
    page.click("[data-tool=arrow]")
    box = page.locator("#drawing").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.25, steps=4)
    page.mouse.up()
    page.click("[data-tool=rectangle]")
    for key in ("Enter", "ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#drawing path.mine")).to_have_count(2)
    page.fill("#say textarea", "Le logo touche le bord.")
    page.click("#say .primary")
    expect(page.locator("#drawing path.theirs")).to_have_count(2)
    (kept,) = [one for one in service.client().get(f"/jobs/{job}/comments").json()["comments"] if one["drawing"]]
    arrow, rectangle = kept["drawing"]["marks"]
    assert (arrow["kind"], rectangle["kind"]) == ("arrow", "rectangle")
    assert arrow["points"][0] == pytest.approx([0.25, 0.5], abs=0.02)
    assert arrow["points"][1] == pytest.approx([0.75, 0.25], abs=0.02)
    assert rectangle["points"] == [[0.37, 0.35], [0.67, 0.67]]
    page.locator("#position").focus()
    page.keyboard.press(">")
    expect(page.locator("#drawing path")).to_have_count(0)
    page.locator(".comment .drawn:visible").locator("xpath=..").locator(".at").click()
    expect(page.locator("#drawing path.theirs")).to_have_count(2)
    assert reader.barriers() == []
    client, wrong = service.client(), {"text": "x", "at": 1.0}
    for drawing in ({"kind": "pen", "points": [[0, 0], [1.2, 0]]}, {"kind": "arrow", "points": [[0, 0]] * 3}):
        body = {**wrong, "drawing": {"format": "square", "marks": [drawing]}}
        assert client.post(f"/jobs/{job}/comments", json=body).status_code == 422
    lost = {"text": "x", "drawing": kept["drawing"]}
    assert client.post(f"/jobs/{job}/comments", json=lost).status_code == 422, "a drawing has its frame"
    assert reader.wrong == []


def test_a_job_that_is_gone_and_a_browser_without_h264_are_named_and_what_was_typed_is_kept(
    service: HttpService, browser: Browser, job: str
) -> None:
    ledger = service.context.ledger
    service.person("paul", Grant(Role.ADMINISTRATOR, ALL)).close()
    reader = Reader(browser, service.url)
    reader.context.add_init_script("HTMLMediaElement.prototype.canPlayType = () => ''")
    reader.sign_in("paul", f"/desk/jobs/{job}/captions/de")
    page = reader.page
    expect(page.locator("#no-films")).to_contain_text("cannot play H.264")
    words = page.locator("#cues textarea").first
    words.fill("Noch nicht gesichert")
    watched, wall = (reader.watched(reader.context.new_page()) for _ in range(2))
    watched.goto(f"/desk/jobs/{job}")
    wall.goto(f"/desk/jobs/{job}/review")
    people.change(ledger, INSTALLER, people.named(ledger, "paul").id, [Grant(Role.AUTHOR, "elsewhere")])
    page.keyboard.press("Control+s")
    expect(page.locator("#notices .fault")).to_contain_text("not there any more")
    expect(words).to_have_value("Noch nicht gesichert")
    expect(watched.locator("#gone")).to_be_visible()
    wall.locator(".variant .open").first.click()
    expect(wall.locator("#trouble")).to_contain_text(job)
    people.change(ledger, INSTALLER, people.named(ledger, "paul").id, [Grant(Role.ADMINISTRATOR, ALL)])
    page.evaluate("onbeforeunload = null")
    page.goto(f"/desk/jobs/{job}/captions/de")
    expect(page.locator("#cues textarea").first).to_have_value("Noch nicht gesichert")
    expect(page.locator("#notices")).to_contain_text("stands here again")
    assert not [one for one in reader.wrong if "404" not in one]


def test_three_thousand_cues_stay_quick(service: HttpService, browser: Browser, job: str) -> None:
    client, lines = service.client(), []
    for number in range(3_000):
        start, end = (f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}.000" for s in (number * 2, number * 2 + 1))
        lines.append(f"{start} --> {end}\nZeile {number}\n")
    put = client.put(f"/jobs/{job}/captions/de", content="WEBVTT\n\n" + "\n".join(lines))
    assert put.status_code == 202, put.text
    reader = Reader(browser, service.url)
    reader.sign_in("amina")
    reader.page.goto(f"/desk/jobs/{job}/captions/de")
    expect(reader.page.locator("#cues .cue")).to_have_count(3_000)
    last = reader.page.locator("#cues .cue").last
    last.evaluate("row => row.scrollIntoView()")
    last.locator("textarea").fill("Ende")
    laid_out = "rows => rows.filter(row => row.checkVisibility({contentVisibilityAuto: true})).length"
    assert reader.page.locator("#cues .number").evaluate_all(laid_out) < 200
    assert reader.wrong == []


def test_titles_are_corrected_beside_the_captions_within_their_room_and_two_editors_lose_no_word(
    service: HttpService, browser: Browser, job: str
) -> None:
    readers = {name: Reader(browser, service.url) for name in ("amina", "jeanne")}
    for name, reader in readers.items():
        reader.sign_in(name)
        reader.page.goto(f"/desk/jobs/{job}/captions/ar")
        reader.page.click("[data-pane=words]")
    amina, jeanne = (reader.page for reader in readers.values())
    expect(jeanne.locator(".word-notices")).to_contain_text("amina has these words open too")
    title, mine = (page.locator("[data-place='[\"title\"]'] textarea") for page in (amina, jeanne))
    assert (title.input_value(), title.evaluate("field => getComputedStyle(field).direction")) == ("تجربة", "rtl")
    jeanne.fill('[data-place=\'["post","title"]\'] textarea', "وزارة")
    mine.fill("تجربة جديدة")
    title.fill("")
    expect(amina.locator(".at-field")).to_have_count(0)
    title.fill("تجربة أخرى")
    before = film(service, job, "ar")
    amina.keyboard.press("Control+s")
    expect(amina.locator(".state")).to_have_text("Saved; it is being made anew")
    jeanne.keyboard.press("Control+s")
    expect(jeanne.locator(".theirs q")).to_have_text("تجربة أخرى")
    assert mine.input_value() == "تجربة جديدة", "what both changed stays as I wrote it, with theirs beside it"
    jeanne.click(".theirs button")
    jeanne.reload()  # the words stay turned up
    expect(jeanne.locator('[data-place=\'["post","title"]\'] textarea')).to_have_value("وزارة")
    jeanne.locator("[data-place='[\"title\"]'] textarea").focus()
    jeanne.click(".save-words button")
    expect(jeanne.locator(".state")).to_have_text("Saved; it is being made anew")
    at_work(service).join()
    jeanne.wait_for_selector(".state[data-tone=ok]")
    assert film(service, job, "ar") == before, "no picture shows these words, so none was made again"
    said = {tuple(one["place"]): one["text"] for one in service.client().get(f"/jobs/{job}/texts/ar").json()["texts"]}
    assert (said["title",], said["post", "title"]) == ("تجربة أخرى", "وزارة")
    amina.goto(f"/desk/jobs/{job}/texts/de")
    amina.select_option("#beside", "ar")
    expect(amina.locator("[data-place='[\"title\"]'] .other")).to_have_text("تجربة أخرى")
    amina.fill("[data-place='[\"title\"]'] textarea", "Versicherung")
    amina.click(".save-words button")
    expect(amina.locator(".state")).to_have_text("Saved; it is being made anew")
    at_work(service).join()
    amina.wait_for_selector("#editor[data-shown]")
    expect(amina.locator("#film")).to_be_visible()
    for reader in readers.values():
        assert reader.barriers() == []
    assert readers["amina"].wrong == []
