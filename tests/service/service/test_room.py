"""What an account holds, counted in both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from ledgers import empty, ledger_at, new_ledger

from portevoix.authoring.account import Room
from portevoix.delivery.manifest import Delivery
from service import people, room
from service.gate import Grant, Role, at_the_command_line
from service.ledger import Ledger, Submission, inputs, jobs
from service.ledger.database import writing
from service.ledger.inputs import Upload
from service.ledger.tables import deliveries

pytest_plugins = ("servers",)

MADE = Delivery("x/a.mp4", "video", "ours", "x", "fr", "wide", "k", [], bytes=3_000_000_000, sha256="d" * 64)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    shared = request.param == "postgresql"
    found = ledger_at(request.getfixturevalue("postgresql_url")) if shared else new_ledger(tmp_path)
    yield found
    if shared:
        empty(found)
    found.dispose()


def sent(ledger: Ledger, owner: str, digest: str | None, size: int) -> None:
    upload = Upload(f"{owner}-{size}", owner, "a.mp4", size)
    inputs.add_upload(ledger, upload)
    if digest:
        inputs.end_upload(ledger, upload.id, digest)


def job_for(ledger: Ledger, account: str, *digests: str) -> str:
    files = {f"{digest[:4]}.mp4": digest for digest in digests}
    return jobs.submit(ledger, Submission("desk", "notice", f'recipe: alert\naccounts: ["{account}"]\n', files))


def test_an_account_holds_each_file_of_its_jobs_once_and_what_those_who_work_for_it_alone_have_sent(
    ledger: Ledger,
) -> None:
    installer, author = at_the_command_line("installer"), Grant(Role.AUTHOR, "ours")
    ours = people.add(ledger, installer, "ours", [author]).id
    shared = people.add(ledger, installer, "both", [author, Grant(Role.AUTHOR, "theirs")]).id
    sent(ledger, "desk", "a" * 64, 100)
    sent(ledger, "desk", "b" * 64, 200)
    sent(ledger, ours, None, 400)
    sent(ledger, shared, None, 800)
    for account in ("ours", r"our\x73", "theirs", "ours_too"):
        made = job_for(ledger, account, "a" * 64, *(["b" * 64] if account == "theirs" else []))
        with writing(ledger) as db:
            facts = asdict(replace(MADE, sha256="e" * 64) if account == "theirs" else MADE)
            db.execute(deliveries.insert().values(job=made, path=MADE.path, position=0, facts=facts))
    held = room.files_of_account(ledger, "ours")
    assert held == {"a" * 64: 100, "d" * 64: 3_000_000_000, f"{ours}-400": 400}
    assert sum(room.files_of_account(ledger, "theirs").values()) == 3_000_000_300
    assert room.too_much("ours", Room(gb=3.1, files=3), held, {"a" * 64: 100}) is None, "it is there already"
    for limit, more in ((Room(gb=3.1, files=3), "1 more are over 3:"), (Room(gb=3, files=9), "7 more are over 3,000")):
        assert more in (room.too_much("ours", limit, held, {"f" * 64: 7}) or "")
