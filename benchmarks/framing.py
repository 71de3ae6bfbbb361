"""How well the framing keeps a face: clips whose faces were marked by eye, and the CPU seconds that finding them takes.

Prints a table: of the marked frames, how many are in a followed shot, in how many the face stands in the central 60 % of a
story's width, and in how many it would in a plain centre crop.

    python benchmarks/framing.py [FOLDER] [--record]

FOLDER holds `talk.mp4` and `screencast.mp4` (origins in tests/framing/README.md); without it they are left out. `--record`
writes what was seen beside the marks, for the tests.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/framing"))

from marked import Share, record, seen_of, share  # noqa: E402 - the tests' folder is no package

from portevoix.framing.faces import look  # noqa: E402
from portevoix.framing.pictures import Stretch  # noqa: E402
from portevoix.framing.shots import shots  # noqa: E402
from portevoix.sources.bars import picture_area  # noqa: E402
from portevoix.sources.probe import probe  # noqa: E402
from portevoix.store import FolderStore  # noqa: E402


def main(words: list[str]) -> None:
    folder = next((Path(word) for word in words if not word.startswith("--")), None)
    clips = {"webcam": ROOT / "tests/framing/media/webcam.mp4", "sintel": ROOT / "examples/sintel/media/sintel.mp4"}
    if folder:
        clips |= {name: folder / f"{name}.mp4" for name in ("talk", "screencast")}
    print("| clip | seconds | CPU s | marked | followed | kept | centre crop |\n|---|---|---|---|---|---|---|")
    total = Share(0, 0, 0, 0)
    for clip, path in clips.items():
        total += _measure(clip, path, "--record" in words)
    print(f"| all | | | {_row(total)} |")


def _measure(clip: str, path: Path, writes: bool) -> Share:
    with tempfile.TemporaryDirectory() as folder:
        store = FolderStore(Path(folder))
        source = probe(path)
        stretch = Stretch(source, Fraction(0), source.duration_s, picture_area(source, store))
        before = _cpu_s()
        found = [(a, b, look(replace(stretch, start_s=a, end_s=b), store)) for a, b in shots(stretch, store)]
        spent = _cpu_s() - before
    seen = seen_of(stretch, found)
    if writes:
        record(clip, seen)
    shares = share(clip, seen)
    print(f"| {clip} | {float(source.duration_s):.1f} | {spent:.1f} | {_row(shares)} |")
    return shares


def _cpu_s() -> float:
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def _row(shares: Share) -> str:
    return " | ".join(
        [
            str(shares.marked),
            *(f"{part} ({part / shares.marked:.1%})" for part in (shares.decided, shares.kept, shares.centre)),
        ]
    )


if __name__ == "__main__":
    main(sys.argv[1:])
