"""After an erasure no byte of a job is found, by digest or by content; what others need stays, and the record tells."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
import typer
import worker_context
from http_service import INSTALLER, HttpService, uploaded
from released import desk_in
from services import NOTICE
from typer.testing import CliRunner

from service import erasure, record, retention
from service.gate import ALL, Grant, Role
from service.ledger import NotNow, UnknownJob, jobs, queries
from service.ledger.database import reading, writing
from service.ledger.tables import erasures
from service.ledger.tables import jobs as jobs_table
from service.record import RowFilter, What
from workers.commands import add_to
from workers.reconciler import erase_due

WORD, CORRECTED = "Solferino", "Magenta"  # in the captions of the job that is erased, and nowhere else
CUES = worker_context.CUES.replace("Bonjour", WORD)
OTHER = worker_context.CUES


@pytest.fixture
def service(tmp_path: Path) -> Iterator[HttpService]:
    service = HttpService(tmp_path / "service")
    with service.open():
        yield service


@pytest.fixture
def author(service: HttpService) -> httpx.Client:
    return service.client()


def made(service: HttpService, client: httpx.Client, film: Path, name: str, cues: str) -> tuple[str, dict[str, str]]:
    """A finished job and its inputs."""
    files = {
        "media/a.mp4": uploaded(client, "a.mp4", film.read_bytes()),
        "scripts/fr.vtt": uploaded(client, "fr.vtt", cues.encode()),
    }
    body = {"name": name, "document": worker_context.DOCUMENT, "files": files, "draft": True}
    answer = client.post("/jobs", json=body)
    assert answer.status_code == 202, answer.text
    service.work()
    return answer.json()["id"], files


def everything(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_no_byte_of_an_erased_job_is_found_and_the_others_stand(
    service: HttpService, author: httpx.Client, tmp_path: Path
) -> None:
    film = worker_context.a_clip(tmp_path / "a.mp4", 3)
    job, files = made(service, author, film, "premier", CUES)
    other, _ = made(service, author, film, "second", OTHER)
    with service.client() as corrector:
        again = corrector.put(f"/jobs/{job}/captions/fr", content=CUES.replace(WORD, CORRECTED).encode())
        assert again.status_code == 202
    author.post(f"/jobs/{job}/comments", json={"text": f"{WORD} is misspelt"})
    service.work()
    kept = author.get(f"/jobs/{other}/deliveries").json()["deliveries"]
    listed = author.get(f"/jobs/{job}/deliveries").json()["deliveries"]
    gone = {one["sha256"] for one in listed} - {one["sha256"] for one in kept} | {files["scripts/fr.vtt"]}
    assert len(gone) >= 2 and any(WORD.encode() in content for content in everything(service.folder).values())

    answer = author.post(f"/jobs/{job}/erasure", json={"why": "a letter of 3 May"})
    assert answer.status_code == 202 and answer.json()["inputs"] == 2, (
        "the first captions and the corrected; not the film"
    )
    assert author.get(f"/jobs/{job}").status_code == 404
    known = erase_due(service.context.ledger, service.context.store, service.settings, ())
    assert known == {job} and not erase_due(service.context.ledger, service.context.store, service.settings, known)

    left = everything(service.folder)
    assert [file for file, content in left.items() if WORD.encode() in content or CORRECTED.encode() in content] == []
    assert {hashlib.sha256(content).hexdigest() for content in left.values()}.isdisjoint(gone)
    for one in kept:
        assert (
            hashlib.sha256(author.get(f"/jobs/{other}/deliveries/{one['path']}").content).hexdigest() == one["sha256"]
        )
    assert author.put(f"/jobs/{other}/captions/fr", content=OTHER.replace("Au revoir", "Salut").encode()).is_success
    service.work()
    assert author.get(f"/jobs/{other}").json()["state"] == "done", "its film is still there"
    with reading(service.context.ledger) as db:
        (row,) = record.rows(db, RowFilter(job=job, what=What.ERASED))
        assert row.detail["why"] == "a letter of 3 May" and record.verify(db)


def test_a_job_whose_files_cannot_be_removed_keeps_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_in(tmp_path, {"ministere_fr": str(tmp_path / "published")})
    first, second = desk.submit("fr"), desk.submit("fr")
    for job in (first, second):
        jobs.cancel(desk.ledger, job)
        erasure.begin(desk.ledger, INSTALLER, job, "because")
    with writing(desk.ledger) as db:
        this = erasures.c.job == first
        db.execute(erasures.update().where(this).values(artifacts=[{"no": "key"}]))  # as no version writes it
    store, settings = desk.context.store, desk.context.settings
    assert erase_due(desk.ledger, store, settings, ()) == {second}
    with writing(desk.ledger) as db:
        many = [f"{n:064x}" for n in range(250_000)]
        db.execute(erasures.update().where(this).values(artifacts=many))
    monkeypatch.setattr(type(store), "delete", lambda store, key: None)  # a quarter of a million files take minutes
    assert erase_due(desk.ledger, store, settings, (second,)) == {first}


def test_what_has_not_ended_or_is_out_is_not_erased(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, {"ministere_fr": str(tmp_path / "published")})
    moving = desk.submit("fr")
    with pytest.raises(NotNow, match="cancel it first"):
        erasure.begin(desk.ledger, INSTALLER, moving, "because")
    jobs.cancel(desk.ledger, moving)
    erasure.begin(desk.ledger, INSTALLER, moving, "because")
    with pytest.raises(UnknownJob):
        queries.find_job(desk.ledger, moving)


def test_only_administrators_erase_and_the_command_does_it_whole(
    service: HttpService, author: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = worker_context.a_clip(tmp_path / "a.mp4", 2)
    job, files = made(service, author, film, "premier", CUES)
    with service.person("paul", Grant(Role.AUTHOR, ALL), Grant(Role.PUBLISHER, ALL)) as paul:
        assert paul.post(f"/jobs/{job}/erasure", json={"why": "I want it"}).status_code == 403
    for name in ("database", "store", "deliveries"):
        monkeypatch.setenv(f"PORTEVOIX_{name.upper()}", str(getattr(service.settings, name)))
    from service.settings import settings

    settings.cache_clear()
    try:
        add_to(app := typer.Typer())
        said = CliRunner().invoke(app, ["erase", job, "--why", "asked for"])
    finally:
        settings.cache_clear()
    assert said.exit_code == 0 and said.output.startswith(f"{job} is erased"), said.output
    assert not service.context.store.has_input(files["media/a.mp4"])
    assert not (service.settings.deliveries / job).exists()


def test_what_cannot_be_removed_yet_is_due_again_and_holds_up_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_in(tmp_path, {})
    first, second = desk.finished("fr"), desk.finished("en")
    for job in (first, second):
        erasure.begin(desk.ledger, INSTALLER, job, "because")
    settings, remove = desk.context.settings, shutil.rmtree

    def refuse(folder: Path) -> None:
        if folder.name == first:
            raise PermissionError(13, "Permission denied", str(folder))
        remove(folder)

    monkeypatch.setattr(shutil, "rmtree", refuse)
    assert erase_due(desk.ledger, desk.context.store, settings, ()) == {second}
    monkeypatch.setattr(shutil, "rmtree", remove)
    assert erase_due(desk.ledger, desk.context.store, settings, {second}) == {first}
    assert not (settings.deliveries / first).exists() and not (settings.deliveries / second).exists()


def test_an_administrator_erases_on_the_jobs_page_with_the_reason(service: HttpService, author: httpx.Client) -> None:
    with (
        service.person("ada", Grant(Role.ADMINISTRATOR, ALL)) as ada,
        service.person("paul", Grant(Role.AUTHOR, ALL)) as paul,
    ):
        job = paul.post("/jobs", json={"name": "avis", "document": NOTICE}).json()["id"]
        place = f"/desk/jobs/{job}"
        assert "/erasure" not in ada.get(place).text, "it has not ended"
        paul.post(f"/jobs/{job}/cancel")
        assert f'action="{place}/erasure"' in ada.get(place).text and "/erasure" not in paul.get(place).text
        assert paul.post(f"{place}/erasure", data={"why": "I want it"}).status_code == 403
        assert ada.post(f"{place}/erasure", data={"why": ""}).status_code == 422
        gone = ada.post(f"{place}/erasure", data={"why": "a letter of 3 May"})
        assert gone.status_code == 303 and gone.headers["location"] == "/desk/jobs?said=erased"
        assert ada.get(f"/jobs/{job}").status_code == 404
    with reading(service.context.ledger) as db:
        (row,) = record.rows(db, RowFilter(job=job, what=What.ERASED))
        assert row.detail["why"] == "a letter of 3 May"


def test_ended_jobs_go_after_the_houses_time_or_their_own(tmp_path: Path) -> None:
    desk = desk_in(tmp_path, {"ministere_fr": str(tmp_path / "published")})
    given = desk.context.settings.model_copy(update={"keep_draft_days": 2, "keep_final_days": 30})
    short, kept, moving = desk.finished("fr"), desk.finished("en"), desk.submit("fr")
    retention.keep_for(desk.ledger, INSTALLER, short, 5)
    retention.keep_for(desk.ledger, INSTALLER, kept, 5)
    retention.keep_for(desk.ledger, INSTALLER, kept, None)
    assert retention.due(desk.ledger, given) == []
    with writing(desk.ledger) as db:
        db.execute(sa.update(jobs_table).values(changed_s=jobs_table.c.changed_s - 6 * 86_400))
    assert retention.due(desk.ledger, desk.context.settings) == [(short, 5)], "by its own rule alone"
    assert retention.erase_due(desk.ledger, given) == 1
    with pytest.raises(UnknownJob):
        queries.find_job(desk.ledger, short)
    with reading(desk.ledger) as db:
        (row,) = record.rows(db, RowFilter(job=short, what=What.ERASED))
        assert (row.caller, row.detail["why"]) == ("portevoix", "kept for 5 days after its end")
    assert {queries.find_job(desk.ledger, job).id for job in (kept, moving)} == {kept, moving}
