"""What the HTTP service does between a request and the ledger, the store or the disk."""

from __future__ import annotations

import io
import json
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from portevoix.authoring.document import read_document, validate
from portevoix.captions.files.read import read_captions
from portevoix.delivery.manifest import Delivery
from portevoix.errors import Fault, InvalidInput
from portevoix.store import Store, UploadRefused
from service.access import Input, Token, Upload
from service.deliveries import delivered_to
from service.http import models as m
from service.http.front import RETRY_S, Front, Refused, covers, log, seen, view
from service.http.intake import accounts_of, check_early, read_job, script_names
from service.ledger import JobEntry, Submission
from service.ledger.states import UNENDED, JobState

BLOCK = 1 << 20  # what of an upload is in memory at a time
MOST_LISTED = 100
MOST_LOOKED_AT = 1_000  # jobs gone through for one page


def begin(front: Front, token: Token, name: str, size: int) -> str:
    if size > front.settings.upload_bytes:
        raise Refused(413, f"{size:,} bytes are more than the {front.settings.upload_bytes:,} that one file may have")
    upload = front.store.begin_upload(size)
    front.access.upload_begun(Upload(upload, token.id, name, size))
    return upload


def mine(front: Front, token: Token, upload: str) -> Upload:
    """An upload of this token, also one that was finished. Raises Refused (404)."""
    if found := front.access.upload(upload, token.id):
        return found
    try:
        digest = front.store.finish(upload)  # its answer is remembered; the row is gone once it was given
    except UploadRefused:
        digest = ""
    if arrived := front.access.inputs(token.id, [digest]):
        return Upload(upload, token.id, arrived[0].name, arrived[0].bytes)
    raise Refused(404, f"upload {upload!r} is not known: it was aborted or has expired; begin a new one")


def finish(front: Front, token: Token, upload: Upload) -> Input:
    digest = front.store.finish(upload.id)
    front.access.upload_ended(upload.id, digest)
    (found,) = front.access.inputs(token.id, [digest])
    return found


def abort(front: Front, upload: str) -> None:
    front.store.abort(upload)
    front.access.upload_ended(upload, None)


async def take_in(store: Store, upload: str, offset: int, request: Request) -> int:
    """Write a body to the store as it arrives, a block at a time: a slow sender holds no thread."""
    received = await run_in_threadpool(store.append, upload, offset, [])
    block = bytearray()
    try:
        async for piece in request.stream():
            block += piece
            if len(block) >= BLOCK:
                received = await run_in_threadpool(store.append, upload, received, [bytes(block)])
                block.clear()
    except ClientDisconnect:
        log.info("upload %s was cut off", upload)
    return await run_in_threadpool(store.append, upload, received, [bytes(block)])


def read_new(body: bytes) -> m.NewJob:
    with tempfile.NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        return validate(m.NewJob, read_document(Path(file.name), Path("body")))


def submit(front: Front, token: Token, new: m.NewJob, key: str | None) -> m.JobView:
    known = key is not None and front.ledger.known(token.id, key)
    if not known:
        admit(front, token, new)
    submission = Submission(
        token.id,
        new.name,
        new.document,
        new.files,
        new.priority,
        new.draft,
        new.languages,
        new.formats,
        new.webhook,
        new.hold,
    )
    job = front.ledger.submit(submission, key)
    front.herald.wake()
    return view(front, front.ledger.job(job))


def admit(front: Front, token: Token, new: m.NewJob) -> None:
    """Raise what stands against a new job."""
    job = read_job(new.name, new.document)
    if foreign := sorted(set(job.accounts) - set(token.accounts)) if token.accounts else []:
        raise Refused(403, f"token {token.name!r} may not work for {', '.join(foreign)}")
    most = front.settings.queued_jobs
    if len(front.ledger.jobs([token.id], UNENDED, limit=most)) == most:
        raise Refused(
            429, f"{most} jobs of this token have not ended; hand in the next one when some have", Retry_After="60"
        )
    if new.webhook and urlsplit(new.webhook).hostname not in front.settings.webhook_hosts:
        raise InvalidInput(
            [Fault("body", None, None, "webhook: this host is not among those that the service may tell")]
        )
    here = {found.digest for found in front.access.inputs(token.id, list(new.files.values()))}
    if lacking := [n for n, digest in new.files.items() if digest not in here or not front.store.has_input(digest)]:
        raise InvalidInput(
            Fault(name, None, None, f"its bytes (SHA-256 {new.files[name]}) are not here; upload it")
            for name in lacking
        )
    check_early(new.name, new.document, new.files, front.store, front.library)


def list_page(
    front: Front,
    token: Token,
    owner: str | None,
    account: str | None,
    states: Sequence[JobState],
    cursor: str | None,
    limit: int,
) -> m.JobPage:
    """The jobs that a token may know of, from behind `cursor`: the time and the id of the last one that was looked at."""
    created, _, last = (cursor or "").partition("_")
    after = (float(created), last) if cursor else None
    found: list[m.JobView] = []
    looked_at, more = 0, True
    while more and len(found) < limit and looked_at < MOST_LOOKED_AT:
        page = front.ledger.page(owner, states, after, MOST_LISTED)
        looked_at, more = looked_at + len(page), len(page) == MOST_LISTED
        for number, listed in enumerate(page, 1):
            after = (listed.job.created_s, listed.job.id)
            accounts = accounts_of(listed.document)
            if covers(token, accounts, listed.job.owner) and (account is None or account in accounts):
                found.append(m.JobView.of(listed.job, accounts))
            if len(found) == limit:
                more = more or number < len(page)
                break
    return m.JobPage(jobs=found, next=f"{after[0]!r}_{after[1]}" if more and after else None)


def correct(
    front: Front, token: Token, job: str, language: str, clip: int, text: bytes, if_match: str | None
) -> m.JobView:
    seen(front, token, job)
    name, digest = captions_of(front.ledger.submission(job), language, clip)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(name).name
        file.write_bytes(text)
        read_captions(file, language, Path(name))
    new = front.store.put_input(io.BytesIO(text))
    arrived = Upload(secrets.token_hex(16), token.id, Path(name).name, len(text))
    front.access.upload_begun(arrived)
    front.access.upload_ended(arrived.id, new)
    if new != digest or if_match:
        front.ledger.revise(job, name, new, if_match.strip().removeprefix("W/").strip('"') if if_match else None)
        front.herald.wake()
    return view(front, front.ledger.job(job))


def captions_of(submission: Submission, language: str, clip: int) -> tuple[str, str]:
    """The name of a language's caption file and its digest."""
    names = script_names(read_job(submission.name, submission.document), language)
    if clip >= len(names) or names[clip] not in submission.files:
        raise Refused(404, f"job {submission.name!r} has no captions number {clip} in {language!r}")
    return names[clip], submission.files[names[clip]]


def file_of(folder: Path, entry: JobEntry, delivery: Delivery) -> Path:
    """A delivery's file: of the newest round that delivered it. A round under way may have laid out files of its own."""
    for round_number in range(entry.round, 0, -1):
        manifest = delivered_to(folder, entry.id, round_number) / "manifest.json"
        try:
            listed = json.loads(manifest.read_text("utf-8"))["deliveries"]
        except FileNotFoundError:
            continue
        if any((d["path"], d["sha256"]) == (delivery.path, delivery.sha256) for d in listed):
            return manifest.parent / delivery.path
    raise Refused(503, f"{delivery.path} is not in {folder.name} of this machine", Retry_After=RETRY_S)
