"""The captions and posts of a job: found, and replaced by corrected ones."""

from __future__ import annotations

import hashlib
import io
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portevoix.authoring.document import with_values
from portevoix.authoring.post import Post
from portevoix.captions.files.read import read_captions
from service import approvals, record
from service.documents import read_job
from service.gate import Caller, Right
from service.http.account_room import check_accounts
from service.http.auth import visible_job
from service.http.context import ServiceContext
from service.http.intake import script_names
from service.http.models.posts import PostBody, PostWords
from service.http.parameters import WhichCaptions
from service.http.problems import Refused
from service.ledger import ChangedMeanwhile, JobEntry, inputs, jobs, queries
from service.ledger.database import writing
from service.ledger.inputs import Upload
from service.record import Subject, What


def find_captions(context: ServiceContext, which: WhichCaptions) -> tuple[str, str]:
    """The name of a caption file within its job, and its digest. Raises Refused (404)."""
    submission = queries.find_submission(context.ledger, which.job)
    names = script_names(read_job(submission.name, submission.document), which.language)
    if which.clip >= len(names) or names[which.clip] not in submission.files:
        raise Refused(404, f"job {submission.name!r} has no captions number {which.clip} in {which.language!r}")
    return names[which.clip], submission.files[names[which.clip]]


def replace_captions(
    context: ServiceContext, caller: Caller, which: WhichCaptions, text: bytes, instead_of: str | None
) -> JobEntry:
    """Put a corrected file in the place of a caption file, and have its job planned anew where something changed.

    `instead_of`: the digest of the text that was corrected, where its reader named it.
    """
    visible_job(context, caller, which.job, Right.SUBMIT)
    name, digest = find_captions(context, which)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / Path(name).name
        file.write_bytes(text)
        read_captions(file, which.language, Path(name))
    document = queries.find_submission(context.ledger, which.job).document
    check_accounts(context, document, {hashlib.sha256(text).hexdigest(): len(text)})
    new = context.store.put_input(io.BytesIO(text))
    arrived = Upload(secrets.token_hex(16), caller.id, Path(name).name, len(text))
    changed = Subject(which.job, language=which.language, digests={"before": digest, "after": new})
    with writing(context.ledger) as db:
        inputs.add_upload(context.ledger, arrived)
        inputs.end_upload(context.ledger, arrived.id, new)
        if instead_of not in (None, queries.find_submission(context.ledger, which.job).files.get(name)):
            raise ChangedMeanwhile(f"{name} was replaced meanwhile; read it again and correct that")
        if new != digest:
            jobs.revise(context.ledger, which.job, name, new, instead_of)
            approvals.note_author(db, which.job, which.language, caller.id)
            record.write(db, caller, What.CORRECTED, changed, {"clip": which.clip})
    context.publisher.wake()
    return queries.find_job(context.ledger, which.job)


def find_post(context: ServiceContext, job: str, language: str) -> tuple[Post, str]:
    """What a job says beside its film, and the digest of the document that says it. Raises Refused (404) where it has
    nothing in this language.
    """
    submission = queries.find_submission(context.ledger, job)
    post = read_job(submission.name, submission.document).post
    known = set[str]().union(*(texts.languages() for texts in (post, *post.at.values()))) if post else set()
    if post is None or language not in known:
        others = ", ".join(sorted(known)) or "none"
        raise Refused(404, f"job {submission.name!r} has no post in {language!r}; it has {others}")
    return post, _digest(submission.document)


def replace_post(
    context: ServiceContext, caller: Caller, job: str, language: str, new: PostBody, instead_of: str | None
) -> JobEntry:
    """Put other words in the place of a language's post, and have its job planned anew where something changed.

    `instead_of`: the digest of the document that was corrected, where its reader named it.
    """
    visible_job(context, caller, job, Right.SUBMIT)
    submission = queries.find_submission(context.ledger, job)
    before = _digest(submission.document)
    if instead_of is not None and instead_of != before:
        raise ChangedMeanwhile("the post was changed meanwhile; read it again and correct that")
    places = set(new.at) | set(find_post(context, job, language)[0].at)
    document = with_values(submission.document, _values(new, language, sorted(places)))
    read_job(submission.name, document)  # raises what it would be refused for
    changed = Subject(job, language=language, digests={"before": before, "after": _digest(document)})
    if read_job(submission.name, submission.document) != read_job(submission.name, document):
        with writing(context.ledger) as db:
            jobs.rewrite(context.ledger, job, document, submission.document)
            approvals.note_author(db, job, language, caller.id)
            record.write(db, caller, What.CORRECTED, changed, {"post": True})
        context.publisher.wake()
    return queries.find_job(context.ledger, job)


def _values(new: PostBody, language: str, places: Sequence[str]) -> dict[tuple[str | int, ...], Any]:
    """Each word of a language by its place in the document; None where nothing is said."""
    values: dict[tuple[str | int, ...], Any] = {("post", "transcript", language): new.transcript or None}
    for where, words in ((("post",), new), *((("post", "at", name), new.at.get(name, PostWords())) for name in places)):
        said = {"text": words.text, "title": words.title, "alt_text": words.alt_text, "hashtags": list(words.hashtags)}
        values |= {(*where, key, language): value or None for key, value in said.items()}
    return values


def _digest(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()
