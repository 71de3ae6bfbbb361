"""What a job says beside its captions is read and corrected text by text, one language at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
recipe: explainer
title: {fr: Essai, en: Trial}
points:
  - chapter: {fr: Un, en: One}   # short
    title: {fr: Premier point, en: First point}
    text: {fr: Ce qui est dit., en: What is said.}
  - title: {fr: Second point, en: Second point}
credit: © Portevoix
accounts: [ministere_fr, ministere_en]
post:
  text: {fr: Bonjour, en: Hello}
  hashtags: {fr: [climat]}
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


def put(author: httpx.Client, job: str, code: str, texts: dict[tuple[str | int, ...], str], tag: str) -> httpx.Response:
    body = {"texts": [{"place": list(place), "text": text} for place, text in texts.items()]}
    return author.put(f"/jobs/{job}/texts/{code}", json=body, headers={"If-Match": tag})


def said(answer: httpx.Response) -> dict[tuple[Any, ...], str]:
    return {tuple(one["place"]): one["text"] for one in answer.json()["texts"]}


def test_corrected_words_change_one_language_of_the_document_and_end_its_approval_alone(
    desk: Desk, job: str, author: httpx.Client
) -> None:
    for code in ("fr", "en"):
        desk.approve(job, code)
    shown = {code: author.get(f"/jobs/{job}/texts/{code}") for code in ("fr", "en")}
    texts = said(shown["fr"])
    assert texts["points", 0, "text"] == "Ce qui est dit." and texts["post", "hashtags"] == "#climat"
    assert (texts["credit",], texts["post", "title"]) == ("© Portevoix", "")
    new: dict[tuple[str | int, ...], str] = {
        ("points", 0, "title"): "Le premier point",
        ("credit",): "© Ministère",
        ("post", "hashtags"): "#climat, été2030",
        ("post", "title"): "Le climat",
    }
    answer = put(author, job, "fr", new, shown["fr"].headers["ETag"])
    assert (answer.status_code, answer.json()["round"]) == (202, 2), answer.text
    document = queries.find_submission(desk.ledger, job).document
    changed = read_job("climat", document)
    assert changed.points[0].title == {"fr": "Le premier point", "en": "First point"} and changed.post
    assert changed.credit == {"fr": "© Ministère", "en": "© Portevoix"}
    assert (changed.post.hashtags, changed.post.title) == ({"fr": ("climat", "été2030")}, {"fr": "Le climat"})
    assert "# The author's own remark." in document and "# short" in document
    english = author.get(f"/jobs/{job}/texts/en")
    assert english.headers["ETag"] == shown["en"].headers["ETag"], "who corrects another language is not disturbed"
    standing = approvals.standings(desk.ledger, job)
    assert standing["fr"].changing and not standing["en"].changing
    late = put(author, job, "fr", {("title",): "Autre"}, shown["fr"].headers["ETag"])
    assert late.status_code == 412 and "read them again" in late.json()["detail"]
    desk.make(job, {"fr": "v2", "en": "v1"})
    standing = approvals.standings(desk.ledger, job)
    assert (standing["fr"].approved_by, standing["en"].approved_by) == ((), ("reviewer",))
    with reading(desk.ledger) as db:
        rows = [row for row in record.rows(db) if row.what == What.CORRECTED]
    assert [(row.language, row.detail["texts"]) for row in rows] == [
        ("fr", ["points.0.title", "credit", "post.hashtags", "post.title"])
    ]


def test_every_fault_of_new_words_names_its_text_and_nothing_is_kept(
    desk: Desk, job: str, author: httpx.Client
) -> None:
    shown = author.get(f"/jobs/{job}/texts/fr")
    tag = shown.headers["ETag"]
    wrong: dict[tuple[str | int, ...], str] = {("points", 1, "title"): " ", ("post", "hashtags"): "2030"}
    answer = put(author, job, "fr", wrong, tag)
    assert answer.status_code == 422
    assert [fault["place"][:2] for fault in answer.json()["faults"]] == [["post", "hashtags"]]
    del wrong["post", "hashtags"]
    wrong["post", "text"] = ""
    faults = put(author, job, "fr", wrong, tag).json()["faults"]
    assert {tuple(fault["place"]): fault["message"] for fault in faults} == {
        ("points", 1, "title"): "the title of point 2 is missing in fr",
        ("post", "text"): "the post's text is missing in fr",
    }
    long = {("points", 1, "title"): "Un titre bien trop long " * 40}
    body = {"texts": [{"place": ["points", 1, "title"], "text": long["points", 1, "title"]}]}
    (fault,) = author.post(f"/jobs/{job}/texts/fr/check", json=body).json()["faults"]
    assert fault["place"] == ["points", 1, "title"] and "shorten it" in fault["message"]
    assert put(author, job, "fr", long, tag).status_code == 422
    most = author.post(f"/jobs/{job}/texts/fr/room", json={"place": ["points", 1, "title"]}).json()
    assert 10 < most["most"] < 200 and most["format"]
    unknown = put(author, job, "fr", {("music",): "x"}, tag).json()["faults"]
    assert [fault["message"] for fault in unknown] == ["music is no text of this job"]
    assert put(author, job, "fr", {("title",): "Essai"}, tag).json()["round"] == 1, "the same words change nothing"
    assert author.get(f"/jobs/{job}/texts/de").status_code == 404
    assert queries.find_submission(desk.ledger, job).document == DOCUMENT
