"""Where artifacts and inputs lie: in a folder, or in a bucket with a local cache. One interface, `Store`."""

from portevoix.store.errors import (
    ArtifactDamaged,
    ArtifactMissing,
    StoreError,
    StoreFull,
    StoreRefused,
    StoreUnavailable,
    UploadRefused,
)
from portevoix.store.folder import FolderStore
from portevoix.store.interface import Store
from portevoix.store.opening import open_store
from portevoix.store.settings import S3Settings

__all__ = [
    "ArtifactDamaged",
    "ArtifactMissing",
    "FolderStore",
    "S3Settings",
    "Store",
    "StoreError",
    "StoreFull",
    "StoreRefused",
    "StoreUnavailable",
    "UploadRefused",
    "open_store",
]
