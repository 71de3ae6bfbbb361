"""`portevoix job`: a finished job on its way to its accounts: review, approve, release, withdraw."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from workers.commands.shared import WRONG_INPUT, caller, day, mistakes_said, open_ledger

if TYPE_CHECKING:
    from service.approvals import Standing
    from service.gate import Caller, Right
    from service.ledger import Ledger
    from service.releases import Accounts, Release

app = typer.Typer(no_args_is_help=True, help="A job of the service: read, approved, released, taken back.")

Job = Annotated[str, typer.Argument(help="The job's id.", show_default=False)]
Language = Annotated[str, typer.Option(help="The language, as the review names it.")]
Version = Annotated[str, typer.Option(help="What was read, as the review names it.")]
As = Annotated[str, typer.Option("--as", help="Who does it: a person's name. The machine's login is nobody's.")]
ToAccount = Annotated[str, typer.Option(help="The account.")]


@app.command()
def state(job: Job) -> None:
    """Where a job stands, how far it is, and what it waits for."""
    from service import record
    from service.ledger import queries, waiting
    from service.ledger.database import writing
    from service.ledger.waiting import DiskSpace
    from service.record import Subject, What
    from service.settings import settings

    ledger, given = open_ledger(), settings()
    with mistakes_said():
        found = queries.find_job(ledger, job)
        with writing(ledger) as db:
            record.write(db, caller(), What.READ, Subject(job))
    print(f"{found.name}: {found.state}, {found.frames_done:,} of {found.frames:,} pictures")
    if why := waiting.waits_for(ledger, found, DiskSpace(given.open_store().free_bytes(), given.free_bytes)):
        print(f"    {why}")


@app.command()
def review(job: Job) -> None:
    """How each language stands: its version, who changed it last, who approved it, what is missing for a release."""
    from service import approvals, record, releases
    from service.ledger.database import writing
    from service.record import Subject, What

    ledger = open_ledger()
    with mistakes_said():
        found = approvals.standings(ledger, job)
        with writing(ledger) as db:
            record.write(db, caller(), What.READ, Subject(job))
    for standing in found.values():
        _show(standing, _accounts())
    for one in releases.list_releases(ledger, job):
        print(_line(one))


@app.command()
def approve(job: Job, language: Language, version: Version, by: As) -> None:
    """Agree to a version of a language, as somebody other than who changed it last."""
    from service import approvals
    from service.gate import Right

    ledger = open_ledger()
    with mistakes_said():
        person = _person(ledger, by, job, Right.APPROVE, _accounts_with(ledger, job, language))
        _show(approvals.approve(ledger, person, job, language, version), _accounts())


@app.command()
def reject(
    job: Job,
    language: Language,
    version: Version,
    by: As,
    comment: Annotated[str, typer.Option(help="What is wrong with it.")],
    at: Annotated[float | None, typer.Option(min=0, help="The second of the programme that it is about.")] = None,
) -> None:
    """Refuse a version of a language, and say why."""
    from service import approvals
    from service.comments import NewComment
    from service.gate import Right

    ledger = open_ledger()
    with mistakes_said():
        person = _person(ledger, by, job, Right.APPROVE, _accounts_with(ledger, job, language))
        why = NewComment(comment, language, at)
        _show(approvals.reject(ledger, person, job, language, version, why), _accounts())


@app.command()
def release(
    job: Job,
    account: ToAccount,
    by: As,
    language: Annotated[
        list[str] | None, typer.Option(help="Only this one; may stand several times. All approved ones without.")
    ] = None,
    at_embargo: Annotated[bool, typer.Option(help="When the embargo ends; now without.")] = False,
) -> None:
    """Release to an account what is approved. The service does it; the review shows how it went."""
    from service import releases
    from service.gate import Right
    from service.releases import NewRelease

    ledger = open_ledger()
    with mistakes_said():
        person = _person(ledger, by, job, Right.RELEASE, [account])
        wanted = NewRelease(account, tuple(language or ()), at_embargo)
        print(_line(releases.ask(ledger, person, job, wanted, _accounts())))


@app.command()
def withdraw(job: Job, account: ToAccount, by: As) -> None:
    """Take back what was released to an account. The service does it; the review shows how it went."""
    from service import releases
    from service.gate import Right

    ledger = open_ledger()
    with mistakes_said():
        person = _person(ledger, by, job, Right.RELEASE, [account])
        print(_line(releases.withdraw(ledger, person, job, account, _accounts())))


@app.command()
def embargo(
    job: Job,
    until: Annotated[str, typer.Argument(help="2031-03-01T09:00:00+01:00, or `none`.", show_default=False)],
    by: As,
) -> None:
    """Move the hour before which nothing of a job leaves."""
    from service import embargo
    from service.documents import accounts_of
    from service.gate import Right
    from service.ledger import queries

    hour_s = None if until == "none" else _seconds(until)
    ledger = open_ledger()
    with mistakes_said():
        submission = queries.find_submission(ledger, job)
        accounts = accounts_of(submission.document)
        person = _person(ledger, by, job, Right.EMBARGO, accounts)
        may_release = person.may(Right.RELEASE, accounts, submission.owner)
        embargo.move(ledger, person, job, hour_s, may_release)


def _seconds(text: str) -> float:
    """An hour with its offset, in seconds since 1970."""
    try:
        hour = datetime.fromisoformat(text)
    except ValueError:
        hour = None
    if hour is None or hour.tzinfo is None:
        print(f"{text!r} is no hour; write 2031-03-01T09:00:00+01:00", file=sys.stderr)
        raise typer.Exit(WRONG_INPUT)
    return hour.astimezone(UTC).timestamp()


def _person(ledger: Ledger, name: str, job: str, right: Right, accounts: list[str] | tuple[str, ...]) -> Caller:
    """A person with what they may do now. Raises NotAllowed, on record, where they lack the right."""
    from service import people, record
    from service.gate import Caller, rights_of
    from service.ledger import queries
    from service.ledger.database import writing
    from service.people import NotAllowed
    from service.record import Subject, What

    found, login = people.named(ledger, name), caller()
    rights = rights_of(found.grants, found.kind)
    person = replace(Caller(found.id, found.name, found.kind, "command", rights), means=login.id)
    if found.removed_s is None and person.may(right, accounts, queries.find_job(ledger, job).owner):
        return person
    with writing(ledger) as db:
        record.write(db, person, What.REFUSED, Subject(job))
    raise NotAllowed(f"{found.name!r} has no right to {right} for {', '.join(accounts) or 'this job'}")


def _accounts_with(ledger: Ledger, job: str, language: str) -> tuple[str, ...]:
    from service import approvals

    standing = approvals.standings(ledger, job).get(language)
    return standing.accounts if standing else ()


def _accounts() -> Accounts:
    from portevoix.library import load_library
    from service.settings import settings

    return load_library(settings().house).accounts


def _show(standing: Standing, accounts: Accounts) -> None:
    print(f"{standing.language}  {standing.version.name}  last changed by {standing.author_name}")
    for decision in standing.decisions:
        print(f"    {decision.verdict} by {decision.name}, {day(decision.at_s)}")
    for block in standing.blocks:
        print(f"    stands against it: {block}")
    for account in standing.accounts:
        needed = accounts[account].approval.people if account in accounts else 1
        print(f"    {account}: {standing.missing(needed) or 'may be released'}")


def _line(one: Release) -> str:
    more = [f"{what}: {why}" for what, why in one.left_out.items()] + ([one.error] if one.error else [])
    return "; ".join([f"{one.id}  {one.kind} of {one.account}: {one.state}", *more])
