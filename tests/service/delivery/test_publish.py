"""Deliveries become visible all at once, on a folder and on a real S3 service."""

from __future__ import annotations

import hashlib
import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from proxy import Proxy
from s3 import BUCKET, Swift

from portevoix.delivery.manifest import Delivery, latest_manifest, publish, put, write_manifest
from portevoix.store import ArtifactDamaged, StoreRefused, StoreUnavailable
from portevoix.store.shelf import Shelf, open_shelf

PATHS = ("ministere/x/climat_square_fr.mp4", "ministere/x/climat.fr_FR.srt", "ministere_ar/facebook_feed/climat_ar.mp4")


@pytest.fixture(params=["folder", "s3"])
def shelf(request: pytest.FixtureRequest, swift: Swift, prefix: str, tmp_path: Path) -> Shelf:
    return open_shelf(tmp_path / "shelf" if request.param == "folder" else f"s3://{BUCKET}/{prefix}", swift.settings())


def delivered(folder: Path, version: int, size: int = 2000) -> Path:
    """A folder of deliveries as `produce` leaves it; the first file is the same in every version."""
    deliveries = []
    for number, path in enumerate(PATHS):
        (folder / "source").parent.mkdir(parents=True, exist_ok=True)
        (folder / "source").write_bytes(random.Random(number and 1000 * number + version).randbytes(size))
        count, sha256 = put(folder / "source", folder, path)
        deliveries.append(
            Delivery(path, "video", None, None, "fr", "square", key="", made_from=[], bytes=count, sha256=sha256)
        )
    write_manifest(folder, {"schema_version": 1, "job": "climat", "version": version}, deliveries)
    return folder


def seen(shelf: Shelf) -> int:
    """The version that a reader sees, each of its files looked at. Fails where one is not what the manifest says."""
    manifest: dict[str, Any] | None = latest_manifest(shelf, "climat")
    if manifest is None:
        return 0
    for delivery in manifest["deliveries"]:
        assert hashlib.sha256(shelf.read(delivery["path"])).hexdigest() == delivery["sha256"]
    return int(manifest["version"])


def test_a_published_set_is_what_its_manifest_says(shelf: Shelf, tmp_path: Path) -> None:
    assert latest_manifest(shelf, "climat") is None
    name = publish(delivered(tmp_path / "out", 1), shelf)
    assert seen(shelf) == 1 and json.loads(shelf.read(name))["job"] == "climat"
    paths = [delivery["path"] for delivery in json.loads(shelf.read(name))["deliveries"]]
    assert [Path(path).name for path in paths] == [Path(path).name for path in PATHS], "a download keeps its name"
    assert sorted(shelf.names("")) == sorted([name, *paths]), "nothing else is there"


def test_the_same_set_keeps_its_name_and_a_new_one_leaves_the_old_one_readable(shelf: Shelf, tmp_path: Path) -> None:
    first = publish(delivered(tmp_path / "1", 1), shelf)
    assert publish(tmp_path / "1", shelf) == first
    second = publish(delivered(tmp_path / "2", 2), shelf)
    assert (first[:22], second[:22]) == ("climat.manifest.000001", "climat.manifest.000002")
    assert seen(shelf) == 2
    for delivery in json.loads(shelf.read(first))["deliveries"]:
        assert hashlib.sha256(shelf.read(delivery["path"])).hexdigest() == delivery["sha256"]
    assert len(list(shelf.names("ministere"))) == 5, "the file that did not change is there once"


def test_another_jobs_manifests_are_not_this_ones(shelf: Shelf, tmp_path: Path) -> None:
    publish(delivered(tmp_path / "out", 3), shelf)
    for job in ("clima", "climat.manifest", ""):
        assert latest_manifest(shelf, job) is None


def test_a_reader_never_sees_half_a_set(shelf: Shelf, tmp_path: Path) -> None:
    folders = [delivered(tmp_path / str(version), version) for version in (1, 2, 3, 4)]
    done = threading.Event()

    def read() -> list[int]:
        versions = []
        while not done.is_set():
            versions.append(seen(shelf))
        return [*versions, seen(shelf)]

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        for folder in folders:
            publish(folder, shelf)
        done.set()
        versions = reading.result()
    assert versions == sorted(versions) and versions[-1] == 4


def test_sets_published_in_the_same_moment_all_stay(shelf: Shelf, tmp_path: Path) -> None:
    folders = [delivered(tmp_path / str(version), version) for version in (1, 2, 3, 4)]
    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(lambda folder: publish(folder, shelf), folders))
    assert sorted(json.loads(shelf.read(name))["version"] for name in names) == [1, 2, 3, 4]
    latest = json.loads(shelf.read(max(names)))["version"]
    assert {seen(shelf) for _ in range(3)} == {latest}


def test_a_file_that_is_not_what_the_manifest_says_stops_the_publication(shelf: Shelf, tmp_path: Path) -> None:
    folder = delivered(tmp_path / "out", 1)
    (folder / PATHS[1]).write_bytes(b"something else")
    with pytest.raises(ArtifactDamaged, match=r"climat\.fr_FR\.srt"):
        publish(folder, shelf)
    assert latest_manifest(shelf, "climat") is None


def test_an_outage_in_the_middle_leaves_the_earlier_set(
    swift: Swift, s3_proxy: Proxy, prefix: str, tmp_path: Path
) -> None:
    settings = swift.settings(f"http://127.0.0.1:{s3_proxy.port}", attempts=1)
    shelf, elsewhere = (open_shelf(f"s3://{BUCKET}/{prefix}", s3) for s3 in (settings, swift.settings()))
    publish(delivered(tmp_path / "1", 1), shelf)
    folder = delivered(tmp_path / "2", 2, size=500_000)
    s3_proxy.cut(after=1_200_000)
    with pytest.raises(StoreUnavailable):
        publish(folder, shelf)
    assert seen(elsewhere) == 1
    s3_proxy.heal()
    publish(folder, shelf)
    assert seen(elsewhere) == 2


@pytest.mark.parametrize("address", ["ftp://bucket/x", "s3:/bucket", "s3:///x", "s3://bucket?x=1"])
def test_another_kind_of_address_is_refused(address: str) -> None:
    with pytest.raises(StoreRefused, match="s3://bucket/prefix"):
        open_shelf(address)
