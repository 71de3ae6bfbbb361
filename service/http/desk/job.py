"""One job as its page shows it: every language with its variants, who decided on it, and every account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portevoix.authoring.account import Account
from portevoix.delivery.manifest import Delivery
from portevoix.library import Library
from service.approvals import Standing
from service.gate import Caller, Right
from service.http.desk.waiting import Stage, is_out, people_needed, stand_of
from service.ledger import JobEntry
from service.ledger.states import OPEN_RELEASE, RELEASE, JobState, ReleaseState
from service.releases import Release

APPROVED = (Stage.READY, Stage.HOUR, Stage.LEAVING, Stage.OUT)


@dataclass(frozen=True)
class DeliveredVariant:
    """One film, or one still where there is no film, with what belongs to it."""

    file: Delivery
    poster: Delivery | None
    beside: tuple[Delivery, ...]

    @property
    def is_film(self) -> bool:
        """Whether it plays."""
        return self.file.kind == "video"

    @property
    def findings(self) -> tuple[Mapping[str, Any], ...]:
        """The checks that found something: what fails before what warns."""
        found = [c for one in (self.file, *self.beside) for c in one.checks if c["verdict"] != "pass"]
        return tuple(sorted(found, key=lambda check: check["verdict"] != "fail"))

    @property
    def passed(self) -> int:
        """How many checks found nothing."""
        return sum(check["verdict"] == "pass" for check in self.file.checks)


@dataclass(frozen=True)
class FindingCount:
    """What a check found in so many files. `verdict`: `warn` or `fail`."""

    verdict: str
    rule: str
    measured: str
    wanted: str
    remedy: str
    files: int


def _key(check: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    return check["verdict"], check["rule"], check["measured"], check["wanted"], check.get("remedy", "")


@dataclass(frozen=True)
class LanguageBlock:
    """A language of a job. `stand` and `standing`: None for a draft, and for a job that was never delivered whole."""

    code: str
    variants: tuple[DeliveredVariant, ...]
    standing: Standing | None
    stand: Stage | None
    needed: int
    may_decide: bool
    own_words: bool
    may_correct: bool
    has_captions: bool

    @property
    def findings(self) -> list[FindingCount]:
        """What the checks found in all files of the language, each once."""
        counted = Counter(_key(check) for variant in self.variants for check in variant.findings)
        return [FindingCount(*found, files) for found, files in counted.items()]

    @property
    def passed(self) -> int:
        """How many checks found nothing, in all of its files."""
        return sum(variant.passed for variant in self.variants)


@dataclass(frozen=True)
class AccountBlock:
    """An account of a job: which films are there, may go there, or stay behind."""

    name: str
    account: Account | None
    ready: tuple[str, ...]
    out: tuple[str, ...]
    left_out: Mapping[str, Stage]
    waiting: Release | None
    last: Release | None
    may_release: bool

    @property
    def to_release(self) -> bool:
        """Whether something of it may go out and does not wait to."""
        return bool(self.ready) and self.waiting is None

    @property
    def has_destination(self) -> bool:
        """Whether something can be released to it."""
        return self.account is not None and self.account.destination is not None


def variants_of(files: Iterable[Delivery]) -> tuple[DeliveredVariant, ...]:
    """Files of one language, put together: each film with its poster, captions and texts; stills without a film."""
    listed = list(files)
    films = [file for file in listed if file.kind == "video"]
    used: set[str] = set()
    found = []
    for film in films:
        near = [f for f in listed if f.kind != "video" and _place(f) == _place(film)]
        used |= {file.path for file in near}
        poster = next((f for kind in ("poster", "still") for f in near if f.kind == kind), None)
        found.append(DeliveredVariant(film, poster, tuple(near)))
    stills = [file for file in listed if file.kind == "still" and file.path not in used]
    return (*found, *(DeliveredVariant(still, still, ()) for still in stills))


def _place(file: Delivery) -> tuple[object, ...]:
    return file.account, file.placement, file.format, file.part


@dataclass(frozen=True)
class Facts:
    """What the ledger knows of a job."""

    job: JobEntry
    accounts: tuple[str, ...]
    files: Sequence[Delivery]
    standings: Mapping[str, Standing]
    releases: Sequence[Release]


def languages_of(facts: Facts, caller: Caller, library: Library, captioned: Iterable[str]) -> list[LanguageBlock]:
    """Every language that has files, in the order of the manifest. `captioned`: those with captions."""
    codes = dict.fromkeys(file.language for file in facts.files if file.language and file.format)
    return [_language(code, facts, caller, library, code in set(captioned)) for code in codes]


def _language(code: str, facts: Facts, caller: Caller, library: Library, captioned: bool) -> LanguageBlock:
    job, standing = facts.job, None if facts.job.draft else facts.standings.get(code)
    may_decide = standing is not None and caller.may(Right.APPROVE, standing.accounts, job.owner)
    return LanguageBlock(
        code=code,
        variants=variants_of(file for file in facts.files if file.language == code and file.format),
        standing=standing,
        stand=stand_of(standing, facts.releases, library) if standing else None,
        needed=people_needed(standing, library) if standing else 0,
        may_decide=may_decide,
        own_words=standing is not None and standing.author == caller.id,
        may_correct=caller.may(Right.SUBMIT, facts.accounts, job.owner) and job.state != JobState.CANCELLED,
        has_captions=captioned,
    )


def accounts_of_job(facts: Facts, caller: Caller, library: Library) -> list[AccountBlock]:
    """Every account that a job is for, in its own order; none for a draft, which is never released."""
    return [] if facts.job.draft else [_account(name, facts, caller, library) for name in facts.accounts]


def _tells(ended: Release) -> bool:
    """Whether it says how things stand at an account: a withdrawal that was called off has changed nothing."""
    return ended.kind == RELEASE or ended.state != ReleaseState.CANCELLED


def _account(name: str, facts: Facts, caller: Caller, library: Library) -> AccountBlock:
    own = {code: standing for code, standing in facts.standings.items() if name in standing.accounts}
    stands = {code: stand_of(standing, facts.releases, library) for code, standing in own.items()}
    out = tuple(code for code, standing in own.items() if is_out(standing, name, facts.releases))
    ready = tuple(code for code in own if code not in out and stands[code] in APPROVED)
    mine = [release for release in facts.releases if release.account == name]
    return AccountBlock(
        name=name,
        account=library.accounts.get(name),
        ready=ready,
        out=out,
        left_out={code: stands[code] for code in own if code not in ready and code not in out},
        waiting=next((r for r in mine if r.state in OPEN_RELEASE), None),
        last=next((r for r in reversed(mine) if r.state not in OPEN_RELEASE and _tells(r)), None),
        may_release=caller.may(Right.RELEASE, [name], facts.job.owner),
    )
