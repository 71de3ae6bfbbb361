"""Releases and withdrawals: the engine's publishing, with what the ledger decided at the moment of doing."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portevoix.authoring.account import Account
from portevoix.delivery import publishing
from portevoix.delivery.credentials.released_set import ReleaseRoom, released_set
from portevoix.delivery.credentials.settings import load_signing
from portevoix.errors import InvalidInput, RenderFailed
from portevoix.library import load_library
from portevoix.store import ArtifactDamaged, StoreFull, StoreRefused, StoreUnavailable
from portevoix.store.destination import Destination
from service import crash_points, release_work
from service.deliveries import delivered_to, has_set, note_released
from service.ledger import Lease, jobs
from service.release_work import Decided, ReleaseOutcome
from service.releases import Accounts
from workers.context import WorkerContext

log = logging.getLogger(__name__)


class NoDestination(StoreRefused):
    """The account's destination was taken out of accounts.yaml; as with a wrong key, a person is needed."""


def release(lease: Lease, context: WorkerContext, folder: Path) -> bool:
    """Publish what is approved now to the account's destination."""
    library = load_library(context.settings.house)
    decided = release_work.begin(context.ledger, lease, library.accounts)
    if decided is None:
        return True
    crash_points.reach("release begun")
    destination = _destination(library.accounts, decided.account, library.house)
    manifest = _manifest(context, decided)
    files = context.settings.deliveries / decided.job
    try:
        signed = _signed(manifest, ReleaseRoom(files, lambda digest: _source(digest, context)), context)
        published = publishing.publish(files, signed, destination, lambda step: _heard(step, context))
    except StoreFull as error:  # it may be emptied at any hour: that is waited for, as an outage is
        raise StoreRefused(str(error)) from None
    except StoreUnavailable:
        if (missing := _missing(files, decided)) is None:
            raise
        raise _lost(decided.job, missing, context) from None
    except (FileNotFoundError, ArtifactDamaged) as error:
        raise _lost(decided.job, error, context) from None
    edition = published.edition
    note_released(context.settings.deliveries, decided.job, edition.digest, signed["deliveries"])
    return release_work.finish(context.ledger, lease, ReleaseOutcome(edition.name, edition.digest, edition.number, {}))


def _missing(files: Path, decided: Decided) -> str | None:
    """The first file of the set's own round that does not lie in `files`; those of earlier rounds are out already."""
    own = (one["path"] for one in decided.deliveries if one["path"].startswith(f"{decided.round}/"))
    return next((path for path in own if not (files / path).is_file()), None)


def _lost(job: str, what: object, context: WorkerContext) -> StoreUnavailable:
    """What is said of a file that is not here as it was made. The job is made again where it was lost here."""
    if has_set(context.settings.deliveries, job) and jobs.deliver_again(context.ledger, job):
        log.warning("a finished file of job %s was lost or spoilt; the job is made again", job)
    return StoreUnavailable(f"a file to be released is not on this machine as it was made: {what}; it is tried again")


def _signed(manifest: Mapping[str, Any], room: ReleaseRoom, context: WorkerContext) -> dict[str, Any]:
    """The set with its films signed, where this installation signs. A key that is wrong or away waits for a person, as
    a destination's does.
    """
    place = context.settings.credentials
    try:
        return released_set(manifest, room, load_signing(place) if place else None)
    except (InvalidInput, RenderFailed) as error:
        raise StoreRefused(f"nothing was released: {error}") from None


def _source(digest: str, context: WorkerContext) -> Path | None:
    """A film or photo of the job, to see whether it carries credentials of its own."""
    return context.store.input_path(digest) if context.store.has_input(digest) else None


def withdraw(lease: Lease, context: WorkerContext, folder: Path) -> bool:
    """Take back what was published at the account's destination."""
    library = load_library(context.settings.house)
    job_name, account = release_work.begin_withdrawal(context.ledger, lease)
    destination = _destination(library.accounts, account, library.house)
    taken = publishing.withdraw(job_name, destination, lambda step: _heard(step, context))
    edition = taken.edition
    outcome = ReleaseOutcome(
        edition.name if edition else None,
        edition.digest if edition else None,
        edition.number if edition else None,
        taken.kept,
    )
    return release_work.finish(context.ledger, lease, outcome)


def _heard(step: str, context: WorkerContext) -> None:
    """After each step: go on only while this is this worker's work."""
    crash_points.reach(f"release {step}")
    context.still_held()


def _destination(accounts: Accounts, account: str, house: Path | None) -> Destination:
    found: Account | None = accounts.get(account)
    if found is None or found.destination is None:
        raise NoDestination(f"account {account!r} has no `destination` in accounts.yaml any more; give it one")
    return found.destination.value(house or Path())


def _manifest(context: WorkerContext, decided: Decided) -> dict[str, Any]:
    """The round's own manifest, with only what goes, and what was left out."""
    place = delivered_to(context.settings.deliveries, decided.job, decided.round) / "manifest.json"
    try:
        head: Mapping[str, Any] = json.loads(place.read_text("utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise _lost(decided.job, error, context) from None
    notes = [f"left out, {language}: {why}" for language, why in decided.left_out.items()]
    own = {"account": decided.account, "embargo": decided.embargo, "words": dict(decided.words)}
    listed = [dict(one) for one in decided.deliveries]
    return {**head, **own, "notes": [*head["notes"], *notes], "left_out": dict(decided.left_out), "deliveries": listed}
