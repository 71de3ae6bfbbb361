"""What the store does over a folder and over a real S3 service: the same words."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stored import MIB, NEVER, NOW, key_of, noise, put

from portevoix.store import (
    ArtifactMissing,
    FolderStore,
    Store,
    UploadRefused,
)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return FolderStore(tmp_path / "store") if request.param == "folder" else request.getfixturevalue("machine")()


def test_an_artifact_comes_back_as_it_was_put(store: Store) -> None:
    key = key_of("chunk")
    assert not store.has(key)
    put(store, key, {"frames": 48}, mp4=b"picture", stats=b"statistics")
    assert store.has(key) and store.facts(key) == {"frames": 48}
    assert [store.path(key, suffix).read_bytes() for suffix in (".mp4", ".stats")] == [b"picture", b"statistics"]


def test_an_artifact_may_be_facts_alone(store: Store) -> None:
    put(store, "bars1-0123", {"area": [0, 140, 1920, 800]})
    assert store.has("bars1-0123") and store.facts("bars1-0123") == {"area": [0, 140, 1920, 800]}


def test_the_first_artifact_of_a_key_stays(store: Store) -> None:
    put(store, key_of("twice"), {"by": 1}, mp4=b"first")
    put(store, key_of("twice"), {"by": 2}, mp4=b"second")
    assert store.facts(key_of("twice")) == {"by": 1}
    assert store.path(key_of("twice"), ".mp4").read_bytes() == b"first"


@pytest.mark.parametrize("name", [key_of("not there"), "../../../etc/passwd", "", "a" * 101, "A" * 64])
def test_what_is_not_there_is_named(store: Store, name: str) -> None:
    for ask in (store.facts, lambda key: store.path(key, ".mp4"), store.input_path):
        with pytest.raises(ArtifactMissing, match=name or "''") as caught:
            ask(name)
        assert caught.value.key == name


def test_a_missing_suffix_is_named(store: Store) -> None:
    put(store, key_of("a"), mp4=b"a")
    with pytest.raises(ArtifactMissing, match=r"has no \.aac"):
        store.path(key_of("a"), ".aac")
    assert store.has(key_of("a"))


def test_an_input_has_the_name_of_its_bytes(store: Store, tmp_path: Path) -> None:
    (tmp_path / "clip.mov").write_bytes(content := noise(3 * MIB))
    digest = hashlib.sha256(content).hexdigest()
    assert not store.has_input(digest)
    assert store.put_input(tmp_path / "clip.mov") == store.put_input(io.BytesIO(content)) == digest
    assert store.has_input(digest) and store.input_path(digest).read_bytes() == content
    assert (tmp_path / "clip.mov").read_bytes() == content


def test_an_upload_arrives_in_pieces_of_any_size(store: Store) -> None:
    content = noise(2 * MIB + 7)
    upload = store.begin_upload(len(content))
    assert store.arrival(upload).received == 0
    assert store.append(upload, 0, [content[:1000], content[1000:1001]]) == 1001
    assert store.append(upload, 1001, iter([content[1001:]])) == len(content) == store.arrival(upload).received
    digest = store.finish(upload)
    assert digest == store.finish(upload) == hashlib.sha256(content).hexdigest()
    assert store.input_path(digest).read_bytes() == content


def test_bytes_that_do_not_fit_are_refused_with_the_place_to_go_on(store: Store) -> None:
    upload = store.begin_upload(10)
    store.append(upload, 0, [b"12345"])
    for offset, pieces in ((0, [b"1"]), (6, [b"7"]), (5, [b"6", b"7890A"])):
        received = store.arrival(upload).received
        with pytest.raises(UploadRefused) as caught:
            store.append(upload, offset, pieces)
        assert caught.value.received == store.arrival(upload).received >= received
    assert store.arrival(upload).received == 6
    with pytest.raises(UploadRefused, match="6 of 10"):
        store.finish(upload)
    store.append(upload, 6, [b"7890"])
    assert store.finish(upload) == hashlib.sha256(b"1234567890").hexdigest()


def test_an_upload_has_one_writer_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portevoix.store.uploads.PATIENCE_S", 0)
    upload = store.begin_upload(2)

    def pieces() -> Iterator[bytes]:
        with pytest.raises(UploadRefused, match="another connection"):
            store.append(upload, 0, [b"x"])
        yield b"ab"

    assert store.append(upload, 0, pieces()) == 2
    assert store.finish(upload) == hashlib.sha256(b"ab").hexdigest()


def test_an_upload_whose_end_was_cut_short_ends_when_asked_again(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = store.begin_upload(3)
    store.append(upload, 0, [b"abc"])
    with monkeypatch.context() as patched:
        patched.setattr(store._uploads, "close", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.finish(upload)
    assert store.input_path(store.finish(upload)).read_bytes() == b"abc"


@pytest.mark.parametrize("upload", ["0" * 32, "../../etc/passwd", ""])
def test_an_unknown_upload_is_refused(store: Store, upload: str) -> None:
    for ask in (store.arrival, store.finish, lambda name: store.append(name, 0, [b"x"])):
        with pytest.raises(UploadRefused, match="not known"):
            ask(upload)
    store.abort(upload)


def test_dead_uploads_are_forgotten_and_living_ones_are_not(store: Store) -> None:
    dead = store.begin_upload(5)
    assert store.dead_uploads(NEVER) == [] and store.abort_dead_uploads(NEVER) == 0
    assert store.arrival(dead).received == 0
    assert store.dead_uploads(NOW) == [dead] and store.abort_dead_uploads(NOW) == 1
    with pytest.raises(UploadRefused):
        store.arrival(dead)


def test_only_what_is_old_and_unreferenced_is_housekeepings(store: Store) -> None:
    kept, old = key_of("kept"), key_of("old")
    for key in (kept, old):
        put(store, key, mp4=b"x", stats=b"y")
    digest = store.put_input(io.BytesIO(b"clip"))
    assert list(store.unreferenced(set(), NEVER)) == [] == list(store.unreferenced_inputs(set(), NEVER))
    assert list(store.unreferenced({kept}, NOW)) == [old]
    assert list(store.unreferenced_inputs({digest}, NOW)) == []
    assert list(store.unreferenced_inputs(set(), NOW)) == [digest]
    for _ in range(2):
        store.delete(old)
        store.delete_input(digest)
    assert (store.has(old), store.has(kept), store.has_input(digest)) == (False, True, False)
    with pytest.raises(ArtifactMissing):
        store.path(old, ".mp4")
    assert list(store.unreferenced({kept}, NOW)) == []


def test_no_link_lasts_longer_than_an_hour(store: Store) -> None:
    put(store, key_of("a"), mp4=b"a")
    for seconds in (0, 3601):
        with pytest.raises(ValueError, match="1 to 3600"):
            store.link(key_of("a"), ".mp4", seconds, "a.mp4", released=True)
    assert store.link(key_of("a"), ".mp4", 60, "a.mp4", released=True) is None, "links are off until they are allowed"
