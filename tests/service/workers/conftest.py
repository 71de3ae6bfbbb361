"""A film, what the command line makes of it, and a long one, made once for all tests of the workers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import worker_context
from worker_context import a_clip

from portevoix.produce import Production, produce
from portevoix.store import FolderStore


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_clip(tmp_path_factory.mktemp("film") / "a.mp4")


@pytest.fixture(scope="session")
def right(film: Path) -> dict[str, str]:
    """Each delivery's path and SHA-256, as the command line makes them."""
    folder = film.parent / "essai"
    (folder / "media").mkdir(parents=True)
    (folder / "scripts").mkdir()
    shutil.copy(film, folder / "media" / "a.mp4")
    (folder / "scripts" / "fr.vtt").write_text(worker_context.CUES, "utf-8")
    (folder / "job.yaml").write_text(worker_context.DOCUMENT, "utf-8")
    outcome = produce(folder / "job.yaml", folder / "out", Production(FolderStore(folder / "store"), workers=1))
    assert outcome.failures == []
    return {d.path: d.sha256 for d in outcome.deliveries}


@pytest.fixture(scope="session")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One chunk of it takes an encoder long enough to be met at work."""
    return a_clip(tmp_path_factory.mktemp("film") / "a.mp4", 2, "1920x1080")
