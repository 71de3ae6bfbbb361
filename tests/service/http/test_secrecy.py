"""A secret stays one: whoever may not know of a job is asked by every operation, and hears none of its words."""

from __future__ import annotations

import html
import itertools
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
import pytest
from askers import BODIES, NOWHERE, OURS, THEIRS, Asker, gone, with_token
from http_service import INSTALLER, HttpService

from service import comments, embargo, logs, people
from service.gate import ALL, Caller, Grant, Role, rights_of
from service.http.matrix import Rule, rules_of
from service.ledger import Submission, jobs, outbox, queries
from service.ledger.states import JobState

WORD = "Solferino"  # stands in everything that a job has, and nowhere else
SECRET = f"""
recipe: alert
title: {{fr: Rencontre à {WORD}}}
text: {{fr: La rencontre de {WORD} se tient en mars.}}
accounts: [{OURS}]
embargo: 2031-01-01T09:00+01:00
post: {{text: {{fr: Nous étions à {WORD}.}}, alt_text: {{fr: La place de {WORD}.}}}}
"""
SPEND_A_TOKEN = {("POST", "/tokens"), ("DELETE", "/sessions")}  # each works, and tells of the asker alone


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpService]:
    service = HttpService(tmp_path_factory.mktemp("secrecy"))
    with service.open():
        yield service


@pytest.fixture(scope="module")
def owner(service: HttpService) -> Caller:
    grants = [Grant(Role.AUTHOR, OURS), Grant(Role.REVIEWER, OURS)]
    person = people.add(service.context.ledger, INSTALLER, "owner", grants)
    return Caller(person.id, "owner", "person", "session", rights_of(grants))


@pytest.fixture(scope="module")
def strangers(service: HttpService) -> list[Asker]:
    """Nobody, who may do everything for another account, and who once could for all."""
    grants = tuple(Grant(role, THEIRS) for role in Role)
    another = Asker("another account's", with_token(service, "another account's", *grants)[1], grants)
    return [Asker("nobody", {}, known=False), another, *gone(service, [Grant(role, ALL) for role in Role])]


@pytest.fixture(scope="module")
def told(service: HttpService, owner: Caller) -> tuple[str, list[str]]:
    """A job that is made and spoken of, and another that failed; all that was logged on the way."""
    log, lines = _Lines(), []
    log.lines = lines
    root = logging.getLogger()
    level, _ = root.level, root.addHandler(log)
    root.setLevel(logging.INFO)
    try:
        ledger = service.context.ledger
        failing = SECRET.replace("recipe: alert", f"recipe: alert\nphoto: {WORD}.jpg")
        jobs.submit(ledger, Submission(owner.id, f"{WORD}-2", failing, {f"{WORD}.jpg": NOWHERE * 2}))
        job = jobs.submit(ledger, Submission(owner.id, WORD, SECRET, draft=True))
        service.work()
        comments.add(ledger, owner, job, comments.NewComment(f"{WORD} is misspelt", language="fr", second=1.0))
    finally:
        root.removeHandler(log)
        root.setLevel(level)
    return job, lines


class _Lines(logging.Handler):
    """Every line as the service writes it."""

    lines: list[str]

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logs.Lines().format(record))


def shows(text: str) -> bool:
    return WORD.casefold() in html.unescape(text).casefold()


def places(rule: Rule, job: str, files: list[str]) -> list[str]:
    """The operation's addresses, with everything that the job has."""
    path = rule.path.replace("{job}", job).replace("{language}", "fr").replace("{account}", OURS)
    for name in ("upload", "person", "token", "session", "release"):
        path = path.replace(f"{{{name}}}", NOWHERE)
    path = path.replace("{comment}", "1").replace("{kit}", "aster").replace("{version}", "1")
    return [path.replace("{path:path}", quote(file)) for file in (files if "{job}" in rule.path else ["x.css"])]


def test_no_stranger_hears_a_word_of_a_job_at_any_address_before_its_hour_or_after(
    service: HttpService, owner: Caller, strangers: list[Asker], told: tuple[str, list[str]]
) -> None:
    job, _ = told
    assert queries.find_job(service.context.ledger, job).state is JobState.DONE
    with service.client() as administrator:
        listed = administrator.get(f"/jobs/{job}/deliveries")
        assert shows(listed.text) and shows(administrator.get("/jobs").text), "the word is there to be heard"
        kinds = {Path(one["path"]).suffix: one["path"] for one in listed.json()["deliveries"]}
        files = list(kinds.values())
    rules = [rule for rule in rules_of(service.app) if (rule.method, rule.path) not in SPEND_A_TOKEN]
    about, other = ([rule for rule in rules if ("{job}" in rule.path) is wanted] for wanted in (True, False))
    with httpx.Client(base_url=service.url, timeout=30) as client:
        for asker, rule in [*itertools.product(strangers, about), *itertools.product(strangers[:2], other)]:
            for path in places(rule, job, files):
                answer = asked_by(client, asker, rule, path)
                assert not shows(said_besides(path, answer)), (asker.name, rule)
                assert rule in other or answer.status_code in (303, 401, 403, 404), (asker.name, rule)
        embargo.move(service.context.ledger, owner, job, 0.0, may_release=True)
        for asker, rule in itertools.product(strangers[:2], (rule for rule in about if rule.method == "GET")):
            answer = asked_by(client, asker, rule, places(rule, job, files)[0])
            assert answer.status_code in (303, 401, 403, 404), (asker.name, rule, "after the hour too")


def said_besides(path: str, answer: httpx.Response) -> str:
    """All that an answer says, but for the address that was asked, which some repeat."""
    said = html.unescape(answer.text) + str(answer.headers)
    for known in (path, quote(path, safe=""), unquote(path)):
        said = said.replace(known, "")
    return said


def asked_by(client: httpx.Client, asker: Asker, rule: Rule, path: str) -> httpx.Response:
    headers = {**asker.headers, "Accept": "text/html, application/json", "If-Match": "none"}
    return client.request(rule.method, path, headers=headers, json=BODIES.get((rule.method, rule.path)))


def test_no_line_of_the_log_and_no_entry_of_the_queue_says_what_a_job_is_about(
    service: HttpService, told: tuple[str, list[str]]
) -> None:
    _, lines = told
    assert len(lines) > 5 and [line for line in lines if shows(line)] == []
    assert [message for message in outbox.unpublished(service.context.ledger, 10_000) if shows(str(message))] == []
    with service.client() as administrator:
        assert not shows(administrator.get("/metrics").text)
