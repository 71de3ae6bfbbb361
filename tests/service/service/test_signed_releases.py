"""What an installation with a key releases is signed, and what was approved stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from released import Desk, house_in, staff
from worker_context import context_in

from portevoix.delivery.credentials.test_authority import make_test_authority
from portevoix.delivery.credentials.verify import verify_file
from portevoix.delivery.packages import Entry, package_of
from portevoix.delivery.publishing import newest_edition
from portevoix.library import load_library
from portevoix.store.destination import Destination
from portevoix.store.objects_folder import FolderObjects
from service import approvals, releases
from service.deliveries import with_released
from service.ledger.states import ReleaseState
from service.releases import NewRelease


@pytest.fixture
def desk(tmp_path: Path, clip: Callable[..., Path]) -> Desk:
    place = {"to": str(tmp_path / "published")}
    house = house_in(tmp_path, {"ministere_fr": place, "ministere_en": {"to": str(tmp_path / "english")}})
    settings = make_test_authority(tmp_path / "authority", "Institut Aster")
    context = context_in(tmp_path, house=house, credentials=settings)
    film = clip("a.mp4", "testsrc=s=160x90", seconds=1, options=("-movflags", "+faststart")).read_bytes()
    return Desk(context, staff(context.ledger), film=film)


def ask(desk: Desk, job: str, account: str) -> None:
    new = NewRelease(account, (), False)
    accounts = load_library(desk.context.settings.house).accounts
    releases.ask(desk.ledger, desk.people["publisher"], job, new, accounts)
    desk.work()


def published(place: Path) -> dict[str, Any]:
    edition = newest_edition(Destination.parse(place).open(), "climat")
    assert edition
    return dict(edition.manifest["deliveries"][0])


def test_a_released_film_is_signed_and_both_digests_are_on_record(desk: Desk, tmp_path: Path) -> None:
    job = desk.finished("fr", "en")
    approved = approvals.standings(desk.ledger, job)["fr"]
    desk.approve(job, "fr")
    ask(desk, job, "ministere_fr")
    one = published(tmp_path / "published")
    assert one["approved_sha256"] == approved.files[0].sha256 != one["sha256"]
    file = tmp_path / "published" / one["path"]
    found = verify_file(file, (tmp_path / "authority" / "root.pem").read_text())
    assert found.verdict == "trusted"
    assert f"words approved: SHA-256 {approved.version.words}" in found.lines
    assert approvals.standings(desk.ledger, job)["fr"].version == approved.version
    ask(desk, job, "ministere_fr")
    assert published(tmp_path / "published") == one, "again, it is the same file"


def package(desk: Desk, job: str) -> list[Entry]:
    """What a publisher downloads of the French account."""
    context = desk.context
    released = releases.released_manifest(context.ledger, job, "ministere_fr")
    approved = [one for one in approvals.standings(desk.ledger, job)["fr"].files if one.account == "ministere_fr"]
    listed = with_released(context.settings.deliveries, job, released, approved)
    folder = context.settings.deliveries / job
    head = {"job": "climat", "deliveries": listed}
    return package_of(head, lambda one: folder / (one["path"] if "approved_sha256" in one else f"1/{one['path']}"))


def test_a_package_has_the_approved_film_before_the_release_and_the_signed_one_after_it(
    desk: Desk, tmp_path: Path
) -> None:
    job = desk.finished("fr")
    desk.approve(job, "fr")
    before = package(desk, job)[0]
    assert isinstance(before.content, Path) and before.content.read_bytes() == desk.film
    ask(desk, job, "ministere_fr")
    after, one = package(desk, job)[0], published(tmp_path / "published")
    assert isinstance(after.content, Path)
    assert after.content.read_bytes() == (tmp_path / "published" / one["path"]).read_bytes(), "the same bytes"
    assert (after.name, after.sha256) == (before.name, one["sha256"])
    assert (after.facts["approved_sha256"], after.facts["credentials"]) == (before.sha256, one["credentials"])
    accounts = load_library(desk.context.settings.house).accounts
    releases.withdraw(desk.ledger, desk.people["publisher"], job, "ministere_fr", accounts)
    desk.work()
    assert package(desk, job)[0].sha256 == before.sha256, "what was taken back is no longer what was released"


def test_a_key_that_cannot_be_read_releases_nothing_and_says_so(desk: Desk, tmp_path: Path) -> None:
    job = desk.finished("fr")
    desk.approve(job, "fr")
    (tmp_path / "authority" / "key.pem").write_text("no key")
    ask(desk, job, "ministere_fr")
    [one] = releases.list_releases(desk.ledger, job)
    assert one.state == ReleaseState.PUBLISHING and one.error and "cannot be read as a private key" in one.error
    assert list(FolderObjects(tmp_path / "published").names("")) == []


def test_without_a_key_files_go_as_they_were_approved(desk: Desk, tmp_path: Path) -> None:
    unsigned = desk.context.settings.model_copy(update={"credentials": None})
    plain = replace(desk, context=replace(desk.context, settings=unsigned))
    job = plain.finished("en")
    plain.approve(job, "en")
    ask(plain, job, "ministere_en")
    one = published(tmp_path / "english")
    assert "approved_sha256" not in one and (tmp_path / "english" / one["path"]).read_bytes() == desk.film
