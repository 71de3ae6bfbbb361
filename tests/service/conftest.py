"""Real services, started once for all tests that talk to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from proxy import Proxy
from s3 import MakeStore, Swift, open_machine
from s3_moto import Moto

from portevoix.store.s3 import S3Store


@pytest.fixture(scope="session")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swift]:
    server = Swift(tmp_path_factory.mktemp("swift"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moto]:
    server = Moto(tmp_path_factory.mktemp("moto"))
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def way_to_s3(swift: Swift) -> Iterator[Proxy]:
    with Proxy(swift.ports["proxy"]) as proxy:
        yield proxy


@pytest.fixture
def s3_proxy(way_to_s3: Proxy) -> Proxy:
    """The way to Swift, for a test to cut; whole again for the next one."""
    way_to_s3.restart()
    return way_to_s3


@pytest.fixture
def prefix() -> str:
    """A place in the bucket that a test has to itself."""
    return f"tests/{uuid4().hex}"


@pytest.fixture
def machine(swift: Swift, prefix: str, tmp_path: Path) -> MakeStore:
    """Makes the store as another machine would have it: `machine("b", limit_bytes=…, links=True)`."""

    def make(name: str = "a", url: str | None = None, **changes: object) -> S3Store:
        cache = {word: changes.pop(word) for word in ("limit_bytes", "fresh") if word in changes}
        return open_machine(prefix, swift.settings(url, **changes), tmp_path / f"machine-{name}", **cache)

    return make
