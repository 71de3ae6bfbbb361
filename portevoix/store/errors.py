"""What can go wrong between Portevoix and its store, each kind under the name that says who acts on it."""

from __future__ import annotations

from portevoix.errors import PortevoixError


class StoreError(PortevoixError):
    """Base of all errors of a store."""


class StoreUnavailable(StoreError):
    """The store does not answer, or not now. The same call may succeed later: wait and try again."""


class StoreRefused(StoreError):
    """The store answers and refuses: a wrong bucket, key or right. Somebody has to change the settings."""


class StoreFull(StoreError):
    """The disk that the store writes to has no room for it."""


class ArtifactError(StoreError):
    """One artifact or input cannot be had. `key` is its key or digest, where it is known."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key

    def __reduce__(self) -> tuple[type[ArtifactError], tuple[str, str]]:
        return type(self), (self.message, self.key)


class ArtifactMissing(ArtifactError):
    """The store has no such artifact or input. An artifact's step makes it again."""


class ArtifactDamaged(ArtifactError):
    """The bytes are not those that were put in, not even when fetched again. Delete it; its step makes it again."""


class UploadRefused(StoreError):
    """Bytes of an upload that do not fit what has arrived. `received`: the byte to go on from; 0 where unknown."""

    def __init__(self, message: str, received: int = 0) -> None:
        super().__init__(message)
        self.received = received

    def __reduce__(self) -> tuple[type[UploadRefused], tuple[str, int]]:
        return UploadRefused, (self.message, self.received)
