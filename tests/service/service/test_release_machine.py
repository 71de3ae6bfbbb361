"""Whatever authors, reviewers, publishers, the clock and workers do, in any order: nothing goes that was not approved.

What is released was approved by another person, in exactly these words and files, and its hour had come.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from ledgers import empty, ledger_at, time_passes
from released import ACCOUNTS, Desk, staff
from worker_context import context_in

from portevoix.authoring.account import Account
from portevoix.errors import PortevoixError
from service import approvals, embargo, record, release_work, releases
from service.ledger import Lease, Ledger, leases, maintenance, queries
from service.ledger.database import reading
from service.ledger.states import RELEASE, JobState, ReleaseState
from service.release_work import ReleaseOutcome
from service.releases import NewRelease, Release
from workers.context import WorkerContext

pytest_plugins = ("servers",)

LANGUAGES = ("fr", "en")
HOUR_S = 3_600.0
people_of_the_desk = st.sampled_from(("author", "reviewer", "second"))
languages = st.sampled_from(LANGUAGES)


def account(name: str) -> Account:
    given = {"language": ACCOUNTS[name], "kit": "aster", "prefix": name, "placements": ("x",)}
    return Account.model_validate({**given, "destination": f"/nowhere/{name}"})


HOUSE = {name: account(name) for name in ACCOUNTS}


def content(language: str, words: str) -> str:
    return hashlib.sha256(f"{language} {words}".encode() * 100).hexdigest()


class Machine(RuleBasedStateMachine):
    """One embargoed job in two languages. The machine knows by itself who changed and who approved what."""

    def __init__(self, context: WorkerContext) -> None:
        super().__init__()
        self.desk = Desk(context, staff(context.ledger))
        self.words = dict.fromkeys(LANGUAGES, "v1")  # as they were corrected last
        self.author = dict.fromkeys(LANGUAGES, "author")
        self.agreed: dict[str, set[str]] = {code: set() for code in LANGUAGES}
        self.hour_left_s, self.versions = HOUR_S, 1
        self.running: list[Lease] = []

    @initialize()
    def a_job_is_made(self) -> None:
        self.job = self.desk.submit(*LANGUAGES, embargo="2031-01-01T00:00:00Z")
        self._move_embargo()
        self.desk.make(self.job, self.words)

    def _move_embargo(self) -> None:
        with reading(self.desk.ledger) as db:
            now = releases.time_of(db)
        publisher = self.desk.people["publisher"]
        embargo.move(self.desk.ledger, publisher, self.job, now + self.hour_left_s, may_release=True)

    @rule(language=languages, by=people_of_the_desk)
    def somebody_corrects(self, language: str, by: str) -> None:
        self.versions += 1
        self.desk.correct(self.job, language, by)
        self.words[language], self.author[language] = f"v{self.versions}", by
        self.agreed[language] = set()

    @rule()
    def it_is_made(self) -> None:
        if queries.find_job(self.desk.ledger, self.job).state == JobState.RECEIVED:
            self.desk.make(self.job, self.words)

    @rule(language=languages, by=people_of_the_desk)
    def somebody_approves(self, language: str, by: str) -> None:
        try:
            self.desk.approve(self.job, language, by)
        except (PortevoixError, KeyError):
            return
        assert self.author[language] != by
        self.agreed[language].add(by)

    @rule(language=languages, at_embargo=st.booleans())
    def a_release_is_asked_for(self, language: str, at_embargo: bool) -> None:
        new = NewRelease(f"ministere_{language}", (), at_embargo)
        try:
            releases.ask(self.desk.ledger, self.desk.people["publisher"], self.job, new, HOUSE)
        except PortevoixError:
            return
        assert at_embargo or self._may_go(language)

    @rule(language=languages)
    def a_withdrawal_is_asked_for(self, language: str) -> None:
        try:
            name = f"ministere_{language}"
            releases.withdraw(self.desk.ledger, self.desk.people["publisher"], self.job, name, HOUSE)
        except PortevoixError:
            return

    @rule(seconds=st.sampled_from((30.0, 1_800.0, 3_700.0)))
    def time_goes_by(self, seconds: float) -> None:
        time_passes(self.desk.ledger, seconds)
        self.hour_left_s -= seconds
        maintenance.take_back_silent_work(self.desk.ledger)

    @rule()
    def a_worker_begins(self) -> None:
        for one in queries.list_work(self.desk.ledger, self.job):
            asked = one.kind in ("release", "withdrawal")
            if asked and (lease := leases.claim(self.desk.ledger, one.id, "worker", 60)):
                self._begin(lease)
                return

    def _begin(self, lease: Lease) -> None:
        if lease.kind != RELEASE:
            release_work.begin_withdrawal(self.desk.ledger, lease)
            self.running.append(lease)
        elif decided := release_work.begin(self.desk.ledger, lease, HOUSE):
            language = ACCOUNTS[decided.account]
            assert self._may_go(language), "approved by somebody else, and its hour had come"
            assert [one["sha256"] for one in decided.deliveries] == [content(language, self.words[language])]
            self.running.append(lease)

    def _may_go(self, language: str) -> bool:
        return bool(self.agreed[language] - {self.author[language]}) and self.hour_left_s <= 1.0

    @rule(data=st.data())
    def a_worker_ends(self, data: st.DataObject) -> None:
        """Also one whose lease is long somebody else's: it changes nothing then."""
        if not self.running:
            return
        lease = self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))
        release_work.finish(self.desk.ledger, lease, ReleaseOutcome("manifest.json", "a" * 64, 1, {}))

    @invariant()
    def one_release_of_an_account_is_open_at_most(self) -> None:
        if hasattr(self, "job"):
            found: list[Release] = releases.list_releases(self.desk.ledger, self.job)
            unended = [one.account for one in found if one.state in (ReleaseState.WAITING, ReleaseState.PUBLISHING)]
            assert len(unended) == len(set(unended))
            assert all(one.digest for one in found if one.state == ReleaseState.RELEASED)

    @invariant()
    def approvals_are_those_that_the_machine_knows(self) -> None:
        if hasattr(self, "job"):
            for code, standing in approvals.standings(self.desk.ledger, self.job).items():
                if not standing.changing:
                    assert set(standing.approved_by) == self.agreed[code]

    def teardown(self) -> None:
        with reading(self.desk.ledger) as db:
            record.verify(db)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_released_was_approved_by_another_person_and_its_hour_had_come(
    kind: str, request: pytest.FixtureRequest
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.db" if kind == "sqlite" else request.getfixturevalue("postgresql_url")
        ledger: Ledger = ledger_at(url)
        context = replace(context_in(Path(folder)), ledger=ledger)

        def machine() -> Machine:
            empty(ledger)
            return Machine(context)

        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=20,
                stateful_step_count=30,
                suppress_health_check=list(HealthCheck),
                database=None,
            ),
        )
        ledger.dispose()
