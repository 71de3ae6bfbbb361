"""`portevoix job`: review, approval, release and withdrawal by somebody's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from released import Desk, desk_in
from typer import Typer
from typer.testing import CliRunner

from service import record, releases
from service.ledger import queries
from service.ledger.database import reading
from service.record import What
from service.settings import settings
from workers.commands import add_to


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    desk = desk_in(tmp_path, {"ministere_fr": str(tmp_path / "published")})
    for name in ("database", "store", "deliveries", "house"):
        monkeypatch.setenv(f"PORTEVOIX_{name.upper()}", str(getattr(desk.context.settings, name)))
    settings.cache_clear()
    yield desk
    settings.cache_clear()


def run(*words: str, code: int = 0) -> str:
    app = Typer()
    add_to(app)
    result = CliRunner().invoke(app, ["job", *words])
    assert result.exit_code == code, result.output
    return result.output


def test_a_job_goes_its_way_by_the_names_of_who_does_it(desk: Desk) -> None:
    job = desk.finished("fr", embargo="2031-03-01T09:00:00+01:00")
    shown = run("review", job)
    assert "last changed by author" in shown and "ministere_fr: 0 of 1 approvals" in shown
    (version,) = re.findall(r"[0-9a-f]{16}-[0-9a-f]{16}", shown)
    of_french = (job, "--language", "fr", "--version", version)
    assert "no right to approve" in run("approve", *of_french, "--as", "publisher", code=2)
    assert "no right to approve" in run("approve", *of_french, "--as", "author", code=2)
    assert "there is no 'root'" in run("approve", *of_french, "--as", "root", code=2)
    rejected = run("reject", *of_french, "--comment", "a name", "--at", "2", "--as", "second")
    assert "rejected by second" in rejected and "second rejected it" in rejected
    run("approve", *of_french, "--as", "second")
    assert "may be released" in run("approve", *of_french, "--as", "reviewer")
    to_ours = (job, "--account", "ministere_fr", "--as")
    assert "embargoed until" in run("release", *to_ours, "publisher", code=2)
    assert "waiting" in run("release", *to_ours, "publisher", "--at-embargo")
    assert "not to an earlier one" in run("embargo", job, "none", "--as", "author", code=2)
    assert "is no hour" in run("embargo", job, "2031-03-01", "--as", "author", code=2)
    run("embargo", job, "2031-03-01T10:00:00+01:00", "--as", "author")
    run("embargo", job, "none", "--as", "publisher")
    assert queries.find_job(desk.ledger, job).embargo_s is None
    desk.work()
    assert "release of ministere_fr: released" in run("review", job)
    run("withdraw", *to_ours, "publisher")
    desk.work()
    assert [one.state for one in releases.list_releases(desk.ledger, job)] == ["released", "withdrawn"]
    with reading(desk.ledger) as db:
        refused = [row.caller_name for row in record.rows(db) if row.what == What.REFUSED]
        assert refused == ["publisher", "author"]
        assert {row.via for row in record.rows(db) if row.what == What.APPROVED} == {"command"}


def test_the_state_of_a_job_says_what_it_waits_for(desk: Desk) -> None:
    job = desk.finished("fr")
    assert ": done, " in run("state", job)
    assert "there is no job" in run("state", "0" * 32, code=2)
