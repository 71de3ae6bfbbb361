"""Bytes that are not what they should be, in the bucket, in the cache and on the way."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from s3 import BUCKET, MakeStore
from stored import NOW, key_of, noise, put

from portevoix.store import ArtifactDamaged
from portevoix.store.bucket import PART_BYTES
from portevoix.store.s3 import S3Store


def fetches(store: S3Store, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that the store fetches from here on."""
    names: list[str] = []
    fetch = store._bucket.fetch
    monkeypatch.setattr(store._bucket, "fetch", lambda name, target: names.append(name) or fetch(name, target))
    return names


def test_a_spoilt_copy_is_fetched_again_once(machine: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(machine("a"), key_of("a"), mp4=b"right")
    machine("b").path(key_of("a"), ".mp4").write_bytes(b"wrong")
    store = machine("b")
    fetched = fetches(store, monkeypatch)
    assert [store.path(key_of("a"), ".mp4").read_bytes() for _ in range(3)] == [b"right"] * 3
    assert len(fetched) == 1


def test_wrong_bytes_in_the_bucket_never_reach_a_reader(machine: MakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    put(machine("a"), key_of("a"), mp4=b"right")
    store = machine("b")
    (name,) = (item.name for item in store._bucket.listed("artifacts/") if item.name.endswith(".mp4"))
    store._bucket._client().put_object(Bucket=BUCKET, Key=store._bucket.prefix + name, Body=b"wrong")
    fetched = fetches(store, monkeypatch)
    with pytest.raises(ArtifactDamaged) as caught:
        store.path(key_of("a"), ".mp4")
    assert len(fetched) == 2 and caught.value.key == key_of("a")
    store.delete(key_of("a"))
    put(store, key_of("a"), mp4=b"right")
    assert machine("c").path(key_of("a"), ".mp4").read_bytes() == b"right"


@pytest.mark.parametrize("size", [10, PART_BYTES + 1])
def test_a_file_that_is_not_what_it_should_be_is_not_stored(machine: MakeStore, tmp_path: Path, size: int) -> None:
    (tmp_path / "file").write_bytes(noise(size))
    bucket = machine("a")._bucket
    with pytest.raises(ArtifactDamaged):
        bucket.add("name", tmp_path / "file", key_of("something else"))
    assert not bucket.exists("name") and bucket.abort_uploads(NOW) == 0


@pytest.mark.parametrize("size", [10, PART_BYTES + 1])
@pytest.mark.parametrize("checksums", [True, False])
def test_a_name_is_given_once(machine: MakeStore, tmp_path: Path, size: int, checksums: bool) -> None:
    (tmp_path / "file").write_bytes(noise(size))
    bucket = machine("a", checksums=checksums)._bucket
    digest = hashlib.sha256(noise(size)).hexdigest()
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda _: bucket.add("name", tmp_path / "file", digest), range(4)))
    assert any(given) and not bucket.add("name", tmp_path / "file", digest)
    assert bucket.fetch("name", tmp_path / "again") == digest
    assert bucket.abort_uploads(NOW) == 0
    head = bucket._client().head_object(Bucket=BUCKET, Key=bucket.prefix + "name")
    assert head["Metadata"]["sha256"] == digest
