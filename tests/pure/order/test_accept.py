"""In which frames a job's products are made."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from portevoix.errors import InvalidInput
from portevoix.library import ROOT, Library
from portevoix.order import Order, accept


def accepted(folder: Path, library: Library, more: str) -> Order:
    shutil.copytree(ROOT / "examples" / "sintel", folder)
    job = folder / "subtitles.yaml"
    job.write_text(job.read_text("utf-8") + more, "utf-8")
    return accept(job, library)


def test_a_finished_film_keeps_its_frame_or_comes_in_the_formats_that_a_job_names(
    tmp_path: Path, library: Library
) -> None:
    own = accepted(tmp_path / "own", library, "")
    assert {audience.format for audience in own.audiences} == {"source"}
    upright = accepted(tmp_path / "upright", library, "formats: [story, square]\nfit: {story: blur}\n")
    assert {audience.format for audience in upright.audiences} == {"story", "square"}


def test_a_fit_that_nobody_would_see_is_a_fault(tmp_path: Path, library: Library) -> None:
    with pytest.raises(InvalidInput, match="keeps its frame needs no `fit`; name `formats`"):
        accepted(tmp_path / "job", library, "fit: {story: blur}\n")
