"""What a house adds to the built-in data, what it replaces, and how each fault of it is named."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from portevoix import library
from portevoix.authoring.account import load_accounts
from portevoix.errors import InvalidInput
from portevoix.library import ROOT, SETTING, Library, load_library
from portevoix.order import accept

ACCOUNT = "accounts:\n  desk:\n    language: fr\n    kit: own\n    prefix: desk\n    placements: [x]\n"
KIT = "name: own\ninherits: plain\norganisation: {fr: Maison}\n"
Write = Callable[[str, str], Path]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house: one account, one kit that inherits the built-in one."""
    folder = tmp_path / "house"
    (folder / "brand" / "own").mkdir(parents=True)
    (folder / "accounts.yaml").write_text(ACCOUNT, "utf-8")
    (folder / "brand" / "own" / "kit.yaml").write_text(KIT, "utf-8")
    return folder


@pytest.fixture
def write(house: Path) -> Write:
    """Writes a file of the house."""

    def put(name: str, text: str) -> Path:
        path = house / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return put


def faults_of(house: Path) -> list[str]:
    """Every fault, its file as the house names it."""
    with pytest.raises(InvalidInput) as caught:
        load_library(house)
    return [str(fault).replace(f"{house}/", "") for fault in caught.value.faults]


def built_in(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


# -- what there is -----------------------------------------------------------------------------------------------------


def test_a_house_stands_before_what_is_built_in(house: Path) -> None:
    library = load_library(house)
    assert list(library.accounts) == ["desk"] and list(library.kits) == ["own", "plain"]
    assert library.default_kit == "own" and "interview" in library.recipes


def test_a_kit_of_the_house_inherits_a_built_in_one_with_its_files(house: Path) -> None:
    kit = load_library(house).kits["own"]
    plain = load_library(house).kits["plain"]
    assert kit.values.colours == plain.values.colours and kit.values.organisation == {"fr": "Maison"}
    assert kit.file("logo.png") == ROOT / "brand" / "plain" / "logo.png"


def test_a_house_may_be_named_from_where_one_stands(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(house.parent)
    shutil.copy(ROOT / "brand" / "plain" / "logo.png", house / "brand" / "own" / "opening.png")
    assert load_library(Path(house.name)).kits["own"].file("opening.png") == house / "brand" / "own" / "opening.png"


def test_a_kit_of_the_house_takes_the_place_of_a_built_in_one_of_its_name(house: Path, write: Write) -> None:
    text = built_in("brand/plain/kit.yaml").replace("#3F5B73", "#145242")
    write("brand/plain/kit.yaml", text)
    shutil.copy(ROOT / "brand" / "plain" / "logo.png", house / "brand" / "plain" / "logo.png")
    kits = load_library(house).kits
    assert kits["plain"].values.colours.accent == kits["own"].values.colours.accent == "#145242"
    assert list(kits) == ["own", "plain"]


def test_recipes_placements_and_languages_are_added_or_replaced_by_name(house: Path, write: Write) -> None:
    recipe = built_in("recipes/alert.yaml")
    write("recipes/alert.yaml", recipe.replace("fps: 25", "fps: 30").replace("summary: ", "summary: ours, "))
    write("recipes/flash.yaml", recipe.replace("name: alert", "name: flash"))
    placement = built_in("portevoix/placements/x.yaml").replace("name: x\n", "name: intranet\n")
    write("placements/intranet.yaml", placement)
    write(
        "languages/fr.yaml", built_in("portevoix/languages/fr.yaml").replace("name: Français", "name: Notre français")
    )
    before, found = load_library(ROOT / "examples" / "house"), load_library(house)
    assert found.recipes["alert"].summary.startswith("ours, ")
    assert set(found.recipes) - set(before.recipes) == {"flash"}
    assert set(found.placements) - set(before.placements) == {"intranet"}
    assert found.languages["fr"].name == "Notre français" and set(found.languages) == set(before.languages)


def test_the_setting_names_a_house_and_without_it_there_is_none(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(house))
    assert load_library().house == house
    monkeypatch.delenv(SETTING)
    library = load_library()
    assert (library.house, library.accounts, library.default_kit) == (None, {}, "plain")


def test_a_job_without_a_glossary_of_its_own_has_the_houses(house: Path, write: Write, tmp_path: Path) -> None:
    write("glossary.yaml", "glossary:\n- {fr: Nations unies, en: United Nations}\n")
    job = tmp_path / "job.yaml"
    text = "recipe: alert\ntitle: {fr: A}\ntext: {fr: B}\nlanguages: [fr]\n"
    job.write_text(text, "utf-8")
    assert accept(job, load_library(house)).glossary == [{"fr": "Nations unies", "en": "United Nations"}]


def test_a_jobs_own_glossary_counts_instead_of_the_houses(library: Library, tmp_path: Path) -> None:
    job = shutil.copytree(ROOT / "examples" / "sintel", tmp_path / "sintel") / "job.yaml"
    common = replace(library, glossary=({"fr": "Nations unies"},))
    assert accept(job, common).glossary == [{"fr": "Nations unies"}]
    job.write_text(job.read_text("utf-8") + "glossary: [{fr: Sintel}]\n", "utf-8")
    assert accept(job, common).glossary == [{"fr": "Sintel"}]


# -- what is wrong -----------------------------------------------------------------------------------------------------

PLACEMENT = "name: wall\nplatform: wall\nread_on: 2026-11-23\nformats: [wide]\ncaptions: burned\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "accounts.yaml",
            ACCOUNT.replace("[x]", "[youtube, instagram_stroy]"),
            "accounts.yaml:6:27: placement 'instagram_stroy' is not known; did you mean 'instagram_story'?",
        ),
        (
            "accounts.yaml",
            ACCOUNT.replace("language: fr", "language: xx"),
            "accounts.yaml:3:5: language 'xx' is not known; known: ar, de, en",
        ),
        ("accounts.yaml", ACCOUNT.replace("kit: own", "kit: owl"), "accounts.yaml:4:5: kit 'owl' is not known; did"),
        (
            "accounts.yaml",
            ACCOUNT + "    formats: {youtube: wide}\n",
            "accounts.yaml:7:15: 'youtube' is none of the account's placements; known: x",
        ),
        ("accounts.yaml", ACCOUNT + "    kitt: own\n", "accounts.yaml:7:5: unknown key 'kitt'; did you mean 'kit'?"),
        ("accounts.yaml", "accounts: {", "accounts.yaml:1:12: is not valid YAML"),
        ("glossary.yaml", "glossary:\n- {fr: A, en: B}\n- {fr: A, xx: B}\n", "glossary.yaml:3:11: language 'xx'"),
        ("brand/own/kit.yaml", KIT.replace("plain", "plane"), "brand/own/kit.yaml:2:1: kit 'plane' is not known; did"),
        (
            "brand/own/kit.yaml",
            KIT + "logo: {light: light.png}\n",
            "brand/own/kit.yaml:4:8: light.png is not in brand/own or ",
        ),
        (
            "brand/own/kit.yaml",
            KIT + "fonts:\n  title: {Latn: Spektral}\n",
            "brand/own/kit.yaml:5:11: the family 'Spektral' is not in fonts/",
        ),
        ("placements/wall.yaml", PLACEMENT, "placements/wall.yaml:1:1: the file: it takes nothing"),
        (
            "placements/door.yaml",
            PLACEMENT.replace("[wide]", "[broad]"),
            "placements/door.yaml:4:11: formats.0: 'broad'",
        ),
        ("recipes/flash.yaml", "name: flash\n", "recipes/flash.yaml:1:1: summary is missing"),
        (
            "recipes/flash.yaml",
            built_in("recipes/alert.yaml"),
            "recipes/flash.yaml:2:1: 'alert' is not the file's name; call it alert.yaml",
        ),
        ("languages/el.yaml", "code: el\n", "languages/el.yaml:1:1: name is missing"),
        (
            "languages/fr-CA.yaml",
            built_in("portevoix/languages/zh-Hans.yaml").replace("code: zh-Hans", "code: fr-CA"),
            "languages/fr-CA.yaml:2:1: 'zh' already names the language of zh-Hans.yaml",
        ),
        ("recipe/flash.yaml", "", "recipe: is not read; call it recipes"),
        ("account.yaml", "", "account.yaml: is not read; call it accounts.yaml"),
        ("recipes/flash.yml", "", "recipes/flash.yml: is not read; call it flash.yaml"),
        ("languages", "", "languages: must be a folder"),
    ],
)
def test_a_fault_of_a_house_is_named_with_its_file_and_line(
    house: Path, write: Write, name: str, text: str, said: str
) -> None:
    write(name, text)
    assert said in "\n".join(faults_of(house))


def test_every_fault_of_a_house_is_named_at_once(house: Path, write: Write) -> None:
    write("accounts.yaml", ACCOUNT.replace("[x]", "[z]").replace("kit: own", "kit: none"))
    write("brand/own/kit.yaml", KIT + 'colours: {muted: "#333333"}\n')
    write("recipes/flash.yaml", "name: flash\n")
    write("glossary.yaml", "glossary:\n- {xx: A}\n")
    places = [fault.rsplit(":", 1)[0].split(": ")[0] for fault in faults_of(house)]
    files = [place.split(":")[0] for place in places]
    assert {name: files.count(name) for name in files} == {
        "accounts.yaml": 2,
        "brand/own/kit.yaml": 1,
        "glossary.yaml": 1,
        "recipes/flash.yaml": 4,
    }
    assert all(place.count(":") == 2 for place in places), places


def test_what_names_a_file_that_is_itself_wrong_is_no_fault_of_its_own(house: Path, write: Write) -> None:
    write("placements/wall.yaml", PLACEMENT)
    write("accounts.yaml", ACCOUNT.replace("[x]", "[wall]"))
    assert {fault.split(":")[0] for fault in faults_of(house)} == {"placements/wall.yaml"}


def test_a_circle_of_kits_is_named_once_where_it_can_be_ended(house: Path, write: Write) -> None:
    write("brand/other/kit.yaml", KIT.replace("own", "other").replace("plain", "own"))
    write("brand/own/kit.yaml", KIT.replace("plain", "other"))
    assert faults_of(house) == ["brand/own/kit.yaml:2:1: kits inherit in a circle: other → own → other; end it at one"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("accounts.yaml", "accounts.yaml:1:1: leads out of "),
        ("glossary.yaml", "glossary.yaml:1:1: leads out of "),
        ("recipes/flash.yaml", "recipes/flash.yaml:1:1: leads out of "),
        ("brand/own/kit.yaml", "brand/own/kit.yaml:1:1: leads out of "),
        ("brand/own/light.png", "brand/own/kit.yaml:4:8: light.png lies outside brand/own"),
    ],
)
def test_a_link_that_leads_out_of_the_house_is_refused(
    house: Path, write: Write, tmp_path: Path, name: str, said: str
) -> None:
    write("brand/own/kit.yaml", KIT + "logo: {light: light.png}\n")
    outside = tmp_path / "outside"
    shutil.copytree(house, outside)
    for file in ("glossary.yaml", "recipes/flash.yaml", "brand/own/light.png"):
        (outside / file).parent.mkdir(exist_ok=True)
        (outside / file).write_bytes(b"")
    place = house / name
    place.parent.mkdir(exist_ok=True)
    place.unlink(missing_ok=True)
    place.symlink_to(outside / name)
    assert said in "\n".join(faults_of(house))


def test_a_folder_that_leads_out_of_the_house_is_refused_too(house: Path, tmp_path: Path) -> None:
    shutil.move(house / "brand" / "own", tmp_path / "own")
    (house / "brand" / "own").symlink_to(tmp_path / "own")
    assert "brand/own/kit.yaml:1:1: leads out of " in "\n".join(faults_of(house))


def test_a_house_that_is_not_there_is_named_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"none: is not a folder; `portevoix new --house DIR` makes a house"):
        load_library(tmp_path / "none")


def test_a_house_is_read_again_only_where_a_file_of_it_is_another(
    house: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    monkeypatch.setattr(library, "load_accounts", lambda *given: (read.append(given[0]), load_accounts(*given))[1])
    assert load_library(house) is load_library(house)
    assert len(read) == 1
    for name, text in (
        ("accounts.yaml", ACCOUNT.replace("fr", "de")),  # of the same length
        ("glossary.yaml", "glossary: [{fr: Maison}]\n"),
        ("brand/own/kit.yaml", KIT.replace("Maison", "Musée")),
    ):
        before = len(read)
        write(name, text)
        load_library(house)
        assert len(read) == before + 1, name
    assert load_library(house).accounts["desk"].language == "de"
    write("acounts.yaml", "")
    with pytest.raises(InvalidInput, match="is not read; call it accounts"):
        load_library(house)
    (house / "acounts.yaml").unlink()
    assert load_library(house).accounts["desk"].language == "de"
