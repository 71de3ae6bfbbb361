"""Pictures decoded once for all the processes that show the same ones.

A chunk is composed once for each format, and in each for its clean branch and its languages. A source's key frames may
lie ten seconds apart, so most of what a decoder reads lies before the chunk. The raw pictures lie on the disk of the
working folders (in practice in its cache) and are removed with the last process that needs them. The made bytes are the
same as without sharing.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from portevoix import ffmpeg
from portevoix.plan.composition import SourceRange
from portevoix.plan.keys import canonical
from portevoix.plan.model import Batch
from portevoix.render import picture
from portevoix.render.picture import Decoded, Footage
from portevoix.store import Store

MOST_BYTES = 700_000_000  # two seconds of 3840x2160; what is larger is decoded by each process
DEADLINE_S = 600.0


@dataclass
class _Shared:
    """The decoded pictures of one stretch: how many processes still want them, and where they are."""

    wanted: int = 0
    making: threading.Lock = field(default_factory=threading.Lock)
    made: Decoded | None = None


@contextmanager
def decodings_of(batches: Iterable[Batch], store: Store) -> Iterator[Decodings]:
    """The decodings of some batches, for as long as they are worked on."""
    with store.workplace() as folder:
        yield Decodings(batches, store, folder)


class Decodings:
    """What several processes of some batches will read, to be used by several threads."""

    def __init__(self, batches: Iterable[Batch], store: Store, folder: Path) -> None:
        self._folder = folder.resolve()  # ffmpeg runs in it
        self._shared: dict[str, _Shared] = {}
        self._counting = threading.Lock()
        for batch in batches:
            processes = int(batch.clean is not None and not store.has(batch.clean.key))
            processes += any(not store.has(step.key) for step in batch.branches)
            for view in (batch.view, batch.into):
                for seen in view.pictures if view else ():
                    # What lies over the ground keeps its alpha, so it is decoded by each process.
                    if isinstance(seen.footage, SourceRange) and seen.framing.fit != "over":
                        self._shared.setdefault(_name(seen.footage, batch), _Shared()).wanted += processes

    @contextmanager
    def of(self, footage: Footage, source: SourceRange, batch: Batch) -> Iterator[Footage | Decoded]:
        """The footage of one process: decoded already where others want it too. Raises RenderFailed."""
        shared = self._shared.get(_name(source, batch))
        size = picture.raw_bytes(footage) * batch.chunk.frame_count
        if shared is None or size > MOST_BYTES:
            yield footage
            return
        try:
            with shared.making:
                if shared.made is None and shared.wanted > 1:
                    shared.made = self._decode(footage, source, batch)
            yield shared.made or footage
        finally:
            with self._counting:
                shared.wanted -= 1
                if shared.wanted <= 0 and shared.made:
                    shared.made.path.unlink(missing_ok=True)
                    shared.made = None

    def _decode(self, footage: Footage, source: SourceRange, batch: Batch) -> Decoded:
        path = self._folder / f"{hashlib.sha256(_name(source, batch).encode()).hexdigest()}.raw"
        output, decoded = picture.decoded(footage, batch.encoding.fps, batch.chunk.frame_count, path)
        ffmpeg.run(["-v", "error", *picture.arguments(output)], self._folder, DEADLINE_S, encodes=False)
        return decoded


def _name(source: SourceRange, batch: Batch) -> str:
    return canonical([source.identity, batch.chunk.frame_count, batch.encoding.fps])
