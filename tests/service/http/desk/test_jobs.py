"""The list of jobs: what waits for whom."""

from __future__ import annotations

from pathlib import Path

import pytest
from http_service import HttpService
from released import Desk, house_in, staff

from service.gate import ALL, Caller, Grant, Role
from service.http.desk.jobs import waits_for
from service.ledger import queries
from service.ledger.queries import JobFilter
from workers.context import WorkerContext


def test_the_list_of_what_waits_for_me_is_another_for_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = house_in(tmp_path, {"ministere_fr": str(tmp_path / "out")})
    monkeypatch.setenv("PORTEVOIX_HOUSE", str(house))
    service = HttpService(tmp_path, house=house)
    with service.open():
        context = WorkerContext(service.context.ledger, service.context.store, service.settings, "test:0")
        desk = Desk(context, staff(context.ledger))

        def waiting() -> set[str]:
            (listed,) = queries.list_page(desk.ledger, JobFilter(None, (), ""), None, 2)

            def asked(caller: Caller) -> bool:
                return waits_for(service.context, caller, listed)

            return {name for name, caller in desk.people.items() if asked(caller)}

        job = desk.submit("fr")
        assert waiting() == set(), "it is being made"
        desk.make(job, {"fr": "v1"})
        assert waiting() == {"reviewer", "second"}
        desk.approve(job, "fr")
        assert waiting() == {"publisher"}
        desk.correct(job, "fr", by="reviewer")
        desk.make(job, {"fr": "v2"})
        assert waiting() == {"second"}, "nobody approves their own words"
        with service.person("karim", Grant(Role.ADMINISTRATOR, ALL)) as client:
            page = client.get("/desk/jobs?show=waiting", headers={"Accept": "text/html"})
            assert page.status_code == 200 and f'id="job-{job}"' in page.text
            assert "Ministère" not in page.text, "an account without a name is called by its handle"
