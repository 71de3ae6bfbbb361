"""A plan's work done on this machine: what is missing, stage by stage, on several threads."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import groupby, zip_longest
from typing import Any

from portevoix.errors import detail_of, sentence_of
from portevoix.plan.model import Batch, Plan
from portevoix.plan.work import BATCH, JOIN, MEZZANINE, SOUND, SOUND_CUT, Work, missing_work, needed_by
from portevoix.render.chunks import make_batch
from portevoix.render.decoded import decodings_of
from portevoix.render.mezzanine import make_mezzanine
from portevoix.render.sound.steps import make_programme_sound, make_sound_cut
from portevoix.render.video import join_video
from portevoix.store import Store

Progress = Callable[[dict[str, Any]], None]
Maker = Callable[[Any, Store], None]

# What makes each kind of work, here and on the workers.
MAKERS: dict[str, Maker] = {
    MEZZANINE: make_mezzanine,
    BATCH: make_batch,
    SOUND: make_programme_sound,
    SOUND_CUT: make_sound_cut,
    JOIN: join_video,
}


def run_plan(plan: Plan, store: Store, workers: int, progress: Progress) -> list[str]:
    """Make every missing step on `workers` threads. Returns a sentence for each piece of work that failed.

    A step whose inputs could not be made is left out.
    """
    missing = missing_work(plan, store)
    run = _Run(store, workers, progress, sum(work.frames for work in missing))
    for _, stage in groupby(missing, key=lambda work: work.stage):
        run.stage([work for work in stage if all(store.has(key) for key in needed_by(work.step))])
    return run.failures


@dataclass
class _Run:
    store: Store
    workers: int
    progress: Progress
    frames: int
    frames_done: int = 0
    failures: list[str] = field(default_factory=list)

    def stage(self, pieces: Sequence[Work]) -> None:
        """Do work that may all be done at once."""
        batches = [work.step for work in pieces if isinstance(work.step, Batch)]
        with decodings_of(batches, self.store) as decodings, ThreadPoolExecutor(self.workers) as pool:
            makers: dict[str, Maker] = {**MAKERS, BATCH: functools.partial(make_batch, decodings=decodings)}
            running: dict[Future[None], Work] = {
                pool.submit(makers[work.kind], work.step, self.store): work for work in in_order(pieces, self.workers)
            }
            try:
                while running:
                    finished, _ = wait(running, return_when=FIRST_COMPLETED)
                    for future in finished:
                        self._ended(running.pop(future), future)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _ended(self, work: Work, future: Future[None]) -> None:
        self.frames_done += work.frames
        if error := future.exception():
            self.failures.append(f"{work.name}: {sentence_of(error)}")
            self.progress({"event": "failed", "step": work.name, "error": sentence_of(error), "said": detail_of(error)})
        self.progress({"event": "step", "step": work.name, "frames_done": self.frames_done, "frames": self.frames})


def in_order(pieces: Sequence[Work], at_once: int) -> list[Work]:
    """Work of one stage in the order in which it is best begun: the sound, which takes longest, then chunk by chunk.

    The formats of one chunk share what is decoded. As many chunks as are worked on `at_once` go side by side, so that
    nobody waits for another's decoding.
    """
    chunks: dict[int, list[Work]] = {}
    for work in pieces:
        if isinstance(work.step, Batch):
            chunks.setdefault(work.step.chunk.first_frame, []).append(work)
    rows = [chunks[first] for first in sorted(chunks)]
    abreast = (zip_longest(*rows[n : n + at_once]) for n in range(0, len(rows), at_once))
    others = [work for work in pieces if not isinstance(work.step, Batch)]
    return [*others, *(work for group in abreast for row in group for work in row if work)]
