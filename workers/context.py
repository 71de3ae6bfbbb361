"""What a worker's process has for all its work."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass

from portevoix.store import Store
from service.ledger import Ledger
from service.settings import Settings


@dataclass(frozen=True)
class WorkerContext:
    """Where work is found, read and stored. `holder`: what the ledger calls this process; `still_held` raises LeaseLost
    where the work in hand is no longer this worker's.
    """

    ledger: Ledger
    store: Store
    settings: Settings
    holder: str
    still_held: Callable[[], None] = lambda: None


def holder_name() -> str:
    """What the ledger calls this process: its machine and its number there."""
    return f"{socket.gethostname()}:{os.getpid()}"
