"""Where a render's files go, what it says while it works, and mistakes that hide no other."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from portevoix.cli import DONE, WRONG_INPUT, app
from portevoix.cli.console import outputs_of
from portevoix.cli.progress import tenths_told

JOB = "recipe: alert\ntitle: {fr: A}\ntext: {fr: B}\nlanguages: [fr]\n"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [*map(str, words)])


def test_files_lie_beside_their_job_wherever_one_stands(tmp_path: Path) -> None:
    assert outputs_of(tmp_path / "ville" / "job.yaml") == tmp_path / "ville" / "build" / "ville"
    assert outputs_of(tmp_path / "ville" / "low.yaml") == tmp_path / "ville" / "build" / "low"


def test_a_folder_with_another_jobs_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "storm.yaml").write_text(JOB, "utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text('{"job": "ville"}', "utf-8")
    result = run("render", tmp_path / "storm.yaml", "--out", out, "--store", tmp_path / "store")
    assert result.exit_code == WRONG_INPUT
    assert result.stderr == f"{out} holds the files of the job 'ville'; choose another folder with --out\n"


def test_progress_is_told_in_tenths_where_no_bar_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    show = tenths_told()
    show({"event": "planned", "videos": 2, "estimate_s": 7.6})
    for done in range(0, 101, 5):
        show({"event": "step", "frames_done": done, "frames": 100})
    said = capsys.readouterr().err.splitlines()
    assert said == ["2 videos, about 8 s", *(f"rendering {n} %" for n in range(10, 101, 10))]


def test_a_wrong_key_hides_no_missing_file(tmp_path: Path) -> None:
    job = tmp_path / "job.yaml"
    job.write_text(
        "recipe: statement\nquot: {fr: A}\nquoted: a\nspeakers: {a: {name: {fr: A}}}\nclips: [{file: no.mp4, fro: 2}]\n"
        "languages: [fr]\n",
        "utf-8",
    )
    result = run("plan", job, "--store", tmp_path / "store")
    told = [line.removeprefix(f"{job}:") for line in result.stderr.splitlines()]
    assert result.exit_code == WRONG_INPUT and len(told) == 3
    assert told[0].startswith("2:1: unknown key 'quot'; did you mean 'quote'?")
    assert "unknown key 'fro'" in "".join(told) and any("no.mp4 does not exist" in line for line in told)


def test_captions_are_converted_in_the_language_that_the_name_says(tmp_path: Path) -> None:
    script = tmp_path / "film.fr.srt"
    script.write_text("1\n00:00:00,000 --> 00:00:02,000\nBonjour.\n", "utf-8")
    assert run("captions", "convert", script, tmp_path / "film.vtt").exit_code == DONE
    assert "Bonjour." in (tmp_path / "film.vtt").read_text("utf-8")
    unnamed = script.rename(tmp_path / "film.srt")
    result = run("captions", "convert", unnamed, tmp_path / "other.vtt")
    assert result.exit_code == WRONG_INPUT and "its name says no language; add --language" in result.stderr
