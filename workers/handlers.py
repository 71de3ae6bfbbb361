"""What each kind of work does: the engine's functions, with inputs from the store and the ledger."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from portevoix.render.steps import (
    join_video,
    make_batch,
    make_mezzanine,
    make_programme_sound,
    make_sound_cut,
)

from portevoix.delivery.checks.rules import failed
from portevoix.delivery.manifest import Delivery, write_manifest
from portevoix.delivery.masters import deliver_masters
from portevoix.delivery.products import deliver
from portevoix.errors import Fault, InvalidInput
from portevoix.library import load_library
from portevoix.plan import Batch, MezzanineStep, SoundCut, SoundStep
from portevoix.plan import wire as handover
from portevoix.plan.wire import Join
from portevoix.produce import Selection, manifest_head, prepare
from portevoix.store import Store
from portevoix.store.work import working_folder
from service import crash
from service.deliveries import delivered_to
from service.ledger import Lease, Ledger, Submission

library = cache(load_library)


@dataclass(frozen=True)
class Bench:
    """What work is done with. `deliveries`: the folder for finished jobs."""

    ledger: Ledger
    store: Store
    deliveries: Path


def do(lease: Lease, bench: Bench) -> bool:
    """Do the work of a lease and record it. False: the lease was lost meanwhile, and nothing was recorded."""
    with bench.store.workplace() as folder:  # what the store gives out stays as long as this
        return TRADES[lease.kind](lease, bench, folder)


UNFINISHED = ".work"  # beside the jobs' folders: sets that are still being made


def _plan(lease: Lease, bench: Bench, folder: Path) -> bool:
    submission = bench.ledger.submission(lease.job)
    selection = Selection(frozenset(submission.languages), frozenset(submission.formats))
    try:
        document = _lay_out(submission, bench.store, folder)
        _, order, _, plan = prepare(document, bench.store, selection, submission.draft)
    except InvalidInput as error:
        faults = [replace(f, file=_within(folder, f.file), message=_within(folder, f.message)) for f in error.faults]
        return bench.ledger.refused(lease, faults)
    crash.point("planned")
    notes = [*order.notes, *(note for placed in plan.cues.values() for note in placed.notes)]
    items = handover.work_of(plan, bench.store)
    return bench.ledger.planned(
        lease,
        handover.maker(),
        handover.hand_over(order, plan),
        items,
        handover.keys_of(plan),
        [_within(folder, n) for n in notes],
    )


def _lay_out(submission: Submission, store: Store, folder: Path) -> Path:
    """The job's folder as its author has it. Raises InvalidInput for names that cannot be and inputs that are not
    there.
    """
    root = folder / submission.name
    document = root / f"{submission.name}.yaml"
    faults: list[Fault] = []
    for name, digest in sorted(submission.files.items()):
        target = Path(os.path.normpath(root / name))
        if not target.is_relative_to(root) or target in (root, document) or "\0" in name:
            faults.append(Fault(name, None, None, "is no name for a file of a job; give one inside its folder"))
        elif not store.has_input(digest):
            faults.append(Fault(name, None, None, f"its bytes (SHA-256 {digest}) are not here; upload it again"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            _link(store.input_path(digest), target)
    if faults:
        raise InvalidInput(faults)
    root.mkdir(exist_ok=True)
    document.write_text(submission.document, "utf-8")
    return document


def _link(source: Path, target: Path) -> None:
    """The same file under another name; a symbolic link would lead out of the job's folder, which the engine refuses."""
    try:
        target.hardlink_to(source)
    except OSError:  # another disk, or one without hard links
        shutil.copyfile(source, target)


def _within(folder: Path, text: str) -> str:
    """A text as the author knows it: file names without the place where the job was laid out."""
    for child in folder.iterdir():
        text = text.replace(f"{child.resolve()}/", "").replace(f"{child}/", "")
    return text


def _mezzanine(lease: Lease, bench: Bench, folder: Path) -> bool:
    step = handover.from_json(MezzanineStep, lease.payload, bench.store.input_path)
    make_mezzanine(step, bench.store)
    return _finish(lease, bench, [step.key])


def _batch(lease: Lease, bench: Bench, folder: Path) -> bool:
    batch = handover.from_json(Batch, lease.payload, bench.store.input_path)
    make_batch(batch, bench.store)
    return _finish(lease, bench, [step.key for step in batch.steps])


def _sound(lease: Lease, bench: Bench, folder: Path) -> bool:
    step = handover.from_json(SoundStep, lease.payload, bench.store.input_path)
    make_programme_sound(step, bench.store)
    return _finish(lease, bench, [step.key])


def _sound_cut(lease: Lease, bench: Bench, folder: Path) -> bool:
    step = handover.from_json(SoundCut, lease.payload, bench.store.input_path)
    make_sound_cut(step, bench.store)
    return _finish(lease, bench, [step.key])


def _join(lease: Lease, bench: Bench, folder: Path) -> bool:
    join = handover.from_json(Join, lease.payload, bench.store.input_path)
    join_video(join.video, bench.store, join.fps)
    return _finish(lease, bench, [join.video.key])


def _deliver(lease: Lease, bench: Bench, folder: Path) -> bool:
    """Check every finished file and give it its name. Nobody sees the set before its manifest is written."""
    submission = bench.ledger.submission(lease.job)
    document = folder / f"{submission.name}.yaml"
    document.write_text(submission.document, "utf-8")
    # Of the inputs only their digests are delivered: none is fetched.
    order, plan = handover.take_over(bench.ledger.plan(lease.job) or "", document, library(), Path)
    with working_folder(bench.deliveries / UNFINISHED) as room:
        out = room / "set"
        made: list[Delivery] = []
        for product in plan.products:
            made += deliver(product, order, plan, library(), bench.store, out, submission.draft)
        made += deliver_masters(order, plan, bench.store, out)
        crash.point("files")
        write_manifest(out, manifest_head(order), made)
        made = _show(out, delivered_to(bench.deliveries, lease.job, lease.round))
    crash.point("manifest")
    failures = [f"{d.path}: {c['rule']} is {c['measured']}, {c['wanted']}" for d in made for c in d.checks if failed(c)]
    return bench.ledger.finish(lease, [d.key for d in made if d.kind in {"still", "poster"}], made, failures)


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


def _finish(lease: Lease, bench: Bench, keys: list[str]) -> bool:
    crash.point("made")
    return bench.ledger.finish(lease, keys)


TRADES: dict[str, Callable[[Lease, Bench, Path], bool]] = {
    handover.PLANNING: _plan,
    handover.MEZZANINE: _mezzanine,
    handover.BATCH: _batch,
    handover.SOUND: _sound,
    handover.SOUND_CUT: _sound_cut,
    handover.JOIN: _join,
    handover.DELIVERY: _deliver,
}
