"""Approvals: of exactly these words in these files, by somebody else, language by language."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from ledgers import empty, ledger_at
from released import Desk, desk_in, staff

from service import approvals, comments, record
from service.approvals import Blocked, OtherVersion, OwnWords, UnknownLanguage
from service.comments import NewComment
from service.ledger import NotNow, jobs, queries
from service.ledger.database import reading
from service.record import What

pytest_plugins = ("servers",)


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    desk = desk_in(tmp_path, {})
    if request.param == "postgresql":
        ledger = ledger_at(request.getfixturevalue("postgresql_url"))
        shop = replace(desk.shop, ledger=ledger)
        yield Desk(shop, staff(ledger))
        empty(ledger)
        ledger.dispose()
    else:
        yield desk


def approved(desk: Desk, job: str) -> dict[str, tuple[str, ...]]:
    return {code: standing.approved_by for code, standing in approvals.standings(desk.ledger, job).items()}


def test_a_change_takes_back_the_approvals_of_its_language_and_no_others(desk: Desk) -> None:
    job = desk.finished("fr", "en", "ar")
    for code in ("fr", "en", "ar"):
        desk.approve(job, code)
    desk.correct(job, "en")
    assert approvals.standings(desk.ledger, job)["en"].missing(1) == (
        "its words were corrected, and the new files are not there yet"
    )
    desk.make(job, {"fr": "v1", "en": "v2", "ar": "v1"})
    assert approved(desk, job) == {"fr": ("reviewer",), "en": (), "ar": ("reviewer",)}
    assert [e.detail for e in queries.list_events(desk.ledger, 0, job) if e.kind == "approval lost"] == [
        {"language": "en"}
    ]
    with reading(desk.ledger) as db:
        lost = [row for row in record.rows(db) if row.what == What.APPROVAL_TAKEN_BACK and row.job == job]
        assert [(row.language, set(row.digests)) for row in lost] == [("en", {"words", "files"})]
        record.verify(db)


def test_words_that_come_back_need_a_new_approval(desk: Desk) -> None:
    job = desk.finished("fr")
    desk.approve(job, "fr")
    for version in ("v2", "v1"):
        desk.correct(job, "fr")
        desk.make(job, {"fr": version})
    assert approved(desk, job) == {"fr": ()}


def test_other_files_of_the_same_words_need_a_new_approval_and_a_failed_round_takes_none_back(desk: Desk) -> None:
    job = desk.finished("fr", "en")
    desk.approve(job, "fr")
    desk.correct(job, "en")
    desk.make(job, {"fr": "v1", "en": "v2"}, ("en: too loud",))
    assert approved(desk, job) == {}, "nothing stands while the newest files are not as they should be"
    assert jobs.retry(desk.ledger, job)
    desk.make(job, {"fr": "v1", "en": "v2"})
    assert approved(desk, job) == {"fr": ("reviewer",), "en": ()}


def test_the_last_author_of_a_language_cannot_approve_it(desk: Desk) -> None:
    job = desk.finished("fr", "en")
    with pytest.raises(OwnWords, match="'author' changed 'fr' last; another person approves it"):
        desk.approve(job, "fr", by="author")
    desk.correct(job, "en", by="reviewer")
    desk.make(job, {"fr": "v1", "en": "v2"})
    with pytest.raises(OwnWords, match="'reviewer' changed 'en' last"):
        desk.approve(job, "en")
    desk.approve(job, "en", by="author")
    desk.approve(job, "fr", by="reviewer")
    assert approved(desk, job) == {"fr": ("reviewer",), "en": ("author",)}


def test_who_approves_and_then_corrects_has_approved_nothing(desk: Desk) -> None:
    job = desk.finished("fr")
    desk.approve(job, "fr")
    desk.correct(job, "fr", by="reviewer")
    desk.make(job, {"fr": "v1"})
    assert approved(desk, job) == {"fr": ()}


def test_what_has_changed_meanwhile_is_not_approved_and_the_answer_says_what_has(desk: Desk) -> None:
    job = desk.finished("fr")
    seen = approvals.standings(desk.ledger, job)["fr"].version.name
    reviewer = desk.people["reviewer"]
    other_files = f"{seen[:16]}-{'0' * 16}"
    with pytest.raises(OtherVersion, match="'fr' is not what you saw: its files were made anew; read it again"):
        approvals.approve(desk.ledger, reviewer, job, "fr", other_files)
    desk.correct(job, "fr", by="second")
    with pytest.raises(OtherVersion, match="'second' changed its words"):
        approvals.approve(desk.ledger, reviewer, job, "fr", seen)
    desk.make(job, {"fr": "v2"})
    with pytest.raises(OtherVersion, match="'second' changed its words"):
        approvals.reject(desk.ledger, reviewer, job, "fr", seen, NewComment("no", "fr"))
    assert comments.list_comments(desk.ledger, job) == []


def test_nothing_is_decided_on_before_the_job_is_done_nor_of_a_draft_nor_of_another_language(desk: Desk) -> None:
    reviewer, version = desk.people["reviewer"], f"{'0' * 16}-{'0' * 16}"
    job = desk.submit("fr")
    with pytest.raises(NotNow, match="received; a language is decided on when the job is done"):
        approvals.approve(desk.ledger, reviewer, job, "fr", version)
    draft = desk.submit("fr", draft=True)
    desk.make(draft, {"fr": "v1"})
    with pytest.raises(NotNow, match="is a draft"):
        desk.approve(draft, "fr")
    desk.make(job, {"fr": "v1"})
    with pytest.raises(UnknownLanguage, match="has nothing in 'de'; it has fr"):
        approvals.approve(desk.ledger, reviewer, job, "de", version)


def test_a_rule_stands_against_approval_by_name(desk: Desk) -> None:
    job = desk.submit("fr", "en")
    desk.make(job, {"fr": "v1", "en": "v1"}, fr="captions: reading speed")
    with pytest.raises(Blocked, match=r"climat_fr\.mp4: captions: reading speed is 1, 0"):
        desk.approve(job, "fr")
    desk.approve(job, "en")


def test_a_rejection_stands_until_the_same_person_approves(desk: Desk) -> None:
    job = desk.finished("fr")
    desk.approve(job, "fr", by="second")
    version = approvals.standings(desk.ledger, job)["fr"].version.name
    why = NewComment("a capital is missing", "fr", 12.4)
    standing = approvals.reject(desk.ledger, desk.people["reviewer"], job, "fr", version, why)
    assert standing.missing(1) == "reviewer rejected it"
    (comment,) = comments.list_comments(desk.ledger, job)
    assert (comment.text, comment.second, comment.by, comment.round) == ("a capital is missing", 12.4, "reviewer", 1)
    assert comment.id in {decision.comment for decision in standing.decisions}
    desk.approve(job, "fr")
    assert approvals.standings(desk.ledger, job)["fr"].missing(2) is None


def test_two_who_approve_at_once_both_count(desk: Desk) -> None:
    job = desk.finished("fr")
    threads = [threading.Thread(target=desk.approve, args=(job, "fr", by)) for by in ("reviewer", "second") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(approved(desk, job)["fr"]) == ["reviewer", "second"]
    told = [e.detail["by"] for e in queries.list_events(desk.ledger, 0, job) if e.kind == "approved"]
    assert sorted(told) == ["reviewer", "second"], "said twice, it is one approval"


def test_comments_are_kept_with_their_version_and_dealt_with(desk: Desk) -> None:
    job = desk.finished("fr")
    reviewer = desk.people["reviewer"]
    first = comments.add(desk.ledger, reviewer, job, NewComment("the name is hidden", "fr", 3.5))
    desk.correct(job, "fr")
    desk.make(job, {"fr": "v2"})
    second = comments.add(desk.ledger, reviewer, job, NewComment("better"))
    done = comments.resolve(desk.ledger, desk.people["author"], job, first.id, True)
    assert (done.round, second.round, done.resolved_by) == (1, 2, "author")
    assert comments.list_comments(desk.ledger, job) == [done, second]
    again = comments.resolve(desk.ledger, reviewer, job, first.id, False)
    assert (again.resolved_by, again.resolved_s) == (None, None)
    with pytest.raises(comments.UnknownComment):
        comments.resolve(desk.ledger, reviewer, desk.finished("fr", name="other"), first.id, True)
