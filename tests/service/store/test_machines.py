"""Several machines and processes that share one bucket."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

import pytest
from proxy import Proxy
from s3 import MakeStore, Swift, at_once
from stored import MIB, key_of, noise, put, through

from portevoix import ffmpeg
from portevoix.produce import Production, Selection, produce
from portevoix.store import ArtifactMissing
from portevoix.store.bucket import PART_BYTES
from portevoix.store.s3 import S3Store


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
