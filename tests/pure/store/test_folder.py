"""The store that is a folder: what is its own beside what every store does."""

from __future__ import annotations

import json
import pickle
import resource
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from portevoix.delivery.manifest import put
from portevoix.library import ROOT
from portevoix.store import (
    ArtifactDamaged,
    ArtifactMissing,
    FolderStore,
    Store,
    StoreFull,
    StoreRefused,
    StoreUnavailable,
    UploadRefused,
    open_store,
)

KEY = "0" * 64
ANY_AGE = timedelta(seconds=-1)


def test_nothing_half_made_stands_under_a_name(store: Store, tmp_path: Path) -> None:
    with store.workplace() as room:
        (room / "a").write_bytes(b"a")
        with pytest.raises(FileNotFoundError):
            store.put(KEY, {".mp4": room / "a", ".aac": room / "not there"}, {})
    assert not store.has(KEY)
    with pytest.raises(ArtifactMissing):
        store.path(KEY, ".mp4")
    assert not list((tmp_path / "store" / "work").iterdir())


def test_a_full_disk_is_said(store: Store) -> None:
    with pytest.raises(StoreFull, match="No space left on device; free the disk"), store.workplace():
        Path("/dev/full").write_bytes(b"x")


def test_an_upload_that_would_fill_the_disk_is_refused_before_its_first_byte(store: Store) -> None:
    with pytest.raises(StoreFull, match="does not fit"):
        store.begin_upload(store.free_bytes())


def test_an_upload_that_meets_a_full_disk_says_so_and_keeps_what_arrived(store: Store) -> None:
    upload = store.begin_upload(4)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3, hard))
    try:
        with pytest.raises(StoreFull):
            store.append(upload, 0, [b"ab", b"cd"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert store.arrival(upload).received == 3
    assert store.append(upload, 3, [b"d"]) == 4
    assert store.finish(upload) == "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589"


LEFT_BEHIND = """
import os, signal, sys
from pathlib import Path
from portevoix.store import FolderStore
with FolderStore(Path(sys.argv[1])).workplace() as room:
    (room / "frame").write_bytes(b"x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_dead_processs_folder_is_swept_and_a_living_ones_is_not(store: Store, tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", LEFT_BEHIND, str(tmp_path / "store")], check=False)
    assert killed.returncode == -signal.SIGKILL
    with store.workplace() as ours:
        assert store.sweep_work(timedelta(hours=1)) == 0
        assert store.sweep_work(ANY_AGE) == 1
        assert [folder.name for folder in (tmp_path / "store" / "work").iterdir()] == [ours.name]
    assert store.sweep_work(ANY_AGE) == 0


@pytest.mark.parametrize("address", ["s3:/bucket/prefix", "s3://", "http://bucket", "s3://bucket/p?endpoint=x"])
def test_an_address_that_is_no_store_is_refused(address: str) -> None:
    with pytest.raises(StoreRefused, match="neither a folder nor"):
        open_store(address)


@pytest.mark.parametrize("place", ["build/store", Path("build/store"), "./a:b", "/srv/a:b"])
def test_a_folder_is_a_folder_store(place: str | Path) -> None:
    assert isinstance(open_store(place), FolderStore)


@pytest.mark.parametrize(
    "error",
    [UploadRefused("no", 7), ArtifactMissing("no", KEY), ArtifactDamaged("no", KEY), StoreUnavailable("no")],
)
def test_errors_of_a_store_survive_a_queue(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.__dict__) == (type(error), str(error), error.__dict__)


def test_a_delivered_file_is_replaced_whole_and_left_where_it_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"cut")
    first = put(tmp_path / "source", tmp_path / "out", "x/cut.mp4")
    place = (tmp_path / "out/x/cut.mp4").stat().st_ino
    assert put(tmp_path / "source", tmp_path / "out", "x/cut.mp4") == first
    assert (tmp_path / "out/x/cut.mp4").stat().st_ino == place
    (tmp_path / "source").write_bytes(b"new")
    put(tmp_path / "source", tmp_path / "out", "x/cut.mp4")
    assert (tmp_path / "out/x/cut.mp4").read_bytes() == b"new"
    assert [file.name for file in (tmp_path / "out/x").iterdir()] == ["cut.mp4"]


def test_the_lifecycle_rules_are_what_s3_takes() -> None:
    rules = json.loads((ROOT / "deploy" / "s3-lifecycle.json").read_text())
    model = ServiceModel(Loader().load_service_model("s3", "service-2"))
    report = ParamValidator().validate(rules, model.shape_for("BucketLifecycleConfiguration"))
    assert not report.has_errors(), report.generate_report()
    assert any(rule.get("AbortIncompleteMultipartUpload") == {"DaysAfterInitiation": 1} for rule in rules["Rules"])
