"""Faults that strike files: those of the folder store and those that were delivered, as a disk or another program does.

A manifest is not struck: it is no delivered file.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

import sqlalchemy as sa
from chaos_deployment import wait
from chaos_jobs import CUES, Request
from chaos_round import MEETING_S, Fault, Round

from portevoix.store.verified import digest_of
from service.ledger import queries, tables
from service.ledger.database import reading
from service.ledger.states import UNENDED, JobState

KINDS = ("artifacts", "inputs", "deliveries")
WAYS = ("flipped", "cut", "removed")
WHILE_S, EVERY_S = 12.0, 0.4  # how long files are struck while jobs run, and how often
AT_REST = 24  # files that are struck between two rounds
CORRECTIONS, LOST_AFTER = 50, 25


def files_of(this: Round, kind: str) -> list[Path]:
    """What lies there of a kind, whole, under its last name. Deliveries only of jobs that this store can make again."""
    deployment = this.deployment
    if kind != "deliveries":
        return sorted(file for file in (deployment.folder_store / kind).glob("*/*") if file.is_file())
    jobs = [one.id for one in this.desk.accepted if one.store == deployment.store_kind]
    return sorted(file for job in jobs for file in (deployment.deliveries / job / ".files").glob("[0-9a-f]*"))


def strike(this: Round, kind: str, keeps_time: bool) -> str | None:
    """Spoil or lose a file of a kind. Returns how; None where there is none. What is struck is known to the judge."""
    found = files_of(this, kind)
    if not found:
        return None
    file, way = this.dice.choice(found), this.dice.choice(WAYS)
    try:
        before, content = file.stat(), file.read_bytes()
    except FileNotFoundError:
        return None  # it has just been found to be spoilt
    if way == "removed" or not content:
        for name in _names(this, file) if kind == "deliveries" else [file]:
            name.unlink(missing_ok=True)
        way = "removed"
    elif way == "cut":
        os.truncate(file, this.dice.randrange(len(content)))
    else:
        _flip(file, this.dice.randrange(len(content)))
    if keeps_time and file.exists():
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    this.deployment.struck.add(file.name.partition(".")[0])
    return way


def _names(this: Round, file: Path) -> list[Path]:
    """All names of a delivered file: it lies in the set of each round that shows it."""
    sets = (this.deployment.deliveries / file.parent.parent.name).glob("[0-9]*/**/*")
    return [file, *(one for one in sets if one.is_file() and one.samefile(file))]


def _flip(file: Path, place: int) -> None:
    with file.open("r+b") as stream:
        stream.seek(place)
        byte = stream.read(1)[0]
        stream.seek(place)
        stream.write(bytes([byte ^ 1]))


def _said(struck: Counter[tuple[str, str]]) -> str:
    by_kind = {kind: [f"{struck[kind, way]} {way}" for way in WAYS if struck[kind, way]] for kind in KINDS}
    return "; ".join(f"{kind}: {', '.join(ways)}" for kind, ways in by_kind.items() if ways) or "nothing"


def files_spoilt(this: Round) -> str:
    """While jobs run: as another program does it, so that a file's time of change is another."""
    this.begin()
    struck: Counter[tuple[str, str]] = Counter()
    until_s = time.monotonic() + WHILE_S
    while time.monotonic() < until_s:
        kind = this.dice.choice(KINDS)
        if way := strike(this, kind, keeps_time=False):
            struck[kind, way] += 1
        time.sleep(EVERY_S)
    return f"files struck while jobs ran: {_said(struck)}"


def files_spoilt_at_rest(this: Round) -> str:
    """Between two rounds, as a disk does it, so that nothing tells; the processes are new ones afterwards."""
    this.deployment.close()
    struck: Counter[tuple[str, str]] = Counter()
    for number in range(AT_REST):
        kind = KINDS[number % len(KINDS)]
        if way := strike(this, kind, keeps_time=True):
            struck[kind, way] += 1
    this.deployment.open(this.deployment.broker_name, this.deployment.store_kind)
    this.begin()
    return f"files struck while nothing ran, their times kept: {_said(struck)}"


def corrected_again_and_again(this: Round) -> str:
    """A film's captions are corrected fifty times in a row, at last to what they were; between, a picture of its first
    version is lost.
    """
    this.begin()
    film = next(request for request in this.mix if request.kind == "film")
    if not wait(lambda: _state(this, film) == JobState.DONE, 3 * MEETING_S):
        return "the film was not done in time"
    lost = ""
    for number in range(CORRECTIONS):
        if number == LOST_AFTER:
            lost = _lose_a_chunk(this, film)
        greeting = "Bonjour" if number == CORRECTIONS - 1 else f"Version {number}"
        this.desk.correct(film, "fr", CUES.format(greeting=greeting, word=film.word))
    wait(lambda: _state(this, film) not in UNENDED, 3 * MEETING_S)
    made = [file for file in files_of(this, "artifacts") if file.stem == lost and file.suffix == ".mp4"]
    again = "made again" if made else "not made again"
    if not made:
        this.deployment.complaints.append(f"a lost picture of {film.word} was not made again")
    rounds = queries.find_job(this.deployment.ledger, film.id).round
    return f"{CORRECTIONS} corrections of one film, {rounds} rounds; a picture lost after {LOST_AFTER} of them, {again}"


def _state(this: Round, request: Request) -> JobState | None:
    return queries.find_job(this.deployment.ledger, request.id).state if request.id else None


def _lose_a_chunk(this: Round, film: Request) -> str:
    """Remove the file of a picture that the film's first version shows; its note stays. Returns its key."""
    steps = tables.steps
    with reading(this.deployment.ledger) as db:
        asked = sa.select(steps.c.key).where((steps.c.job == film.id) & (steps.c.kind == "chunk")).order_by(steps.c.key)
        keys = set(db.execute(asked).scalars())
    first = [file for file in files_of(this, "artifacts") if file.stem in keys and file.suffix == ".mp4"]
    file = min(first, key=lambda file: file.stat().st_mtime_ns)
    digest_of(file)
    file.unlink()
    return file.stem


DAMAGE: dict[str, Fault] = {
    "files spoilt": files_spoilt,
    "files spoilt at rest": files_spoilt_at_rest,
    "fifty corrections": corrected_again_and_again,
}
