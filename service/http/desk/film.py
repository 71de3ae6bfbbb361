"""What a job's film says, language by language: the texts of its cards and its captions, as they are approved."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from portevoix.delivery.words import words_of
from portevoix.library import Library
from portevoix.plan import wire
from service.http.context import ServiceContext
from service.ledger import queries

KEPT = 24  # films whose words are remembered; each is some kilobytes


@dataclass(frozen=True)
class FilmCue:
    """A caption, from a second of the programme to another."""

    start_s: float
    end_s: float
    text: str
    speaker: str | None


@dataclass(frozen=True)
class FilmWords:
    """All that a film says in a language. `texts`: each by its place in the document (`title`, `speakers.a.name`)."""

    texts: tuple[tuple[str, str], ...]
    cues: tuple[FilmCue, ...]


class Films:
    """Films' words, read from their plans once and remembered for a while."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: dict[str, Mapping[str, FilmWords]] = {}

    def words(self, context: ServiceContext, job: str) -> Mapping[str, FilmWords]:
        """The words of each language of a job; none before it is planned, or where another version planned it."""
        plan, submission = queries.find_plan(context.ledger, job), queries.find_submission(context.ledger, job)
        if plan is None:
            return {}
        key = hashlib.sha256(f"{submission.document}{plan}".encode()).hexdigest()
        if key not in self._known:
            found = _read(plan, submission.name, submission.document, self._library)
            for old in list(self._known)[: len(self._known) + 1 - KEPT]:
                self._known.pop(old, None)
            self._known[key] = found
        return self._known[key]


def _read(plan_text: str, name: str, text: str, library: Library) -> Mapping[str, FilmWords]:
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder) / f"{name}.yaml"
        document.write_text(text, "utf-8")
        try:
            order, plan = wire.plan_from_json(plan_text, document, library, Path)
        except wire.OtherShape:
            return {}
    fps = plan.timeline.fps
    languages = dict.fromkeys(audience.language for audience in order.audiences)
    return {code: _words(words_of(order, plan, code), fps) for code in languages}


def _words(said: Mapping[str, object], fps: Fraction) -> FilmWords:
    texts, captions = said["texts"], said["captions"]
    assert isinstance(texts, dict) and isinstance(captions, list)
    cues = (FilmCue(float(first / fps), float(end / fps), text, who) for first, end, text, who, *_ in captions)
    return FilmWords(tuple(texts.items()), tuple(cues))
