"""Releases: what is approved, to the account's own place, not before the hour; and withdrawals.

On a folder and two S3.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import botocore.auth  # type: ignore[import-untyped]
import pytest
from forked import exit_code
from ledgers import time_passes
from published import hashed_files
from released import Desk, desk_in
from s3 import BUCKET, KEY, READER, SECRET, Swift
from s3_moto import Moto
from worker_context import worker

from portevoix import ffmpeg
from portevoix.library import load_library
from portevoix.store.destination import Destination
from portevoix.store.s3_client import client
from service import approvals, crash_points, embargo, record, releases
from service.comments import NewComment
from service.deliveries import delivered_to
from service.embargo import TooEarly
from service.gate import Caller
from service.http.models.releases import ReleaseView
from service.ledger import NotNow, jobs, maintenance, queries
from service.ledger.database import reading, time_of
from service.ledger.states import RELEASE, Priority, ReleaseState, WorkState
from service.record import What
from service.releases import NewRelease, NotReleasable, Release
from workers import runner

LANGUAGES = ("fr", "en", "ar", "es", "ru", "de", "it")
FAR = "2031-03-01T09:00:00+01:00"


def place_of(kind: str, request: pytest.FixtureRequest, prefix: str, tmp_path: Path) -> dict[str, Any]:
    """Where accounts' prefixes lie, and how it is reached."""
    if kind == "folder":
        return {"to": str(tmp_path / "published")}
    server: Swift | Moto = request.getfixturevalue(kind)
    keys = {"access_key_from": "RELEASES_KEY", "secret_key_from": "RELEASES_SECRET"}
    return {"to": f"s3://{BUCKET}/{prefix}", "endpoint": server.url, "region": "us-east-1", **keys}


def at(place: Mapping[str, Any], account: str) -> dict[str, Any]:
    return {**place, "to": f"{place['to']}/{account}"}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEASES_KEY", KEY)
    monkeypatch.setenv("RELEASES_SECRET", SECRET)


@pytest.fixture(params=["folder", "swift", "moto"])
def place(request: pytest.FixtureRequest, prefix: str, tmp_path: Path) -> dict[str, Any]:
    return place_of(request.param, request, prefix, tmp_path)


def everywhere(place: Mapping[str, Any]) -> dict[str, Any]:
    return {f"ministere_{code}": at(place, f"ministere_{code}") for code in LANGUAGES}


@pytest.fixture
def desk(place: dict[str, Any], tmp_path: Path) -> Desk:
    return desk_in(tmp_path, everywhere(place))


@pytest.fixture
def folder_desk(tmp_path: Path) -> Desk:
    return desk_in(tmp_path, everywhere({"to": str(tmp_path / "published")}))


def ask(desk: Desk, job: str, code: str, *, at_embargo: bool = False, languages: tuple[str, ...] = ()) -> Release:
    new = NewRelease(f"ministere_{code}", languages, at_embargo)
    return releases.ask(desk.ledger, desk.people["publisher"], job, new, accounts(desk))


def accounts(desk: Desk) -> releases.Accounts:
    return load_library(desk.context.settings.house).accounts


def withdraw(desk: Desk, job: str, code: str) -> Release:
    return releases.withdraw(desk.ledger, desk.people["publisher"], job, f"ministere_{code}", accounts(desk))


def destination(desk: Desk, code: str) -> Destination:
    found = accounts(desk)[f"ministere_{code}"].destination
    assert found and desk.context.settings.house
    return found.value(desk.context.settings.house)


def names(desk: Desk, code: str) -> list[str]:
    return sorted(destination(desk, code).open().names(""))


def seen(desk: Desk, code: str) -> dict[str, str]:
    """What readers of an account's destination find: the language of each file that the newest manifest names, and its
    digest. Each file is read and hashed.
    """
    return hashed_files(destination(desk, code).open(), "climat")


def states(desk: Desk, job: str) -> list[ReleaseState]:
    return [one.state for one in releases.list_releases(desk.ledger, job)]


def test_of_seven_languages_three_approved_are_out_and_a_fourth_joins_without_touching_them(desk: Desk) -> None:
    job, encoders = desk.finished(*LANGUAGES), ffmpeg.encoder_starts
    approved = LANGUAGES[:3]
    for code in approved:
        desk.approve(job, code)
        ask(desk, job, code)
    for code in LANGUAGES[3:]:
        with pytest.raises(NotReleasable, match=f"{code}: 0 of 1 approvals"):
            ask(desk, job, code)
    desk.work()
    assert [code for code in LANGUAGES if names(desk, code)] == list(approved)
    before = {code: names(desk, code) for code in approved}
    assert {code: list(seen(desk, code)) for code in approved} == {code: [code] for code in approved}
    desk.approve(job, "es")
    ask(desk, job, "es")
    desk.work()
    assert list(seen(desk, "es")) == ["es"]
    assert {code: names(desk, code) for code in approved} == before
    assert states(desk, job) == [ReleaseState.RELEASED] * 4
    with reading(desk.ledger) as db:
        released = [row for row in record.rows(db) if row.what == What.RELEASED]
        assert [row.account for row in released] == [f"ministere_{code}" for code in (*approved, "es")]
        assert all(len(row.digests["manifest"]) == 64 for row in released)
    assert ffmpeg.encoder_starts == encoders, "neither approving nor releasing makes anything"


def test_the_row_of_a_release_says_what_stands_and_again_it_changes_nothing(desk: Desk) -> None:
    job = desk.finished("fr")
    desk.approve(job, "fr")
    ask(desk, job, "fr")
    desk.work()
    (first,) = releases.list_releases(desk.ledger, job)
    assert (first.number, first.left_out, first.error, first.released) == (1, {}, None, ("fr",))
    assert list(first.files.values()) == list(seen(desk, "fr").values())
    before = names(desk, "fr")
    ask(desk, job, "fr")
    desk.work()
    second = releases.list_releases(desk.ledger, job)[1]
    assert (second.state, second.number, second.digest) == (ReleaseState.RELEASED, 1, first.digest)
    assert names(desk, "fr") == before
    assert (
        first.manifest and json.loads(destination(desk, "fr").open().read(first.manifest))["account"] == "ministere_fr"
    )


def test_a_corrected_language_replaces_what_was_out_once_it_is_approved_and_not_before(desk: Desk) -> None:
    job = desk.finished("fr")
    desk.approve(job, "fr")
    ask(desk, job, "fr")
    desk.work()
    first = seen(desk, "fr")
    desk.correct(job, "fr")
    with pytest.raises(NotReleasable, match="its words were corrected"):
        ask(desk, job, "fr")
    desk.make(job, {"fr": "v2"})
    with pytest.raises(NotReleasable, match="fr: 0 of 1 approvals"):
        ask(desk, job, "fr")
    assert seen(desk, "fr") == first
    desk.approve(job, "fr")
    ask(desk, job, "fr")
    desk.work()
    assert seen(desk, "fr") != first
    one, two = releases.list_releases(desk.ledger, job)
    assert two.manifest and json.loads(destination(desk, "fr").open().read(two.manifest))["replaces"] == one.digest


def test_nothing_goes_before_the_hour_and_what_is_not_approved_then_stays_behind(folder_desk: Desk) -> None:
    desk = folder_desk
    job = desk.finished("fr", "en", embargo=FAR)
    desk.approve(job, "fr")
    with pytest.raises(NotReleasable, match="embargoed until 2031-03-01T08:00:00"):
        ask(desk, job, "fr")
    for code in ("fr", "en"):
        ask(desk, job, code, at_embargo=True)
    desk.work()
    assert not Path(destination(desk, "fr").place).exists(), "not a byte"
    entry = queries.find_job(desk.ledger, job)
    assert entry.embargo_s
    with reading(desk.ledger) as db:
        left_s = entry.embargo_s - time_of(db)
    time_passes(desk.ledger, left_s - 3_600)
    desk.work()
    assert states(desk, job) == [ReleaseState.WAITING] * 2 and not Path(destination(desk, "fr").place).exists()
    time_passes(desk.ledger, 3_601)
    desk.work()
    assert list(seen(desk, "fr")) == ["fr"] and names(desk, "en") == []
    released, failed = releases.list_releases(desk.ledger, job)
    assert (released.state, failed.state) == (ReleaseState.RELEASED, ReleaseState.FAILED)
    assert failed.left_out == {"en": "0 of 1 approvals"}
    assert failed.error == "nothing was approved: en: 0 of 1 approvals"
    (told,) = [e for e in queries.list_events(desk.ledger, 0, job) if e.detail.get("state") == "failed"]
    assert (told.kind, told.detail["left_out"]) == ("release", {"en": "0 of 1 approvals"})


def test_the_clock_is_asked_when_it_is_done_not_when_it_was_asked_for(folder_desk: Desk) -> None:
    desk = folder_desk
    job = desk.finished("fr")
    desk.approve(job, "fr")
    ask(desk, job, "fr")
    embargo.move(desk.ledger, desk.people["author"], job, 1_930_000_000.0, may_release=False)
    desk.work()
    assert states(desk, job) == [ReleaseState.WAITING] and names(desk, "fr") == []
    time_passes(desk.ledger, 1_930_000_000.0)
    desk.work()
    assert list(seen(desk, "fr")) == ["fr"]


def test_an_approval_that_is_lost_before_the_hour_does_not_count_and_others_do(folder_desk: Desk) -> None:
    desk = folder_desk
    job = desk.finished("fr", "en", embargo=FAR)
    for code in ("fr", "en"):
        desk.approve(job, code)
        ask(desk, job, code, at_embargo=True)
    desk.correct(job, "en")
    time_passes(desk.ledger, 3e8)
    desk.work()
    assert names(desk, "fr") and not names(desk, "en"), "a correction of English at the hour stops English alone"


def test_the_embargo_moves_later_for_authors_and_earlier_for_publishers_alone(folder_desk: Desk) -> None:
    desk = folder_desk
    job = desk.finished("fr", embargo=FAR)
    desk.approve(job, "fr")
    ask(desk, job, "fr", at_embargo=True)
    hour = queries.find_job(desk.ledger, job).embargo_s
    assert hour
    author, publisher = desk.people["author"], desk.people["publisher"]
    with pytest.raises(TooEarly):
        embargo.move(desk.ledger, author, job, hour - 1, may_release=False)
    with pytest.raises(TooEarly):
        embargo.move(desk.ledger, author, job, None, may_release=False)
    embargo.move(desk.ledger, author, job, hour + 60, may_release=False)
    embargo.move(desk.ledger, publisher, job, 1.0, may_release=True)
    desk.work()
    assert states(desk, job) == [ReleaseState.RELEASED]
    with pytest.raises(NotNow, match="withdraw it first"):
        embargo.move(desk.ledger, publisher, job, hour, may_release=True)
    with reading(desk.ledger) as db:
        moved = [row.detail["embargo"] for row in record.rows(db) if row.what == What.EMBARGO_CHANGED]
        assert moved == ["2031-03-01T08:01:00+00:00", "1970-01-01T00:00:01+00:00"]


def test_what_was_released_is_taken_back_and_may_be_released_again(desk: Desk) -> None:
    job = desk.finished("fr")
    desk.approve(job, "fr")
    with pytest.raises(NotReleasable, match=r"nothing of job .* was released to 'ministere_fr'"):
        withdraw(desk, job, "fr")
    ask(desk, job, "fr")
    desk.work()
    withdraw(desk, job, "fr")
    desk.work()
    assert seen(desk, "fr") == {} and not [name for name in names(desk, "fr") if name.startswith("files/")]
    assert states(desk, job) == [ReleaseState.RELEASED, ReleaseState.WITHDRAWN]
    with pytest.raises(NotReleasable, match=r"nothing of job .* was released to 'ministere_fr'"):
        withdraw(desk, job, "fr")
    ask(desk, job, "fr")
    desk.work()
    assert list(seen(desk, "fr")) == ["fr"]


def test_a_withdrawal_from_a_destination_that_was_taken_out_asks_for_it(folder_desk: Desk) -> None:
    job, publisher = folder_desk.finished("fr"), folder_desk.people["publisher"]
    folder_desk.approve(job, "fr")
    ask(folder_desk, job, "fr")
    folder_desk.work()
    with pytest.raises(NotReleasable, match=r"'ministere_fr' has no `destination` in accounts.yaml any more"):
        releases.withdraw(folder_desk.ledger, publisher, job, "ministere_fr", {})


def test_what_cannot_be_released_is_refused_with_what_stands_against_it(folder_desk: Desk, tmp_path: Path) -> None:
    desk = folder_desk
    job, other = desk.finished("fr"), desk.finished("fr", "en")
    with pytest.raises(NotReleasable, match="is not for the account 'ministere_en'"):
        ask(desk, job, "en")
    with pytest.raises(NotReleasable, match="no embargo to wait for"):
        ask(desk, job, "fr", at_embargo=True)
    with pytest.raises(NotReleasable, match="fr: 0 of 1 approvals"):
        ask(desk, job, "fr")
    desk.approve(job, "fr")
    with pytest.raises(NotReleasable, match="ar: job has no files in it"):
        ask(desk, job, "fr", languages=("ar",))
    waiting = ask(desk, job, "fr")
    with pytest.raises(NotReleasable, match=f"release {waiting.id} to 'ministere_fr' has not ended"):
        ask(desk, job, "fr")
    desk.approve(other, "fr")
    with pytest.raises(NotReleasable, match=f"job {job} has the same name 'climat'"):
        ask(desk, other, "fr")
    cancelled = releases.cancel(desk.ledger, desk.people["publisher"], job, waiting.id)
    assert cancelled.state == ReleaseState.CANCELLED
    desk.work()
    assert names(desk, "fr") == []
    with pytest.raises(NotReleasable, match="only one that waits is cancelled"):
        releases.cancel(desk.ledger, desk.people["publisher"], job, waiting.id)
    with pytest.raises(NotReleasable, match=r"nothing of job .* was released"):
        withdraw(desk, job, "fr")
    without = desk_in(tmp_path / "other", {})
    with pytest.raises(NotReleasable, match="has no `destination`"):
        ask(without, without.finished("fr"), "fr")


def test_an_account_may_ask_for_two_people_or_for_none(tmp_path: Path) -> None:
    places = everywhere({"to": str(tmp_path / "published")})
    desk = desk_in(tmp_path, places, {"ministere_fr": 2, "ministere_en": 0})
    job = desk.finished("fr", "en")
    desk.approve(job, "fr")
    with pytest.raises(NotReleasable, match="1 of 2 approvals"):
        ask(desk, job, "fr")
    desk.approve(job, "fr", by="second")
    ask(desk, job, "fr")
    ask(desk, job, "en")
    desk.work()
    assert states(desk, job) == [ReleaseState.RELEASED] * 2


def test_a_job_that_is_moved_to_another_queue_leaves_its_releases_urgent(folder_desk: Desk) -> None:
    job = folder_desk.finished("fr")
    folder_desk.approve(job, "fr")
    ask(folder_desk, job, "fr")
    folder_desk.correct(job, "fr")
    assert jobs.prioritise(folder_desk.ledger, job, Priority.BULK)
    queues = {w.kind: w.queue for w in queries.list_work(folder_desk.ledger, job) if w.state == WorkState.QUEUED}
    assert queues == {"release": Priority.URGENT, "planning": Priority.BULK}


def test_a_rejection_stops_what_was_approved(folder_desk: Desk) -> None:
    desk = folder_desk
    job = desk.finished("fr")
    desk.approve(job, "fr")
    version = approvals.standings(desk.ledger, job)["fr"].version.name
    second: Caller = desk.people["second"]
    approvals.reject(desk.ledger, second, job, "fr", version, NewComment("a wrong name", "fr", 2.0))
    with pytest.raises(NotReleasable, match="second rejected it"):
        ask(desk, job, "fr")


def test_a_cancelled_jobs_release_is_cancelled_with_it_and_a_round_that_fails_stops_it(folder_desk: Desk) -> None:
    desk = folder_desk
    job = desk.finished("fr", "en", embargo=FAR)
    desk.approve(job, "fr")
    ask(desk, job, "fr", at_embargo=True)
    desk.correct(job, "en")
    jobs.cancel(desk.ledger, job)
    assert states(desk, job) == [ReleaseState.CANCELLED]
    time_passes(desk.ledger, 3e8)
    desk.work()
    assert names(desk, "fr") == []
    with pytest.raises(NotReleasable, match="is cancelled"):
        ask(desk, job, "fr")


def test_an_outage_costs_delay_alone_and_a_person_mends_the_rest(
    request: pytest.FixtureRequest, prefix: str, tmp_path: Path, s3_proxy: Any
) -> None:
    place = place_of("swift", request, prefix, tmp_path) | {"endpoint": f"http://127.0.0.1:{s3_proxy.port}"}
    wrong = {"ministere_en": at(place, "en") | {"to": "s3://nobody-has-this-bucket/x"}}
    desk = desk_in(tmp_path, {"ministere_fr": at(place, "fr"), **wrong})
    job = desk.finished("fr", "en")
    for code in ("fr", "en"):
        desk.approve(job, code)
        ask(desk, job, code)
    s3_proxy.refuse()
    desk.work()
    assert states(desk, job) == [ReleaseState.PUBLISHING] * 2
    assert all(one.error for one in releases.list_releases(desk.ledger, job))
    s3_proxy.heal()
    s3_proxy.restart()
    time_passes(desk.ledger, 3_600)
    desk.work()
    french, english = releases.list_releases(desk.ledger, job)
    assert (french.state, french.error) == (ReleaseState.RELEASED, None)
    assert english.state == ReleaseState.PUBLISHING and "nobody-has-this-bucket" in (english.error or "")
    (desk.context.settings.house / "accounts.yaml").write_text(  # type: ignore[operator]
        (desk.context.settings.house / "accounts.yaml")
        .read_text()
        .replace("nobody-has-this-bucket/x", f"{BUCKET}/{prefix}/en")  # type: ignore[operator]
    )
    time_passes(desk.ledger, 3_600)
    desk.work()
    assert states(desk, job) == [ReleaseState.RELEASED] * 2


TROUBLES = {
    "its key is wrong": "check the access key and its secret",
    "its key may not write": "give the access key the rights",
    "it is full": "free the bucket or raise its limit",
    "the clock is off": "set this machine's clock",
    "it is not there": "make the bucket, or mend its name",
}


@pytest.mark.parametrize(
    "spoil", [lambda file: file.unlink(), lambda file: file.write_bytes(b"?")], ids=["lost", "spoilt"]
)
@pytest.mark.parametrize("which", ["*/*/*.mp4", "manifest.json"])
def test_a_file_that_was_spoilt_or_lost_is_made_again_and_its_release_waits_for_it(
    spoil: Callable[[Path], object], which: str, folder_desk: Desk
) -> None:
    desk, job = folder_desk, folder_desk.finished("fr")
    desk.approve(job, "fr")
    (file,) = delivered_to(desk.context.settings.deliveries, job, 1).glob(which)
    spoil(file)
    ask(desk, job, "fr")
    (item,) = [one.id for one in queries.list_work(desk.ledger, job) if one.kind == RELEASE]
    assert runner.work_on(item, desk.context)
    assert (states(desk, job), names(desk, "fr")) == ([ReleaseState.PUBLISHING], [])
    assert queries.find_job(desk.ledger, job).round == 2
    desk.make(job, {"fr": "v1"})
    time_passes(desk.ledger, 60)
    desk.work()
    assert (states(desk, job), list(seen(desk, "fr"))) == ([ReleaseState.RELEASED], ["fr"]), "it stayed approved"


@contextmanager
def in_trouble(trouble: str, swift: Swift, bucket: str) -> Iterator[None]:
    """A bucket of Swift that cannot be published to, until the end of the block."""
    with pytest.MonkeyPatch.context() as patch:
        if trouble == "its key is wrong":
            patch.setenv("RELEASES_SECRET", "another")
        if trouble == "its key may not write":
            patch.setenv("RELEASES_KEY", READER)
        if trouble == "the clock is off":
            patch.setattr(botocore.auth, "get_current_datetime", lambda: datetime.now(UTC) - timedelta(hours=1))
        if trouble == "it is full":
            swift.limit(bucket, 100)
        yield
        if trouble == "it is full":
            swift.limit(bucket, None)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_bucket_in_trouble_costs_delay_alone_and_its_reason_stands_on_the_release(
    trouble: str, swift: Swift, tmp_path: Path
) -> None:
    bucket, keys = f"b{uuid4().hex}", {"access_key_from": "RELEASES_KEY", "secret_key_from": "RELEASES_SECRET"}
    client(swift.settings()).create_bucket(Bucket=bucket)
    place = {"to": f"s3://{bucket}/fr", "endpoint": swift.url, "region": "us-east-1", **keys}
    desk = desk_in(tmp_path, {"ministere_fr": place})
    assert desk.context.settings.house
    accounts = desk.context.settings.house / "accounts.yaml"
    right = accounts.read_text("utf-8")
    if trouble == "it is not there":
        accounts.write_text(right.replace(bucket, "nobody-has-this"), "utf-8")
    job = desk.finished("fr")
    desk.approve(job, "fr")
    ask(desk, job, "fr")
    with in_trouble(trouble, swift, bucket):
        desk.work()
    (one,) = releases.list_releases(desk.ledger, job)
    assert one.state == ReleaseState.PUBLISHING and TROUBLES[trouble] in (ReleaseView.of(one).error or "")
    accounts.write_text(right, "utf-8")
    assert seen(desk, "fr") == {}
    time_passes(desk.ledger, 3_600)
    desk.work()
    (one,) = releases.list_releases(desk.ledger, job)
    assert (one.state, one.error, set(seen(desk, "fr"))) == (ReleaseState.RELEASED, None, {"fr"})


def test_a_bucket_in_another_region_than_was_written_is_found(swift: Swift, prefix: str, tmp_path: Path) -> None:
    keys = {"access_key_from": "RELEASES_KEY", "secret_key_from": "RELEASES_SECRET"}
    place = {"to": f"s3://{BUCKET}/{prefix}", "endpoint": swift.url, "region": "eu-west-3", **keys}
    desk = desk_in(tmp_path, {"ministere_fr": place})
    job = desk.finished("fr")
    desk.approve(job, "fr")
    ask(desk, job, "fr")
    desk.work()
    assert states(desk, job) == [ReleaseState.RELEASED] and set(seen(desk, "fr")) == {"fr"}


@pytest.mark.parametrize(
    ("which", "said"), [("newest manifest", "was not written by Portevoix"), ("file", "another program has written to")]
)
def test_what_another_program_wrote_there_is_not_written_over_and_is_named(desk: Desk, which: str, said: str) -> None:
    job = desk.finished("fr")
    desk.approve(job, "fr")
    (file,) = queries.list_deliveries(desk.ledger, job)
    name = f"files/climat/000001/{file.sha256}/climat_fr.mp4" if which == "file" else "manifests/climat/newest.json"
    objects = destination(desk, "fr").open()
    objects.add_bytes(name, b"{}")
    objects.add_bytes("notes.txt", b"of somebody else")
    ask(desk, job, "fr")
    desk.work()
    (one,) = releases.list_releases(desk.ledger, job)
    assert one.state == ReleaseState.PUBLISHING and said in (one.error or "") and name in (one.error or "")
    assert objects.read(name) == b"{}"
    objects.remove([name])
    time_passes(desk.ledger, 3_600)
    desk.work()
    assert states(desk, job) == [ReleaseState.RELEASED] and set(seen(desk, "fr")) == {"fr"}
    assert objects.read("notes.txt") == b"of somebody else"


@pytest.fixture
def reader(desk: Desk) -> Iterator[list[dict[str, str]]]:
    """Somebody who reads the French destination again and again, and hashes all that the manifest names."""
    found: list[dict[str, str]] = []
    ended, faults = threading.Event(), []

    objects = destination(desk, "fr").open()

    def read() -> None:
        while not ended.wait(0.01):
            try:
                found.append(hashed_files(objects, "climat"))
            except Exception as error:
                faults.append(error)
                return

    thread = threading.Thread(target=read)
    thread.start()
    yield found
    ended.set()
    thread.join()
    assert faults == []


DYING = [*(name for name in crash_points.RELEASE_POINTS if name != "release deleted"), "claimed", "finished"]


KILLED_IN = pytest.mark.parametrize("place", ["folder", "swift"], indirect=True)  # both S3 are asked alike


@KILLED_IN
@pytest.mark.parametrize("point", DYING)
def test_a_worker_that_dies_in_a_release_loses_nothing(
    point: str, desk: Desk, tmp_path: Path, reader: list[dict[str, str]]
) -> None:
    job = desk.finished("fr")
    desk.approve(job, "fr")
    ask(desk, job, "fr")
    died = worker(tmp_path, PORTEVOIX_HOUSE=str(desk.context.settings.house), PORTEVOIX_CRASH_AT=point)
    assert exit_code(died) == 137
    time_passes(desk.ledger, 61)
    maintenance.take_back_silent_work(desk.ledger)
    desk.work()
    (one,) = releases.list_releases(desk.ledger, job)
    assert (one.state, one.number) == (ReleaseState.RELEASED, 1)
    assert list(one.files.values()) == list(seen(desk, "fr").values())
    assert len([name for name in names(desk, "fr") if name.startswith("files/")]) == 1
    whole = seen(desk, "fr")
    assert all(found in ({}, whole) for found in list(reader))
    with reading(desk.ledger) as db:
        assert len([row for row in record.rows(db) if row.what == What.RELEASED]) == 1


@KILLED_IN
@pytest.mark.parametrize("point", ["release manifest", "release newest", "release deleted"])
def test_a_worker_that_dies_in_a_withdrawal_leaves_it_to_the_next(point: str, desk: Desk, tmp_path: Path) -> None:
    job = desk.finished("fr")
    desk.approve(job, "fr")
    ask(desk, job, "fr")
    desk.work()
    withdraw(desk, job, "fr")
    died = worker(tmp_path, PORTEVOIX_HOUSE=str(desk.context.settings.house), PORTEVOIX_CRASH_AT=point)
    assert exit_code(died) == 137
    time_passes(desk.ledger, 61)
    maintenance.take_back_silent_work(desk.ledger)
    desk.work()
    assert states(desk, job) == [ReleaseState.RELEASED, ReleaseState.WITHDRAWN]
    assert seen(desk, "fr") == {} and not [name for name in names(desk, "fr") if name.startswith("files/")]
