"""Pictures decoded once for all the processes that show the same ones.

A chunk is composed for each format, and in each for its clean branch and for its languages; a source's key frames may
lie ten seconds apart, so that most of what is decoded is only the way to the chunk. The pictures lie raw on the disk of
the working folders, in practice in its cache, and go with the last process that wants them. The bytes that are made of
them are the same.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Self

from portevoix import ffmpeg
from portevoix.plan import Batch, ReadRange
from portevoix.plan.keys import canonical
from portevoix.render import graph as compose
from portevoix.render.graph import Decoded, Footage
from portevoix.store import Store

MOST_BYTES = 700_000_000  # two seconds of 3840x2160; what is larger is decoded by each process
DEADLINE_S = 600.0


@dataclass
class _Shared:
    """The decoded pictures of one stretch: how many processes still want them, and where they are."""

    wanted: int = 0
    making: threading.Lock = field(default_factory=threading.Lock)
    made: Decoded | None = None


class Decodings:
    """What several processes of some batches will read; a context manager, to be used by several threads."""

    def __init__(self, batches: Iterable[Batch], store: Store) -> None:
        self._shared: dict[str, _Shared] = {}
        self._counting = threading.Lock()
        for batch in batches:
            processes = int(batch.clean is not None and not store.has(batch.clean.key))
            processes += any(not store.has(step.key) for step in batch.branches)
            for view in (batch.view, batch.into):
                for part in view.parts if view else ():
                    if part.read.source and part.framing.fit != "over":  # what is laid over the ground keeps its alpha
                        self._shared.setdefault(_name(part.read, batch), _Shared()).wanted += processes
        self._store = store

    def __enter__(self) -> Self:
        self._workplace = self._store.workplace()
        self._folder = self._workplace.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._workplace.__exit__(None, None, None)

    @contextmanager
    def of(self, footage: Footage, read: ReadRange, batch: Batch) -> Iterator[Footage | Decoded]:
        """The footage of one process: decoded already where others want it too. Raises RenderFailed."""
        shared = self._shared.get(_name(read, batch))
        size = compose.raw_bytes(footage) * batch.chunk.frame_count
        if shared is None or size > MOST_BYTES:
            yield footage
            return
        try:
            with shared.making:
                if shared.made is None and shared.wanted > 1:
                    shared.made = self._decode(footage, read, batch)
            yield shared.made or footage
        finally:
            with self._counting:
                shared.wanted -= 1
                if shared.wanted <= 0 and shared.made:
                    shared.made.path.unlink(missing_ok=True)
                    shared.made = None

    def _decode(self, footage: Footage, read: ReadRange, batch: Batch) -> Decoded:
        path = self._folder / f"{hashlib.sha256(_name(read, batch).encode()).hexdigest()}.raw"
        output, decoded = compose.decoded(footage, batch.encoding.fps, batch.chunk.frame_count, path)
        ffmpeg.run(["-v", "error", *compose.arguments(output)], self._folder, DEADLINE_S, encodes=False)
        return decoded


def by_chunk(batches: Iterable[Batch], at_once: int) -> list[Batch]:
    """The batches in the order in which they are best made: all formats of a chunk after each other.

    As many chunks as are worked on `at_once` go side by side, so that nobody waits for another's decoding.
    """
    chunks: dict[int, list[Batch]] = {}
    for batch in batches:
        chunks.setdefault(batch.chunk.first_frame, []).append(batch)
    rows = [chunks[first] for first in sorted(chunks)]
    abreast = (zip_longest(*rows[n : n + at_once]) for n in range(0, len(rows), at_once))
    return [batch for group in abreast for row in group for batch in row if batch]


def _name(read: ReadRange, batch: Batch) -> str:
    return canonical([read.identity, batch.chunk.frame_count, batch.encoding.fps])
