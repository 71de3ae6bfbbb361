"""How well the framing keeps a face: clips whose faces were marked by eye, and the CPU seconds that finding them
takes.

Prints a table: of the marked frames, how many are in a followed shot, in how many the face stands in the central 60 %
of a story's width, and in how many it would in a plain centre crop.

    python benchmarks/framing.py [FOLDER] [--record]

FOLDER holds the clips that are not part of the project, named as their tables of marks are (origins in
tests/golden/framing/README.md); those that are not there are left out. `--record` writes what was seen beside the
marks, for the tests.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from portevoix.framing.looks import look_through
from portevoix.framing.pictures import Stretch
from portevoix.library import ROOT
from portevoix.sources.bars import picture_area
from portevoix.sources.probe import probe
from portevoix.store import FolderStore

sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from marked import CLIPS, HELD_OUT, Seen, Share, record, seen_of, share

OURS = {
    "webcam": ROOT / "tests/golden/framing/media/webcam.mp4",
    "sintel": ROOT / "examples/sintel/media/sintel.mp4",
    "prologue": ROOT / "examples/trailer/media/sintel_trailer.mp4",
}
ENDS_S = {"prologue": Fraction(12)}  # where `sintel` begins
NOTHING = Share(0, 0, 0, 0)


@dataclass(frozen=True)
class Measured:
    """What was seen in a clip, how long it is, and what that cost."""

    seen: Seen
    seconds: float
    cpu_s: float


def main(words: list[str]) -> None:
    folder = next((Path(word) for word in words if not word.startswith("--")), None)
    measured: dict[str, Measured] = {}
    print("| marks | seconds | CPU s | marked | followed | kept | centre crop |\n|---|---|---|---|---|---|---|")
    for title, tables in (("by which thresholds were set", CLIPS), ("held out", HELD_OUT)):
        total = NOTHING
        for table in tables:
            clip = Path(table).name
            if clip not in measured and (path := _file(clip, folder)):
                measured[clip] = _measure(clip, path)
                if "--record" in words:
                    record(table, measured[clip].seen)
            if clip in measured:
                own = share(table, measured[clip].seen)
                print(
                    f"| {table} | {measured[clip].seconds:.1f} | {measured[clip].cpu_s:.1f} | {_row(own)} |", flush=True
                )
                total += own
        print(f"| all {title} | | | {_row(total)} |")


def _file(clip: str, folder: Path | None) -> Path | None:
    found: Iterable[Path] = folder.glob(f"{clip}.*") if folder else ()
    return OURS.get(clip) or next(iter(found), None)


def _measure(clip: str, path: Path) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder))
        source = probe(path.resolve())
        stretch = Stretch(source, Fraction(0), ENDS_S.get(clip, source.duration_s), picture_area(source, store))
        before = _cpu_s()
        return Measured(seen_of(stretch, look_through(stretch, store)), float(stretch.end_s), _cpu_s() - before)


def _cpu_s() -> float:
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def _row(shares: Share) -> str:
    parts = (f"{part} ({part / max(1, shares.marked):.1%})" for part in (shares.decided, shares.kept, shares.centre))
    return " | ".join([str(shares.marked), *parts])


if __name__ == "__main__":
    main(sys.argv[1:])
