"""Named points at which a worker can be made to die, so that a test can show that nothing is lost at any of them.

`PORTEVOIX_CRASH_AT=name` ends the process there as SIGKILL would: no handler runs, nothing is written any more.
"""

from __future__ import annotations

import os

VARIABLE = "PORTEVOIX_CRASH_AT"
POINTS = (
    "claimed",  # under a lease, nothing done
    "planned",  # a plan made, not recorded
    "artifact",  # an artifact made, not yet in the store
    "stored",  # in the store; others of the same work still to be made
    "variant",  # a finished variant's files lie under their digests, not recorded
    "files",  # a delivery's files under their names, no manifest
    "manifest",  # the manifest too, not recorded
    "made",  # work done, not recorded
    "finished",  # recorded, what it opened not yet published
    "sent",  # published, not yet struck off the outbox
)

RELEASE_POINTS = (
    "release begun",  # decided what goes, nothing at the destination
    "release file",  # one file of a release at its destination
    "release files",  # all of them, no manifest
    "release manifest",  # under its own name, not yet the newest
    "release newest",  # readers see it, the ledger does not know
    "release deleted",  # a withdrawal's files gone, the ledger does not know
)


def reach(name: str) -> None:
    """Die here, where the environment says so."""
    if os.environ.get(VARIABLE) == name:
        os._exit(137)
