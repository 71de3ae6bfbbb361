"""Workers that are killed at any moment of a release, and readers who look all the while:
`python benchmarks/release_kills.py --kills 200 --place moto`

One account's story is corrected, approved and released again and again, now and then taken back; each worker is killed
(SIGKILL) at a random moment, and the next one goes on. A reader hashes everything that the newest manifest names, from
before the first release until after the last. Ends with 1 where a reader saw anything but a whole set, or where the end
is not what was asked for.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portevoix.library import ROOT, load_library

sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from ledgers import time_passes
from released import Desk, desk_in
from s3 import BUCKET, KEY, SECRET, Swift
from s3_moto import Moto

from portevoix.delivery.publishing import Edition, newest_edition
from portevoix.store import ArtifactMissing
from portevoix.store.objects import Objects
from service import releases
from service.ledger import maintenance, outbox
from service.ledger.states import OPEN_RELEASE, ReleaseState
from service.releases import NewRelease, Release

ACCOUNT, JOB, LANGUAGE, FILES = "ministere_fr", "climat", "fr", 6
TAKEN_BACK = 0.2  # of all that is asked for
PLACES = ("folder", "swift", "moto")
LOOK_EVERY_S = 0.01
TOLD_EVERY = 20  # kills
BEFORE, AFTER = "before it began", "after it was recorded"
MOMENTS = ("start", "begun", "begun")  # from which a worker's life counts, in turn
FIRST_LIFE_S = {"start": 0.3, "begun": 0.05}  # on average
SHORTER, LONGER = 0.7, 1.15  # after a kill that came too late, and after any other, however fast the place is

# A worker that has loaded everything. For each line it becomes one that lives for so many seconds, from its start or
# from when it has begun a release or a withdrawal.
WORKERS = """
import os, pathlib, signal, sys, time
import worker_context as w
from workers import publish_release
folder, house = map(pathlib.Path, sys.argv[1:])
told = []
def tell():
    if not told:
        os.write(ready, b"!")
    told.append(True)
def telling(function):
    def call(*given):
        found = function(*given)
        tell()
        return found
    return call
for line in sys.stdin:
    moment, seconds = line.split()
    begun, ready = os.pipe()
    child = os.fork()
    if child == 0:
        context = w.context_in(folder, house=house)
        if moment == "start":
            tell()
        else:
            of = publish_release.release_work
            of.begin, of.begin_withdrawal = telling(of.begin), telling(of.begin_withdrawal)
        w.drain(context)
        tell()
        os._exit(0)
    os.read(begun, 1)
    for end in (begun, ready):
        os.close(end)
    time.sleep(float(seconds))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    print(flush=True)
"""


class Workers:
    """Workers of the service that live as long as they are told, one after the other."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "tests" / "helpers"), str(ROOT)])}
        command = [sys.executable, "-c", WORKERS, str(folder), str(desk.context.settings.house)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen(command, env=environment, **pipes)

    def work_for(self, moment: str, seconds: float) -> None:
        """One works for so long from a moment on, and is killed."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{moment} {seconds}\n")
        self._process.stdin.flush()
        if not self._process.stdout.readline():
            raise RuntimeError("a worker did not begin")

    def close(self) -> None:
        self._process.communicate()


@dataclass
class Reader:
    """Somebody who believes nothing. `faults`: a sentence for each look at anything but a whole set."""

    objects: Objects
    looks: int = 0
    sets: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Read what stands; again where it is replaced or taken back meanwhile."""
        self.looks += 1
        before = newest_edition(self.objects, JOB)
        try:
            fault = before and not before.withdrawn and self._fault(before)
        except ArtifactMissing as error:
            fault = str(error)
        if fault and newest_edition(self.objects, JOB) == before:
            self.faults.append(str(fault))

    def _fault(self, edition: Edition) -> str | None:
        listed = edition.manifest["deliveries"]
        wrong = [each["path"] for each in listed if self.objects.digest(each["path"]) != each["sha256"]]
        self.sets.add(edition.digest)
        if wrong or len(listed) != FILES:
            return f"edition {edition.number} has {len(listed)} of {FILES} files, and other bytes in {wrong}"
        return None

    @contextmanager
    def looking(self) -> Iterator[None]:
        over = threading.Event()

        def look() -> None:
            while not over.wait(LOOK_EVERY_S):
                self.look()

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@dataclass
class Story:
    """The job that is released again and again, and what was asked of it last."""

    desk: Desk
    objects: Objects
    job: str
    version: int = 1

    def accounts(self) -> releases.Accounts:
        return load_library(self.desk.context.settings.house).accounts

    def last(self) -> Release:
        return releases.list_releases(self.desk.ledger, self.job)[-1]

    def is_out(self) -> bool:
        return self.last().state == ReleaseState.RELEASED

    def ask(self, dice: random.Random) -> None:
        """Unless something is under way: take it back, or release a new version of every file."""
        ledger, publisher = self.desk.ledger, self.desk.people["publisher"]
        known = releases.list_releases(ledger, self.job)
        if known and known[-1].state in OPEN_RELEASE:
            return
        if known and self.is_out() and dice.random() < TAKEN_BACK:
            releases.withdraw(ledger, publisher, self.job, ACCOUNT, self.accounts())
            return
        if known:
            self.version += 1
            self.desk.correct(self.job, LANGUAGE)
            self.desk.make(self.job, {LANGUAGE: f"v{self.version}"})
        self.desk.approve(self.job, LANGUAGE)
        releases.ask(ledger, publisher, self.job, NewRelease(ACCOUNT), self.accounts())

    def go_on(self) -> None:
        """What the reconciler does once the lease of a dead worker has run out, or the message that it took is lost."""
        time_passes(self.desk.ledger, 61)
        maintenance.take_back_silent_work(self.desk.ledger)
        outbox.offer_due(self.desk.ledger)

    def met(self) -> str:
        """How far the release had come when its worker died."""
        release, edition = self.last(), newest_edition(self.objects, JOB)
        if release.state == ReleaseState.WAITING:
            return BEFORE
        if release.state not in OPEN_RELEASE:
            return AFTER
        if release.kind == "withdrawal":
            return "in a withdrawal, readers see nothing" if edition and edition.withdrawn else "in a withdrawal"
        wanted = set(release.files.values())
        there = sum(name.split("/")[3] in wanted for name in self.objects.names(f"files/{JOB}/"))
        if edition and {each["sha256"] for each in edition.manifest["deliveries"]} == wanted:
            return "readers see it, not recorded"
        return f"{'no' if not there else 'all' if there >= len(wanted) else 'some'} files there"


def play(story: Story, workers: Workers, kills: int, dice: random.Random) -> Counter[str]:
    """Kill so many workers. Returns where each was met."""
    met: Counter[str] = Counter()
    life_s = dict(FIRST_LIFE_S)
    for number in range(kills):
        story.ask(dice)
        moment = MOMENTS[number % len(MOMENTS)]
        workers.work_for(moment, life_s[moment] * dice.uniform(0, 2))
        where = story.met()
        life_s[moment] *= SHORTER if where == AFTER else LONGER
        met[where] += 1
        story.go_on()
        if (number + 1) % TOLD_EVERY == 0:
            print(f"{number + 1} kills of {kills}", file=sys.stderr, flush=True)
    story.desk.work()
    return met


def faults_at_the_end(story: Story, reader: Reader) -> list[str]:
    """What is not as it was asked for, once nobody is killed any more."""
    release, edition = story.last(), newest_edition(story.objects, JOB)
    if edition is None or release.state in OPEN_RELEASE or release.digest != edition.digest:
        return [*reader.faults, f"the last release is {release.state} {release.error or ''}"]
    named = {each["path"]: each["sha256"] for each in edition.manifest["deliveries"]}
    wanted = release.files.values() if story.is_out() else ()
    faults = [*reader.faults]
    if sorted(named.values()) != sorted(wanted):
        faults.append("the destination has other files than the ledger says")
    if edition.withdrawn and (left := list(story.objects.names(f"files/{JOB}/"))):
        faults.append(f"{len(left)} files are left of what was taken back")
    if (manifests := len(list(story.objects.names(f"manifests/{JOB}/0")))) != edition.number:
        faults.append(f"{manifests} manifests of {edition.number} sets")
    return faults


@contextmanager
def destination(kind: str, folder: Path) -> Iterator[Mapping[str, Any]]:
    """A place of this kind, as an account names it."""
    if kind == "folder":
        yield {"to": str(folder / "published")}
        return
    (folder / kind).mkdir()
    server = Swift(folder / kind) if kind == "swift" else Moto(folder / kind)
    server.start()
    try:
        yield {"to": f"s3://{BUCKET}/kills", "endpoint": server.url, "region": "us-east-1", **KEYS}
    finally:
        server.stop()


KEYS = {"access_key_from": "KILLS_KEY", "secret_key_from": "KILLS_SECRET"}


def run(place: Mapping[str, Any], folder: Path, kills: int, seed: int) -> tuple[list[str], str]:
    """All of it at one place: what is wrong, and a sentence on what was done."""
    os.environ |= {"KILLS_KEY": KEY, "KILLS_SECRET": SECRET}
    desk = desk_in(folder, {ACCOUNT: dict(place)}, files=FILES)
    found = load_library(desk.context.settings.house).accounts[ACCOUNT].destination
    assert found and desk.context.settings.house
    at = found.value(desk.context.settings.house)
    story, reader, workers = Story(desk, at.open(), desk.finished(LANGUAGE)), Reader(at.open()), Workers(desk, folder)
    try:
        with reader.looking():
            met = play(story, workers, kills, random.Random(seed))
        reader.look()
    finally:
        workers.close()
    asked = len(releases.list_releases(desk.ledger, story.job))
    where = ", ".join(f"{name} {count}" for name, count in met.most_common())
    said = f"{kills} kills of {asked} releases: {where}; {reader.looks} looks of a reader, {len(reader.sets)} sets"
    return faults_at_the_end(story, reader), said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--place", choices=PLACES, action="append", help="only this one; may be repeated")
    given = parser.parse_args()
    wrong = 0
    for kind in given.place or PLACES:
        with tempfile.TemporaryDirectory() as name, destination(kind, Path(name)) as place:
            faults, said = run(place, Path(name), given.kills, given.seed)
        print(f"{kind}: {said}; wrong: {len(faults)}", *faults, sep="\n  ", flush=True)
        wrong += len(faults)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
