"""Artifacts that tests put into a store, and ways to open one."""

from __future__ import annotations

import hashlib
import random
from datetime import timedelta
from typing import Any

from proxy import Proxy
from s3 import MakeStore

from portevoix.store import Store
from portevoix.store.s3 import S3Store

MIB = 1 << 20
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


def through(machine: MakeStore, proxy: Proxy, name: str = "a", attempts: int = 2) -> S3Store:
    return machine(name, f"http://127.0.0.1:{proxy.port}", attempts=attempts, read_timeout_s=0.5, connect_timeout_s=1)
