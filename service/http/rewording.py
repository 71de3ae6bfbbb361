"""The words of a job beside its captions, in one language: found, judged by the cards that show them, and corrected."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portevoix.authoring.document import with_values
from portevoix.authoring.job import Job, Place
from portevoix.authoring.recipe import Recipe
from portevoix.authoring.texts import texts_of
from portevoix.errors import Fault, InvalidInput
from portevoix.library import Library
from service import approvals, record
from service.documents import read_job
from service.gate import Caller, Right
from service.http.auth import visible_job
from service.http.context import ServiceContext
from service.http.draft import JobDraft, values_of
from service.http.intake import check_early
from service.http.models.texts import RoomView, TextBody, TextFault, TextsView, TextView
from service.http.problems import Refused
from service.http.text_limits import Cards, cards_of
from service.ledger import ChangedMeanwhile, JobEntry, Submission, jobs, queries
from service.ledger.database import writing
from service.record import Subject, What

HASHTAGS = "hashtags"
# What one language may say that no other does.
BY_ITSELF: tuple[Place, ...] = (("kicker",), ("credit",), ("post", "title"), ("post", HASHTAGS))
# What all languages say, or none.
TOGETHER: tuple[Place, ...] = (
    ("title",),
    ("text",),
    ("headline",),
    ("quote",),
    ("source",),
    ("post", "text"),
    ("post", "alt_text"),
)
ORDER = {name: number for number, name in enumerate(Job.model_fields)}

Said = Mapping[Place, str]


@dataclass(frozen=True)
class Worded:
    """A job's texts in one language, in the order of its document."""

    submission: Submission
    job: Job
    languages: tuple[str, ...]
    language: str
    said: Said

    @property
    def version(self) -> str:
        """A digest of them."""
        said = {_dotted(place): text for place, text in self.said.items() if text}
        written = json.dumps(said, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(written.encode()).hexdigest()


def is_made_in(context: ServiceContext, job: str, language: str) -> bool:
    """Whether a job has films in a language: captions may be in more."""
    submission = queries.find_submission(context.ledger, job)
    return language in _languages(read_job(submission.name, submission.document), context.library)


def find_texts(context: ServiceContext, job: str, language: str) -> Worded:
    """Every text that a language has or may have. Raises Refused (404) for one that the job is not made in."""
    submission = queries.find_submission(context.ledger, job)
    document = read_job(submission.name, submission.document)
    languages = _languages(document, context.library)
    if language not in languages:
        listed = ", ".join(languages) or "none"
        raise Refused(404, f"job {submission.name!r} is not made in {language!r}; it is in {listed}")
    return Worded(submission, document, languages, language, _said(context.library, document, language, languages))


def _languages(job: Job, library: Library) -> tuple[str, ...]:
    accounts = (library.accounts[name].language for name in job.accounts if name in library.accounts)
    return tuple(dict.fromkeys([*accounts, *job.languages]))


def _said(library: Library, job: Job, language: str, languages: Sequence[str]) -> Said:
    found = {place: _plain(words.get(language, "")) for place, words in texts_of(job)}
    if isinstance(job.credit, str) and job.credit:
        found["credit",] = job.credit
    recipe = library.recipes.get(job.recipe)
    for place in (*BY_ITSELF, *(TOGETHER if len(languages) == 1 else ())):
        if recipe and _has_use(recipe, place):
            found.setdefault(place, "")
    return dict(sorted(found.items(), key=lambda one: ORDER[str(one[0][0])]))


def _has_use(recipe: Recipe, place: Place) -> bool:
    return place[0] == "post" or place[0] in recipe.inputs


def _plain(words: str | tuple[str, ...]) -> str:
    return words if isinstance(words, str) else " ".join(f"#{word}" for word in words)


def show(worded: Worded) -> TextsView:
    """Texts as they are sent."""
    views = [TextView(place=place, text=text) for place, text in worded.said.items()]
    return TextsView(version=worded.version, texts=views)


def check(context: ServiceContext, worded: Worded, texts: Sequence[TextBody]) -> list[TextFault]:
    """What stands against new words: each fault at its text, as a render would find it."""
    unknown = [text.place for text in texts if text.place not in worded.said]
    if unknown:
        return [TextFault(place=place, message=f"{_dotted(place)} is no text of this job") for place in unknown]
    changed = _changed(worded, texts)
    document = _with(worded, changed)
    before = {(fault.place, fault.message) for fault in _faults(context, worded.submission, worded.submission.document)}
    found = [f for f in _faults(context, worded.submission, document) if (f.place, f.message) not in before]
    said = [TextFault(place=fault.place, message=fault.message) for fault in found]
    if not found and (cards := _cards(context, worded, document)):
        own = [(one.place, one.message) for one in cards.refusals() if one.place[-1] == worded.language]
        said += [TextFault(place=place[:-1], message=message) for place, message in own]
    return said


def _faults(context: ServiceContext, submission: Submission, document: str) -> list[Fault]:
    try:
        check_early(submission.name, document, submission.files, context.store, context.library)
    except InvalidInput as error:
        return error.faults
    return []


def _cards(context: ServiceContext, worded: Worded, document: str) -> Cards | None:
    submission = worded.submission
    draft = JobDraft(name=submission.name, document=values_of(submission.name, document), files=submission.files)
    return cards_of(draft, context.library, context.store)


def room(context: ServiceContext, worded: Worded, place: Place) -> RoomView:
    """The room that a text's card leaves it."""
    cards = _cards(context, worded, worded.submission.document)
    found = cards.room(place, worded.language) if cards and place in worded.said else None
    return RoomView(most=found.most, format=found.format) if found else RoomView()


def reword(
    context: ServiceContext, caller: Caller, job: str, language: str, texts: Sequence[TextBody], instead_of: str
) -> JobEntry:
    """Put new words in the place of a language's, and have its job planned anew where something changed.

    `instead_of`: the version that was corrected. Raises ChangedMeanwhile where another stands by now, and InvalidInput
    with every fault of the new words.
    """
    visible_job(context, caller, job, Right.SUBMIT)
    worded = find_texts(context, job, language)
    if worded.version != instead_of:
        raise ChangedMeanwhile(f"the words in {language!r} were changed meanwhile; read them again and correct those")
    if faults := check(context, worded, texts):
        name = f"{worded.submission.name}.yaml"
        raise InvalidInput(Fault(name, None, None, fault.message, fault.place) for fault in faults)
    if changed := _changed(worded, texts):
        _keep(context, caller, job, worded, changed)
    return queries.find_job(context.ledger, job)


def _keep(context: ServiceContext, caller: Caller, job: str, worded: Worded, changed: Said) -> None:
    document, before = _with(worded, changed), worded.submission.document
    digests = {"before": hashlib.sha256(before.encode()).hexdigest()}
    digests |= {"after": hashlib.sha256(document.encode()).hexdigest()}
    with writing(context.ledger) as db:
        jobs.rewrite(context.ledger, job, document, before)
        approvals.note_author(db, job, worded.language, caller.id)
        subject = Subject(job, language=worded.language, digests=digests)
        record.write(db, caller, What.CORRECTED, subject, {"texts": [_dotted(place) for place in changed]})
    context.publisher.wake()


def _changed(worded: Worded, texts: Iterable[TextBody]) -> Said:
    new = {text.place: text.text.strip() for text in texts}
    return {place: text for place, text in new.items() if text != worded.said[place].strip()}


def _with(worded: Worded, changed: Said) -> str:
    """The document with other words, its comments and its order kept."""
    values: dict[Place, Any] = {}
    for place, text in changed.items():
        if place == ("credit",) and isinstance(worded.job.credit, str):
            values[place] = dict.fromkeys(worded.languages, worded.job.credit) if worded.job.credit else {}
        words = [word.lstrip("#") for word in text.replace(",", " ").split()] if place[-1] == HASHTAGS else text
        values[*place, worded.language] = words or None
    return with_values(worded.submission.document, values)


def _dotted(place: Place) -> str:
    return ".".join(map(str, place))
