"""The picture of docs/architecture.md: what it shows is what the code imports."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from architecture import PICTURE, ROOT, architecture
from architecture.facts import STOREYS, ImportCircle, storeys
from architecture.layout import lay


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree: `plan` stands on `order`, both on `errors`."""
    for storey in STOREYS:
        (tmp_path / storey).mkdir()
        (tmp_path / storey / "__init__.py").write_text(f'"""The {storey}. More of it."""\n')
    modules = {
        "portevoix/errors.py": "",
        "portevoix/order/__init__.py": "from portevoix.errors import Fault",
        "portevoix/plan/__init__.py": "from portevoix import errors\nfrom portevoix.order import accept",
        "portevoix/produce.py": "import portevoix.plan.make\nfrom portevoix.order import accept",
        "portevoix/plan/make.py": "from portevoix.plan import Plan",
        "service/__init__.py": "def late():\n    from portevoix.plan import Plan",
    }
    for name, text in modules.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'"""What {path.stem} does."""\n{text}\n')
    return tmp_path


def test_the_picture_is_that_of_the_code() -> None:
    assert PICTURE.read_text("utf-8") == architecture(), "the imports have changed; run `make architecture`"


def test_the_picture_is_valid_and_says_its_facts_in_words() -> None:
    root = ElementTree.fromstring(architecture())
    (description,) = root.findall("{http://www.w3.org/2000/svg}desc")
    assert "portevoix.delivery imports " in (description.text or "")
    names = {element.get("id") for element in root.iter() if element.get("id")}
    used = {value.removeprefix("#") for element in root.iter() if (value := element.get("href"))}
    assert used == names


def test_each_place_stands_above_what_it_imports_and_implied_arrows_are_left_out(tree: Path) -> None:
    *_, service, engine = storeys(tree)
    assert [[place.label for place in floor] for floor in engine.floors] == [["produce"], ["plan"], ["order"]]
    assert [place.label for place in engine.ground] == ["errors"]
    assert engine.arrows == (("portevoix.plan", "portevoix.order"), ("portevoix.produce", "portevoix.plan"))
    assert service.uses == (("portevoix", ("plan",)),)


def test_a_circle_of_imports_is_refused(tree: Path) -> None:
    (tree / "portevoix/order/accept.py").write_text("from portevoix import plan\n")
    with pytest.raises(ImportCircle, match=re.escape("portevoix.order, portevoix.plan")):
        storeys(tree)


def test_boxes_of_a_row_do_not_touch_and_a_chain_is_upright() -> None:
    floors = [["a"], ["b", "c"], ["d"], ["e"]]
    laid = lay(
        floors,
        [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "e")],
        {"~": 30.0} | dict.fromkeys("abcde", 100.0),
    )
    assert abs(laid.middles["b"] - laid.middles["c"]) >= 100 - 1e-6
    assert laid.middles["d"] == pytest.approx(laid.middles["e"], abs=1)
    assert laid.middles["a"] == pytest.approx((laid.middles["b"] + laid.middles["c"]) / 2, abs=1)


def test_every_path_that_the_page_names_is_there() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert "(pictures/architecture.svg)" in page
    paths = re.findall(r"`((?:portevoix|service|workers|docs)/[\w/.-]+)`", page)
    inside = re.findall(r"^\| `(\w+/)` \|", page, re.MULTILINE)
    assert len(paths) > 10 and len(inside) > 10
    assert not [path for path in paths if not (ROOT / path).exists()]
    assert set(inside) == {
        f"{place.label}/" for floor in storeys(ROOT)[-1].floors for place in floor if place.is_package
    }
