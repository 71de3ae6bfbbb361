"""docs/recipes.md: every recipe, every input that it declares, its examples and its pictures."""

from __future__ import annotations

import importlib.util
import re
import sys
from types import ModuleType

import pytest

from portevoix.library import ROOT, Library
from portevoix.order import INPUTS

PAGE = (ROOT / "docs" / "recipes.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## ([\w-]+)$\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
MOST_BYTES = 200_000


@pytest.fixture(scope="module")
def pictures() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recipe_pictures", ROOT / "scripts" / "recipe-pictures.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look there for their types
    spec.loader.exec_module(module)
    return module


def test_every_recipe_has_a_section_with_the_inputs_that_it_declares(library: Library) -> None:
    assert sorted(SECTIONS) == sorted(library.recipes)
    for name, recipe in library.recipes.items():
        inputs = SECTIONS[name].split("<!-- inputs -->")[1].split("<!-- end -->")[0]
        said = {
            key: need
            for need, keys in re.findall(r"^- (\w+): (.*)$", inputs, re.MULTILINE)
            for key in re.findall(r"`(\w+)`", keys)
        }
        assert said == recipe.inputs, name


def test_every_input_of_any_recipe_is_explained() -> None:
    told = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", PAGE.split("\n## ")[0], re.MULTILINE)
    assert sorted(key for keys in told for key in re.findall(r"\w+", keys)) == sorted(INPUTS)


def test_every_recipe_is_shown_in_both_directions_within_its_bytes(library: Library, pictures: ModuleType) -> None:
    assert set(pictures.SHOWN) == set(library.recipes)
    for name, examples in pictures.SHOWN.items():
        for job, moments in examples:
            assert moments and f"`{job}`" in SECTIONS[name] and (ROOT / job).is_file()
        for language in pictures.LANGUAGES:
            file = f"pictures/{name}-{language}.webp"
            assert f"({file})" in SECTIONS[name]
            assert 0 < (ROOT / "docs" / file).stat().st_size <= MOST_BYTES


def test_renewing_the_page_follows_a_recipes_inputs(library: Library, pictures: ModuleType) -> None:
    assert pictures.renewed(PAGE, library.recipes) == PAGE
    recipe = library.recipes["alert"].model_copy(update={"inputs": {"title": "needed"}})
    changed = pictures.renewed(PAGE, {**library.recipes, "alert": recipe})
    assert "<!-- inputs -->\n- needed: `title`\n<!-- end -->" in changed and changed.count("## ") == PAGE.count("## ")
