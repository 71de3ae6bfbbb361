"""Where artifacts and inputs lie: in a folder, or in a bucket with a local cache. One interface, `Store`."""

from portevoix.store.folder import FolderStore
from portevoix.store.interface import Store

__all__ = ["FolderStore", "Store"]
