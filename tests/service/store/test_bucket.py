"""Links to a bucket's files, wrong keys and names, memory, and what `verify` finds in it."""

from __future__ import annotations

import os
import tracemalloc
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from proxy import Proxy
from s3 import MakeStore, Swift
from stored import MIB, key_of, put

from portevoix.store import StoreRefused, open_store
from portevoix.store.s3_client import client


def test_a_link_gives_the_file_under_its_name_and_nothing_else(machine: MakeStore) -> None:
    store = machine("a", links=True)
    put(store, key_of("a"), mp4=b"the cut")
    link = store.link(key_of("a"), ".mp4", 60, "Été à Paris.mp4", released=True)
    assert link
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == b"the cut"
        assert (
            answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%C3%89t%C3%A9%20%C3%A0%20Paris.mp4"
        )
        assert answer.headers["Content-Type"] == "video/mp4"
    for changed in (link.replace("X-Amz-Expires=60", "X-Amz-Expires=600"), link.partition("?")[0]):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(changed)
        assert caught.value.code in (400, 403)
        caught.value.close()


@pytest.mark.parametrize("links, released", [(True, False), (False, True), (False, False)])
def test_nothing_unreleased_has_a_link(machine: MakeStore, links: bool, released: bool) -> None:
    store = machine("a", links=links)
    put(store, key_of("a"), mp4=b"the cut")
    assert store.link(key_of("a"), ".mp4", 60, "cut.mp4", released=released) is None


@pytest.mark.parametrize("wrong", [{"secret_key": "wrong"}, {"access_key": "nobody:here"}])
def test_a_wrong_key_is_said_and_not_retried(machine: MakeStore, s3_proxy: Proxy, wrong: dict[str, str]) -> None:
    store = machine("a", f"http://127.0.0.1:{s3_proxy.port}", **wrong)
    with pytest.raises(StoreRefused, match="access key"):
        put(store, key_of("a"), mp4=b"a")
    assert s3_proxy.connections == 1


def test_a_wrong_bucket_is_said(swift: Swift, tmp_path: Path) -> None:
    store = open_store("s3://no-such-bucket/p", tmp_path, swift.settings())
    with pytest.raises(StoreRefused, match="NoSuchBucket"):
        put(store, key_of("a"), mp4=b"a")


def test_a_large_file_never_lies_in_memory(machine: MakeStore, tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(64 * MIB)
    machine("a").has("connected")
    tracemalloc.start()
    try:
        digest = machine("a").put_input(tmp_path / "sparse")
        left, sending = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        assert machine("b").input_path(digest).stat().st_size == 64 * MIB
        _, fetching = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sending < 48 * MIB and fetching - left < 8 * MIB


def test_a_store_may_be_handed_across_a_fork(machine: MakeStore) -> None:
    store = machine("a")
    put(store, key_of("a"), mp4=b"a")
    child = os.fork()
    if child == 0:
        try:
            put(store, key_of("b"), mp4=b"b")
        finally:
            os._exit(0 if store.has(key_of("b")) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert store.has(key_of("b")) and store.has(key_of("a"))


def test_verify_names_what_the_bucket_spoilt_or_lost(machine: MakeStore, tmp_path: Path) -> None:
    store, source = machine(), tmp_path / "a"
    for key in ("a" * 64, "b" * 64, "c" * 64):
        source.write_bytes(f"bytes of {key}".encode())
        store.put(key, {".mp4": source}, {})
    source.write_bytes(b"a film")
    digest = store.put_input(source)
    bucket = store._bucket
    one, other = (item.name for key in "ab" for item in bucket.listed(f"artifacts/{key * 2}/{key * 64}/"))
    client(bucket.settings).put_object(Bucket=bucket.name, Key=f"{bucket.prefix}{one}", Body=b"other bytes")
    bucket.delete([other])
    assert [(found.kind, found.key, found.why) for found in machine("b").spoilt()] == [
        ("artifact", "a" * 64, ".mp4 has other bytes than were put in"),
        ("artifact", "b" * 64, ".mp4 is not there"),
    ]
    assert store.has_input(digest)
