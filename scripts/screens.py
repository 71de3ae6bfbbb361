"""Pictures of every page, by Chromium, of a service with real films: `make screens`, into docs/pictures.

The service and its films stay in build/screens, so that a second run renders nothing. With `--serve` it goes on, to be
looked at with a browser.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import httpx
from browsing import DESK, PHONE, Reader, browser_open
from http_service import PASSWORD, HttpService, uploaded
from PIL import Image
from ruamel.yaml import YAML

from portevoix.library import ROOT, SETTING
from service import relay
from service.gate import ALL, Grant, Role
from service.ledger import outbox
from workers import runner
from workers.context import WorkerContext

FOLDER, PICTURES = ROOT / "build" / "screens", ROOT / "docs" / "pictures"
STAFF = {
    "Amina Diallo": (Role.AUTHOR,),
    "Jeanne Lefèvre": (Role.REVIEWER, Role.PUBLISHER),
    "Karim Haddad": (Role.ADMINISTRATOR,),
}
TALLEST_PX = 1_900  # of a page's picture; what is below looks alike
PLACEMENTS = ["instagram_story", "instagram_feed", "x"]
ACCOUNTS = ("ministere", "ministere_en", "ministere_ar")
TRAILER = ROOT / "examples" / "trailer"
NOTICE = (ROOT / "examples" / "notice" / "job.yaml").read_text("utf-8")
FILM = """\
recipe: interview
title: {fr: "Sintel : une quête solitaire", en: "Sintel: A Lonely Quest", ar: "سينتل: رحلة بحث وحيدة"}
kicker: {fr: Bande-annonce, en: Trailer, ar: إعلان الفيلم}
clips:
  - file: media/sintel_trailer.mp4
    from: 0:12
    to: 0:18
    speaker: sintel
speakers:
  sintel:
    name: {fr: Sintel, en: Sintel, ar: سينتل}
    role: {fr: Héroïne du film, en: Heroine of the film, ar: بطلة الفيلم}
scripts: {fr: scripts/fr.vtt, en: scripts/en.vtt, ar: scripts/ar.vtt}
accounts: [ministere, ministere_en, ministere_ar]
captions: burned
credit: "© Blender Foundation, CC BY 3.0"
post:
  text:
    fr: Elle cherche quelqu’un, seule, dans les neiges du Nord.
    en: Alone in the snows of the North, she is looking for someone.
    ar: وحيدةً في ثلوج الشمال، تبحث عن أحدهم.
  alt_text: {fr: Une jeune femme dans la neige, en: A young woman in the snow, ar: شابة في الثلج}
embargo: 2031-03-01T09:00+01:00
"""


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ[SETTING] = str(FOLDER / "house")
    if not (FOLDER / "house").exists():
        _make_house()
    with _service() as service:
        jobs = _jobs(service)
        if "--serve" in sys.argv:
            print(f"{service.url}/desk, as {', '.join(STAFF)}: {PASSWORD}", flush=True)
            while True:
                time.sleep(60)
        _take_pictures(service, jobs)


def _make_house() -> None:
    """The example house, with destinations, and fewer accounts and placements."""
    shutil.copytree(ROOT / "examples" / "house", FOLDER / "house")
    yaml, file = YAML(), FOLDER / "house" / "accounts.yaml"
    accounts = yaml.load(file.read_text("utf-8"))
    for name, account in accounts["accounts"].items():
        account["placements"] = list(PLACEMENTS)
        if name in ACCOUNTS:
            account["destination"] = f"published/{name}"
    with file.open("w") as out:
        yaml.dump(accounts, out)


@contextmanager
def _service() -> Iterator[HttpService]:
    service = HttpService(FOLDER, house=FOLDER / "house")
    with service.open():
        yield service


@dataclass(frozen=True)
class Jobs:
    """The demonstration's jobs, by what each shows."""

    film: str
    working: str
    upright: str  # the path of one of its films, on which something is drawn


def _jobs(service: HttpService) -> Jobs:
    known = FOLDER / "jobs"
    if not known.exists():
        clients = {name: service.person(name, *(Grant(role, ALL) for role in roles)) for name, roles in STAFF.items()}
        author, reviewer = clients["Amina Diallo"], clients["Jeanne Lefèvre"]
        film = _submit(author, "sintel", FILM, _files(author))
        beyond = FILM.replace("0:12", "5:12").replace("0:18", "5:18")
        _submit(author, "sintel-essai", beyond, _files(author))
        alert = NOTICE.partition("formats:")[0]
        notice = _submit(author, "tempete", f"{alert}accounts: [ministere, ministere_en]\n", {})
        service.work()
        _decide(reviewer, notice, "fr", "en")
        reviewer.post(f"/jobs/{notice}/releases", json={"account": "ministere"})
        service.work()
        _decide(reviewer, film, "en")
        upright = _upright(reviewer, film)
        ring = {"kind": "rectangle", "points": [[0.04, 0.2], [0.62, 0.52]]}
        arrow = {"kind": "arrow", "points": [[0.7, 0.6], [0.6, 0.45]]}
        drawing = {"format": upright["format"], "marks": [ring, arrow]}
        remark = {"text": "Le titre touche presque le logo : remonter un peu ?", "language": "fr", "at": 2.0}
        reviewer.post(f"/jobs/{film}/comments", json={**remark, "drawing": drawing})
        working = _submit(author, "tempete-2", f"{alert}accounts: [ministere, ministere_en, ministere_ar]\n", {})
        _work_a_little(service, 7)
        known.write_text(f"{film} {working} {upright['path']}")
    return Jobs(*known.read_text().split())


def _upright(reviewer: httpx.Client, job: str) -> dict[str, str]:
    """A French film of a job in an upright format."""
    files = reviewer.get(f"/jobs/{job}/deliveries").json()["deliveries"]
    wanted = (f for f in files if f["kind"] == "video" and f["language"] == "fr")
    return max(wanted, key=lambda file: file["height"] / file["width"])


def _files(author: httpx.Client) -> Mapping[str, str]:
    found = {"media/sintel_trailer.mp4": TRAILER / "media" / "sintel_trailer.mp4"}
    found |= {f"scripts/{code}.vtt": TRAILER / "scripts" / f"{code}.vtt" for code in ("fr", "en", "ar")}
    return {name: uploaded(author, path.name, path.read_bytes()) for name, path in found.items()}


def _submit(author: httpx.Client, name: str, document: str, files: Mapping[str, str]) -> str:
    answer = author.post("/jobs", json={"name": name, "document": document, "files": dict(files)})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def _decide(reviewer: httpx.Client, job: str, *languages: str) -> None:
    for one in reviewer.get(f"/jobs/{job}/review").json()["languages"]:
        if one["language"] in languages:
            said = {"language": one["language"], "version": one["version"]}
            assert reviewer.post(f"/jobs/{job}/approvals", json=said).status_code == 201


def _work_a_little(service: HttpService, pieces: int) -> None:
    """Do so many pieces of work, and leave the rest."""
    context = WorkerContext(service.context.ledger, service.context.store, service.settings, "screens:0")
    for _ in range(pieces):
        outbox.offer_due(context.ledger)
        for item in _offered(context)[:1]:
            runner.do_next(item, context)


def _offered(context: WorkerContext) -> list[int]:
    said: list[int] = []
    relay.publish(context.ledger, lambda message: said.append(message.work))
    return said


@dataclass(frozen=True)
class Shot:
    """A picture of a page. `how`: language, theme, phone or desktop."""

    name: str
    path: str
    who: str | None
    language: str = "fr"
    theme: str = "light"
    phone: bool = False
    whole: bool = False


def _shots(jobs: Jobs) -> list[Shot]:
    reviewer, author, chief = "Jeanne Lefèvre", "Amina Diallo", "Karim Haddad"
    film = f"/desk/jobs/{jobs.film}"
    return [
        Shot("sign-in", "/desk/sign-in", None),
        Shot("sign-in-dark-phone", "/desk/sign-in", None, "en", "dark", True),
        Shot("jobs", "/desk/jobs", author),
        Shot("jobs-dark", "/desk/jobs", author, "en", "dark"),
        Shot("jobs-phone", "/desk/jobs", author, "fr", "light", True),
        Shot("watch", f"/desk/jobs/{jobs.working}", author, "en"),
        Shot("watch-dark-phone", f"/desk/jobs/{jobs.working}", author, "fr", "dark", True),
        Shot("job", film, reviewer, whole=True),
        Shot("job-dark", film, reviewer, "en", "dark", whole=True),
        Shot("job-phone", film, reviewer, "fr", "light", True, whole=True),
        Shot("approval", f"{film}/approval/ar", reviewer, "fr"),
        Shot("approval-dark", f"{film}/approval/ar", reviewer, "en", "dark"),
        Shot("approval-phone", f"{film}/approval/ar", reviewer, "fr", "light", True),
        Shot("new", "/desk/new", author, "fr", whole=True),
        Shot("new-dark-phone", "/desk/new", author, "en", "dark", True),
        Shot("captions", f"{film}/captions/fr?beside=ar", author),
        Shot("captions-dark", f"{film}/captions/ar?beside=en", author, "en", "dark"),
        Shot("captions-phone", f"{film}/captions/ar", author, "fr", "light", True),
        Shot("words", f"{film}/captions/fr?beside=en#words", author),
        Shot("words-dark-phone", f"{film}/texts/ar", author, "fr", "dark", True),
        Shot("wall", f"{film}/review?film={quote(jobs.upright)}&t=2.02", reviewer),
        Shot("wall-dark-phone", f"{film}/review", reviewer, "en", "dark", True),
        Shot("house", "/desk/house", chief, "fr", whole=True),
        Shot("people-dark", "/desk/house/people", chief, "en", "dark"),
        Shot("house-dark-phone", "/desk/house", chief, "en", "dark", True),
    ]


def _take_pictures(service: HttpService, jobs: Jobs) -> None:
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")]
    with browser_open() as browser:
        for shot in _shots(jobs):
            if wanted and not any(shot.name.startswith(word) for word in wanted):
                continue
            device = PHONE if shot.phone else DESK
            reader = Reader(browser, service.url, locale=shot.language, color_scheme=shot.theme, **device)
            if shot.who:
                reader.sign_in(shot.who)
            reader.prefer(shot.language, shot.theme)
            reader.page.goto(shot.path)
            reader.page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
            if shot.name.startswith("new"):
                _begin_a_job(reader)
            if shot.name.startswith("wall"):
                reader.page.locator(".variant video[src]").first.wait_for()
            _wait_for_pictures(reader)
            _keep(reader.page.screenshot(full_page=shot.whole), shot)
            print(shot.name, *reader.wrong, flush=True)
            reader.context.close()


def _begin_a_job(reader: Reader) -> None:
    """Files that were dropped, one of them no photo, for two accounts."""
    reader.page.locator("[name=recipe][value=interview]").check(force=True)
    for account in ("ministere", "ministere_ar"):
        reader.page.locator(f"[name=account][value={account}]").check()
    files = {path.name: path.read_bytes() for path in (TRAILER / "scripts" / "ar.vtt", TRAILER / "scripts" / "fr.vtt")}
    files["portrait.png"] = b"\x89PNG\r\n\x1a\nno picture"
    given = [{"name": name, "mimeType": "", "buffer": content} for name, content in files.items()]
    reader.page.set_input_files("#pick", given)
    reader.page.locator("[data-file='portrait.png'] .faults .bad").wait_for()
    reader.page.locator("[id='f-title.fr']").fill("Sintel : une quête solitaire")
    reader.page.evaluate("scrollTo(0, 0)")


def _wait_for_pictures(reader: Reader) -> None:
    """Until every picture and film is there; the policy lets no test's own condition be evaluated in the page."""
    films = "[...document.querySelectorAll('video[src]')].every(film => film.preload === 'none' || film.readyState > 1)"
    while not reader.page.evaluate(f"[...document.images].every(image => image.complete) && {films}"):
        reader.page.wait_for_timeout(200)
    reader.page.wait_for_timeout(600)


def _keep(png: bytes, shot: Shot) -> None:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, TALLEST_PX * (2 if shot.phone else 1))))
    image.save(PICTURES / f"page-{shot.name}.webp", quality=78, method=6)
    image.save(FOLDER / f"{shot.name}.png")


if __name__ == "__main__":
    main()
