"""Approvals: who agreed to exactly which words in exactly which files, language by language.

An approval counts while the words and the files are those that it was given for, and while their last author is
somebody else. A change takes back the approvals of the languages that it touches, and no others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from portevoix.delivery.manifest import Delivery
from portevoix.errors import PortevoixError
from service import comments, record
from service.comments import NewComment
from service.gate import ITSELF, Caller
from service.ledger.database import Ledger, now_s, reading, writing
from service.ledger.records import NotNow
from service.ledger.states import JobState
from service.ledger.tables import authors, decisions, deliveries, people, words
from service.ledger.transitions import add_event, job_row
from service.record import Subject, What

DIGITS = 16  # of each digest in a version's name: 64 bits tell the versions of one job apart

Verdict = Literal["approved", "rejected"]


class UnknownLanguage(PortevoixError):
    """The job has no finished files in this language."""


class OtherVersion(PortevoixError):
    """What somebody decides on is not what they have seen: it has changed meanwhile."""


class OwnWords(PortevoixError):
    """Who changed a language last cannot approve it."""


class Blocked(PortevoixError):
    """A rule stands against approval."""


@dataclass(frozen=True)
class Version:
    """The words of a language and the files that show them, each as one SHA-256."""

    words: str
    files: str

    @property
    def name(self) -> str:
        """What people and programs call it by."""
        return f"{self.words[:DIGITS]}-{self.files[:DIGITS]}"


@dataclass(frozen=True)
class Decision:
    """What somebody decided on a version, and the comment that they gave with it."""

    verdict: Verdict
    person: str
    name: str
    version: Version
    comment: int | None
    at_s: float


@dataclass(frozen=True)
class Standing:
    """How a language of a job stands.

    `author`: the id of who changed its words last; `decisions`: of this version, the last one of each person;
    `blocks`: a sentence for each rule against it; `changing`: its words were corrected, and the files that show that
    are not there yet.
    """

    language: str
    accounts: tuple[str, ...]
    version: Version
    author: str
    author_name: str
    decisions: tuple[Decision, ...]
    blocks: tuple[str, ...]
    changing: bool
    files: tuple[Delivery, ...]

    @property
    def approved_by(self) -> tuple[str, ...]:
        """The names whose approvals count; that of the last author does not."""
        return tuple(d.name for d in self.decisions if d.verdict == "approved" and d.person != self.author)

    def missing(self, people_needed: int) -> str | None:
        """Why it may not be released, where `people_needed` have to agree; None where it may."""
        if self.changing:
            return "its words were corrected, and the new files are not there yet"
        if self.blocks:
            return f"a rule stands against it: {self.blocks[0]}"
        if rejected := [d.name for d in self.decisions if d.verdict == "rejected"]:
            return f"{', '.join(rejected)} rejected it"
        given = len(self.approved_by)
        return f"{given} of {people_needed} approvals" if given < people_needed else None


def standings(ledger: Ledger, job: str) -> dict[str, Standing]:
    """How each language of a job stands; none while no round of it has delivered files that are as they should be."""
    with reading(ledger) as db:
        return read(db, job)


def read(db: sa.Connection, job: str) -> dict[str, Standing]:
    """The same, within a transaction."""
    row = job_row(db, job)
    said = sa.select(words.c.language, words.c.digest).where(
        (words.c.job == job) & (words.c.round == row.delivered_round)
    )
    digests = {code: digest for code, digest in db.execute(said)}
    edits = {edit.language: edit for edit in db.execute(sa.select(authors).where(authors.c.job == job))}
    made = sa.select(deliveries.c.facts).where(deliveries.c.job == job).order_by(deliveries.c.position)
    files = [Delivery(**facts) for facts in db.execute(made).scalars()] if row.delivered_round else []
    found = {}
    for code in digests:
        own = tuple(file for file in files if file.language == code and not is_internal(file))
        edit, version = edits.get(code), Version(digests[code], digest_of_files(own))
        author = edit.person if edit else row.owner
        found[code] = Standing(
            language=code,
            accounts=tuple(dict.fromkeys(file.account for file in own if file.account)),
            version=version,
            author=author,
            author_name=_name(db, author),
            decisions=_decisions(db, job, code, version),
            blocks=tuple(_blocks(own)),
            changing=edit is not None and edit.round > row.delivered_round,
            files=own,
        )
    return found


def is_internal(file: Delivery) -> bool:
    """Whether a file is for the editor who takes over: no account's, and never released."""
    return not file.language or not file.format


def digest_of_files(files: Iterable[Delivery]) -> str:
    """One digest of the names and the bytes of files."""
    listed = json.dumps(sorted([file.path, file.sha256] for file in files), separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(listed.encode()).hexdigest()


def _blocks(files: Iterable[Delivery]) -> Iterable[str]:
    failed = ((file, check) for file in files for check in file.checks if check["verdict"] == "fail")
    for file, check in failed:
        yield f"{file.path}: {check['rule']} is {check['measured']}, {check['wanted']}"


def _decisions(db: sa.Connection, job: str, language: str, version: Version) -> tuple[Decision, ...]:
    """What was decided of this version: the last decision of each person."""
    this = (decisions.c.job == job) & (decisions.c.language == language) & decisions.c.taken_back_s.is_(None)
    this &= (decisions.c.words == version.words) & (decisions.c.files == version.files)
    name = sa.func.coalesce(people.c.name, decisions.c.person).label("name")
    rows = sa.select(decisions, name).outerjoin(people, people.c.id == decisions.c.person).where(this)
    last = {row.person: row for row in db.execute(rows.order_by(decisions.c.id))}
    return tuple(Decision(r.verdict, r.person, r.name, version, r.comment, r.at_s) for r in last.values())


def _name(db: sa.Connection, person: str) -> str:
    found = db.execute(sa.select(people.c.name).where(people.c.id == person)).scalar_one_or_none()
    return str(found) if found is not None else person


def approve(ledger: Ledger, caller: Caller, job: str, language: str, version: str) -> Standing:
    """Agree to a version of a language, by the name that its reader saw. Said twice, nothing changes.

    Raises UnknownLanguage; NotNow for a draft and while the job is at work; OtherVersion, which says what has changed;
    OwnWords where the caller changed the words last; Blocked where a rule stands against it.
    """
    with writing(ledger) as db:
        standing = _as_seen(db, job, language, version)
        if standing.author == caller.id:
            raise OwnWords(f"{caller.name!r} changed {language!r} last; another person approves it")
        if standing.blocks:
            raise Blocked(f"{language!r} cannot be approved: {'; '.join(standing.blocks)}")
        _decide(db, caller, job, standing, "approved", None)
        return read(db, job)[language]


def reject(ledger: Ledger, caller: Caller, job: str, language: str, version: str, why: NewComment) -> Standing:
    """Refuse a version of a language, with a comment. Raises as `approve`, but for OwnWords and Blocked."""
    with writing(ledger) as db:
        standing = _as_seen(db, job, language, version)
        _decide(db, caller, job, standing, "rejected", comments.insert(db, caller, job, why))
        return read(db, job)[language]


def _as_seen(db: sa.Connection, job: str, language: str, version: str) -> Standing:
    """How a language stands, where it is as somebody saw it and may be decided on."""
    row = job_row(db, job)
    if row.draft:
        raise NotNow(f"job {job} is a draft, to be looked at; hand it in without `draft`")
    found = read(db, job)
    if row.state != JobState.DONE and not (language in found and found[language].changing):
        raise NotNow(f"job {job} is {row.state}; a language is decided on when the job is done")
    if language not in found:
        raise UnknownLanguage(f"job {job} has nothing in {language!r}; it has {', '.join(found) or 'nothing yet'}")
    standing = found[language]
    if change := _change(standing, version):
        raise OtherVersion(f"{language!r} is not what you saw: {change}; read it again")
    return standing


def _change(standing: Standing, version: str) -> str | None:
    """What is different between a version that somebody saw and the one that stands."""
    seen_words, _, seen_files = version.partition("-")
    now_words, _, now_files = standing.version.name.partition("-")
    if standing.changing or seen_words != now_words:
        return f"{standing.author_name!r} changed its words"
    return "its files were made anew" if seen_files != now_files else None


def _decide(
    db: sa.Connection, caller: Caller, job: str, standing: Standing, verdict: Verdict, comment: int | None
) -> None:
    if verdict == "approved" and (caller.id, verdict) in ((d.person, d.verdict) for d in standing.decisions):
        return
    version = {"words": standing.version.words, "files": standing.version.files}
    said = {"job": job, "language": standing.language, "verdict": verdict, "person": caller.id, **version}
    db.execute(decisions.insert().values(**said, round=job_row(db, job).round, comment=comment, at_s=now_s()))
    what = What.APPROVED if verdict == "approved" else What.REJECTED
    detail = {"comment": comment} if comment is not None else {}
    record.write(db, caller, what, Subject(job, language=standing.language, digests=version), detail)
    facts = {"language": standing.language, "version": standing.version.name, "by": caller.name, **detail}
    add_event(db, job, verdict, facts)


def note_author(db: sa.Connection, job: str, language: str, person: str) -> None:
    """Write down who has just corrected a language, within the transaction that began the round with the new words."""
    this = (authors.c.job == job) & (authors.c.language == language)
    values: Mapping[str, Any] = {"person": person, "round": job_row(db, job).round, "at_s": now_s()}
    if not db.execute(authors.update().where(this).values(**values)).rowcount:
        db.execute(authors.insert().values(job=job, language=language, **values))


def take_back(db: sa.Connection, job: str) -> list[str]:
    """End the decisions on versions that stand no more, within the transaction that recorded new files.

    Returns the languages that lost an approval; each is an event and a row of the record.
    """
    if not job_row(db, job).delivered_round:
        return []  # what was made failed a check: nothing new stands, and nothing is released
    standing = read(db, job)
    this = (decisions.c.job == job) & decisions.c.taken_back_s.is_(None)
    rows = db.execute(sa.select(decisions).where(this).order_by(decisions.c.id)).all()
    lost = [row for row in rows if not _stands(standing.get(row.language), row)]
    gone = decisions.update().where(decisions.c.id.in_([row.id for row in lost])).values(taken_back_s=now_s())
    if lost:
        db.execute(gone)
    languages = list(dict.fromkeys(row.language for row in lost if row.verdict == "approved"))
    for language in languages:
        before = next(row for row in lost if row.language == language)
        digests = {"words": before.words, "files": before.files}
        record.write(db, ITSELF, What.APPROVAL_TAKEN_BACK, Subject(job, language=language, digests=digests))
        add_event(db, job, "approval lost", {"language": language})
    return languages


def _stands(standing: Standing | None, row: Any) -> bool:
    return standing is not None and (row.words, row.files) == (standing.version.words, standing.version.files)
