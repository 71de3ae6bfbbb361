"""`portevoix house check`, `portevoix new --house`, and `--house` beside the setting."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from portevoix.cli import DONE, FAILED, WRONG_INPUT, app
from portevoix.library import SETTING, load_library
from portevoix.order import accept


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SETTING)


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_a_house_that_was_just_made_is_sound_and_so_is_a_job_in_it(tmp_path: Path) -> None:
    house, job = tmp_path / "house", tmp_path / "job"
    assert run("new", "--house", house).exit_code == DONE
    checked = run("house", "check", "--house", house)
    assert checked.exit_code == DONE and "1 account, 0 glossary names" in checked.stdout.replace("\n", " ")
    assert run("new", job, "--recipe", "alert", "--house", house).exit_code == DONE
    assert accept(job / "job.yaml", load_library(house)).kit == "institution"
    planned = run("plan", job / "job.yaml", "--house", house, "--store", tmp_path / "store")
    assert planned.exit_code == DONE and "6 videos" in planned.stdout


def test_a_house_is_not_made_where_something_lies_already(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    result = run("new", "--house", tmp_path)
    assert result.exit_code == FAILED and "is not empty; choose another folder" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_new_says_what_it_needs(tmp_path: Path) -> None:
    result = run("new")
    assert result.exit_code == WRONG_INPUT and "--house DIR" in result.stderr


def test_without_a_house_the_built_in_data_are_checked() -> None:
    result = run("house", "check")
    assert result.exit_code == DONE and result.stdout.startswith("What is built in is sound: 18 languages")


def test_a_fault_ends_every_command_with_2_before_anything_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "accounts.yaml").write_text(
        "accounts:\n  desk: {language: fr, kit: plain, prefix: a, placements: [wall]}\n"
    )
    job = tmp_path / "job.yaml"
    job.write_text("recipe: alert\ntitle: {fr: A}\ntext: {fr: B}\naccounts: [desk]\n", "utf-8")
    said = f"{tmp_path}/accounts.yaml:2:60: placement 'wall' is not known; known: facebook_feed"
    for words in (("house", "check"), ("render", job, "--out", tmp_path / "out"), ("recipes",), ("brand", "list")):
        result = run(*words, "--house", tmp_path)
        assert result.exit_code == WRONG_INPUT and said in result.stderr, words
    monkeypatch.setenv(SETTING, str(tmp_path))
    assert run("house", "check").exit_code == WRONG_INPUT
    assert not (tmp_path / "out").exists()


def test_the_option_counts_more_than_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, str(tmp_path / "none"))
    run("new", "--house", tmp_path / "house")
    assert run("house", "check", "--house", tmp_path / "house").exit_code == DONE
    assert run("house", "check").exit_code == WRONG_INPUT


def test_a_name_of_a_house_that_was_not_read_is_refused_with_a_hint(tmp_path: Path) -> None:
    job = tmp_path / "job.yaml"
    job.write_text("recipe: alert\ntitle: {fr: A}\ntext: {fr: B}\naccounts: [desk]\nkit: aster\n", "utf-8")
    result = run("plan", job, "--store", tmp_path / "store")
    assert result.exit_code == WRONG_INPUT
    hint = "; no house was read (`--house DIR` or PORTEVOIX_HOUSE names one)"
    assert f"job.yaml:4:12: account 'desk' is not known; known: none{hint}" in result.stderr
    assert f"job.yaml:5:1: brand kit 'aster' is not known; known: plain{hint}" in result.stderr
