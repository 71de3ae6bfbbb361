"""`portevoix recipes`, `languages` and `placements`: what there is to choose from, in tables."""

from __future__ import annotations

from portevoix.cli.console import HousePlace, errors_reported, print_table
from portevoix.library import load_library


def recipes(house: HousePlace = None) -> None:
    """List the recipes."""
    with errors_reported():
        found = load_library(house).recipes
    print_table([(r.name, r.summary) for r in found.values()], "recipe", "what it makes")


def languages(house: HousePlace = None) -> None:
    """List the languages."""
    with errors_reported():
        found = load_library(house).languages
    rows: list[tuple[str, ...]] = [(p.code, p.name, p.english_name, p.direction) for p in found.values()]
    print_table(rows, "code", "name", "in English", "direction")


def placements(house: HousePlace = None) -> None:
    """List the placements."""
    with errors_reported():
        found = load_library(house).placements
    rows: list[tuple[str, ...]] = [(p.name, ", ".join(p.formats), p.captions, str(p.read_on)) for p in found.values()]
    print_table(rows, "placement", "formats", "captions", "rules read on")
