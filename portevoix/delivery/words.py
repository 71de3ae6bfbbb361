"""The words of one language of a job, as one digest: what somebody read, and approved.

It is the same on every machine and for every spelling of the same characters, and no change of another language
changes it.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from portevoix.order import Order
from portevoix.plan import Plan

NO_WORDS = frozenset({"scripts"})  # these name files by language; what stands in them is in the captions


def digests_of_words(order: Order, plan: Plan) -> dict[str, str]:
    """The digest of the words of every language that a job is made in: SHA-256 of `words_of` as canonical JSON."""
    languages = dict.fromkeys(audience.language for audience in order.audiences)
    return {language: digest_of_words(words_of(order, plan, language)) for language in languages}


def words_of(order: Order, plan: Plan, language: str) -> dict[str, Any]:
    """All that a job says in a language: each text by its place in the document, and the captions with the frames on
    which they stand.
    """
    texts = dict(_texts(order.job, language, ()))
    if credit := order.job.credit_in(language):
        texts["credit"] = credit
    if order.job.post and order.job.post.handles:  # the same in every language
        texts["post.handles"] = " ".join(f"{p}:{name}" for p, names in order.job.post.handles.items() for name in names)
    placed = plan.cues[language].cues if language in plan.cues else ()
    captions = [[c.first_frame, c.end_frame, c.text, c.speaker, c.top, c.words] for c in placed]
    return {"language": language, "texts": texts, "fps": str(plan.timeline.fps), "captions": captions}


def digest_of_words(words: Mapping[str, Any]) -> str:
    """SHA-256 of words as JSON: names sorted, no spaces, every text in Unicode's composed form (NFC)."""
    written = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(unicodedata.normalize("NFC", written).encode()).hexdigest()


def _texts(value: Any, language: str, place: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each text of a language in a part of the document, with its place."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name not in NO_WORDS:
                yield from _texts(getattr(value, name), language, (*place, name))
    elif isinstance(value, Mapping):
        if isinstance(text := value.get(language), str):
            yield ".".join(place), text
        elif isinstance(text, tuple) and all(isinstance(word, str) for word in text):
            yield ".".join(place), " ".join(text)
        for name, inner in value.items():
            if not isinstance(inner, str):
                yield from _texts(inner, language, (*place, name))
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            yield from _texts(inner, language, (*place, str(number)))
