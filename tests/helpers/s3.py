"""A real S3 service on this machine:

OpenStack Swift with its S3 interface, all of it Python packages of the test lock.
"""

from __future__ import annotations

import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from portevoix.store import S3Settings
from portevoix.store.bucket import Bucket
from portevoix.store.cache import FRESH
from portevoix.store.s3 import S3Store

KEY, SECRET = "portevoix:tester", "secret-of-the-tests"
READER = "portevoix:reader"  # another key, with the same secret, that may write nothing
BIN = Path(sys.executable).parent
DEADLINE_S = 120
BUCKET = "portevoix"
MakeStore = Callable[..., S3Store]
KINDS = ("account", "container", "object", "proxy")
FILTERS = "catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy container_quotas"
FILTERS += " slo dlo symlink"
OPTIONS = {
    "cache": "memcache_servers = 127.0.0.1:1\nerror_suppression_limit = 1",  # there is none: it gives up at once
    "s3api": "location = us-east-1",
    "tempauth": f"user_{KEY.replace(':', '_')} = {SECRET} .admin\nuser_{READER.replace(':', '_')} = {SECRET}",
}

RINGS = """
import sys
from swift.common.ring import RingBuilder
for kind, port in (word.split("=") for word in sys.argv[2:]):
    builder = RingBuilder(4, 1, 0)
    place = {"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "d1"}
    builder.add_dev({**place, "weight": 1, "meta": ""})
    builder.rebalance()
    builder.get_ring().save(f"{sys.argv[1]}/{kind}.ring.gz")
"""

# As an operator sets it; over HTTP it needs a token, and tokens a memcached.
QUOTA = """
import sys
from swift.common import utils
utils.set_swift_dir(sys.argv[1])
from swift.common.direct_client import direct_post_container
from swift.common.ring import Ring
account, bucket, size = sys.argv[2:]
part, nodes = Ring(sys.argv[1], ring_name="container").get_nodes(account, bucket)
direct_post_container(nodes[0], part, account, bucket, headers={"X-Container-Meta-Quota-Bytes": size})
"""


class Swift:
    """The four servers of one storage node, with their data in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = dict(zip(KINDS, free_ports(len(KINDS)), strict=True))
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['proxy']}"

    def settings(self, url: str | None = None, **changes: object) -> S3Settings:
        """How it is reached; `url` where something stands between."""
        return S3Settings(
            **{"endpoint": url or self.url, "region": "us-east-1", "access_key": KEY, "secret_key": SECRET, **changes}
        )

    def start(self) -> None:
        """Start it and make the bucket. Raises RuntimeError with the servers' last words."""
        self._write()
        environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
        guard = [setpriv, "--pdeathsig", "KILL"] if (setpriv := shutil.which("setpriv")) else []
        for kind in KINDS:
            command = [*guard, BIN / f"swift-{kind}-server", self.folder / "etc" / f"{kind}-server.conf"]
            with (self.folder / f"{kind}.log").open("wb") as log:
                self._processes.append(
                    subprocess.Popen(
                        command, stdout=log, stderr=subprocess.STDOUT, env=environment, start_new_session=True
                    )
                )
        deadline = time.monotonic() + DEADLINE_S
        while not self._answers():
            if time.monotonic() > deadline or any(process.poll() is not None for process in self._processes):
                words = "\n".join((self.folder / f"{kind}.log").read_text()[-2_000:] for kind in KINDS)
                self.stop()
                raise RuntimeError(f"Swift did not start in {self.folder}:\n{words}")
            time.sleep(0.1)
        Bucket(BUCKET, "", self.settings())._client().create_bucket(Bucket=BUCKET)

    def limit(self, bucket: str, size: int | None) -> None:
        """Let a bucket hold so many bytes; None: as many as there are."""
        words = [self.folder / "etc", f"AUTH_{KEY.partition(':')[0]}", bucket, "" if size is None else str(size)]
        subprocess.run([sys.executable, "-W", "ignore", "-c", QUOTA, *words], check=True, capture_output=True)

    def stop(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _answers(self) -> bool:
        try:
            return urllib.request.urlopen(f"{self.url}/healthcheck", timeout=1).read() == b"OK"
        except OSError:
            return False

    def _write(self) -> None:
        settings, disk = self.folder / "etc", self.folder / "disks" / "d1"
        settings.mkdir(parents=True)
        disk.mkdir(parents=True)
        try:
            os.setxattr(disk, "user.portevoix", b"1")
        except OSError as error:
            raise RuntimeError(
                f"Swift needs extended attributes, and {disk} has none; set TMPDIR to a disk that has"
            ) from error
        (settings / "swift.conf").write_text(
            "[swift-hash]\nswift_hash_path_prefix = tests\nswift_hash_path_suffix = tests\n"
            "[storage-policy:0]\nname = one\ndefault = yes\n"
        )
        for kind in KINDS[:3]:
            (settings / f"{kind}-server.conf").write_text(
                self._head(kind) + f"mount_check = false\nfallocate_reserve = 0\ndevices = {disk.parent}\n"
                f"[pipeline:main]\npipeline = {kind}-server\n[app:{kind}-server]\nuse = egg:swift#{kind}\n"
            )
        self._write_rings()
        filters = "".join(
            f"[filter:{name}]\nuse = egg:swift#{'memcache' if name == 'cache' else name}\n{OPTIONS.get(name, '')}\n"
            for name in FILTERS.split()
        )
        (settings / "proxy-server.conf").write_text(
            self._head("proxy") + f"[pipeline:main]\npipeline = {FILTERS} proxy-server\n"
            f"[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n{filters}"
        )

    def _head(self, kind: str) -> str:
        return (
            f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {self.ports[kind]}\nworkers = 0\nuser = {getpass.getuser()}\n"
            f"swift_dir = {self.folder / 'etc'}\nlog_level = WARNING\n"
        )

    def _write_rings(self) -> None:
        words = [f"{kind}={self.ports[kind]}" for kind in KINDS[:3]]
        command = [sys.executable, "-W", "ignore", "-c", RINGS, self.folder / "etc", *words]
        subprocess.run(command, check=True, capture_output=True)


def open_machine(
    prefix: str, s3: S3Settings, folder: Path, limit_bytes: int = 1 << 30, fresh: timedelta = FRESH
) -> S3Store:
    """The store as one machine has it, with its cache in `folder`."""
    return S3Store(Bucket(BUCKET, prefix, s3), folder, limit_bytes, fresh)


ONE_OF_SEVERAL = """
import json, sys
from datetime import timedelta
from pathlib import Path
from portevoix.store import S3Settings
from s3 import open_machine
(prefix, s3, folder, limit, fresh_s), argument = json.loads(sys.argv[1])
store = open_machine(prefix, S3Settings(**s3), Path(folder), limit, timedelta(seconds=fresh_s))
print(flush=True)
input()
"""


def at_once(
    work: str,
    prefix: str,
    s3: S3Settings,
    folders: list[Path],
    arguments: list[object],
    limit_bytes: int = 1 << 30,
    fresh_s: int = 600,
) -> list[object]:
    """Run `work` in one process for each folder, all at the same time, with a `store` whose cache is there and an
    `argument`; returns what each prints, as JSON.
    """
    started = []
    for folder, argument in zip(folders, arguments, strict=True):
        given = json.dumps([[prefix, asdict(s3), str(folder), limit_bytes, fresh_s], argument])
        command = [sys.executable, "-c", ONE_OF_SEVERAL + work, given]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
        started.append(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        )
    for process in started:
        assert process.stdout and process.stdin
        process.stdout.readline()  # it is ready
    for process in started:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate()[0] for process in started]
    assert [process.returncode for process in started] == [0] * len(started)
    return [json.loads(answer) for answer in answers]


def free_ports(count: int) -> list[int]:
    with ExitStack() as open_sockets:
        sockets = [open_sockets.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
