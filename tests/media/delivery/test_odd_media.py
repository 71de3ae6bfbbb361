"""`portevoix check` on films, pictures and captions as they lie about: what it says of each is in a golden file.

PORTEVOIX_MEDIA names their folder; `python tests/media/delivery/test_odd_media.py FOLDER` writes the golden file anew,
for somebody to read.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from portevoix.delivery.checks.any_file import Rules, file_checks
from portevoix.errors import InvalidInput
from portevoix.library import ROOT, load_library
from portevoix.sources.probe import UnusableSource

GOLDEN = ROOT / "tests" / "golden" / "odd_media.txt"
PLACEMENTS = {
    "video": ("instagram_story", "youtube", "linkedin_video"),
    "photo": ("instagram_feed", "linkedin_image"),
    "subs": ("facebook_feed", "x"),
}
READ_ON = date(2026, 11, 29)
MEDIA = os.environ.get("PORTEVOIX_MEDIA")


def said_of(path: Path, kind: str) -> Iterator[str]:
    """What is not as it should be, a line each, and how much is."""
    library = load_library(ROOT / "examples" / "house")
    rules = Rules([library.placements[name] for name in PLACEMENTS[kind]], library.languages, READ_ON)
    try:
        found = file_checks(path, rules)
    except (UnusableSource, InvalidInput) as error:
        yield f"  refused: {str(error).replace(f'{path.parent}/', '').splitlines()[0]}"
        return
    yield from (
        f"  {one.verdict} {one.rule}: {one.measured} (wanted: {one.wanted})" for one in found if one.verdict != "pass"
    )
    yield f"  pass: {sum(one.verdict == 'pass' for one in found)}"


def all_of(folder: Path) -> dict[str, list[str]]:
    files = [path for kind in PLACEMENTS for path in sorted((folder / kind).rglob("*")) if path.is_file()]
    wanted = [path for path in files if path.suffix not in (".md", ".html", ".txt")]
    named = {path.relative_to(folder).as_posix(): path for path in wanted}
    return {name: list(said_of(path, name.partition("/")[0])) for name, path in named.items()}


def golden() -> dict[str, list[str]]:
    """What was said of each file when somebody read it."""
    found: dict[str, list[str]] = {}
    for line in GOLDEN.read_text("utf-8").splitlines():
        if line.startswith("  "):
            found[list(found)[-1]].append(line)
        else:
            found[line] = []
    return found


@pytest.mark.skipif(not MEDIA, reason="PORTEVOIX_MEDIA names no folder of films")
@pytest.mark.parametrize("name", golden() if MEDIA else [])
def test_what_is_said_of_odd_files_stays_as_somebody_read_it(name: str) -> None:
    path = Path(str(MEDIA)) / name
    if not path.is_file():
        pytest.skip(f"{name} is not there")
    assert list(said_of(path, name.partition("/")[0])) == golden()[name]


if __name__ == "__main__":
    lines = [line for name, said in all_of(Path(sys.argv[1])).items() for line in (name, *said)]
    GOLDEN.write_text("\n".join(lines) + "\n", "utf-8")
