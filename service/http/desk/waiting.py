"""What waits for whom: how each language of a job stands on its way out, and the same of the whole job in a phrase."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from portevoix.library import Library
from service.approvals import Standing
from service.http.desk.texts import Texts
from service.ledger.states import OPEN_RELEASE, RELEASE, ReleaseState
from service.releases import Release


class Stage(StrEnum):
    """How far a language is on its way out, the farthest from its release first."""

    CHANGING = "changing"  # its words were corrected; the new files are being made
    BLOCKED = "blocked"  # a check stands against it
    REJECTED = "rejected"
    REVIEW = "review"  # nobody has agreed yet
    SECOND = "second"  # another person has to agree
    READY = "ready"  # it may be released
    AGREED = "agreed"  # it may be, and none of its accounts has a destination
    HOUR = "hour"  # its release waits for the embargo
    LEAVING = "leaving"  # its release is on its way
    OUT = "out"  # at every account's destination, as it stands


TONES = {
    Stage.CHANGING: "busy",
    Stage.BLOCKED: "bad",
    Stage.REJECTED: "bad",
    Stage.REVIEW: "wait",
    Stage.SECOND: "wait",
    Stage.READY: "wait",
    Stage.AGREED: "ok",
    Stage.HOUR: "busy",
    Stage.LEAVING: "busy",
    Stage.OUT: "ok",
}


@dataclass(frozen=True)
class Phrase:
    """A short sentence, and in which of the pages' tones it is said: `ok`, `wait`, `bad`, `busy` or `plain`."""

    tone: str
    text: str


def people_needed(standing: Standing, library: Library) -> int:
    """How many have to approve a language, for the strictest of its accounts."""
    needed = [library.accounts[name].approval.people for name in standing.accounts if name in library.accounts]
    return max(needed, default=1)


def stand_of(standing: Standing, releases: Sequence[Release], library: Library) -> Stage:
    """How a language stands."""
    given = len(standing.approved_by)
    if standing.changing:
        return Stage.CHANGING
    if standing.blocks:
        return Stage.BLOCKED
    if any(decision.verdict == "rejected" for decision in standing.decisions):
        return Stage.REJECTED
    if given < people_needed(standing, library):
        return Stage.SECOND if given else Stage.REVIEW
    return _after_approval(standing, releases, library)


def _after_approval(standing: Standing, releases: Sequence[Release], library: Library) -> Stage:
    open_to = [n for n in standing.accounts if n in library.accounts and library.accounts[n].destination is not None]
    if not open_to:
        return Stage.AGREED
    still = [account for account in open_to if not is_out(standing, account, releases)]
    if not still:
        return Stage.OUT
    waiting = {r.account: r for r in releases if r.kind == RELEASE and r.state in OPEN_RELEASE}
    if not waiting.keys() >= set(still):
        return Stage.READY
    return Stage.HOUR if any(waiting[account].at_embargo for account in still) else Stage.LEAVING


def is_out(standing: Standing, account: str, releases: Iterable[Release]) -> bool:
    """Whether the files of a language as they stand are what an account's readers find."""
    ended = [r for r in releases if r.account == account and r.state in (ReleaseState.RELEASED, ReleaseState.WITHDRAWN)]
    if not ended or ended[-1].state != ReleaseState.RELEASED:
        return False
    return {file.sha256 for file in standing.files if file.account == account} <= set(ended[-1].files.values())


def phrases(texts: Texts, stands: Mapping[str, Stage]) -> list[Phrase]:
    """What a job's languages wait for, one phrase for all that wait for the same."""
    found = []
    for stand in Stage:
        if codes := [code for code, one in stands.items() if one is stand]:
            found.append(Phrase(TONES[stand], _said(texts, stand, codes)))
    return found


def _said(texts: Texts, stand: Stage, codes: Sequence[str]) -> str:
    named = texts.listed(texts.language(code) for code in codes)
    count = len(codes)
    sentence = {
        Stage.CHANGING: texts.ngettext("%(languages)s is being made anew", "%(languages)s are being made anew", count),
        Stage.BLOCKED: texts.ngettext("%(languages)s has failed a check", "%(languages)s have failed a check", count),
        Stage.REJECTED: texts.ngettext("%(languages)s was rejected", "%(languages)s were rejected", count),
        Stage.REVIEW: texts.ngettext("%(languages)s waits for a reviewer", "%(languages)s wait for a reviewer", count),
        Stage.SECOND: texts.ngettext(
            "%(languages)s waits for a second reviewer", "%(languages)s wait for a second reviewer", count
        ),
        Stage.READY: texts.ngettext("%(languages)s waits to be released", "%(languages)s wait to be released", count),
        Stage.AGREED: texts.ngettext("%(languages)s is approved", "%(languages)s are approved", count),
        Stage.HOUR: texts.ngettext("%(languages)s goes out at its hour", "%(languages)s go out at their hour", count),
        Stage.LEAVING: texts.ngettext("%(languages)s is being released", "%(languages)s are being released", count),
        Stage.OUT: texts.ngettext("%(languages)s is out", "%(languages)s are out", count),
    }[stand]
    return capitalised(sentence % {"languages": named})


def capitalised(text: str) -> str:
    """A text with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]
