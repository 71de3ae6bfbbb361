"""Before the hour, whoever looks at a picture of an account that says so sees their own name over it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from http_service import INSTALLER, HttpService
from ledgers import time_passes
from PIL import Image, ImageChops
from released import Desk, house_in, staff
from worker_context import a_clip

from portevoix import ffmpeg
from portevoix.delivery.manifest import Delivery
from service import people, record, tokens
from service.deliveries import REVIEW_COPIES, sweep_review_copies
from service.gate import ALL, Grant, Role, Scope
from service.ledger.database import reading
from service.record import What
from service.tokens import NewToken
from workers.context import WorkerContext

FILES = ("film.mp4", "poster.jpg", "words.vtt", "pages.pdf")
FAR, CENTURY_S = "2031-03-01T09:00:00+01:00", 100 * 365 * 86_400.0


@dataclass(frozen=True)
class PictureDesk(Desk):
    """Its jobs have a film, a poster, captions and a document of pages."""

    def _file(self, folder: Path, code: str, said: str, number: int, failing: str | None) -> Delivery:
        account, name = f"ministere_{code}", FILES[number]
        place = folder / account / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if name == "film.mp4":
            a_clip(place, 0.4)
        elif name == "poster.jpg":
            Image.new("RGB", (320, 180), (90, 120, 90)).save(place)
        else:
            place.write_bytes(b"WEBVTT\n")
        facts: dict[str, Any] = {"width": 320, "height": 180, "frames": 10, "bytes": place.stat().st_size}
        facts["sha256"] = hashlib.sha256(place.read_bytes()).hexdigest()
        kind = "poster" if name == "poster.jpg" else "file"
        return Delivery(f"{account}/{name}", kind, account, "x", code, "wide", f"k{code}", [], **facts)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[HttpService]:
    house = house_in(tmp_path, {})
    accounts = house / "accounts.yaml"
    accounts.write_text(accounts.read_text("utf-8").replace("kit: aster", "kit: aster\n    mark_reviews: true", 1))
    service = HttpService(tmp_path, house=house)
    with service.open():
        yield service


@pytest.fixture
def desk(service: HttpService) -> Desk:
    context = WorkerContext(service.context.ledger, service.context.store, service.settings, "test:0")
    return PictureDesk(context, staff(service.context.ledger), len(FILES))


def reviewer(service: HttpService, name: str) -> httpx.Client:
    person = people.add(service.context.ledger, INSTALLER, name, [Grant(Role.REVIEWER, ALL)])
    _, secret = tokens.issue(service.context.ledger, INSTALLER, person.id, NewToken(name, [Scope.APPROVE], [ALL]))
    return httpx.Client(base_url=service.url, headers={"Authorization": f"Bearer {secret}"}, timeout=60)


def picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def changed_part(before: Image.Image, after: Image.Image) -> float:
    """The part of a picture that is more than noise away from another."""
    levels = ImageChops.difference(before, after).convert("L").point(lambda level: 255 * (level > 12))
    return levels.histogram()[255] / (before.width * before.height)


def test_a_reader_sees_their_own_name_over_every_picture_until_the_hour(service: HttpService, desk: Desk) -> None:
    job = desk.finished("fr", embargo=FAR)
    folder = service.settings.deliveries / job / "1" / "ministere_fr"
    url = f"/jobs/{job}/deliveries/ministere_fr"
    amina = reviewer(service, "Amina")
    other = reviewer(service, "أمينة")
    before = ffmpeg.encoder_starts
    films = [amina.get(f"{url}/film.mp4", headers={"If-None-Match": "*"}) for _ in range(2)]
    assert [film.status_code for film in films] == [200, 200] and films[0].content == films[1].content
    assert films[0].headers["etag"] == films[1].headers["etag"] and ffmpeg.encoder_starts - before == 1
    assert films[0].content != (folder / "film.mp4").read_bytes()
    part = amina.get(f"{url}/film.mp4", headers={"Range": "bytes=100-199", "If-Range": films[0].headers["etag"]})
    assert (part.status_code, part.content) == (206, films[0].content[100:200])
    posters = [picture(who.get(f"{url}/poster.jpg").content) for who in (amina, other)]
    plain = picture((folder / "poster.jpg").read_bytes())
    assert all(0.02 < changed_part(plain, poster) < 0.5 for poster in posters)
    assert changed_part(*posters) > 0.02, "another reader, another name"
    thumbnails = [who.get(f"/desk/jobs/{job}/thumbnail/ministere_fr/poster.jpg") for who in (amina, other)]
    assert all(changed_part(plain, picture(shown.content)) > 0.02 for shown in thumbnails)
    assert amina.get(f"{url}/words.vtt").content == b"WEBVTT\n"
    pages = amina.get(f"{url}/pages.pdf")
    assert (pages.status_code, "given out when the embargo ends" in pages.json()["detail"]) == (403, True)
    with reading(service.context.ledger) as db:
        marked = [row.detail.get("marked") for row in record.rows(db) if row.what == What.READ and row.digests]
    assert marked.count("with the reader's name") == 6 and marked.count(None) == 1
    time_passes(service.context.ledger, CENTURY_S)
    desk.work()
    assert amina.get(f"{url}/film.mp4").content == (folder / "film.mp4").read_bytes()


def test_an_account_that_does_not_ask_for_it_is_shown_as_it_is(service: HttpService, desk: Desk) -> None:
    job = desk.finished("en", embargo=FAR)
    amina = reviewer(service, "Amina")
    film = amina.get(f"/jobs/{job}/deliveries/ministere_en/film.mp4").content
    assert film == (service.settings.deliveries / job / "1" / "ministere_en" / "film.mp4").read_bytes()


def test_copies_are_swept_when_their_day_is_over(service: HttpService, desk: Desk) -> None:
    job = desk.finished("fr", embargo=FAR)
    reviewer(service, "Amina").get(f"/jobs/{job}/deliveries/ministere_fr/poster.jpg")
    folder = service.settings.deliveries
    assert sweep_review_copies(folder, timedelta(days=1)) == 0
    assert sweep_review_copies(folder, timedelta(0)) == 1
    assert not [file for file in (folder / REVIEW_COPIES).rglob("*") if file.is_file()]
