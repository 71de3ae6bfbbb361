"""`portevoix recipes`, `languages`, `placements` and `schema`: what there is to choose from, and to write."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import BaseModel

from portevoix.authoring.account import Accounts
from portevoix.authoring.brand import BrandKit
from portevoix.authoring.job import Job
from portevoix.authoring.placement import Margins, Placement
from portevoix.authoring.recipe import Recipe
from portevoix.cli.console import HousePlace, errors_reported, print_table, say, usage_error
from portevoix.errors import suggestion
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


def placements(
    name: Annotated[str | None, typer.Argument(help="One of them, with every rule.", show_default=False)] = None,
    house: HousePlace = None,
) -> None:
    """List the placements, or one placement's rules with their sources and dates."""
    with errors_reported():
        found = load_library(house).placements
        if name and name not in found:
            raise usage_error(f"placement {name!r} is not known; {suggestion(name, found)}")
    rows = _rules(found[name]) if name else [_summary(one) for one in found.values()]
    heads = ("rule", "value", "source", "read on", "confidence") if name else HEADS
    print_table(rows, *heads)
    today = datetime.now(UTC).date()
    for one in [found[name]] if name else found.values():
        for source in one.old_sources(today):
            age = f"{source.title} was read on {source.read_on}, {(today - source.read_on).days} days ago"
            say(f"{one.name}: {age}; read it again", "warning", "yellow")


def schema(kind: Annotated[str, typer.Argument(help="job, recipe, brand or accounts")]) -> None:
    """Print a JSON Schema, for an editor's completion."""
    models: dict[str, type[BaseModel]] = {"job": Job, "recipe": Recipe, "brand": BrandKit, "accounts": Accounts}
    if kind not in models:
        raise usage_error(f"{kind!r} has no schema; choose {', '.join(models)}")
    print(json.dumps(models[kind].model_json_schema(by_alias=True), ensure_ascii=False, indent=2))


HEADS = ("placement", "formats", "captions", "takes", "rules read on")


def _summary(one: Placement) -> tuple[str, ...]:
    takes = [kind for kind in ("video", "still", "document") if getattr(one, kind)]
    return one.name, ", ".join(one.formats), one.captions, ", ".join(takes), str(one.read_on)


def _rules(one: Placement) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for rule, value in one.rules().items():
        source = one.source_of(rule)
        confidence = f"{source.confidence}, advice" if source.advice else source.confidence
        rows.append((rule, _shown(value), source.title, str(source.read_on), confidence))
    return rows


def _shown(value: object) -> str:
    if isinstance(value, Margins):
        return f"top {value.top}, bottom {value.bottom}, left {value.left}, right {value.right}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
