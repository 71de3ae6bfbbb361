"""A post is read and corrected over HTTP as captions are: one language, its approvals, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from askers import with_token
from http_service import HttpService
from released import Desk, desk_of, house_in

from service import approvals, record
from service.documents import read_job
from service.gate import ALL, Grant, Role
from service.ledger import Submission, jobs, queries
from service.ledger.database import reading
from service.record import What

DOCUMENT = """\
# The author's own remark.
recipe: alert
title: {fr: Essai, en: Trial}
text: {fr: Essai, en: Trial}
accounts: [ministere_fr, ministere_en]
post:
  text: {fr: Bonjour, en: Hello}   # short
  hashtags: {fr: [climat]}
  at: {x: {text: {fr: Vite, en: Quick}}}
"""


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpService]:
    house = house_in(tmp_path, {})
    monkeypatch.setenv("PORTEVOIX_HOUSE", str(house))
    service = HttpService(tmp_path, house=house)
    with service.open():
        yield service


@pytest.fixture
def desk(service: HttpService) -> Desk:
    return desk_of(service)


@pytest.fixture
def job(desk: Desk) -> str:
    found = jobs.submit(desk.ledger, Submission(desk.people["author"].id, "climat", DOCUMENT))
    desk.make(found, {"fr": "v1", "en": "v1"})
    return found


@pytest.fixture
def author(service: HttpService) -> Iterator[httpx.Client]:
    _, headers = with_token(service, "paul", Grant(Role.AUTHOR, ALL))
    with httpx.Client(base_url=service.url, headers=headers, timeout=30) as client:
        yield client


def test_a_correction_changes_one_language_of_the_document_and_ends_its_approval(
    desk: Desk, job: str, author: httpx.Client
) -> None:
    desk.approve(job, "fr")
    desk.approve(job, "en")
    place = f"/jobs/{job}/post/fr"
    shown = author.get(place)
    post = shown.json()
    assert (post["text"], post["hashtags"], post["at"]["x"]["text"]) == ("Bonjour", ["climat"], "Vite")
    post |= {"text": "Bonsoir\nà tous", "hashtags": [], "at": {}}
    assert author.put(place, json=post, headers={"If-Match": shown.headers["ETag"]}).status_code == 202
    document = queries.find_submission(desk.ledger, job).document
    changed = read_job("climat", document).post
    assert changed and changed.text == {"fr": "Bonsoir\nà tous", "en": "Hello"} and changed.hashtags == {}
    assert changed.at["x"].text == {"en": "Quick"}
    assert "# The author's own remark." in document and "# short" in document
    standing = approvals.standings(desk.ledger, job)
    assert standing["fr"].changing and not standing["en"].changing
    old = author.put(place, json=post, headers={"If-Match": shown.headers["ETag"]})
    assert old.status_code == 412 and "read it again" in old.json()["detail"]
    desk.make(job, {"fr": "v2", "en": "v1"})
    standing = approvals.standings(desk.ledger, job)
    assert (standing["fr"].approved_by, standing["en"].approved_by) == ((), ("reviewer",))
    with reading(desk.ledger) as db:
        assert [row.language for row in record.rows(db) if row.what == What.CORRECTED] == ["fr"]


def test_the_same_words_change_nothing_and_what_is_no_post_is_refused(
    desk: Desk, job: str, author: httpx.Client
) -> None:
    place = f"/jobs/{job}/post/fr"
    assert author.put(place, json=author.get(place).json()).json()["round"] == 1
    assert author.get(f"/jobs/{job}/post/de").status_code == 404
    assert author.put(f"/jobs/{job}/post/de", json={"text": "Hallo"}).status_code == 404
    assert author.put(place, json={"text": "a", "hashtags": ["two words"]}).status_code in (400, 422)
    assert queries.find_submission(desk.ledger, job).document == DOCUMENT
