"""Review, approval and release over HTTP: who may, what is answered, and the documented way as it stands."""

from __future__ import annotations

import io
import os
import re
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import worker_context
from http_service import INSTALLER, HttpService
from released import desk_of, document, house_in

from portevoix.delivery.publishing import newest_edition
from portevoix.library import ROOT
from portevoix.store.destination import Destination
from service import people, record, tokens
from service.gate import Grant, Role, Scope
from service.ledger import Submission, jobs
from service.ledger.database import reading
from service.record import What
from service.tokens import NewToken

OURS, THEIRS = "ministere_fr", "ministere_en"


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpService]:
    places = {name: str(tmp_path / "published" / name) for name in (OURS, THEIRS)}
    folder = house_in(tmp_path, places)
    accounts = folder / "accounts.yaml"
    published = tmp_path / "published" / "ministere"
    accounts.write_text(
        accounts.read_text()
        + "  ministere:\n    language: fr\n    kit: aster\n    prefix: ministere\n    placements: [x]\n"
        + f"    destination: {published}\n"
    )
    monkeypatch.setenv("PORTEVOIX_HOUSE", str(folder))
    service = HttpService(tmp_path, house=folder)
    with service.open():
        yield service


def somebody(service: HttpService, name: str, role: Role, *accounts: str) -> httpx.Client:
    ledger = service.context.ledger
    person = people.add(ledger, INSTALLER, name, [Grant(role, account) for account in accounts])
    _, secret = tokens.issue(ledger, INSTALLER, person.id, NewToken(name, list(Scope), list(accounts)))
    return httpx.Client(base_url=service.url, headers={"Authorization": f"Bearer {secret}"}, timeout=30)


def test_a_language_goes_from_review_to_release_and_each_refusal_is_on_record(service: HttpService) -> None:
    desk = desk_of(service)
    job = desk.finished("fr", "en", embargo="2031-03-01T09:00:00+01:00")
    reviewer = somebody(service, "amina", Role.REVIEWER, OURS, THEIRS)
    publisher = somebody(service, "jeanne", Role.PUBLISHER, OURS, THEIRS)
    author = somebody(service, "paul", Role.AUTHOR, OURS, THEIRS)
    found = {one["language"]: one for one in reviewer.get(f"/jobs/{job}/review").json()["languages"]}
    assert found["fr"]["missing"] == {OURS: "0 of 1 approvals"} and found["fr"]["changed_by"] == "author"
    approval = {"language": "fr", "version": found["fr"]["version"]}
    assert author.post(f"/jobs/{job}/approvals", json=approval).status_code == 403
    old = approval | {"version": f"{'0' * 16}-{'0' * 16}"}
    answer = reviewer.post(f"/jobs/{job}/approvals", json=old)
    assert answer.status_code == 409 and "changed its words" in answer.json()["detail"]
    answer = publisher.post(f"/jobs/{job}/releases", json={"account": OURS})
    assert answer.status_code == 409 and "embargoed until" in answer.json()["detail"]
    assert reviewer.post(f"/jobs/{job}/approvals", json=approval).json()["missing"] == {OURS: None}
    refused = {**approval, "language": "en", "version": found["en"]["version"], "text": "no", "at": 1.0}
    assert reviewer.post(f"/jobs/{job}/rejections", json=refused).json()["missing"] == {THEIRS: "amina rejected it"}
    comment = reviewer.get(f"/jobs/{job}/comments").json()["comments"][0]
    done = author.put(f"/jobs/{job}/comments/{comment['id']}", json={"resolved": True})
    assert done.json()["resolved_by"] == "paul"
    earlier = {"embargo": "2020-01-01T00:00:00Z"}
    assert author.put(f"/jobs/{job}/embargo", json=earlier).status_code == 403
    later = author.put(f"/jobs/{job}/embargo", json={"embargo": "2032-01-01T00:00:00Z"})
    assert later.json()["embargo"] == "2032-01-01T00:00:00Z"
    asked = publisher.post(f"/jobs/{job}/releases", json={"account": OURS, "when": "embargo"}).json()
    assert publisher.put(f"/jobs/{job}/embargo", json=earlier).status_code == 200
    desk.work()
    shown = publisher.get(f"/jobs/{job}/releases/{asked['id']}").json()
    assert (shown["state"], shown["released"], shown["by"]) == ("released", ["fr"], "jeanne")
    withdrawal = publisher.post(f"/jobs/{job}/withdrawals", json={"account": OURS})
    assert withdrawal.status_code == 202
    with reading(service.context.ledger) as db:
        refusals = [row.caller_name for row in record.rows(db) if row.what == What.REFUSED and row.job == job]
    assert refusals == ["paul", "paul"]


def test_a_publisher_of_one_account_releases_to_no_other_and_no_author_approves_their_own(service: HttpService) -> None:
    desk = desk_of(service)
    ledger = service.context.ledger
    one = somebody(service, "jeanne", Role.PUBLISHER, OURS)
    job = desk.finished("fr", "en")
    body = {"account": THEIRS}
    assert one.post(f"/jobs/{job}/releases", json=body).status_code == 404, "they may not even know of it"
    both = people.add(ledger, INSTALLER, "leila", [Grant(Role.PUBLISHER, OURS), Grant(Role.AUTHOR, THEIRS)])
    _, secret = tokens.issue(ledger, INSTALLER, both.id, NewToken("x", list(Scope), ["*"]))
    with httpx.Client(base_url=service.url, headers={"Authorization": f"Bearer {secret}"}, timeout=60) as client:
        assert client.post(f"/jobs/{job}/releases", json=body).status_code == 403
        assert client.post(f"/jobs/{job}/withdrawals", json=body).status_code == 403
    everything = [Grant(role, account) for role in (Role.AUTHOR, Role.REVIEWER) for account in (OURS, THEIRS)]
    writer = people.add(ledger, INSTALLER, "lucie", everything)
    _, secret = tokens.issue(ledger, INSTALLER, writer.id, NewToken("x", list(Scope), ["*"]))
    own = jobs.submit(ledger, Submission(writer.id, "sien", document("fr")))
    desk.make(own, {"fr": "v1"})
    with httpx.Client(base_url=service.url, headers={"Authorization": f"Bearer {secret}"}, timeout=60) as client:
        version = client.get(f"/jobs/{own}/review").json()["languages"][0]["version"]
        answer = client.post(f"/jobs/{own}/approvals", json={"language": "fr", "version": version})
        assert answer.status_code == 403 and "another person approves it" in answer.json()["detail"]


def test_whoever_replaces_captions_is_their_author_and_approves_them_no_more(service: HttpService) -> None:
    desk, store = desk_of(service), service.context.store
    both = somebody(service, "lucie", Role.AUTHOR, OURS)
    owner = both.get("/me").json()["id"]
    people.change(
        service.context.ledger, INSTALLER, owner, [Grant(role, OURS) for role in (Role.AUTHOR, Role.REVIEWER)]
    )
    text = "recipe: subtitles\ntitle: {fr: Essai}\nclips: [{file: a.mp4}]\nscripts: {fr: fr.vtt}\n"
    files = {name: store.put_input(io.BytesIO(worker_context.CUES.encode())) for name in ("a.mp4", "fr.vtt")}
    document = f"{text}accounts: [{OURS}]\n"
    job = jobs.submit(service.context.ledger, Submission(desk.people["author"].id, "climat", document, files))
    desk.make(job, {"fr": "v1"})

    def approve(who: httpx.Client) -> httpx.Response:
        version = who.get(f"/jobs/{job}/review").json()["languages"][0]["version"]
        return who.post(f"/jobs/{job}/approvals", json={"language": "fr", "version": version})

    assert approve(both).status_code == 201, "others' words"
    corrected = worker_context.CUES.replace("Bonjour", "Bonsoir").encode()
    assert both.put(f"/jobs/{job}/captions/fr", content=corrected).status_code == 202
    desk.make(job, {"fr": "v2"})
    standing = both.get(f"/jobs/{job}/review").json()["languages"][0]
    assert (standing["changed_by"], standing["missing"]) == ("lucie", {OURS: "0 of 1 approvals"})
    answer = approve(both)
    assert answer.status_code == 403 and "another person approves it" in answer.json()["detail"]
    assert approve(somebody(service, "amina", Role.REVIEWER, OURS)).status_code == 201


def test_the_documented_way_works_as_it_stands(service: HttpService, tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "release.md").read_text("utf-8"), re.DOTALL)
    worker_context.a_clip(tmp_path / "film.mp4", 4, "640x360")
    (tmp_path / "fr.vtt").write_text(worker_context.CUES, "utf-8")
    roles = {"AUTHOR": Role.AUTHOR, "REVIEWER": Role.REVIEWER, "PUBLISHER": Role.PUBLISHER}
    secrets = {
        name: somebody(service, f"one {role}", role, "ministere").headers["Authorization"].removeprefix("Bearer ")
        for name, role in roles.items()
    }
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.1):
            desk.work()

    desk = desk_of(service)
    worker = threading.Thread(target=work)
    worker.start()
    try:
        environment = {**os.environ, **secrets, "API": service.url, "no_proxy": "127.0.0.1"}
        command = ["sh", "-eu", "-c", "".join(blocks)]
        given = {"cwd": tmp_path, "capture_output": True, "text": True, "timeout": 150, "env": environment}
        ran = subprocess.run(command, check=False, **given)
    finally:
        stop.set()
        worker.join()
    assert (ran.returncode, ran.stderr) == (0, "")
    desk.work()
    edition = newest_edition(Destination.parse(tmp_path / "published" / "ministere").open(), "climat")
    assert edition and edition.withdrawn and edition.number == 2


def test_a_publisher_downloads_what_is_approved_and_nobody_anything_else(service: HttpService) -> None:
    desk = desk_of(service)
    job = desk.finished("fr", "en", embargo="2031-03-01T09:00:00+01:00")
    reviewer = somebody(service, "amina", Role.REVIEWER, OURS, THEIRS)
    publisher = somebody(service, "jeanne", Role.PUBLISHER, OURS, THEIRS)
    place = f"/jobs/{job}/packages/{OURS}"
    assert reviewer.get(place).status_code == 403
    answer = publisher.get(place)
    assert answer.status_code == 409 and "embargoed until" in answer.json()["detail"]
    assert publisher.put(f"/jobs/{job}/embargo", json={"embargo": None}).status_code == 200
    answer = publisher.get(place)
    assert answer.status_code == 409 and "0 of 1 approvals" in answer.json()["detail"]
    desk.approve(job, "fr")
    answer = publisher.get(place)
    assert answer.headers["content-disposition"] == 'attachment; filename="climat_ministere_fr.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["climat/ministere_fr/x/climat_fr.mp4", "climat/manifest.json"]
    assert publisher.get(f"/jobs/{job}/packages/{THEIRS}").status_code == 409, "nobody approved theirs"
    with reading(service.context.ledger) as db:
        read = [row.detail for row in record.rows(db) if row.what == What.READ and "package" in row.detail]
    assert [detail["package"] for detail in read] == [["fr"]]
