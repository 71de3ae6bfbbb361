"""Tokens from before there were people: each belongs to a service now, with what it could do and no more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from service import people, tokens
from service.gate import ALL, Grant, Right, Role, at_the_command_line
from service.ledger import Ledger
from service.ledger.database import MIGRATIONS, migrate, open_ledger, writing
from service.passwords import digest

pytest_plugins = ("servers",)

OLD = {
    "0" * 32: ("desk", ["upload", "render", "review"], ["ministere"]),
    "1" * 32: ("Desk", ["review"], []),
    "2" * 32: ("administrator", ["admin"], []),
    "3" * 32: ("prometheus", ["metrics"], []),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    ledger = open_ledger(request.getfixturevalue("postgresql_url") if request.param == "postgresql" else url)
    yield ledger
    ledger.dispose()


def test_a_token_from_before_can_do_what_it_could(ledger: Ledger) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(ledger) as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0003")
        for token, (name, scopes, accounts) in OLD.items():
            row = {"id": token, "name": name, "hash": digest(f"pvx_{token}"), "created_s": 1.0}
            lists = {"scopes": json.dumps(scopes), "accounts": json.dumps(accounts)}
            insert = (
                "INSERT INTO tokens (id, name, hash, created_s, scopes, accounts) VALUES (:id, :name, :hash, :"
                "created_s, :scopes, :accounts)"
            )
            db.execute(sa.text(insert), row | lists)
    migrate(ledger)
    callers = {token: tokens.find_caller(ledger, f"pvx_{token}", None) for token in OLD}
    desk, reviewer, administrator, prometheus = callers.values()
    assert desk and reviewer and administrator and prometheus
    assert all(caller and (caller.id, caller.kind) == (token, "service") for token, caller in callers.items())
    assert desk.may(Right.SUBMIT, ["ministere"]) and not desk.may(Right.SUBMIT, ["rivage"])
    assert reviewer.may(Right.READ, ["rivage"]) and not reviewer.has(Right.SUBMIT)
    assert {right for right in Right if not administrator.may(right, ["rivage"])} == {Right.APPROVE}
    assert {right for right in Right if prometheus.has(right)} == {Right.SELF, Right.METRICS}
    listed = tokens.list_tokens(ledger, at_the_command_line("installer"))
    assert [token.accounts for token in listed] == [("ministere",), (ALL,), (ALL,), (ALL,)]
    assert sorted(person.name for person in people.list_people(ledger)) == [
        "Desk (111111111111)",
        "administrator",
        "desk",
        "prometheus",
    ]
    assert people.find(ledger, "0" * 32).grants == (Grant(Role.AUTHOR, "ministere"),)
