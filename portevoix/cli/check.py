"""`portevoix check`: any film, still, caption file or PDF against the rules of placements."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from portevoix.cli.console import DONE, FAILED, HousePlace, errors_reported, say, usage_error
from portevoix.delivery.checks.any_file import Rules, file_checks
from portevoix.delivery.checks.verdict import Check
from portevoix.errors import suggestion
from portevoix.library import load_library
from portevoix.sources.probe import UnusableSource

COLOURS = {"pass": "green", "warn": "yellow", "fail": "red"}


def check(
    file: Path,
    placement: Annotated[list[str], typer.Option(help="Whose rules, e.g. instagram_story; may stand several times.")],
    film: Annotated[Path | None, typer.Option(help="The film that a caption file belongs to.")] = None,
    cover: Annotated[bool, typer.Option("--cover", help="The picture is a film's poster or cover.")] = False,
    house: HousePlace = None,
    as_json: Annotated[bool, typer.Option("--json", help="The checks as JSON.")] = False,
) -> None:
    """Measure a film, a still, a caption file or a PDF against the rules of placements, and say what to do."""
    with errors_reported():
        rules = replace(_rules(placement, house), cover=cover)
        try:
            checks = file_checks(file, rules, film)
        except UnusableSource as error:
            raise UnusableSource(f"{file}: {error}") from None
    if as_json:
        print(json.dumps([one.plain() for one in checks], ensure_ascii=False, indent=2))
    else:
        for one in checks:
            _print(one)
    raise typer.Exit(FAILED if any(one.verdict == "fail" for one in checks) else DONE)


def _rules(names: list[str], house: Path | None) -> Rules:
    library = load_library(house)
    if unknown := [name for name in names if name not in library.placements]:
        raise usage_error(f"placement {unknown[0]!r} is not known; {suggestion(unknown[0], library.placements)}")
    placements = [library.placements[name] for name in dict.fromkeys(names)]
    return Rules(placements, library.languages, datetime.now(UTC).date())


def _print(one: Check) -> None:
    colour = COLOURS[one.verdict]
    say(f" {one.rule}: {one.measured} (wanted: {one.wanted})", one.verdict, colour)
    if one.remedy:
        say(f"      {one.remedy}")
    if one.source and one.verdict != "pass":
        say(f"{one.source}, {one.read_on}, {one.confidence}", "     ")
