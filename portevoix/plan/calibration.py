"""How fast this machine is: how long its steps really took beside what was expected of them, kept with its
local files.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portevoix.files import write_text
from portevoix.store import Store

FILE = "pace.json"
MEMORY = 50  # steps: an older one counts less and less, so that a changed machine is believed after about as many
_writing = threading.Lock()


@contextmanager
def paced(store: Store, kind: str, expected_s: float) -> Iterator[None]:
    """Note how long the work inside took, against `expected_s`. What fails is not noted."""
    started = time.monotonic()
    yield
    took_s = time.monotonic() - started
    with _writing:  # another process may write meanwhile: one step is then forgotten, and the file stays whole
        notes = _read(store)
        ratio, seen = notes.get(kind, (1.0, 0))
        seen = min(seen + 1, MEMORY)
        notes[kind] = (ratio + (took_s / expected_s - ratio) / seen, seen)
        write_text(store.local / FILE, json.dumps(notes), durable=False)


def pace(store: Store, kind: str) -> float:
    """How many times longer than expected work of that kind takes here; 1 where none was done yet."""
    return _read(store).get(kind, (1.0, 0))[0]


def _read(store: Store) -> dict[str, tuple[float, int]]:
    file: Path = store.local / FILE
    try:
        return {
            str(kind): (float(ratio), int(seen)) for kind, (ratio, seen) in json.loads(file.read_text("utf-8")).items()
        }
    except (FileNotFoundError, ValueError, TypeError, AttributeError):
        return {}  # a lost note costs a worse estimate, never a job
