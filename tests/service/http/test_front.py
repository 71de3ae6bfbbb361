"""The HTTP service as its users meet it: a real server, a real ledger and store, real encodes."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import worker_context
from http_service import INSTALLER, HttpService, uploaded
from ledgers import time_passes

from portevoix import ffmpeg
from portevoix.library import ROOT
from service import record, tokens
from service.deliveries import DeliveredFiles
from service.gate import Scope
from service.http.matrix import rules_of
from service.ledger import Submission, duties, jobs, outbox, tables
from service.ledger.database import reading
from service.ledger.duties import REPAIRS
from service.ledger.states import JobState
from service.record import RowFilter, What

pytest_plugins = ("servers",)

NOTICE = "recipe: alert\ntitle: {fr: Essai}\ntext: {fr: Ceci est un essai.}\nformats: [square]\nlanguages: [fr]\n"
FOR_ACCOUNT = NOTICE.replace("formats: [square]\nlanguages: [fr]", "accounts: [ministere]")
NOWHERE = "0" * 32


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    with HttpService(tmp_path_factory.mktemp("service"), queued_jobs=1000).open() as service:
        yield service


@pytest.fixture
def desk(service: HttpService) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worker_context.a_clip(tmp_path_factory.mktemp("film") / "a.mp4")


def a_film_job(client: httpx.Client, film: Path) -> dict[str, Any]:
    files = {
        "media/a.mp4": uploaded(client, "a.mp4", film.read_bytes()),
        "scripts/fr.vtt": uploaded(client, "fr.vtt", worker_context.CUES.encode()),
    }
    return {"name": "essai", "document": worker_context.DOCUMENT, "files": files}


def handed_in(client: httpx.Client, body: dict[str, Any] | None = None, **more: Any) -> str:
    answer = client.post("/jobs", json=body or {"name": "avis", "document": NOTICE, "draft": True, **more})
    assert answer.status_code == 202, answer.text
    assert answer.headers["location"] == f"/jobs/{answer.json()['id']}"
    return str(answer.json()["id"])


def events(client: httpx.Client, job: str, after: int = 0) -> list[tuple[int, str, dict[str, Any]]]:
    """The whole stream, to its end."""
    found = []
    with client.stream("GET", f"/jobs/{job}/events", headers={"Last-Event-ID": str(after)}) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for block in "".join(answer.iter_text()).split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if fields:
                found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


@pytest.fixture(scope="module")
def made(service: HttpService, film: Path) -> Iterator[tuple[httpx.Client, str]]:
    """A job with a film and captions that is done, and whoever handed it in."""
    with service.client() as client:
        job = handed_in(client, a_film_job(client, film))
        service.work()
        yield client, job


# Handing in


def test_a_job_is_told_from_its_faults_as_on_the_command_line(desk: httpx.Client) -> None:
    broken = worker_context.DOCUMENT.replace("fr: scripts/fr.vtt", "fr: scripts/fr.vtt, de: x").replace(
        "languages: [fr]", "languages: [fr, xx]\nkit: astre"
    )
    captions = uploaded(desk, "fr.vtt", worker_context.CUES.replace("00:02.500 -->", "00:02.500 ->").encode())
    answer = desk.post("/jobs", json={"name": "essai", "document": broken, "files": {"scripts/fr.vtt": captions}})
    assert answer.status_code == 422
    faults = {(f["file"], f["line"], f["column"]): f["message"] for f in answer.json()["faults"]}
    assert "did you mean 'aster'" in faults.pop(("essai.yaml", 7, 1))
    assert "language 'xx' is not known" in faults.pop(("essai.yaml", 6, 17))
    assert "is not among `files`; upload it" in faults.pop(("essai.yaml", 4, 5))
    script = {place: said for place, said in faults.items() if place[0] == "scripts/fr.vtt"}
    assert [place[1] for place in script] == [6], faults
    assert answer.json()["detail"].count("\n") == len(answer.json()["faults"]) - 1


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (
            b'{"name": "x", "document": "recipe: alert\\nlanguages: [fr]", "drafft": true}',
            "json",
            "did you mean 'draft'",
        ),
        (b"name: x\ndocument: |\n  recipe: alret\n  languages: [fr]\n", "yaml", "did you mean 'alert'"),
        (b"name: ../x\ndocument: 'recipe: alert'\n", "yaml", "name"),
        (
            b"name: x\ndocument: 'recipe: alert'\nfiles: {../x: " + b"a" * 64 + b"}",
            "yaml",
            "is no name for a file of a job",
        ),
        (
            b"name: x\ndocument: 'recipe: alert'\nfiles: {a: " + b"a" * 64 + b", a/b: " + b"a" * 64 + b"}",
            "yaml",
            "a file and a folder",
        ),
        (b"name: x\ndocument: 'recipe: alert'\nfiles: {x.yaml: " + b"a" * 64 + b"}", "yaml", "is the document itself"),
        (
            b"name: x\ndocument: 'recipe: alert'\nwebhook: https://example.org/hook\n",
            "yaml",
            "says for whom|names neither|webhook",
        ),
        (b"\xff\xfe", "json", "is not UTF-8"),
        (b"", "json", "must hold keys and values"),
    ],
)
def test_what_is_wrong_with_a_request_is_said(desk: httpx.Client, body: bytes, kind: str, said: str) -> None:
    answer = desk.post("/jobs", content=body, headers={"Content-Type": f"application/{kind}"})
    assert answer.status_code == 422
    assert any(words in answer.json()["detail"] for words in said.split("|")), answer.text


def test_a_webhook_may_only_lead_to_a_host_that_the_settings_list(tmp_path: Path) -> None:
    service = HttpService(tmp_path, webhook_hosts=("cms.example.org",))
    with service.open(), service.client() as client:
        refused = client.post("/jobs", json={"name": "avis", "document": NOTICE, "webhook": "https://example.org/hook"})
        assert "is not among those" in refused.json()["detail"]
        broken = client.post("/jobs", json={"name": "avis", "document": NOTICE, "webhook": "https://["})
        assert broken.status_code == 422, "an address that is none"
        job = handed_in(client, webhook="https://cms.example.org/hook")
        client.post(f"/jobs/{job}/cancel")
        (due,) = outbox.due_webhooks(service.context.ledger)
        assert (due.url, due.body["state"]) == ("https://cms.example.org/hook", "cancelled")


def test_the_same_key_is_the_same_job_for_ever(desk: httpx.Client) -> None:
    body, key = {"name": "avis", "document": NOTICE}, {"Idempotency-Key": "desk-1"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: desk.post("/jobs", json=body, headers=key), range(8)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    other = desk.post("/jobs", json={**body, "draft": True}, headers=key)
    assert (other.status_code, other.json()["error"]) == (409, "KeyReused")


def test_a_token_has_so_many_unended_jobs_and_a_repeated_request_is_none_of_them(tmp_path: Path) -> None:
    service = HttpService(tmp_path, queued_jobs=2)
    with service.open(), service.client() as client:
        body, key = {"name": "avis", "document": NOTICE}, {"Idempotency-Key": "k"}
        first = client.post("/jobs", json=body, headers=key).json()["id"]
        handed_in(client)
        full = client.post("/jobs", json=body)
        assert (full.status_code, full.headers["retry-after"]) == (429, "60")
        assert client.post("/jobs", json=body, headers=key).json()["id"] == first
        client.post(f"/jobs/{first}/cancel")
        handed_in(client)


def test_a_broker_that_is_away_costs_no_request(service: HttpService, desk: httpx.Client) -> None:
    job = handed_in(desk)
    assert [message.queue for message in outbox.unpublished(service.context.ledger)][-1:] == ["bulk"]
    assert desk.put(f"/jobs/{job}/priority", json={"priority": "urgent"}).json()["priority"] == "urgent"


def test_a_ledger_that_is_away_is_said_with_when_to_ask_again(
    service: HttpService, desk: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    monkeypatch.setattr(tokens, "find_caller", away)
    answer = desk.get("/jobs")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "SELECT" not in answer.text


# Watching


def test_a_job_is_watched_to_its_end_and_from_any_event_on(made: tuple[httpx.Client, str]) -> None:
    client, job = made
    told = events(client, job)
    states = [detail["state"] for _, kind, detail in told if kind == "state"]
    assert states == ["received", "planning", "rendering", "checking", "done"]
    done = [detail["frames_done"] for _, kind, detail in told if kind == "progress"]
    assert done == sorted(done)
    shown = client.get(f"/jobs/{job}").json()
    assert (shown["state"], shown["frames"], shown["frames_done"]) == ("done", done[-1], done[-1])
    middle = told[len(told) // 2][0]
    assert events(client, job, middle) == [event for event in told if event[0] > middle]
    assert client.get(f"/jobs/{job}/events", headers={"Last-Event-ID": str(told[-1][0])}).status_code == 204


def test_a_watcher_hears_of_what_happens_while_it_listens(service: HttpService, desk: httpx.Client) -> None:
    job = handed_in(desk)
    with desk.stream("GET", f"/jobs/{job}/events") as answer:
        lines = (line for line in answer.iter_lines() if line.startswith("data: "))
        assert json.loads(next(lines)[6:])["state"] == "received"
        desk.post(f"/jobs/{job}/cancel")
        assert [json.loads(line[6:])["state"] for line in lines] == ["cancelling", "cancelled"]


def test_a_held_job_is_planned_and_rendered_only_when_it_is_started(service: HttpService, desk: httpx.Client) -> None:
    service.work()  # what other tests left
    job = handed_in(desk, hold=True)
    starts = ffmpeg.encoder_starts
    service.work()
    shown = desk.get(f"/jobs/{job}").json()
    assert (shown["state"], shown["held"], ffmpeg.encoder_starts) == ("planned", True, starts)
    assert desk.get(f"/jobs/{job}/plan").json()["plan"]["job"] == "avis"
    assert desk.post(f"/jobs/{job}/start").json()["state"] in ("rendering", "checking")
    assert desk.post(f"/jobs/{job}/start").status_code == 409
    service.work()
    states = [detail["state"] for _, kind, detail in events(desk, job) if kind == "state"]
    assert states[:3] == ["received", "planning", "planned"]
    assert states[-1] == "done"
    dropped = handed_in(desk, hold=True)
    service.work()
    assert desk.post(f"/jobs/{dropped}/cancel").json()["state"] == "cancelled"


def test_jobs_are_listed_by_page_state_owner_and_account(service: HttpService) -> None:
    with service.client() as one, service.client() as two:
        mine = [handed_in(one) for _ in range(5)]
        theirs = handed_in(two, {"name": "avis", "document": FOR_ACCOUNT})
        two.post(f"/jobs/{theirs}/cancel")
        seen: list[str] = []
        cursor: str | None = None
        for _ in range(3):
            page = one.get("/jobs", params={"owner": "me", "limit": 2} | ({"cursor": cursor} if cursor else {})).json()
            seen += [job["id"] for job in page["jobs"]]
            cursor = page["next"]
        assert (seen, cursor) == (mine[::-1], None)
        found = one.get("/jobs", params={"account": "ministere", "state": "cancelled"}).json()["jobs"]
        assert [job["id"] for job in found] == [theirs]
        assert found[0]["accounts"] == ["ministere"]


def test_a_job_is_cancelled_and_only_a_failed_one_is_tried_again(service: HttpService, desk: httpx.Client) -> None:
    job = handed_in(desk)
    assert desk.post(f"/jobs/{job}/cancel").json()["state"] == "cancelled"
    refused = desk.post(f"/jobs/{job}/retry")
    assert (refused.status_code, refused.json()["error"]) == (409, "NotNow")
    assert desk.put(f"/jobs/{job}/priority", json={"priority": "bulk"}).status_code == 409
    failed = handed_in(desk)
    with service.context.ledger.begin() as db:
        db.execute(tables.jobs.update().where(tables.jobs.c.id == failed).values(state=JobState.FAILED))
    again = desk.post(f"/jobs/{failed}/retry").json()
    assert (again["state"], again["round"]) == ("received", 2)


# What comes out


def test_a_delivery_comes_whole_in_ranges_or_not_again(made: tuple[httpx.Client, str]) -> None:
    client, job = made
    listed = client.get(f"/jobs/{job}/deliveries").json()["deliveries"]
    assert [d["kind"] for d in listed] == ["video"]
    for delivery in listed:
        place = f"/jobs/{job}/deliveries/{delivery['path']}"
        whole = client.get(place)
        assert hashlib.sha256(whole.content).hexdigest() == delivery["sha256"]
        assert whole.headers["content-type"] == "video/mp4"
        assert whole.headers["content-disposition"] == f'attachment; filename="{Path(delivery["path"]).name}"'
        assert (whole.headers["cache-control"], whole.headers["x-content-type-options"]) == (
            "private, no-store",
            "nosniff",
        )
        part = client.get(place, headers={"Range": "bytes=100-199", "If-Range": whole.headers["etag"]})
        assert (part.status_code, part.content) == (206, whole.content[100:200])
        assert part.headers["content-range"] == f"bytes 100-199/{delivery['bytes']}"
        assert client.get(place, headers={"Range": "bytes=-7"}).content == whole.content[-7:]
        outside = client.get(place, headers={"Range": f"bytes={delivery['bytes']}-"})
        assert (outside.status_code, outside.headers["content-range"]) == (416, f"bytes */{delivery['bytes']}")
        assert client.get(place, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
        head = client.head(place)
        assert (head.headers["content-length"], head.content) == (str(delivery["bytes"]), b"")
    assert client.get(f"/jobs/{job}/deliveries/manifest.json").status_code == 404, "only what is listed"
    assert client.get(f"/jobs/{job}/deliveries/..%2f..%2fledger.db").status_code == 404


@pytest.mark.parametrize("spoil", ["flip", "lose"])
def test_a_finished_file_that_was_spoilt_or_lost_is_never_answered_and_is_made_again_for_the_next(
    spoil: str, service: HttpService, made: tuple[httpx.Client, str]
) -> None:
    client, job = made
    (delivery,) = client.get(f"/jobs/{job}/deliveries").json()["deliveries"]
    place, starts = f"/jobs/{job}/deliveries/{delivery['path']}", ffmpeg.encoder_starts
    file = DeliveredFiles.of(service.settings.deliveries, job).folder / delivery["sha256"]
    if spoil == "flip":
        content = file.read_bytes()
        file.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    else:
        for name in service.settings.deliveries.glob(f"{job}/*/{delivery['path']}"):
            name.unlink()
        file.unlink()
    missed = [client.get(place) for _ in range(2)]
    assert [answer.status_code for answer in missed] == [503, 503]
    assert "lost or spoilt and is being made again" in missed[0].json()["detail"]
    service.work()
    again = client.get(place)
    assert hashlib.sha256(again.content).hexdigest() == delivery["sha256"] == again.headers["etag"].strip('"')
    assert ffmpeg.encoder_starts == starts, "the store has it still"


def test_captions_that_were_spoilt_are_not_answered_until_they_are_sent_again(
    service: HttpService, desk: httpx.Client, film: Path
) -> None:
    job = handed_in(desk, body := a_film_job(desk, film))
    digest = body["files"]["scripts/fr.vtt"]
    service.context.store.input_path(digest).write_text("WEBVTT\n", "utf-8")
    gone = desk.get(f"/jobs/{job}/captions/fr")
    assert (gone.status_code, "upload it again" in gone.json()["detail"]) == (503, True)
    assert uploaded(desk, "fr.vtt", worker_context.CUES.encode()) == digest
    assert desk.get(f"/jobs/{job}/captions/fr").text == worker_context.CUES


def test_a_plan_is_shown_as_the_command_line_prints_it(
    made: tuple[httpx.Client, str], service: HttpService, desk: httpx.Client
) -> None:
    client, job = made
    plan = client.get(f"/jobs/{job}/plan").json()["plan"]
    assert (plan["schema_version"], plan["job"], plan["frames"]) == (1, "essai", 100)
    assert [cue["text"] for cue in plan["cues"]["fr"]] == ["Bonjour", "Au revoir"]
    assert desk.get(f"/jobs/{handed_in(desk)}/plan").status_code == 409, "there is none yet"


def test_a_corrected_caption_makes_only_its_seconds_again(service: HttpService, film: Path) -> None:
    with service.client() as client:
        job = handed_in(client, a_film_job(client, film))
        service.work()
        before = client.get(f"/jobs/{job}/deliveries").json()["deliveries"]
        place = f"/jobs/{job}/captions/fr"
        read = client.get(place)
        assert (read.text, read.headers["content-type"]) == (worker_context.CUES, "text/vtt; charset=utf-8")
        starts = ffmpeg.encoder_starts
        corrected = read.text.replace("Au revoir", "À demain")
        answer = client.put(place, content=corrected.encode(), headers={"If-Match": read.headers["etag"]})
        assert (answer.status_code, answer.json()["round"]) == (202, 2)
        assert client.get(f"/jobs/{job}/deliveries").json()["deliveries"] == before, "what is out stays until then"
        old = client.get(f"/jobs/{job}/deliveries/{before[0]['path']}")
        assert hashlib.sha256(old.content).hexdigest() == before[0]["sha256"]
        tag = client.get(place).headers["etag"]
        idle = client.put(place, content=corrected.encode(), headers={"If-Match": tag})
        assert (idle.status_code, idle.json()["round"]) == (202, 2), "nothing was changed"
        again = client.put(place, content=corrected.encode(), headers={"If-Match": read.headers["etag"]})
        assert again.status_code == 412
        with reading(service.context.ledger) as db:
            assert len(list(record.rows(db, RowFilter(job=job, what=What.CORRECTED)))) == 1
        late = client.put(
            place, content=b"WEBVTT\n\n00:00.500 --> 00:01.500\nAllo\n", headers={"If-Match": read.headers["etag"]}
        )
        assert (late.status_code, late.json()["error"]) == (412, "ChangedMeanwhile")
        wrong = client.put(place, content=b"WEBVTT\n\n00:09.500 --> 00:01.500\nAllo\n")
        assert [(f["file"], f["line"]) for f in wrong.json()["faults"]] == [("scripts/fr.vtt", 3)]
        service.work()
        entry = client.get(f"/jobs/{job}").json()
        assert (entry["state"], entry["frames"]) == ("done", 50), "of 100 frames"
        assert ffmpeg.encoder_starts - starts == 1
        after = client.get(f"/jobs/{job}/deliveries").json()["deliveries"]
        new = client.get(f"/jobs/{job}/deliveries/{after[0]['path']}")
        assert hashlib.sha256(new.content).hexdigest() == after[0]["sha256"] != before[0]["sha256"]
        assert client.get(place).text == corrected
        assert client.put(place, content=corrected.encode()).json()["round"] == 2, "nothing changed"
        assert client.get(f"/jobs/{job}/captions/de").status_code == 404


def test_a_job_refused_for_its_captions_goes_on_when_they_are_corrected(service: HttpService, film: Path) -> None:
    with service.client() as client:
        job = handed_in(client, a_film_job(client, film))
        late = worker_context.CUES.replace("00:02.500", "00:32.500").replace("00:03.500", "00:33.500")
        jobs.revise(service.context.ledger, job, "scripts/fr.vtt", uploaded(client, "fr.vtt", b"WEBVTT\n\nno cue\n"))
        service.work()
        assert client.get(f"/jobs/{job}").json()["state"] == "refused"
        assert client.put(f"/jobs/{job}/captions/fr", content=late.encode()).status_code == 202
        client.post(f"/jobs/{job}/cancel")
        assert client.put(f"/jobs/{job}/captions/fr", content=worker_context.CUES.encode()).status_code == 409


# Who may


def _every_operation(service: HttpService) -> list[tuple[str, str]]:
    paths = service.app.openapi()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def test_nothing_but_what_is_open_is_answered_without_a_token(
    service: HttpService, made: tuple[httpx.Client, str]
) -> None:
    _, job = made
    asked = 0
    anybody = httpx.Client(base_url=service.url, timeout=60)
    opened = {(rule.method, rule.path.replace(":path", "")) for rule in rules_of(service.app) if rule.right is None}
    for method, path in _every_operation(service):
        if (method, path) in opened:
            continue
        place = (
            path.replace("{job}", job)
            .replace("{upload}", NOWHERE)
            .replace("{language}", "fr")
            .replace("{path}", "x.mp4")
        )
        for headers in ({}, {"Authorization": "Bearer pvx_x"}, {"Authorization": "Basic cHZ4OngK"}):
            answer = anybody.request(method, place, headers={**headers, "Upload-Offset": "0"})
            assert (answer.status_code, answer.headers.get("www-authenticate")) == (401, "Bearer"), (method, place)
            asked += 1
    anybody.close()
    assert asked > 40


def rows_of(service: HttpService) -> list[record.Row]:
    with reading(service.context.ledger) as db:
        return list(record.rows(db))


def test_a_revoked_or_expired_token_opens_nothing(service: HttpService) -> None:
    secret, short_secret = service.token(), service.token(lifetime_s=100)
    headers = [{"Authorization": f"Bearer {word}"} for word in (secret, short_secret)]
    token = tokens.find_caller(service.context.ledger, secret, None)
    assert token and token.means
    assert [httpx.get(f"{service.url}/jobs", headers=h, timeout=60).status_code for h in headers] == [200, 200]
    tokens.revoke(service.context.ledger, INSTALLER, token.means)
    time_passes(service.context.ledger, 101)
    assert [httpx.get(f"{service.url}/jobs", headers=h, timeout=60).status_code for h in headers] == [401, 401]


def test_what_is_not_out_is_read_by_reviewers_alone_and_each_reading_is_written_down(
    service: HttpService, made: tuple[httpx.Client, str]
) -> None:
    client, job = made
    (delivery,) = client.get(f"/jobs/{job}/deliveries").json()["deliveries"]
    places = [
        f"/jobs/{job}/deliveries",
        f"/jobs/{job}/deliveries/{delivery['path']}",
        f"/jobs/{job}/captions/fr",
        f"/jobs/{job}/plan",
    ]
    with service.client(Scope.RENDER, Scope.UPLOAD) as renderer, service.client(Scope.REVIEW) as reviewer:
        before = rows_of(service)
        assert [renderer.get(place).status_code for place in places] == [403] * 4
        assert [reviewer.get(place).status_code for place in places] == [200] * 4
        assert reviewer.put(places[2], content=b"WEBVTT").status_code == 403
        assert reviewer.post("/jobs", json={}).status_code == 403
        assert renderer.get(f"/jobs/{job}").status_code == 200
    rows = [row for row in rows_of(service)[len(before) :] if row.what != What.TOKEN_USED]
    asked = [
        f"GET /jobs/{{job}}/{what}" for what in ("deliveries", "deliveries/{path:path}", "captions/{language}", "plan")
    ]
    corrected = "PUT /jobs/{job}/captions/{language}"
    assert [row.detail["asked"] for row in rows if row.what == What.REFUSED] == [*asked, corrected, "POST /jobs"]
    assert [row.detail["asked"] for row in rows if row.what == What.READ] == asked
    assert rows[5].digests == {"file": delivery["sha256"]}
    assert all(row.address == "127.0.0.1" and row.means for row in rows)
    assert all(row.job == job for row in rows[:9])
    assert "essai" not in str(rows), "the names of files tell what a job is about"


def test_a_token_for_some_accounts_knows_of_no_other(service: HttpService, desk: httpx.Client) -> None:
    theirs = handed_in(desk, {"name": "avis", "document": FOR_ACCOUNT})
    nobodys = handed_in(desk)
    with (
        service.client(Scope.RENDER, Scope.REVIEW, accounts=("ministere",)) as inside,
        service.client(Scope.RENDER, Scope.REVIEW, accounts=("ministere_en",)) as outside,
    ):
        assert inside.get(f"/jobs/{theirs}").status_code == 200
        assert inside.get(f"/jobs/{nobodys}").status_code == 404
        assert [job["id"] for job in inside.get("/jobs", params={"state": "received"}).json()["jobs"]].count(
            theirs
        ) == 1
        for method, path in _every_operation(service):
            if "{job}" in path:
                place = path.replace("{job}", theirs).replace("{language}", "fr").replace("{path}", "x.mp4")
                place = place.replace("{comment}", "1").replace("{release}", NOWHERE)
                body = {"priority": "bulk"} if path.endswith("priority") else None
                answer = outside.request(method, place, json=body)
                nowhere = outside.request(method, place.replace(theirs, NOWHERE), json=body)
                assert answer.status_code == nowhere.status_code >= 400, (method, place)
                assert answer.json()["detail"] == nowhere.json()["detail"].replace(NOWHERE, theirs), (method, place)
        assert outside.get("/jobs").json()["jobs"] == []
        foreign = outside.post("/jobs", json={"name": "avis", "document": FOR_ACCOUNT})
        assert (foreign.status_code, "may not work for ministere" in foreign.json()["detail"]) == (403, True)
        own = handed_in(outside)
        assert outside.get(f"/jobs/{own}").status_code == 200


# How it is


def test_it_is_ready_when_every_part_answers(tmp_path: Path) -> None:
    service = HttpService(tmp_path, free_bytes=10**15)
    with service.open():
        assert httpx.get(f"{service.url}/healthz", timeout=60).json() == {"alive": True}
        answer = httpx.get(f"{service.url}/readyz", timeout=60)
        assert answer.status_code == 503
        parts = answer.json()["parts"]
        assert (parts["database"], parts["store"]) == ("ok", "ok")
        assert "bytes are free; work begins at" in parts["disk"]
        assert parts["reconciler"] == "none was seen for 120 s"
        duties.lead(service.context.ledger, REPAIRS, "r", 30)
        assert httpx.get(f"{service.url}/readyz", timeout=60).json()["parts"]["reconciler"] == "ok"
        time_passes(service.context.ledger, 151)
        assert httpx.get(f"{service.url}/readyz", timeout=60).json()["parts"]["reconciler"] != "ok"


def test_numbers_are_for_whoever_may_read_them(service: HttpService) -> None:
    with service.client(Scope.METRICS) as prometheus, service.client(Scope.REVIEW) as reviewer:
        answer = prometheus.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        assert "portevoix_store_free_bytes" in answer.text
        assert [reviewer.get("/metrics").status_code, prometheus.get("/jobs").status_code] == [403, 403]


def test_every_operation_is_described_with_an_example(service: HttpService) -> None:
    described = httpx.get(f"{service.url}/openapi.json", timeout=60).json()
    opened = {(rule.method.lower(), rule.path) for rule in rules_of(service.app) if rule.right is None}

    def example(content: dict[str, Any]) -> bool:
        model = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        return "example" in content or bool(described["components"]["schemas"].get(model, {}).get("examples"))

    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], (method, path)
            good = {code: answer for code, answer in operation["responses"].items() if code < "300" and code != "204"}
            contents = [c for answer in good.values() for c in answer.get("content", {}).values()]
            contents += operation.get("requestBody", {}).get("content", {}).values()
            assert all(map(example, contents)), (method, path)
            shown = operation.get("security", [])
            assert shown == ([] if (method, path) in opened else [{"token": []}, {"session": []}]), (method, path)


def test_the_service_keeps_its_jobs_in_postgresql_too(postgresql_url: str, tmp_path: Path) -> None:
    service = HttpService(tmp_path, database=postgresql_url)
    with service.open(), closing(service.client()) as client:
        body, key = {"name": "avis", "document": NOTICE, "draft": True}, {"Idempotency-Key": "desk-1"}
        ids = {client.post("/jobs", json=body, headers=key).json()["id"] for _ in range(2)}
        (job,) = ids
        service.work()
        assert events(client, job)[-1][2]["state"] == "done"
        assert client.get("/jobs", params={"limit": 1}).json()["jobs"][0]["state"] == "done"
        delivery = client.get(f"/jobs/{job}/deliveries").json()["deliveries"][0]
        content = client.get(f"/jobs/{job}/deliveries/{delivery['path']}").content
        assert hashlib.sha256(content).hexdigest() == delivery["sha256"]
        assert uploaded(client, "a.mp4", b"hello")
        odd = Submission("desk", "avis", NOTICE)
        assert jobs.submit(service.context.ledger, odd)


def test_the_documented_commands_work_as_they_stand(service: HttpService, film: Path, tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "api.md").read_text("utf-8"), re.DOTALL)
    (tmp_path / "film.mp4").write_bytes(film.read_bytes())
    (tmp_path / "fr.vtt").write_text(worker_context.CUES, "utf-8")
    secret = service.token(Scope.UPLOAD, Scope.RENDER, Scope.REVIEW)
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.1):
            service.work()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        ran = subprocess.run(
            ["sh", "-eu", "-c", "".join(blocks)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "API": service.url, "TOKEN": secret, "no_proxy": "127.0.0.1"},
        )
    finally:
        stop.set()
        worker.join()
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len((tmp_path / "begin.bin").read_bytes()) == 1000
    assert (tmp_path / "events.txt").read_text("utf-8").count('"done"') == 2
    job = json.loads((tmp_path / "job.json").read_text("utf-8"))["id"]
    with service.client() as client:
        assert "À demain" in client.get(f"/jobs/{job}/captions/fr").text
