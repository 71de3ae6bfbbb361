"""What is done to the service while it works: each fault strikes, lasts, is over, and says what it really did.

Those on files and disks are in `chaos_damage`, those of strangers at the door in `chaos_strangers`.
"""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

from chaos_damage import DAMAGE
from chaos_deployment import BUCKET_STORE, FOLDER_STORE, LEASE_S, Machine, send_signal, wait
from chaos_round import MEETING_S, Fault, Round
from chaos_strangers import STRANGERS

from service import crash_points
from service.ledger import Message, queries
from service.ledger.states import ErrorClass, WorkState

DIED_AT_A_POINT = b"exited with 'exitcode 137'"  # Celery's words for a process of its pool; a signal is named otherwise
POINTS = (*crash_points.POINTS, *crash_points.RELEASE_POINTS)
OPEN = (WorkState.QUEUED, WorkState.RUNNING)


def nothing(this: Round) -> str:
    this.begin()
    return ""


def worker_killed(this: Round) -> str:
    this.begin()
    machine = this.a_machine_at_work()
    if not machine:
        return "met nobody at work"
    machine.kill()
    time.sleep(1)
    machine.start()
    return f"worker {machine.name} and its processes, SIGKILL; a new one 1 s later"


def encoder_killed(this: Round) -> str:
    this.begin()
    struck = 0
    until_s = time.monotonic() + MEETING_S
    while struck < 2 and time.monotonic() < until_s:
        for encoder in [encoder for machine in this.deployment.machines for encoder in machine.encoders()][:1]:
            struck += send_signal([encoder], signal.SIGKILL)
            time.sleep(this.dice.uniform(0.5, 2))
        time.sleep(0.02)
    return f"{struck} encoders, SIGKILL"


def crash_at(point: str) -> Fault:
    """A worker's process dies at this point, once; until then that worker is the only one, so that it comes there."""

    def strike(this: Round) -> str:
        one, other = this.deployment.machines
        for machine in (one, other):
            machine.kill()
        one.start(**{crash_points.VARIABLE: point})
        wait(one.is_ready, MEETING_S)
        log = this.deployment.folder / "log"
        before = log.stat().st_size
        this.begin()
        met = wait(lambda: DIED_AT_A_POINT in log.read_bytes()[before:], MEETING_S)
        for machine in (one, other):
            machine.kill()
            machine.start()
        return f"a worker died at `{point}`, alone; two new ones" if met else f"no worker came to `{point}`"

    return strike


def worker_paused(this: Round) -> str:
    this.begin()
    machine = this.a_machine_at_work()
    return _pause(machine) if machine else "met nobody at work"


def _pause(machine: Machine) -> str:
    asleep = machine.everything()
    send_signal(asleep, signal.SIGSTOP)
    time.sleep(LEASE_S + 3)
    send_signal(asleep, signal.SIGCONT)
    return f"worker {machine.name} with its {len(asleep) - 1} processes, SIGSTOP for {LEASE_S + 3:.0f} s, then SIGCONT"


def publisher_paused(this: Round) -> str:
    this.begin()
    machine = this.a_machine_publishing()
    return f"in the middle of a release: {_pause(machine)}" if machine else "met nobody at a release"


def publisher_killed(this: Round) -> str:
    this.begin()
    machine = this.a_machine_publishing()
    if not machine:
        return "met nobody at a release"
    machine.kill()
    machine.start()
    return f"worker {machine.name} in the middle of a release, SIGKILL; a new one"


def broker_killed(this: Round) -> str:
    this.begin()
    time.sleep(this.dice.uniform(0.2, 4))
    this.deployment.broker.kill()
    time.sleep(3)
    this.deployment.broker.start()
    return f"{this.deployment.broker.name}, SIGKILL; up again after 3 s"


def messages_lost(this: Round) -> str:
    this.begin()
    lost = 0
    until_s = time.monotonic() + 4
    while time.monotonic() < until_s:
        lost += this.deployment.service.app.control.purge() or 0
        time.sleep(0.2)
    return f"every queue emptied for 4 s: {lost} messages"


def messages_doubled(this: Round) -> str:
    this.begin()
    this.a_machine_at_work()
    sent = 0
    for _ in range(12):
        open_work = [
            entry
            for job in this.ids()
            for entry in queries.list_work(this.deployment.ledger, job)
            if entry.state in OPEN
        ]
        for entry in [entry for entry in open_work for _ in range(3)]:
            this.deployment.service.send(Message(0, entry.id, entry.queue))
            sent += 1
        time.sleep(0.25)
    return f"{sent} messages too many: three for each open piece of work, again and again for 3 s"


def database_killed(this: Round) -> str:
    this.begin()
    time.sleep(this.dice.uniform(0.2, 4))
    this.deployment.database.kill()
    time.sleep(LEASE_S + 1)
    this.deployment.database.start()
    return f"PostgreSQL, SIGKILL; up again after {LEASE_S + 1:.0f} s, longer than a lease"


def store_cut(this: Round) -> str:
    this.begin()
    time.sleep(this.dice.uniform(0.2, 4))
    this.deployment.store_proxy.refuse()
    time.sleep(8)
    this.deployment.store_proxy.heal()
    return "every connection to the store reset for 8 s"


def store_silent(this: Round) -> str:
    this.begin()
    time.sleep(this.dice.uniform(0.2, 4))
    this.deployment.store_proxy.hold()
    time.sleep(8)
    this.deployment.store_proxy.restart()
    return "the store took connections and answered nothing for 8 s, then reset them"


def disk_filled(this: Round) -> str:
    deployment = this.deployment
    if deployment.disk is None:
        return _files_limited(this)
    this.begin()
    this.a_machine_at_work()
    stuff = deployment.disk / "stuff"
    filled = _fill(stuff)
    met = wait(lambda: this.errors(ErrorClass.RESOURCE), 10)
    stuff.unlink()
    what = "work failed on it" if met else "no write met it, and no work began"
    return f"the machines' disk (tmpfs) filled with {filled >> 20} MiB until {what}"


def _fill(stuff: Path) -> int:
    with stuff.open("wb", buffering=0) as file:
        size = 1 << 20
        while size:
            try:
                file.write(bytes(size))
            except OSError:
                size //= 4
        return file.tell()


def _files_limited(this: Round) -> str:
    """Without root there is no disk to fill: a limit on the size of files meets the same writes."""
    machine = this.dice.choice(this.deployment.machines)
    machine.kill()
    machine.start(PORTEVOIX_FILE_BYTES="10000")
    wait(machine.is_ready, MEETING_S)
    this.begin()
    wait(lambda: this.errors(ErrorClass.RESOURCE) + this.errors(ErrorClass.UNKNOWN), 10)
    machine.kill()
    machine.start()
    return f"worker {machine.name} could write no file above 10 kB (RLIMIT_FSIZE; no root, so no disk to fill)"


def api_killed(this: Round) -> str:
    this.begin()
    kills = 0
    for _ in range(3):
        time.sleep(this.dice.uniform(0.1, 1.2))
        if this.deployment.api:
            os.killpg(this.deployment.api.pid, signal.SIGKILL)
            this.deployment.api.wait()
            kills += 1
        this.deployment.start_api()
        wait(this.deployment.answers, MEETING_S)
    return f"the HTTP front, SIGKILL, {kills} times while jobs came in"


def reconciler_killed(this: Round) -> str:
    this.begin()
    machine = this.a_machine_at_work()
    if this.deployment.reconciler:
        os.killpg(this.deployment.reconciler.pid, signal.SIGKILL)
        this.deployment.reconciler.wait()
    if machine:
        machine.kill()
        machine.start()
    time.sleep(3)
    this.deployment.start_reconciler()
    return f"the reconciler, SIGKILL, for 3 s, and worker {machine.name if machine else '-'} with it"


FAULTS: dict[str, Fault] = {
    "worker killed": worker_killed,
    "encoder killed": encoder_killed,
    "worker paused": worker_paused,
    "publisher killed": publisher_killed,
    "publisher paused": publisher_paused,
    "broker killed": broker_killed,
    "messages lost": messages_lost,
    "messages doubled": messages_doubled,
    "database killed": database_killed,
    "store cut": store_cut,
    "store silent": store_silent,
    "disk filled": disk_filled,
    "front killed": api_killed,
    "reconciler killed": reconciler_killed,
    **DAMAGE,
    **STRANGERS,
    **{f"crash at {point}": crash_at(point) for point in POINTS},
}


ON_A_BUCKET = ("store cut", "store silent", "disk filled")
ON_A_FOLDER = (*DAMAGE, "uploads fill the disk")


def store_for(fault: str, number: int) -> str:
    """The store that a round has: the one that its fault strikes, else both in turns."""
    if fault in ON_A_FOLDER:
        return FOLDER_STORE
    return BUCKET_STORE if fault in ON_A_BUCKET or number % 2 == 0 else FOLDER_STORE


def a_list(rounds: int, dice: random.Random, only: list[str]) -> list[str]:
    """The faults of a run: all of them in the order of the dice, the whole list again where there are more rounds.

    Of the crash points, one for every two other faults, so that a short run is not all crashes.
    """
    if only:
        return [only[number % len(only)] for number in range(rounds)]
    found: list[str] = []
    points: list[str] = []
    while len(found) < rounds:
        kinds = [name for name in FAULTS if not name.startswith("crash")]
        dice.shuffle(kinds)
        for number, kind in enumerate(kinds):
            found.append(kind)
            if number % 2:
                points = points or dice.sample(POINTS, len(POINTS))
                found.append(f"crash at {points.pop()}")
    return found[:rounds]
