"""Tiny clips, made here, and a store that each test has to itself."""

from __future__ import annotations

import gc
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from portevoix import ffmpeg
from portevoix.drawing.artist import Artist
from portevoix.library import ROOT, SETTING, Library, load_library
from portevoix.store import FolderStore, Store

pytest.register_assert_rewrite("servers")  # some tests load it as a plugin, others import it

MakeClip = Callable[..., Path]
HOUSE = ROOT / "examples" / "house"
settings.register_profile("any machine", deadline=None)  # nothing here is held to seconds
settings.load_profile("any machine")
os.environ[SETTING] = str(HOUSE)  # also for modules that load a library when they are imported


# Files of tests in the order in which they are begun: those that take long first, so that no process of a run waits for
# another's last file.
TIERS = ("service", "jobs", "media", "gallery", "drawing", "conformance", "pure")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: TIERS.index(item.path.relative_to(ROOT / "tests").parts[0]))


def pytest_collection_finish() -> None:
    """What was loaded by now stays: the garbage collector need not look at it again and again."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _nothing_waits_for_the_disk() -> Iterator[None]:
    """What is killed here is a process, not a machine, as with the tests' databases."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(scope="session")
def library() -> Library:
    return load_library()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return FolderStore(tmp_path / "store")


@pytest.fixture(scope="session")
def planned_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One store for all tests that only plan, and for all processes of a run: each film is looked at once."""
    own = tmp_path_factory.getbasetemp()
    return FolderStore((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "planned")


@pytest.fixture
def artist(library: Library, store: Store) -> Artist:
    return Artist(library, "aster", store)


@pytest.fixture
def clip(tmp_path: Path) -> MakeClip:
    """Makes a clip of any lavfi picture: `clip("a.mp4", "color=gray:s=320x180", rate="25", seconds=2)`."""

    def make(
        name: str,
        picture: str,
        rate: str = "25",
        seconds: float = 2,
        sound: str | None = "sine=f=440",
        options: tuple[str, ...] = (),
        filters: str = "null",
    ) -> Path:
        path = tmp_path / "media" / name
        path.parent.mkdir(exist_ok=True)
        inputs = ["-f", "lavfi", "-i", f"{picture}:r={rate}:d={seconds}"]
        inputs += ["-f", "lavfi", "-i", f"{sound}:d={seconds}"] if sound else []
        command = [
            ffmpeg.executable(),
            "-v",
            "error",
            "-y",
            *inputs,
            "-vf",
            filters,
            "-pix_fmt",
            "yuv420p",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-crf",
            "10",
        ]
        subprocess.run([*command, "-c:a", "aac", *options, str(path)], check=True)
        return path

    return make
