"""What each kind of work does: the engine's functions, with inputs from the store and the ledger."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from portevoix.delivery.deliver import deliver_files, deliver_products, failed_checks
from portevoix.delivery.job import FinishedJob
from portevoix.delivery.manifest import Delivery, manifest_head, write_manifest
from portevoix.delivery.words import digests_of_words
from portevoix.errors import Fault, InvalidInput
from portevoix.library import load_library
from portevoix.order import Order
from portevoix.plan import Plan, wire
from portevoix.plan.items import products_of, work_items
from portevoix.plan.work import DELIVERY, PLANNING, VARIANT, artifacts_of, made_by
from portevoix.produce import Selection, notes_of, prepare_from
from portevoix.render.run import MAKERS
from portevoix.store import ArtifactDamaged, ArtifactMissing, Store
from portevoix.store.working_folders import working_folder
from service import approvals, crash_points
from service.deliveries import UNFINISHED, DeliveredFiles, delivered_to
from service.documents import job_folder
from service.ledger import Lease, Submission, leases, queries
from service.ledger.database import writing
from service.ledger.leases import MadePlan
from service.ledger.states import RELEASE, WITHDRAWAL
from workers import publish_release
from workers.context import WorkerContext
from workers.error_classes import InputLost


def do(lease: Lease, context: WorkerContext) -> bool:
    """Do the work of a lease and record it. False: the lease was lost meanwhile, and nothing was recorded."""
    with context.store.workplace() as folder:  # what the store gives out stays as long as this
        return HANDLERS[lease.kind](lease, context, folder)


def _plan(lease: Lease, context: WorkerContext, folder: Path) -> bool:
    submission = queries.find_submission(context.ledger, lease.job)
    selection = Selection(frozenset(submission.languages), frozenset(submission.formats))
    try:
        document = _lay_files(submission, context.store, folder)
        library = load_library(context.settings.house).without_media  # only what was uploaded
        _, order, _, plan = prepare_from(library, document, context.store, selection, submission.draft)
    except InvalidInput as error:
        faults = [replace(f, file=_within(folder, f.file), message=_within(folder, f.message)) for f in error.faults]
        return leases.record_refusal(context.ledger, lease, faults)
    kit_files = [context.store.put_input(file.path) for file in order.kit_files]
    crash_points.reach("planned")
    made = MadePlan(
        maker=wire.maker(),
        text=wire.plan_to_json(order, plan),
        items=work_items(plan, context.store),
        keys=artifacts_of(plan),
        kit_files=kit_files,
        notes=[_within(folder, note) for note in notes_of(order, plan)],
        words=digests_of_words(order, plan),
    )
    return leases.record_plan(context.ledger, lease, made)


def _lay_files(submission: Submission, store: Store, folder: Path) -> Path:
    """The job's folder as its author has it. Raises InvalidInput for names that cannot be, InputLost for inputs that
    are not there any more, or not as they were sent.
    """
    root = folder / submission.name
    document = root / f"{submission.name}.yaml"
    faults: list[Fault] = []
    lost: list[str] = []
    for name, digest in sorted(submission.files.items()):
        target = Path(os.path.normpath(root / name))
        if not target.is_relative_to(root) or target in (root, document) or "\0" in name:
            faults.append(Fault(name, None, None, "is no name for a file of a job; give one inside its folder"))
        elif not _lay(store, digest, target):
            lost.append(f"{name}: its bytes (SHA-256 {digest}) are not here any more")
    if faults:
        raise InvalidInput(faults)
    if lost:
        raise InputLost("; ".join(lost) + "; upload them again, then try the job again")
    root.mkdir(exist_ok=True)
    document.write_text(submission.document, "utf-8")
    return document


def _lay(store: Store, digest: str, target: Path) -> bool:
    """Lay an input under its author's name for it. False where it was lost or spoilt."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _link(store.input_path(digest), target)
    except (ArtifactMissing, ArtifactDamaged):
        return False
    return True


def _link(source: Path, target: Path) -> None:
    """The same file under another name; a symbolic link would lead out of the job's folder, which the engine
    refuses.
    """
    try:
        target.hardlink_to(source)
    except OSError:  # another disk, or one without hard links
        shutil.copyfile(source, target)


def _within(folder: Path, text: str) -> str:
    """A text as the author knows it: file names without the place where its files lie."""
    for child in folder.iterdir():
        text = text.replace(f"{child.resolve()}/", "").replace(f"{child}/", "")
    return text


def _make(lease: Lease, context: WorkerContext, folder: Path) -> bool:
    """Make one step of a plan."""
    step = wire.step_from_json(lease.kind, lease.payload, context.store.input_path)
    MAKERS[lease.kind](step, context.store)
    crash_points.reach("made")
    return leases.finish(context.ledger, lease, list(made_by(step)))


def _show_variant(lease: Lease, context: WorkerContext, folder: Path) -> bool:
    """Check the files of a finished variant and have them seen, before the others of its round are there."""
    with _leaving(lease, context) as job:
        products = [job.plan.products[number] for number in products_of(lease.payload)]
        made = deliver_products(products, job)
        DeliveredFiles.of(context.settings.deliveries, lease.job).keep(job.out, made)
    crash_points.reach("variant")
    return leases.finish(context.ledger, lease, _kept_keys(made), made)


def _deliver(lease: Lease, context: WorkerContext, folder: Path) -> bool:
    """Check every finished file and give it its name. Nobody sees the set before its manifest is written."""
    with _leaving(lease, context) as job:
        made = deliver_files(job)
        crash_points.reach("files")
        kits = load_library(context.settings.house).kits
        write_manifest(job.out, manifest_head(job.order, job.plan, kits), made)
        made = _show(job.out, delivered_to(context.settings.deliveries, lease.job, lease.round))
    crash_points.reach("manifest")
    DeliveredFiles.of(context.settings.deliveries, lease.job).keep(
        delivered_to(context.settings.deliveries, lease.job, lease.round), made
    )
    with writing(context.ledger) as db:  # approvals of what is different now end in the same moment
        recorded = leases.finish(context.ledger, lease, _kept_keys(made), made, failed_checks(made))
        if recorded:
            approvals.take_back(db, lease.job)
    return recorded


@contextmanager
def _leaving(lease: Lease, context: WorkerContext) -> Iterator[FinishedJob]:
    """The lease's job on its way out of the store, into a folder out of sight. Of the inputs only their digests are
    delivered: none is fetched.
    """
    submission, deliveries = queries.find_submission(context.ledger, lease.job), context.settings.deliveries
    house, text = context.settings.house, queries.find_plan(context.ledger, lease.job) or ""
    order, plan = _planned(text, submission.name, submission.document, house)
    delivered = DeliveredFiles.of(deliveries, lease.job)
    with working_folder(deliveries / UNFINISHED) as room:
        library = load_library(house)
        yield FinishedJob(order, plan, library, context.store, room / "set", submission.draft, delivered.find)


@lru_cache(1)
def _planned(text: str, name: str, document: str, house: Path | None) -> tuple[Order, Plan]:
    """A job's order and plan. A large one takes a second to read, and each of its variants asks for it."""
    with job_folder(name, document) as path:
        return wire.plan_from_json(text, path, load_library(house), Path)


def _kept_keys(made: Sequence[Delivery]) -> list[str]:
    """The artifacts that were made while these files were delivered."""
    return list(
        dict.fromkeys(delivery.key for delivery in made if delivery.kind in {"video", "still", "poster", "cover"})
    )


def _show(finished: Path, place: Path) -> list[Delivery]:
    """Give a finished set its place, all of it at once, and return what lies there.

    What lies there already was finished by a worker that could not record it any more: it stays as it is.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        finished.rename(place)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
    listed = json.loads((place / "manifest.json").read_text("utf-8"))["deliveries"]
    return [Delivery(**facts) for facts in listed]


HANDLERS: dict[str, Callable[[Lease, WorkerContext, Path], bool]] = {
    PLANNING: _plan,
    **dict.fromkeys(MAKERS, _make),
    VARIANT: _show_variant,
    DELIVERY: _deliver,
    RELEASE: publish_release.release,
    WITHDRAWAL: publish_release.withdraw,
}
