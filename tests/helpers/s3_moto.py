"""A second S3 service on this machine: moto's server, which honours conditional writes, encryption and tags, as Swift
does not, and does not look at checksums, as Swift does.
"""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from s3 import BUCKET, free_ports

from portevoix.store import S3Settings
from portevoix.store.s3_client import client

DEADLINE_S = 120


class Moto:
    """The server, with its data in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (self.port,) = free_ports(1)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, url: str | None = None, **changes: object) -> S3Settings:
        """How it is reached; `url` where something stands between."""
        return S3Settings(
            **{"endpoint": url or self.url, "region": "us-east-1", "access_key": "k", "secret_key": "s", **changes}
        )

    def start(self) -> None:
        """Start it and make the bucket. Raises RuntimeError with the server's last words."""
        command = [sys.executable, "-m", "moto.server", "-p", str(self.port)]
        with (self.folder / "moto.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + DEADLINE_S
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                words = (self.folder / "moto.log").read_text()[-2_000:]
                self.stop()
                raise RuntimeError(f"moto did not start:\n{words}")
            time.sleep(0.1)
        client(self.settings()).create_bucket(Bucket=BUCKET)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _answers(self) -> bool:
        try:
            return bool(urllib.request.urlopen(f"{self.url}/moto-api/", timeout=1).status == 200)
        except OSError:
            return False
