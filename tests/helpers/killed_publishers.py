"""Publishers that are killed, each in a process of its own (`forked`)."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

from published import JOB, made_set

from portevoix.delivery.publishing import newest_edition, publish, withdraw
from portevoix.store.destination import Destination


def killed_at(step: str, destination: Destination, folder: Path) -> None:
    publish(*made_set(folder, 2), destination, _dies_at(step))


def killed_in_a_withdrawal_at(step: str, destination: Destination) -> None:
    withdraw(JOB, destination, _dies_at(step))


def _dies_at(wanted: str) -> Callable[[str], None]:
    def die(step: str) -> None:
        if step == wanted:
            os._exit(137)

    return die


def killed_at_random(destination: Destination, folder: Path, kills: int, within_s: float) -> None:
    """Publish and withdraw in processes that are killed, one after the other."""
    for kill in range(kills):
        begun, ready = os.pipe()
        child = os.fork()
        if child == 0:
            _publish_without_end(destination, folder, kill, ready)
        os.read(begun, 1)
        time.sleep(random.Random(-kill).uniform(0, within_s))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _publish_without_end(destination: Destination, folder: Path, seed: int, ready: int) -> None:
    chosen = random.Random(seed)
    newest_edition(destination.open(), JOB)  # it is connected
    os.write(ready, b"!")
    while True:
        if chosen.random() < 0.1:
            withdraw(JOB, destination)
        else:
            version = chosen.randrange(1, 100)
            publish(*made_set(folder / str(version), version), destination)
