"""Names that lead nowhere, round and round, or to what is no file: the command line says so."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from portevoix.cli import DONE, WRONG_INPUT, app
from portevoix.library import ROOT

JOB = "recipe: subtitles\nlanguages: [fr]\nclips: [{file: %s.mp4}]\nscripts: {fr: %s.srt}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for ending in ("yaml", "srt", "mp4"):
        Path(f"loop.{ending}").symlink_to(f"loop.{ending}")
        os.mkfifo(f"pipe.{ending}")
        Path(f"empty.{ending}").touch()
    Path("round").symlink_to("round")
    return tmp_path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [*map(str, words)])


@pytest.mark.parametrize("name", ["loop", "pipe", "empty", "round/job"])
def test_a_job_that_is_no_file_is_refused_by_its_name(name: str, here: Path) -> None:
    for command in ("render", "plan", "frame"):
        said = run(command, f"{name}.yaml", "--store", here / "store")
        assert said.exit_code == WRONG_INPUT and f"{name}.yaml" in said.stderr, said.output


@pytest.mark.parametrize("name", ["loop", "pipe", "empty"])
def test_a_clip_and_a_script_that_are_no_files_are_refused_together(name: str, here: Path) -> None:
    Path("job.yaml").write_text(JOB % (name, name), "utf-8")
    said = run("plan", "job.yaml", "--store", here / "store")
    assert said.exit_code == WRONG_INPUT
    assert f"{name}.mp4" in said.stderr and f"{name}.srt" in said.stderr
    assert "could not be made" not in said.stderr


def test_captions_that_are_no_file_are_refused(here: Path) -> None:
    for name in ("loop", "pipe", "empty"):
        said = run("captions", "check", f"{name}.srt", "--language", "fr")
        assert said.exit_code == WRONG_INPUT and f"{name}.srt" in said.stderr, said.output


def test_a_place_that_leads_round_and_round_is_named(here: Path) -> None:
    assert run("new", "round").stderr == (
        "round/media cannot be used: Too many levels of symbolic links; name another place\n"
    )
    assert run("plan", "loop.yaml", "--house", "round").exit_code == WRONG_INPUT


def test_a_house_whose_folders_lead_back_is_read_once(here: Path) -> None:
    kit = here / "house" / "brand" / "own"
    kit.mkdir(parents=True)
    for name in ("a", "b"):  # each folder would be seen 2^40 times
        (kit / name).symlink_to("..")
    (here / "house" / "recipes").mkdir()
    (here / "house" / "recipes" / "x.yaml").symlink_to("x.yaml")
    assert "x.yaml: cannot be read" in run("plan", "empty.yaml", "--house", here / "house").stderr


def test_a_clock_in_1970_hinders_no_plan(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 12.0)
    job = here / "job.yaml"
    job.write_text((ROOT / "examples" / "notice" / "job.yaml").read_text("utf-8"), "utf-8")
    os.utime(job, (0, 0))
    said = run("plan", job, "--house", ROOT / "examples" / "house", "--store", here / "store", "--only", "language=fr")
    assert said.exit_code == DONE, said.output
