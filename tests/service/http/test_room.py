"""An account's jobs may hold so much, where its house says so."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from http_service import HttpService, announced, uploaded
from released import desk_of, house_in

from service import room
from service.gate import Grant, Role, Scope
from workers import doctor

OURS, OTHERS = "ministere_fr", "ministere_en"
BYTES = 1_000
CUES = b"WEBVTT\n\n00:00.500 --> 00:01.500\nBonjour\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    folder = tmp_path_factory.mktemp("room")
    house = house_in(folder, {})
    written = (house / "accounts.yaml").read_text("utf-8")
    limit = f"    room: {{gb: {BYTES / 1e9:.9f}, files: 6}}\n"
    (house / "accounts.yaml").write_text(written.replace(f"  {OURS}:\n", f"  {OURS}:\n{limit}"), "utf-8")
    with HttpService(folder, house=house).open() as service:
        yield service


def begins(client: httpx.Client, size: int) -> httpx.Response:
    return client.post("/uploads", headers=announced("a.mp4", size))


def notice(client: httpx.Client, account: str, files: dict[str, str]) -> httpx.Response:
    words = "{fr: Essai, en: Trial}"
    document = f"recipe: alert\ntitle: {words}\ntext: {words}\naccounts: [{account}]\n"
    return client.post("/jobs", json={"name": "avis", "document": document, "files": files, "draft": True})


def test_an_account_has_so_much_room_whoever_fills_it(service: HttpService) -> None:
    ledger = service.context.ledger
    with (
        service.client(Scope.UPLOAD, Scope.RENDER, accounts=(OURS,)) as bound,
        service.client(Scope.UPLOAD, accounts=(OURS,)) as second,
        service.client(Scope.UPLOAD, accounts=(OURS, OTHERS)) as both,
        service.client() as administrator,
    ):
        first = begins(bound, 600)
        refused = begins(second, 401)
        assert refused.status_code == 413 and "401 more are over 1,000" in refused.json()["detail"], refused.text
        assert "'ministere_fr' holds 600 bytes" in refused.json()["detail"]
        assert begins(both, 401).status_code == 201, "it may be for the other account"
        bound.delete(first.headers["location"], headers={"Tus-Resumable": "1.0.0"})
        large = {"media/a.mp4": uploaded(administrator, "a.mp4", b"a" * 1_001)}
        beyond = notice(administrator, OURS, large)
        assert beyond.status_code == 413 and "1,001 more are over 1,000" in beyond.json()["detail"], beyond.text
        assert notice(administrator, OTHERS, large).status_code == 202, "that account has no limit"
        small = b"b" * 700
        job = notice(administrator, OURS, {"media/b.mp4": uploaded(administrator, "b.mp4", small)})
        assert job.status_code == 202
        assert room.files_of_account(ledger, OURS) == {hashlib.sha256(small).hexdigest(): 700}
        assert begins(bound, 301).status_code == 413
        assert notice(administrator, OURS, {"media/b.mp4": hashlib.sha256(small).hexdigest()}).status_code == 202, (
            "a file that two jobs share is one"
        )


def test_a_correction_that_an_account_has_no_room_for_is_refused(service: HttpService) -> None:
    with service.client() as client:
        files = {"media/a.mp4": uploaded(client, "a.mp4", b"b" * 700), "fr.vtt": uploaded(client, "fr.vtt", CUES)}
        document = f"recipe: subtitles\nclips: [{{file: media/a.mp4}}]\nscripts: {{fr: fr.vtt}}\naccounts: [{OURS}]\n"
        job = client.post("/jobs", json={"name": "film", "document": document, "files": files}).json()["id"]
        place = f"/jobs/{job}/captions/fr"
        assert client.put(place, content=CUES.replace(b"Bonjour", b"Salut")).status_code == 202
        beyond = client.put(place, content=CUES + b"\nNOTE " + b"x" * 300)
        assert (beyond.status_code, "bytes, and" in beyond.json()["detail"]) == (413, True), beyond.text
        assert b"Salut" in client.get(place).content, "nothing was changed"


def test_what_a_job_delivers_counts_and_the_page_and_the_doctor_say_it(service: HttpService) -> None:
    desk = replace(desk_of(service), film=b"f" * BYTES)
    (before,) = room.filled(service.context.ledger, service.context.library)
    desk.finished("fr")
    (found,) = room.filled(service.context.ledger, service.context.library)
    assert (found.account, found.files - before.files, found.bytes - before.bytes) == (OURS, 1, BYTES)
    desk.finished("fr", name="once more")
    desk.finished("en")
    assert room.filled(service.context.ledger, service.context.library) == [found], "it is the same file"
    assert found.full
    with service.client(Scope.UPLOAD, accounts=(OURS,)) as bound:
        assert begins(bound, 1).status_code == 413
    (said,) = [one for one in doctor.examine(service.settings) if one.subject == "room"]
    assert not said.good and said.state.endswith(" of 6 files") and OURS in said.remedy
    with service.person("jeanne", Grant(Role.AUTHOR, OURS)) as client:
        page = client.get("/desk/house", headers={"Accept": "text/html", "Accept-Language": "en"}).text
        assert " of 1\u00a0kB<br>" in page and re.search(r"<br>Files: \d of 6<", page)
