"""How long a chunk should be, and how many encoders should run at once with how many threads.

Twelve seconds of the trailer's job (42 deliveries), from nothing, once for each choice; and for each length of a chunk
one caption corrected. `--report` writes the tables into docs/performance.md.

    python benchmarks/chunks.py [--report]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import fmean

from matrix import Shop, Stretch
from measuring import bytes_in
from report import PAGE, filled

STRETCH = Stretch(10, 22)
CORRECTED = (("fr", 0), ("ru", 1), ("ar", 2))
TIMELINE, ENCODING = "timeline.py", "render/encoding.py"
LENGTHS = {  # what is another number in the engine's own files
    "one GOP of 1 s": (TIMELINE, "GOP_S = 2 ", "GOP_S = 1 "),
    "one GOP of 2 s": (TIMELINE, "GOP_S = 2 ", "GOP_S = 2 "),
    "two GOPs of 2 s": (TIMELINE, "CHUNK_GOPS = 1 ", "CHUNK_GOPS = 2 "),
    "four GOPs of 2 s": (TIMELINE, "CHUNK_GOPS = 1 ", "CHUNK_GOPS = 4 "),
}
ENCODERS = ((1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (4, 1))  # batches at once, and threads of each encoder


def _shop(folder: Path, name: str, change: tuple[str, str, str] | None) -> Shop:
    shop = Shop(folder / name.replace(" ", "-"), STRETCH, "0.5")
    if change:
        file, before, after = change
        path = shop.tree / "portevoix" / file
        text = path.read_text("utf-8")
        if before not in text:
            raise RuntimeError(f"{file} no longer has {before!r}: this measurement changes it")
        path.write_text(text.replace(before, after), "utf-8")
    return shop


def _length(folder: Path, name: str) -> str:
    shop = _shop(folder, name, LENGTHS[name])
    cold = shop.render()
    size = bytes_in(shop.out)
    corrections = []
    for language, cue in CORRECTED:
        before = shop.correct(language, cue)
        corrections.append(shop.render())
        shop.write_script(language, before)
    return (
        f"| {name} | {cold.wall_s:.1f} | {cold.cpu_s:.1f} | {size / 1e6:.1f} | "
        f"{fmean(c.wall_s for c in corrections):.1f} | "
        f"{fmean(c.cpu_s for c in corrections):.1f} |"
    )


def _encoders(folder: Path, batches: int, threads: int) -> str:
    shop = _shop(folder, f"{batches}x{threads}", (ENCODING, "threads=1:level", f"threads={threads}:level"))
    cold = shop.render(None, "--workers", str(batches))
    return f"| {batches} | {threads} | {cold.wall_s:.1f} | {cold.cpu_s:.1f} | {cold.peak_bytes / 2**30:.2f} GiB |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--report", action="store_true", help="write the tables into docs/performance.md")
    given = parser.parse_args()
    lengths = ["| a chunk | seconds | CPU | MB | a caption corrected | CPU |", "|---|--:|--:|--:|--:|--:|"]
    encoders = ["| batches at once | threads an encoder | seconds | CPU | memory |", "|--:|--:|--:|--:|--:|"]
    with tempfile.TemporaryDirectory() as folder:
        for name in LENGTHS:
            lengths.append(_length(Path(folder), name))
            print(lengths[-1], flush=True)
        for batches, threads in ENCODERS:
            encoders.append(_encoders(Path(folder), batches, threads))
            print(encoders[-1], flush=True)
    if given.report:
        regions = {"lengths": "\n".join(lengths), "encoders": "\n".join(encoders)}
        PAGE.write_text(filled(PAGE, regions, "chunks"), "utf-8")


if __name__ == "__main__":
    main()
