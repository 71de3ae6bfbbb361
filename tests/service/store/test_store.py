"""The store over a folder and over a real S3 service: the same words, and what an outage may not break."""

from __future__ import annotations

import hashlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import tracemalloc
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from proxy import Proxy
from s3 import BUCKET, MakeStore, Swift, at_once, open_machine

from portevoix import ffmpeg
from portevoix.produce import Production, Selection, produce
from portevoix.store import (
    ArtifactDamaged,
    ArtifactMissing,
    FolderStore,
    Store,
    StoreRefused,
    StoreUnavailable,
    UploadRefused,
    open_store,
)
from portevoix.store.bucket import PART_BYTES, Bucket
from portevoix.store.cache import FRESH
from portevoix.store.s3 import S3Store
from portevoix.store.s3_client import client

MIB, SOME = 1 << 20, 50_000
NOW = timedelta(seconds=-5)  # any age: a server's clock counts whole seconds, and may round up
NEVER = timedelta(days=1)


def key_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that are nowhere alike."""
    return random.Random(seed).randbytes(size)


def put(store: Store, key: str, facts: dict[str, Any] | None = None, **files: bytes) -> None:
    with store.workplace() as room:
        for suffix, content in files.items():
            (room / suffix).write_bytes(content)
        store.put(key, {f".{suffix}": room / suffix for suffix in files}, facts or {})


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return FolderStore(tmp_path / "store") if request.param == "folder" else request.getfixturevalue("machine")()


# What both do


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


class BothStores(RuleBasedStateMachine):
    """Whatever is done, the folder and the bucket answer alike; the bucket's store also when it loses its cache."""

    keys = st.sampled_from([key_of(name) for name in "abc"])
    contents = st.binary(max_size=20)

    def __init__(self, root: Path, swift: Swift) -> None:
        super().__init__()
        self.folder = root / uuid4().hex
        bucket = Bucket(BUCKET, f"machine/{uuid4().hex}", swift.settings())
        self.stores: list[Store] = [FolderStore(self.folder / "f"), S3Store(bucket, self.folder / "c", 1 << 20)]
        self.uploads: list[tuple[str, str]] = []
        self.digests = {hashlib.sha256(b"none").hexdigest()}

    def same(self, *asked: Callable[[], object]) -> Any:
        answers: list[object] = []
        for ask in asked:
            try:
                answers.append(ask())
            except (ArtifactMissing, UploadRefused) as error:
                answers.append((type(error), getattr(error, "received", None)))
        assert answers[0] == answers[1]
        return answers[0]

    def both(self, ask: Callable[[Store], object]) -> Any:
        return self.same(*(lambda store=store: ask(store) for store in self.stores))

    @rule(key=keys, content=contents, facts=st.dictionaries(st.text("ab"), st.integers(), max_size=2))
    def put(self, key: str, content: bytes, facts: dict[str, Any]) -> None:
        self.both(lambda store: put(store, key, facts, mp4=content))

    @rule(key=keys)
    def look(self, key: str) -> None:
        self.both(lambda store: store.has(key))
        self.both(lambda store: store.facts(key))
        self.both(lambda store: store.path(key, ".mp4").read_bytes())

    @rule(key=keys)
    def delete(self, key: str) -> None:
        self.both(lambda store: store.delete(key))

    @rule(kept=st.sets(keys))
    def housekeeping(self, kept: set[str]) -> None:
        self.both(lambda store: list(store.unreferenced(kept, NOW)))
        self.both(lambda store: list(store.unreferenced_inputs(self.digests, NOW)))

    @rule(content=contents)
    def put_input(self, content: bytes) -> None:
        self.digests.add(self.both(lambda store: store.put_input(io.BytesIO(content))))

    @rule(data=st.data())
    def look_at_input(self, data: st.DataObject) -> None:
        digest = data.draw(st.sampled_from(sorted(self.digests)))
        self.both(lambda store: store.has_input(digest))
        self.both(lambda store: store.input_path(digest).read_bytes())

    @rule(size=st.integers(0, 5))
    def begin_upload(self, size: int) -> None:
        self.uploads.append(tuple(store.begin_upload(size) for store in self.stores))

    @rule(
        data=st.data(),
        offset=st.integers(0, 5),
        piece=st.binary(max_size=5),
        do=st.sampled_from(["append", "finish", "abort"]),
    )
    def upload(self, data: st.DataObject, offset: int, piece: bytes, do: str) -> None:
        if self.uploads:
            ids = data.draw(st.sampled_from(self.uploads))
            asked: dict[str, Callable[[Store, str], object]] = {
                "append": lambda store, upload: store.append(upload, offset, [piece]),
                "finish": lambda store, upload: store.finish(upload),
                "abort": lambda store, upload: store.abort(upload),
            }
            pairs = list(zip(self.stores, ids, strict=True))
            answer = self.same(*(lambda pair=pair: asked[do](*pair) for pair in pairs))
            if do == "finish" and isinstance(answer, str):
                self.digests.add(answer)
            self.same(*(lambda pair=pair: pair[0].arrival(pair[1]).received for pair in pairs))

    @rule()
    def another_machine(self) -> None:
        shutil.rmtree(self.folder / "c" / "files", ignore_errors=True)

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


def test_the_folder_and_the_bucket_answer_alike(swift: Swift, tmp_path: Path) -> None:
    run_state_machine_as_test(
        lambda: BothStores(tmp_path, swift),
        settings=settings(
            max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


# Several machines and processes


def test_another_machine_gets_what_one_has_put(machine: MakeStore) -> None:
    put(machine("a"), key_of("a"), {"frames": 1}, mp4=noise(PART_BYTES + 1))
    assert machine("b").facts(key_of("a")) == {"frames": 1}
    assert machine("b").path(key_of("a"), ".mp4").read_bytes() == noise(PART_BYTES + 1)


def test_two_processes_that_make_one_artifact_leave_one_whole_artifact(
    machine: MakeStore, swift: Swift, prefix: str, tmp_path: Path
) -> None:
    keys = [key_of(str(n)) for n in range(12)]
    work = """
for key in argument[1]:
    with store.workplace() as room:
        for suffix in ("a", "b"):
            (room / suffix).write_text(suffix + argument[0])
        store.put(key, {".a": room / "a", ".b": room / "b"}, {"by": argument[0]})
print(0)
"""
    at_once(work, prefix, swift.settings(), [tmp_path / "1", tmp_path / "2"], [["one", keys], ["two", keys]])
    fresh = machine("fresh")
    for key in keys:
        by = fresh.facts(key)["by"]
        assert [fresh.path(key, f".{suffix}").read_text() for suffix in "ab"] == [f"a{by}", f"b{by}"]


def test_a_machine_fetches_a_file_once_however_many_processes_want_it(
    machine: MakeStore, swift: Swift, prefix: str, s3_proxy: Proxy, tmp_path: Path
) -> None:
    digest = machine("a").put_input(io.BytesIO(noise(4 * MIB)))
    through = swift.settings(f"http://127.0.0.1:{s3_proxy.port}")
    work = "print(store.input_path(argument).stat().st_size)"
    assert at_once(work, prefix, through, [tmp_path / "b"] * 3, [digest] * 3) == [4 * MIB] * 3
    assert 4 * MIB <= s3_proxy.bytes_down < 5 * MIB


def test_an_artifact_that_was_deleted_and_made_again_elsewhere_is_found(machine: MakeStore) -> None:
    one, other = machine("a"), machine("b")
    put(one, key_of("a"), mp4=b"before")
    other.delete(key_of("a"))
    put(other, key_of("a"), mp4=b"after")
    shutil.rmtree(one._cache.root / "files" / "artifacts" / key_of("a")[:2] / key_of("a"))
    assert one.path(key_of("a"), ".mp4").read_bytes() == b"after"


def test_an_artifact_without_one_of_its_files_is_none(machine: MakeStore) -> None:
    put(machine("a"), key_of("a"), mp4=b"a", stats=b"b")
    store = machine("b")
    store._bucket.delete([item.name for item in store._bucket.listed("artifacts/") if item.name.endswith(".stats")])
    with pytest.raises(ArtifactMissing):
        store.path(key_of("a"), ".stats")
    assert not store.has(key_of("a")), "so its step makes it again"


def test_what_is_there_is_not_asked_for_again(machine: MakeStore, s3_proxy: Proxy) -> None:
    put(machine("a"), key_of("a"), mp4=b"a")
    store = through(machine, s3_proxy, "b")
    assert store.has(key_of("a")) and store.path(key_of("a"), ".mp4").read_bytes() == b"a"
    asked = s3_proxy.bytes_up
    assert store.has(key_of("a")) and store.facts(key_of("a")) == {}
    assert store.path(key_of("a"), ".mp4").read_bytes() == b"a"
    assert s3_proxy.bytes_up == asked


def test_another_machine_encodes_nothing_that_one_has_encoded(machine: MakeStore, clip: Any, tmp_path: Path) -> None:
    clip("a.mp4", "testsrc2=s=320x180", seconds=1)
    (tmp_path / "fr.vtt").write_text("WEBVTT\n\n00:00.200 --> 00:00.900\nBonjour\n", "utf-8")
    (tmp_path / "job.yaml").write_text(
        "recipe: subtitles\ntitle: {fr: Essai}\nclips:\n  - file: media/a.mp4\nscripts: {fr: fr.vtt}\n"
        "languages: [fr]\n",
        "utf-8",
    )

    def made(store: S3Store) -> tuple[int, list[str]]:
        before = ffmpeg.encoder_starts
        outcome = produce(tmp_path / "job.yaml", tmp_path / "out", Production(store, Selection(), True, 1))
        assert outcome.failures == []
        return ffmpeg.encoder_starts - before, [delivery.sha256 for delivery in outcome.deliveries]

    starts, digests = made(machine("a"))
    assert starts > 0 and digests
    assert made(machine("b")) == (0, digests)


# A connection that fails


def through(machine: MakeStore, proxy: Proxy, name: str = "a", attempts: int = 2) -> S3Store:
    return machine(name, f"http://127.0.0.1:{proxy.port}", attempts=attempts, read_timeout_s=0.5, connect_timeout_s=1)


@pytest.mark.parametrize("size", [4 * MIB, PART_BYTES + 4 * MIB], ids=["one piece", "parts"])
@pytest.mark.parametrize("outage", ["cut", "hold", "refuse", "flip"])
def test_an_outage_leaves_nothing_half_made_and_costs_no_second_making(
    machine: MakeStore, s3_proxy: Proxy, outage: str, size: int
) -> None:
    store, elsewhere = through(machine, s3_proxy, attempts=1), machine("b")
    store.has(key_of("a"))  # connected
    {
        "cut": lambda: s3_proxy.cut(after=3 * MIB),
        "flip": lambda: s3_proxy.flip(after=3 * MIB),
        "hold": s3_proxy.hold,
        "refuse": s3_proxy.refuse,
    }[outage]()
    with pytest.raises(StoreUnavailable):
        put(store, key_of("a"), mp4=noise(size))
    assert not elsewhere.has(key_of("a"))
    s3_proxy.heal()
    assert store.has(key_of("a")), "what waits is sent when it is asked for"
    assert elsewhere.path(key_of("a"), ".mp4").read_bytes() == noise(size)
    assert store.send_waiting() == 0


def test_what_waits_is_sent_after_a_restart(machine: MakeStore, s3_proxy: Proxy) -> None:
    s3_proxy.refuse()
    for name in "ab":
        with pytest.raises(StoreUnavailable):
            put(through(machine, s3_proxy), key_of(name), mp4=name.encode())
    s3_proxy.heal()
    assert through(machine, s3_proxy).send_waiting() == 2
    assert machine("b").path(key_of("b"), ".mp4").read_bytes() == b"b"


def test_one_cut_is_not_noticed(machine: MakeStore, s3_proxy: Proxy) -> None:
    s3_proxy.cut(after=3 * MIB, times=1)
    put(through(machine, s3_proxy), key_of("a"), mp4=noise(3 * PART_BYTES))
    assert s3_proxy.bytes_up < 5 * PART_BYTES, "one part was sent again, not the file"


def test_a_cut_download_goes_on_where_it_was_cut(machine: MakeStore, s3_proxy: Proxy) -> None:
    digest = machine("a").put_input(io.BytesIO(noise(6 * MIB)))
    s3_proxy.cut(after=4 * MIB, up=False, times=1)
    assert through(machine, s3_proxy, "b").input_path(digest).read_bytes() == noise(6 * MIB)
    # What was on its way when the line was cut may come again, but not the whole file: that would be 4 + 6 MiB.
    assert s3_proxy.bytes_down < 10 * MIB


def test_a_finished_upload_survives_an_outage(machine: MakeStore, s3_proxy: Proxy) -> None:
    store = through(machine, s3_proxy)
    upload = store.begin_upload(3)
    s3_proxy.refuse()
    store.append(upload, 0, [b"abc"])
    with pytest.raises(StoreUnavailable):
        store.finish(upload)
    s3_proxy.heal()
    digest = store.finish(upload)
    assert machine("b").input_path(digest).read_bytes() == b"abc"


def test_parts_of_a_dead_process_are_swept(machine: MakeStore, s3_proxy: Proxy) -> None:
    s3_proxy.cut(after=3 * MIB)
    with pytest.raises(StoreUnavailable):
        through(machine, s3_proxy).put_input(io.BytesIO(noise(3 * PART_BYTES)))
    store = machine("b")
    assert store.abort_dead_uploads(NEVER) == 0
    assert store.abort_dead_uploads(NOW) >= 1
    assert store.abort_dead_uploads(NOW) == 0


UPLOADER = """
import os, signal, sys
from pathlib import Path
from portevoix.store import open_store, S3Settings
store = open_store(sys.argv[1], Path(sys.argv[2]), S3Settings(*sys.argv[3:7]))
upload = store.begin_upload(3_000_000)
store.append(upload, 0, [b"a" * 1_000_000])
print(upload, flush=True)
def pieces():
    yield b"b" * 500_000
    os.kill(os.getpid(), signal.SIGKILL)
store.append(upload, 1_000_000, pieces())
"""


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_an_upload_goes_on_after_its_process_was_killed(kind: str, swift: Swift, prefix: str, tmp_path: Path) -> None:
    place = str(tmp_path / "store") if kind == "folder" else f"s3://{BUCKET}/{prefix}"
    s3 = swift.settings()
    words = [place, str(tmp_path / "cache"), s3.endpoint, s3.region, s3.access_key, s3.secret_key]
    killed = subprocess.run(
        [sys.executable, "-c", UPLOADER, *map(str, words)], check=False, stdout=subprocess.PIPE, text=True
    )
    assert killed.returncode == -signal.SIGKILL
    upload, store = killed.stdout.strip(), open_store(place, tmp_path / "cache", s3)
    assert store.arrival(upload).received == 1_500_000
    store.append(upload, 1_500_000, [b"c" * 1_500_000])
    whole = b"a" * 1_000_000 + b"b" * 500_000 + b"c" * 1_500_000
    assert store.finish(upload) == hashlib.sha256(whole).hexdigest()


# Wrong bytes


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


# The cache


def copies(store: S3Store) -> set[str]:
    return {file.name for file in (store._cache.root / "files").rglob("*") if file.is_file()}


TEN = "tests/ten"


@pytest.fixture(scope="module")
def ten(swift: Swift, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Ten inputs of `SOME` bytes, under the prefix `TEN`."""
    store = open_machine(TEN, swift.settings(), tmp_path_factory.mktemp("ten"))
    return [store.put_input(io.BytesIO(noise(SOME, n))) for n in range(10)]


@pytest.fixture
def small(swift: Swift, tmp_path: Path) -> Callable[..., S3Store]:
    """A machine that has room for so many of the ten."""
    return lambda room, fresh=timedelta(0): open_machine(TEN, swift.settings(), tmp_path / "small", room * SOME, fresh)


def test_the_cache_keeps_its_limit_and_what_was_used_last(small: Callable[..., S3Store], ten: list[str]) -> None:
    store = small(4)
    for digest in ten:
        store.input_path(ten[0])
        assert store.input_path(digest).stat().st_size == SOME
        assert (
            sum(file.stat().st_size for file in (store._cache.root / "files").rglob("*") if file.is_file()) <= 4 * SOME
        )
    assert {ten[0], ten[9], ten[8]} <= copies(store)


def test_what_is_in_use_is_never_removed(small: Callable[..., S3Store], ten: list[str]) -> None:
    store = small(2)
    with store.workplace() as room:
        files = [store.input_path(digest) for digest in ten]
        assert all(file.read_bytes() == noise(SOME, n) for n, file in enumerate(files))
        assert list(room.iterdir()) == []
        assert copies(store) == set(ten), "removing them would free nothing"
    store.input_path(ten[0])
    store._cache.forget(f"inputs/{ten[1][:2]}/{ten[1]}")
    store.input_path(ten[1])
    assert len(copies(store)) <= 2, "after its use it goes as all others do"


def test_what_was_just_asked_for_stays_a_while(small: Callable[..., S3Store], ten: list[str]) -> None:
    store = small(2, FRESH)
    files = [store.input_path(digest) for digest in ten]
    assert all(file.exists() for file in files)


def test_several_processes_share_one_cache(
    small: Callable[..., S3Store], swift: Swift, tmp_path: Path, ten: list[str]
) -> None:
    work = """
sizes = []
for digest in argument * 3:
    with store.workplace():
        sizes.append(len(store.input_path(digest).read_bytes()))
print(sizes)
"""
    orders: list[object] = [ten, ten[::-1], ten[5:] + ten[:5]]
    folders = [tmp_path / "small"] * 3
    sizes = at_once(work, TEN, swift.settings(), folders, orders, limit_bytes=3 * SOME, fresh_s=0)
    assert sizes == [[SOME] * 30] * 3
    store = small(3)
    store.input_path(ten[0])
    assert len(copies(store)) <= 3


# Links, rights, memory


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
