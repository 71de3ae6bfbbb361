"""Strangers' files through upload, worker and command line: `python benchmarks/strangers.py [--changed 2000]`

The whole corpus, then good files with a little changed. Ends with 1 where a trap was touched, a limit did not hold, an
error had no sentence, a process was left or the next job did not work. `--report` writes the counts into
docs/security.md.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from portevoix.library import ROOT

sys.path.insert(0, str(ROOT / "tests" / "helpers"))
from gauntlet import FAILED, MADE, REFUSED, End, Gauntlet, corpus, gauntlet_in
from pool import pool
from strange_mutations import good_files, mutated
from strange_texts import Stranger

BEGIN, END = "<!-- begin of the counts, by `make strangers` -->\n", "<!-- end of the counts -->"
NEXT_EVERY = 50  # files, a plain job
TOLD_EVERY = 50
KINDS = {"clip": "film", "script": "captions", "photo": "photo", "sound": "sound", "document": "job"}


def ends(gauntlet: Gauntlet, strangers: Iterable[Stranger], in_turn: bool = False) -> Iterator[End]:
    """Each file by both ways, or by one of them in turn; what was wrong is printed as it comes."""
    both = (gauntlet.upload, gauntlet.command)
    for number, stranger in enumerate(strangers, 1):
        for way in (both[number % 2],) if in_turn else both:
            end = way(stranger)
            if number % NEXT_EVERY == 0 and not gauntlet.next_works():
                end = replace(end, wrong=(*end.wrong, "the next job does not work"))
            if end.wrong:
                keep(gauntlet.folder / "wrong", number, end)
            yield replace(end, stranger=replace(stranger, content=b""))
        if number % TOLD_EVERY == 0:
            print(f"{datetime.now(UTC):%H:%M:%S} {number} files", flush=True)


def keep(folder: Path, number: int, end: End) -> None:
    """Keep a file that did something wrong, and say what."""
    folder.mkdir(exist_ok=True)
    (folder / f"{number}-{Path(end.stranger.name).name[-60:] or 'file'}").write_bytes(end.stranger.content)
    print(
        f"{number} {end.stranger.name!r} ({end.stranger.tries}), {end.way}: {'; '.join(end.wrong)}\n{end.said[-1500:]}"
    )


def _missed(end: End) -> list[str]:
    """What is wrong with the gauntlet itself: where a good file is not made, a bad one proves nothing."""
    return [] if end.how == MADE else [f"a good file was {end.how}: {end.said}"]


def table(found_by_name: Mapping[str, list[End]]) -> list[str]:
    """The counts as they stand in the document."""
    lines = ["| files | way | tried | made all the same | refused before work | failed by name | wrong | longest, s |"]
    lines.append("|---|---|--:|--:|--:|--:|--:|--:|")
    for name, found in found_by_name.items():
        groups = [(f"{name}: {kind}", [e for e in found if e.stranger.role == role]) for role, kind in KINDS.items()]
        for label, some in groups:
            for way in dict.fromkeys(end.way for end in some):
                lines.append(_line(label, way, [end for end in some if end.way == way]))
    return lines


def _line(label: str, way: str, some: list[End]) -> str:
    how = Counter(end.how for end in some)
    counts = [len(some), how[MADE], how[REFUSED], how[FAILED], sum(bool(end.wrong) for end in some)]
    return f"| {label} | {way} | {' | '.join(map(str, counts))} | {max(end.seconds for end in some):.1f} |"


def report(lines: list[str], seed: int) -> None:
    """Put the counts into the document, between its marks."""
    file = ROOT / "docs" / "security.md"
    before, rest = file.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    said = f"Seed {seed}, {datetime.now(UTC):%d %B %Y}:\n\n"
    file.write_text(before + BEGIN + said + "\n".join(lines) + "\n" + END + after, "utf-8")


def part_of(part: int, parts: int, changed: int, seed: int) -> dict[str, list[End]]:
    """One file in so many, through a gauntlet of this process."""
    folder = Path(tempfile.mkdtemp(prefix="strangers-"))
    with gauntlet_in(folder) as gauntlet:
        made = folder / "made"
        made.mkdir()
        good, known = good_files(made), list(corpus(gauntlet.watch.traps, made))
        return {
            "good": [replace(end, wrong=(*end.wrong, *_missed(end))) for end in ends(gauntlet, good[part::parts])],
            "made to do harm": list(ends(gauntlet, known[part::parts])),
            "changed by chance": list(ends(gauntlet, islice(mutated(good, changed, seed), part, None, parts), True)),
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--changed", type=int, default=2_000, help="files with a little changed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--report", action="store_true")
    given = parser.parse_args()
    found: dict[str, list[End]] = {}
    with pool(given.processes) as made:
        parts = range(given.processes)
        asked = [made.submit(part_of, part, given.processes, given.changed, given.seed) for part in parts]
        for some in (one.result() for one in asked):
            found = {name: [*found.get(name, []), *few] for name, few in some.items()}
    lines = table(found)
    print("\n".join(lines))
    wrong = sum(bool(end.wrong) for some in found.values() for end in some)
    print(f"{sum(map(len, found.values()))} tries, {wrong} wrong")
    if given.report:
        report(lines, given.seed)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
