"""`portevoix frame`, as an editor uses it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from portevoix.cli import DONE, WRONG_INPUT, app
from portevoix.framing.path_file import read_path
from portevoix.library import ROOT
from portevoix.sources.probe import probe

WEBCAM = ROOT / "tests/golden/framing/media/webcam.mp4"


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """Two short stretches of one clip in which a man looks into the camera; the job lacks its scripts still."""
    folder = tmp_path / "job"
    folder.mkdir()
    shutil.copy(WEBCAM, folder / "man.mp4")
    file = folder / "job.yaml"
    file.write_text(
        "recipe: interview\ntitle: {fr: Un homme}\nclips:\n"
        "  - {file: man.mp4, from: 1, to: 2}\n  - {file: man.mp4, from: 26, to: 27, path: second.path.yaml, "
        "fit: follow}\n"
        "scripts: {fr: fr.vtt}\nformats: [story]\nlanguages: [fr]\nkit: aster\n",
        "utf-8",
    )
    return file


def run(job: Path, *words: object) -> tuple[int, str]:
    store = str(job.parent.parent / "store")
    result = CliRunner().invoke(
        app, ["frame", *map(str, (job, *words))], env={"PORTEVOIX_STORE": store, "COLUMNS": "200"}
    )
    return result.exit_code, result.output


def test_each_clip_gets_the_file_that_the_job_names_or_one_beside_it(job: Path) -> None:
    done, said = run(job)
    assert done == DONE
    assert "clip 1: man-1.path.yaml (written): 1 follow" in said
    assert "clip 2: second.path.yaml (written): 1 follow" in said
    (shot,) = read_path(job.parent / "second.path.yaml", probe(job.parent / "man.mp4")).shots
    assert (shot.start_s, shot.end_s, shot.verdict) == (26, 27, "follow")
    assert sorted(p.name for p in job.parent.iterdir()) == [
        "job.yaml",
        "man-1.path.yaml",
        "man.mp4",
        "second.path.yaml",
    ]


def test_a_corrected_file_is_kept_until_it_is_told_otherwise(job: Path) -> None:
    file = job.parent / "second.path.yaml"
    assert run(job, "--clip", 2)[0] == DONE
    found = file.read_text("utf-8")
    assert "(as found)" in run(job, "--clip", 2)[1]
    x = found.split("x: ")[1].split(",")[0]
    corrected = found.replace(f"x: {x}", "x: 0.100")
    file.write_text(corrected, "utf-8")
    done, said = run(job, "--clip", 2)
    assert (done, file.read_text("utf-8")) == (DONE, corrected)
    assert "kept: it was corrected; --force finds it anew" in said
    assert run(job, "--clip", 2, "--force")[0] == DONE
    assert file.read_text("utf-8") == found


def test_the_sheet_shows_the_window_that_the_file_says(job: Path) -> None:
    sheet = job.parent / "sheet.png"
    assert run(job, "--clip", 2)[0] == DONE
    file = job.parent / "second.path.yaml"
    file.write_text(file.read_text("utf-8").replace("x: 0.4", "x: 0.1"), "utf-8")
    done, said = run(job, "--clip", 2, "--sheet", sheet)
    assert done == DONE
    assert said.splitlines()[-1] == str(sheet)
    picture = np.asarray(Image.open(sheet).convert("L")).astype(int)[76:, 32:656]  # the first cell, below its heading
    light = picture[100:400].mean(axis=0)
    assert light[:250].mean() > 1.8 * light[350:].mean()


@pytest.mark.parametrize(
    "words, said",
    [
        (("--clip", 3), "--clip 3: the job has 2 clips"),
        (("--sheet", "sheet.jpg"), "--sheet sheet.jpg: a contact sheet is a PNG; call it sheet.png"),
    ],
)
def test_a_wrong_option_is_told_before_anything_is_sought(job: Path, words: tuple[object, ...], said: str) -> None:
    assert run(job, *words) == (WRONG_INPUT, said + "\n")
    assert not (job.parent / "man-1.path.yaml").exists()


def test_all_faults_of_the_clips_are_told_at_once(job: Path) -> None:
    text = (
        job.read_text("utf-8")
        .replace("from: 1, to: 2", "from: 99, path: ../out.path.yaml")
        .replace("second.path", "../second.path")
    )
    job.write_text(text, "utf-8")
    done, said = run(job)
    assert done == WRONG_INPUT
    assert "`from` is 99 s, but man.mp4 is 53.48 s long" in said
    assert said.count("leads out of the job's folder") == 2


def test_a_file_that_cannot_be_written_is_told_by_name(job: Path) -> None:
    (job.parent / "folder.path.yaml").mkdir()
    job.write_text(job.read_text("utf-8").replace("second.path.yaml", "folder.path.yaml"), "utf-8")
    done, said = run(job, "--clip", 2, "--force")
    assert done == WRONG_INPUT
    assert said == "folder.path.yaml: cannot be written: Is a directory; name another file by the clip's `path`\n"
    assert sorted(file.name for file in job.parent.iterdir()) == ["folder.path.yaml", "job.yaml", "man.mp4"]


def test_a_path_file_may_lie_in_a_folder_that_is_not_there_yet(job: Path) -> None:
    job.write_text(job.read_text("utf-8").replace("second.path.yaml", "paths/second.yaml"), "utf-8")
    assert run(job, "--clip", 2)[0] == DONE
    assert (job.parent / "paths/second.yaml").is_file()


def test_two_clips_do_not_share_a_file(job: Path) -> None:
    job.write_text(job.read_text("utf-8").replace("to: 2}", "to: 2, path: second.path.yaml}"), "utf-8")
    done, said = run(job)
    assert done == WRONG_INPUT
    assert "clip 1 has second.path.yaml too; give each clip a file of its own" in said
