"""Captions drawn: seconds and memory for a thousand cues, each another one, in each language.

A cue is the words of the language's sample sentence in a new order, so of real length and letters; it is broken into
lines, drawn, and kept in a store on disk, on as many threads as in a job. Every language has a process to itself. CPU
is that of all its threads.

    python benchmarks/captions.py [LANGUAGE ...]
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from portevoix.authoring.language import Language
from portevoix.captions.breaks import words_of
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.captions import State
from portevoix.library import ROOT, load_library
from portevoix.plan.variant import DRAWN_AT_ONCE
from portevoix.store import FolderStore

CUES = 1_000


@dataclass(frozen=True)
class Measured:
    """What a language's cues took. `peak_mb`: of the whole process, fonts and all."""

    images: int
    wall_s: float
    cpu_s: float
    peak_mb: float


def cues(language: Language) -> Iterator[str]:
    """Different texts of the sample's words."""
    words = [language.sample[start:end] for start, end in words_of(language.sample, language)]
    joiner = " " if " " in language.sample else ""
    order, seen = random.Random(0), set[str]()
    while len(seen) < CUES:
        order.shuffle(words)
        text = joiner.join(words)
        if text not in seen:
            seen.add(text)
            yield text


def measure(code: str) -> Measured:
    """Draw a language's cues into a new store."""
    library, canvas = load_library(ROOT / "examples" / "house"), Canvas.of_format("wide", draft=False)
    language = library.languages[code]
    texts = list(cues(language))
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        artist = Artist(library, "aster", FolderStore(Path(folder)))
        wall, cpu = time.monotonic(), time.process_time()

        def draw(text: str) -> int:
            parts = artist.cues(text, language, canvas, text)
            for lines in parts:
                state = State(tuple(line.text for line in lines), artist.kit.captions.look)
                artist.caption(state, language, canvas, text)
            return len(parts)

        with ThreadPoolExecutor(DRAWN_AT_ONCE) as pool:
            images = sum(pool.map(draw, texts))
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        artist.raise_faults()
    return Measured(images, wall, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main(codes: list[str]) -> None:
    print(f"{'language':10} {'cues':>6} {'images':>7} {'seconds':>8} {'CPU s':>7} {'cues/s':>7} {'peak MB':>8}")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for code, found in zip(codes, pool.map(measure, codes), strict=True):
            print(
                f"{code:10} {CUES:6} {found.images:7} {found.wall_s:8.1f} {found.cpu_s:7.1f} "
                f"{CUES / found.wall_s:7.0f} {found.peak_mb:8.0f}",
                flush=True,
            )


if __name__ == "__main__":
    (ROOT / "build").mkdir(exist_ok=True)
    main(sys.argv[1:] or list(load_library().languages))
