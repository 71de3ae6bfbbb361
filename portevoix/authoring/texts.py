"""The words of a job, each text by its place in the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from portevoix.authoring.document import Authored
from portevoix.authoring.job import Job, Place

OTHERS = frozenset(
    {"scripts", "encoding", "handles", "fit", "position"}
)  # by language or by name as words are, and none

Text = Mapping[str, str | tuple[str, ...]]  # by language; hashtags are several


def texts_of(job: Job) -> Iterator[tuple[Place, Text]]:
    """Each text that is said in some language, in the order of the document's keys. A credit that is the same in all
    languages is none of them.
    """
    yield from _within(job, ())


def _within(value: Any, place: Place) -> Iterator[tuple[Place, Text]]:
    if isinstance(value, Authored):
        for name, field in type(value).model_fields.items():
            if name not in OTHERS:
                yield from _within(getattr(value, name), (*place, field.alias or name))
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            yield from _within(inner, (*place, number))
    elif isinstance(value, Mapping) and value:
        if any(isinstance(inner, Authored) for inner in value.values()):
            for name, inner in value.items():
                yield from _within(inner, (*place, name))
        else:
            yield place, value
