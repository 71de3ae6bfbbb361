"""docs/adding.md, followed: what it shows is written where it says, and used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from ruamel.yaml import YAML
from set_lines import break_lines

from portevoix.authoring.job import Job
from portevoix.authoring.recipe import SceneKind
from portevoix.captions.cue import Cue
from portevoix.captions.files import kinds
from portevoix.captions.files.convert import convert
from portevoix.captions.files.formats import registry
from portevoix.captions.files.read import read_captions
from portevoix.captions.files.write import write_captions
from portevoix.drawing import cards as looks
from portevoix.drawing.artist import Artist
from portevoix.drawing.canvas import Canvas
from portevoix.drawing.cards.sheet import Sheet
from portevoix.library import ROOT, Library, load_library
from portevoix.plan import work
from portevoix.produce import Selection, prepare
from portevoix.render import run
from portevoix.store import Store
from portevoix.timeline import cards, scenes
from portevoix.timeline.pictures import GroundPicture

PAGE = (ROOT / "docs" / "adding.md").read_text("utf-8")
BLOCK = re.compile(r"^ *```(\w+) (\S+)(?: from (\S+))?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
yaml = YAML(typ="safe")


def block(path: str) -> str:
    """What the page shows for a file."""
    (found,) = (text for _, file, _, text in BLOCK.findall(PAGE) if file == path)
    return "\n".join(line.removeprefix("   ") for line in found.split("\n"))


def run_block(path: str, within: dict[str, Any] | None = None) -> dict[str, Any]:
    names = dict(within or {})
    exec(compile(block(path), path, "exec"), names)
    return names


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for _, file, origin, _ in BLOCK.findall(PAGE):
        if file.startswith("house/"):
            path = tmp_path / file
            path.parent.mkdir(parents=True, exist_ok=True)
            values = {**(yaml.load(ROOT / origin) if origin else {}), **yaml.load(block(file))}
            yaml.dump(values, path)
    return tmp_path / "house"


def test_every_path_that_the_page_names_is_there() -> None:
    prose = BLOCK.sub("", PAGE)
    paths = re.findall(r"`((?:[\w.-]+/)+(?:[\w.-]+)?|\w+\.py)`", prose)
    assert len(paths) > 30
    new = re.compile(r"(^|/)(NAME|CODE)\.|^(languages|placements)/")
    missing = [path for path in paths if not new.search(path) and not (ROOT / path).exists()]
    assert not missing


def test_every_name_is_in_the_file_where_the_page_says_it_is() -> None:
    named = re.findall(r"`(\w+)`\s+(?:in|of)\s+`([\w/.]+\.py)`", PAGE)
    assert len(named) > 8
    missing = [f"{name} in {path}" for name, path in named if name not in (ROOT / path).read_text("utf-8")]
    assert not missing


def test_a_language_breaks_its_lines(house: Path) -> None:
    dutch = load_library(house).languages["nl"]
    assert dutch.script == "Latn" and dutch.keep_with_next[0] == "de"
    lines = break_lines(dutch.sample, dutch, len, 40, 4)
    assert lines and len(lines) > 1 and not any(line.endswith(" de") for line in lines)


def test_a_placement_is_an_accounts(house: Path) -> None:
    library = load_library(house)
    assert library.accounts["ministerie"].placements == ("bluesky",)
    assert library.placements["bluesky"].video.max_duration_s == 180


def test_a_recipe_is_planned(house: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTEVOIX_HOUSE", str(house))
    _, order, _, plan = prepare(house / "job.yaml", store, Selection())
    assert order.recipe.name == "reminder"
    assert plan.timeline.frame_count == 8 * 25
    assert {video.format for video in plan.videos} == {"wide", "story"}


def test_a_kind_of_scene_is_laid_out(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenes, "KINDS", dict(scenes.KINDS))
    run_block("portevoix/timeline/scenes.py", vars(scenes))
    pause = SceneKind.model_construct(show="pause", duration_s=Fraction(2))
    recipe = library.recipes["alert"]
    recipe = recipe.model_copy(update={"scenes": (*recipe.scenes, pause)})
    job = Job.model_validate(
        {"recipe": "alert", "title": {"fr": "Un titre"}, "text": {"fr": "Un texte"}, "languages": ["fr"]}
    )
    timeline = scenes.lay_out(job, recipe, [], {"fr": library.languages["fr"]})
    assert isinstance(timeline.scenes[-1].picture, GroundPicture)
    assert timeline.scenes[-1].frame_count == 2 * 25


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_a_card_is_drawn(code: str, artist: Artist, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    value = run_block("portevoix/timeline/cards.py", vars(cards))["Motto"]
    monkeypatch.setattr(cards, "Motto", value, raising=False)
    monkeypatch.setitem(looks.LOOKS, value, run_block("portevoix/drawing/cards/motto.py")["LOOK"])
    title = {"fr": "Agir ensemble", "ar": "نعمل معًا"}
    job = Job.model_validate({"recipe": "alert", "title": title, "languages": [code]})
    frame = Canvas.of_format("wide", draft=False).frame
    sheet = Sheet(artist.identity, library.languages[code], frame)
    card = value()
    drawing = looks.draw_card(sheet, card, looks.words_of(card, job, code))
    colours = drawing.image.getcolors(10**7)
    assert drawing.image.size == (1920, 1080) and colours and len(colours) > 2, "letters on the ground"


def test_a_caption_format_is_read_written_and_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = run_block("portevoix/captions/files/formats/lines.py")["LINES"]
    monkeypatch.setattr(kinds, "FORMATS", (lines, *registry.FORMATS))
    monkeypatch.setitem(registry.BY_SUFFIX, ".lines", lines)
    monkeypatch.setitem(registry.WRITTEN, ".lines", lines.written)
    srt, own, vtt = (tmp_path / f"a{suffix}" for suffix in (".srt", ".lines", ".vtt"))
    write_captions([Cue(Fraction(1), Fraction(5, 2), "Bonjour", 2)], srt, "ltr")
    convert(srt, own, "fr")
    assert own.read_text("utf-8") == "start\tend\twords\n00:00:01.000\t00:00:02.500\tBonjour\n"
    convert(own, vtt, "fr")
    (cue,) = read_captions(vtt, "fr").cues
    assert (cue.start_s, cue.end_s, cue.text) == (1, Fraction(5, 2), "Bonjour")


@dataclass(frozen=True)
class Checksum:
    key: str = "ab" * 32


def test_a_kind_of_work_is_done_once(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def make(step: Checksum, store: Store) -> None:
        (source := tmp_path / "made").write_text("made")
        made.append(step.key)
        store.put(step.key, {".txt": source}, {})

    monkeypatch.setitem(work.KINDS, Checksum, "checksum")
    monkeypatch.setitem(work.STAGES, "checksum", 2)
    monkeypatch.setattr(work, "_named_steps", lambda plan: iter([("the checksum", 0, Checksum())]))
    monkeypatch.setitem(run.MAKERS, "checksum", make)
    for _ in range(2):
        assert run.run_plan(SimpleNamespace(), store, 1, lambda event: None) == []
    assert made == [Checksum().key]


def test_every_kind_of_work_has_its_handler() -> None:
    from workers.handlers import HANDLERS

    assert set(work.STAGES) <= set(HANDLERS) and set(run.MAKERS) == set(work.KINDS.values())


def test_a_route_is_described_with_who_may_ask() -> None:
    app = FastAPI()
    app.include_router(run_block("service/http/routes/languages.py")["router"])
    described = app.openapi()["paths"]["/languages"]["get"]
    assert described["security"] and described["description"] == "Their codes."


def test_every_router_is_in_the_application() -> None:
    routes = ROOT / "service/http/routes"
    names = {path.stem for path in routes.glob("*.py")} - {"__init__"} | {
        path.parent.name for path in routes.glob("*/__init__.py")
    }
    listed = re.search(r"for routes in \(([^)]*)\)", (ROOT / "api.py").read_text("utf-8"))
    assert listed and set(re.findall(r"\w+", listed[1])) == names
