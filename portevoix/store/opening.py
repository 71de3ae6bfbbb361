"""Which store a setting names."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from portevoix.store.errors import StoreRefused
from portevoix.store.folder import FolderStore
from portevoix.store.interface import Store
from portevoix.store.settings import S3Settings

CACHE_BYTES = 20_000_000_000


def open_store(
    place: str | Path, cache: Path | None = None, s3: S3Settings | None = None, cache_bytes: int = CACHE_BYTES
) -> Store:
    """The store at `place`: a folder, or `s3://bucket/prefix`, which is asked nothing yet.

    `cache` is where copies of a bucket's files lie, at most `cache_bytes` of them beside what is in use: a folder on a
    local disk, for this bucket alone; the user's own cache folder without. Raises StoreRefused for another kind of
    address.
    """
    if not is_bucket(place):
        return FolderStore(Path(place))
    bucket, prefix = bucket_of(str(place))
    from portevoix.store.bucket import Bucket  # here, so that a store in a folder never loads boto3
    from portevoix.store.s3 import S3Store

    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "portevoix" / bucket / prefix
    return S3Store(Bucket(bucket, prefix, s3 or S3Settings()), cache or kept, cache_bytes)


def is_bucket(place: str | Path) -> bool:
    """Whether it is an address and no folder. A folder whose name has a colon is written with `./` before it."""
    return ":" in str(place).partition("/")[0]


def bucket_of(address: str) -> tuple[str, str]:
    """The bucket and the prefix of `s3://bucket/prefix`."""
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.netloc or parts.query or parts.fragment:
        raise StoreRefused(f"store {address!r} is neither a folder nor of the form s3://bucket/prefix")
    return parts.netloc, parts.path.strip("/")
