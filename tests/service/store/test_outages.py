"""What a connection that fails, and a process that is killed, may not break."""

from __future__ import annotations

import hashlib
import io
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from proxy import Proxy
from s3 import BUCKET, MakeStore, Swift
from stored import MIB, NEVER, NOW, key_of, noise, put, through

from portevoix.store import StoreUnavailable, open_store
from portevoix.store.bucket import PART_BYTES


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
