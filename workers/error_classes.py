"""Whose fault an error is. It decides whether work is tried again, when, and how often."""

from __future__ import annotations

import errno

from sqlalchemy.exc import DBAPIError

from portevoix.errors import InvalidInput, PortevoixError, RenderFailed
from portevoix.ffmpeg import OF_THE_MACHINE
from portevoix.plan.wire import OtherShape
from portevoix.sources.probe import UnusableSource
from portevoix.store.errors import ArtifactDamaged, ArtifactMissing, StoreFull, StoreRefused, StoreUnavailable
from service.ledger.states import ErrorClass

_SCARCE = {errno.ENOSPC, errno.EDQUOT, errno.ENOMEM, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.EAGAIN}


class OtherMaker(PortevoixError):
    """Work that was planned by a version that would make other bytes. During an update both are at work for a while."""


class InputLost(PortevoixError):
    """What a job is made from was lost or spoilt on the disk: only who sent it can bring it back."""


def classify(error: BaseException) -> ErrorClass:
    """The class of an error. What nobody foresaw is `unknown`: tried again, but not for ever."""
    if isinstance(error, (InvalidInput, UnusableSource, InputLost)):
        return ErrorClass.INPUT
    if isinstance(error, (StoreFull, MemoryError)) or (isinstance(error, OSError) and error.errno in _SCARCE):
        return ErrorClass.RESOURCE
    if isinstance(error, RenderFailed) and error.scarce:
        return ErrorClass.RESOURCE
    if not isinstance(error, PortevoixError) and any(words in str(error) for words in OF_THE_MACHINE):
        return ErrorClass.RESOURCE  # of a library in C, as pyvips: it has words and no number
    # StoreRefused waits for a person, as an outage does: no job is at fault for a wrong key.
    if isinstance(
        error, (StoreUnavailable, StoreRefused, OtherMaker, OtherShape, DBAPIError, ConnectionError, TimeoutError)
    ):
        return ErrorClass.INFRASTRUCTURE
    return ErrorClass.UNKNOWN


def is_of_another_version(error: BaseException) -> bool:
    """Whether the plan is of another version of Portevoix, and nothing was lost."""
    return isinstance(error, (OtherMaker, OtherShape))


def needs_new_plan(error: BaseException) -> bool:
    """Whether the plan counted on what is not there: on an artifact that is gone, or on a version of Portevoix."""
    return is_of_another_version(error) or isinstance(error, (ArtifactMissing, ArtifactDamaged))
