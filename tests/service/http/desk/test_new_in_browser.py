"""A new job in a real browser, against the real service: files dropped, cut connections, faults, drafts, submission."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import worker_context
from browsing import PHONE, Reader, browser_open
from http_service import HttpService, uploaded
from playwright.sync_api import Browser, Page, Route, expect
from proxy import Proxy

from service import people
from service.gate import ALL, Grant, Role
from service.ledger import Submission, jobs, queries

FRENCH = (
    "1\n00:00:00,500 --> 00:00:01,500\nBonjour à tous, c’est très près\n\n2\n00:00:02,000 --> 00:00:03,500\nLe climat\n"
)
ARABIC = "1\n00:00:00,500 --> 00:00:01,500\nمرحبا بكم جميعا\n\n2\n00:00:02,000 --> 00:00:03,500\nالمناخ يتغير\n"
LONG_NAME = "ميناء" * 50 + "م.mp4"  # 255 characters, as some machines have it, are 506 bytes
KEPT_NAME = LONG_NAME[:121] + ".mp4"  # a file system takes 255 bytes
LARGE = bytes(range(256)) * 50_000
LIGHTEST = 150_000  # bytes of a page without its media
EVENT = "recipe: event\ntitle: {fr: Essai}\nclips: [{file: a.mp4}, {file: b.mp4}]\naccounts: [ministere]\n"
DROP = """([zone, files]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browser_open() as browser:
        yield browser


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    service = HttpService(tmp_path_factory.mktemp("new"))
    with service.open():
        service.person("amina", Grant(Role.ADMINISTRATOR, ALL)).close()
        yield service


@pytest.fixture
def reader(service: HttpService, browser: Browser) -> Iterator[Reader]:
    reader = Reader(browser, service.url)
    reader.sign_in("amina", "/desk/new")
    yield reader
    reader.context.close()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return worker_context.a_clip(tmp_path_factory.mktemp("film") / "a.mp4", 4).read_bytes()


def owner_of(service: HttpService, name: str) -> str:
    return next(one.id for one in people.list_people(service.context.ledger) if one.name == name)


def choose(page: Page, recipe: str, *accounts: str) -> None:
    page.wait_for_load_state("networkidle")
    page.locator(f"[name=recipe][value={recipe}]").check(force=True)
    for account in accounts:
        page.locator(f"[name=account][value={account}]").check()


def give(page: Page, *files: tuple[str, bytes]) -> None:
    page.set_input_files("#pick", [{"name": name, "mimeType": "", "buffer": content} for name, content in files])


def facts(page: Page, name: str) -> str:
    return page.locator(f"[data-file='{name}'] .facts").inner_text()


def arrived(page: Page, name: str) -> None:
    expect(page.locator(f"[data-file='{name}'] progress")).to_be_hidden(timeout=30_000)


def words(page: Page, place: str, text: str) -> None:
    page.locator(f"[id='f-{place}']").fill(text)


def test_dropped_files_become_a_submitted_job(service: HttpService, reader: Reader, film: bytes) -> None:
    page = reader.page
    choose(page, "interview", "ministere", "ministere_ar")
    give(page, (LONG_NAME, film), ("discours.srt", FRENCH.encode("cp1252", "replace")), ("b.srt", ARABIC.encode()))
    for name in (KEPT_NAME, "discours.srt", "b.srt"):
        arrived(page, name)
    expect(page.locator("[data-file='b.srt'] select")).to_have_value("ar")
    expect(page.locator("[data-file='discours.srt'] select")).to_have_value("fr")
    expect(page.locator(f"[data-file='{KEPT_NAME}'] .facts")).to_contain_text("320 × 180")
    assert "name shortened" in facts(page, KEPT_NAME)
    assert "CP1252" in facts(page, "discours.srt")
    expect(page.locator("[id='f-clips.0.file']")).to_have_value(KEPT_NAME)
    expect(page.locator("[id='f-scripts.ar']")).to_have_value("b.srt")
    words(page, "title.fr", "Le port")
    words(page, "title.ar", "الميناء")
    expect(page.locator("[id='f-title.ar']")).to_have_attribute("dir", "auto")
    expect(page.locator("#ready")).to_be_visible()
    page.get_by_role("button", name="Submit", exact=True).click()
    page.wait_for_url("**/desk/jobs/*?said=submitted")
    with service.client() as client:
        job = client.get("/jobs").json()["jobs"][0]["id"]
        client.post(f"/jobs/{job}/cancel")
    handed_in = queries.find_submission(service.context.ledger, job)
    assert (handed_in.name, set(handed_in.files)) == ("le-port", {KEPT_NAME, "discours.srt", "b.srt"})
    assert f"file: {KEPT_NAME}" in handed_in.document and "ar: الميناء" in handed_in.document
    page.goto(f"/desk/new?from={job}")
    expect(page.locator("[id='f-title.fr']")).to_have_value("Le port")
    expect(page.locator("#ready")).to_be_visible()
    assert reader.wrong == []


def test_an_upload_goes_on_by_itself_after_a_cut_connection(service: HttpService, browser: Browser) -> None:
    with Proxy(urlsplit(service.url).port or 0) as way:
        reader = Reader(browser, f"http://127.0.0.1:{way.port}")
        reader.sign_in("amina", "/desk/new")
        reader.page.wait_for_load_state("networkidle")
        way.cut(after=5_000_000, times=1)
        give(reader.page, ("large.mp4", LARGE))
        arrived(reader.page, "large.mp4")
        asked = [(one.method, one.headers.get("upload-offset")) for one in reader.requests if "/uploads" in one.url]
        assert [method for method, _ in asked].count("POST") == 1
        after = asked.index(("HEAD", None)) + 1
        assert int(asked[after][1] or 0) > 1_000_000, "what had arrived is not sent again"
        kept = json.loads(reader.page.evaluate("Object.values(localStorage)[0]"))["files"]["large.mp4"]
        assert kept["sha256"] == hashlib.sha256(LARGE).hexdigest()
        reader.context.close()


def test_an_upload_goes_on_after_a_reload_when_its_file_is_dropped_again(reader: Reader) -> None:
    page = reader.page
    pieces: list[Route] = []

    def one_piece(route: Route) -> None:
        pieces.append(route)
        if route.request.method == "PATCH" and len(pieces) > 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/uploads/*", one_piece)
    drop_again = """modified => {
      const bytes = new Uint8Array(12_000_000), data = new DataTransfer(), input = document.getElementById("pick");
      data.items.add(new File([bytes], "large.mp4", { lastModified: modified }));
      input.files = data.files;
      input.dispatchEvent(new Event("change"));
    }"""
    page.evaluate(drop_again, 1_700_000_000_000)
    expect(page.locator("[data-file='large.mp4'] .facts")).to_contain_text("Connection lost")
    page.unroute("**/uploads/*")
    page.route("**/uploads/*", lambda route: route.abort("connectionreset"))
    page.reload()
    expect(page.locator("#restored")).to_be_visible()
    expect(page.locator("[data-file='large.mp4'] .facts")).to_contain_text("Drop it again")
    page.unroute("**/uploads/*")
    began = len(reader.requests)
    page.evaluate(drop_again, 1_700_000_000_000)
    arrived(page, "large.mp4")
    asked = [(one.method, one.headers.get("upload-offset")) for one in reader.requests[began:] if "/uploads" in one.url]
    assert asked == [("HEAD", None), ("PATCH", str(8 << 20))], "what had arrived is not sent again"


def test_a_wrong_file_and_wrong_words_are_named_at_their_place(reader: Reader) -> None:
    page = reader.page
    choose(page, "alert", "ministere")
    give(page, ("not.vtt", b"\x89PNG\r\n\x1a\nno picture"), ("broken.srt", b"1\n00:00:02,0 -> 3\nBonjour\n"))
    for name in ("not.vtt", "broken.srt"):
        expect(page.locator(f"[data-file='{name}'] .faults .bad").first).to_be_visible(timeout=60_000)
    words(page, "title.fr", "Un titre beaucoup trop long pour sa carte " * 12)
    words(page, "text.fr", "Ceci est un essai.")
    fault = page.locator("[data-place='title.fr'] .at-field")
    expect(fault).to_contain_text("shorten it")
    page.locator("[id='f-title.fr']").focus()
    expect(page.locator("[data-place='title.fr'] .count")).to_contain_text(" of ")
    expect(page.locator("[data-place='title.fr'] .count.over")).to_be_visible()
    words(page, "title.fr", "Essai")
    expect(fault).to_be_hidden()
    page.locator("[name=name]").fill("un nom impossible !")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.locator("#refused")).to_be_visible()
    expect(page.locator("[data-place='name'] .at-field")).to_contain_text("Latin alphabet")
    assert reader.wrong == []


def test_a_folder_or_a_job_file_begins_a_job_and_what_the_form_does_not_show_is_kept(reader: Reader) -> None:
    page = reader.page
    job = "recipe: subtitles\ntitle: {fr: Essai}\nclips: [{file: media/a.mp4, mute: true}]\n"
    job += "scripts: {fr: fr.vtt}\nlanguages: [fr]\nposter: none\n"
    page.evaluate(DROP, [page.locator("#drop").element_handle(), [["avis.yaml", job]]])
    expect(page.locator(".lacking")).to_have_count(2)
    expect(page.locator("[name=name]")).to_have_value("avis")
    expect(page.locator("#kept")).to_contain_text("poster")
    expect(page.locator("[data-place='clips.0'] > .help")).to_contain_text("mute")
    give(page, ("fr.vtt", worker_context.CUES.encode()))
    arrived(page, "fr.vtt")
    expect(page.locator(".lacking")).to_have_count(1)


def test_a_plan_is_seen_before_anything_is_made(service: HttpService, reader: Reader) -> None:
    page = reader.page
    choose(page, "alert", "rivage")
    words(page, "title.fr", "Essai")
    words(page, "text.fr", "Ceci est un essai.")
    expect(page.locator("#ready")).to_be_visible()
    page.get_by_role("button", name="See the plan first").click()
    expect(page.locator("#plan-said")).to_have_text("Being planned…")
    worker = threading.Thread(target=service.work)
    worker.start()
    expect(page.locator("#plan-said")).to_contain_text("To be made in about", timeout=30_000)
    worker.join()
    page.get_by_role("button", name="Let it wait").click()
    page.wait_for_url("**/desk/jobs/*?said=submitted")
    with service.client() as client:
        assert client.get("/jobs").json()["jobs"][0]["state"] == "planned"


def test_the_page_is_light_and_without_barriers_in_both_languages_and_themes(
    service: HttpService, browser: Browser, reader: Reader
) -> None:
    page = reader.page
    weight = reader.weight("/desk/new")
    assert 40_000 < sum(size for kind, size in weight.items() if kind not in ("media", "image")) < LIGHTEST, weight
    choose(page, "explainer", "ministere", "ministere_ar")
    page.get_by_role("button", name="Add: Point").click()
    give(page, ("b.srt", ARABIC.encode()))
    arrived(page, "b.srt")
    for language, theme in (("fr", "light"), ("en", "dark")):
        reader.prefer(language, theme)
        page.reload()
        page.evaluate("scrollTo(0, 0)")
        expect(page.locator("[id='f-points.0.title.ar']")).to_be_visible()
        assert reader.barriers() == [], (language, theme)
    phone = Reader(browser, service.url, **PHONE)
    phone.sign_in("amina", "/desk/new")
    choose(phone.page, "interview", "ministere_ar")
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390, "nothing reaches beyond the screen"
    assert phone.barriers() == phone.tiny() == []
    assert reader.wrong + phone.wrong == []


def test_a_draft_is_one_persons_and_their_inputs_alone(service: HttpService, reader: Reader) -> None:
    with service.client() as other:
        digest = uploaded(other, "a.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nSecret\n")
    answer = reader.page.request.post(
        "/desk/new/sort", data={"name": "a.vtt", "sha256": digest}, headers={"Origin": service.url}
    )
    assert (answer.status, "Secret" in answer.text()) == (404, False)


def test_a_post_cutaways_and_a_voice_over_are_written_and_a_colleagues_files_are_lent(
    service: HttpService, browser: Browser, reader: Reader, film: bytes
) -> None:
    page = reader.page
    choose(page, "event", "ministere")
    give(page, ("a.mp4", film), ("b.mp4", film[:-1]))
    for name in ("a.mp4", "b.mp4"):
        arrived(page, name)
    other = page.locator("details.folded[data-place^='clips.1']").first
    other.locator("summary").click()
    page.locator("[data-place='clips.0.cutaways'] summary").click()
    page.locator("[data-place='clips.0.cutaways']").get_by_role("button", name="Add: Cutaway").click()
    expect(other).to_have_attribute("open", "")  # what somebody unfolded stays so when the form is made anew
    page.locator("[id='f-clips.0.cutaways.0.file']").select_option("b.mp4")
    page.locator("[id='f-clips.0.cutaways.0.at']").fill("1")
    page.locator("[id='f-clips.0.cutaways.0.until']").fill("2.5")
    words(page, "post.text.fr", "La journée en images.")
    words(page, "post.hashtags.fr", "#climat, journée")
    expect(page.locator("[id='f-voice_over.fr']")).to_be_visible()
    words(page, "title.fr", "Essai")
    with page.expect_response("**/desk/new/check") as checked:
        words(page, "title.fr", "Journée d’essai")
    document = checked.value.request.post_data_json["document"]
    assert document["clips"][0]["cutaways"] == [{"file": "b.mp4", "at": "1", "until": "2.5"}]
    assert document["post"] == {"text": {"fr": "La journée en images."}, "hashtags": {"fr": ["climat", "journée"]}}
    assert reader.barriers() == [] and reader.wrong == []
    files = {name: checked.value.request.post_data_json["files"][name] for name in ("a.mp4", "b.mp4")}
    job = jobs.submit(service.context.ledger, Submission(owner_of(service, "amina"), "essai", EVENT, files, hold=True))
    service.person("paul", Grant(Role.AUTHOR, ALL)).close()
    other = Reader(browser, service.url)
    other.sign_in("paul", f"/desk/new?from={job}")
    expect(other.page.locator("[data-file='a.mp4'] .facts")).to_contain_text("Clip")
    expect(other.page.locator(".lacking")).to_have_count(0)
    expect(other.page.locator("#fault-list li")).to_have_count(0)
    assert other.wrong == []


def test_an_alert_has_its_hour_and_the_number_of_its_update_and_formats_beside_its_account(
    service: HttpService, reader: Reader
) -> None:
    """An hour that a job file gives stays on its own clock."""
    page = reader.page
    choose(page, "alert")
    expect(page.locator("#which-formats")).to_be_hidden()
    page.locator("[name=account][value=rivage]").check()
    page.locator("[name=format][value=square]").check()
    words(page, "title.fr", "Essai")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.locator("#fault-list")).to_have_text("Text: needed")
    words(page, "text.fr", "Ceci est un essai.")
    page.locator("[id='f-issued.at']").fill("2026-11-29T14:05")
    page.locator("[id='f-issued.update']").fill("1")
    expect(page.locator("[data-place='issued.update'] .at-field")).to_contain_text("2")
    page.locator("[id='f-issued.update']").fill("2")
    expect(page.locator("#ready")).to_be_visible()
    page.get_by_role("button", name="Submit", exact=True).click()
    page.wait_for_url("**/desk/jobs/*")
    document = queries.find_submission(service.context.ledger, page.url.split("/")[-1].split("?")[0]).document
    assert "update: 2" in document and "formats:" in document and "square" in document and "languages" not in document
    assert re.search(r"at: '?2026-11-29[T ]14:05:00[+-]\d\d:\d\d", document)
    page.goto(f"{service.url}/desk/new")
    page.wait_for_load_state("networkidle")
    job = "recipe: alert\ntitle: {fr: A}\ntext: {fr: B}\naccounts: [rivage]\nformats: [wide]\nlanguages: [en]\n"
    job += "issued: {at: 2026-03-01T08:30:00+09:00}\ncredit: © AFP\n"
    page.evaluate(DROP, [page.locator("#drop").element_handle(), [["alerte.yaml", job]]])
    expect(page.locator("[id='f-issued.at']")).to_have_value("2026-03-01T08:30")
    expect(page.locator("[data-place='issued.at'] .help")).to_have_text("On the clock of the job file: UTC+09:00")
    expect(page.get_by_role("checkbox", name="English", exact=True)).to_be_checked()
    expect(page.get_by_label("The same in every language")).to_have_value("© AFP")  # once, as it was given
    page.locator("#f-credit").fill("")
    page.locator("#f-credit").blur()
    words(page, "credit.en", "Photo: AFP")
    page.locator("[id='f-issued.at']").fill("2026-03-01T08:45")
    kept = page.evaluate("Object.values(localStorage).find(one => one.includes('08:45'))")
    assert json.loads(kept)["document"]["issued"]["at"] == "2026-03-01T08:45:00+09:00"
    assert json.loads(kept)["document"]["credit"] == {"en": "Photo: AFP"}
    page.locator("[name=account][value=rivage]").uncheck()
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "wide" not in kept and "languages" not in kept
    assert reader.wrong == []
