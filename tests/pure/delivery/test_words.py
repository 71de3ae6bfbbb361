"""The digest of a language's words: the same for the same words, and of no other language."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from portevoix.authoring.job import Job
from portevoix.delivery.words import digests_of_words, words_of
from portevoix.timeline.cues import PlacedCue, PlacedCues

CUE = PlacedCue(10, 40, "Été", 1)
DOCUMENT: dict[str, Any] = {
    "recipe": "interview",
    "title": {"fr": "Climat", "en": "Climate"},
    "clips": [{"file": "a.mp4", "title": {"fr": "Un", "en": "One"}, "fit": {"square": "blur"}}],
    "scripts": {"fr": "fr.vtt", "en": "en.vtt"},
    "speakers": {"m": {"name": {"fr": "La ministre", "en": "The minister"}, "role": {"fr": "Climat", "en": "Climate"}}},
    "details": [{"fr": "Mardi", "en": "Tuesday"}],
    "credit": {"fr": "Crédit", "en": "Credit"},
    "languages": ["fr", "en"],
    "post": {
        "text": {"fr": "Lisez", "en": "Read"},
        "title": {"fr": "Titre", "en": "Title"},
        "alt_text": {"fr": "Carte", "en": "Map"},
        "transcript": {"fr": "Tout", "en": "All"},
        "hashtags": {"fr": ["climat"], "en": ["climate"]},
        "handles": {"x": ["onu"]},
        "at": {"x": {"text": {"fr": "Vite", "en": "Quick"}}},
    },
}


def digests(document: dict[str, Any] = DOCUMENT, **cues: PlacedCue) -> dict[str, str]:
    order: Any = SimpleNamespace(
        job=Job.model_validate(document), audiences=tuple(SimpleNamespace(language=code) for code in ("fr", "en"))
    )
    placed = {code: PlacedCues((cues.get(code, CUE),), ()) for code in ("fr", "en")}
    plan: Any = SimpleNamespace(cues=placed, timeline=SimpleNamespace(fps=Fraction(25)))
    return digests_of_words(order, plan)


def changed(*place: str | int, to: str) -> dict[str, Any]:
    """The document with another text at a place."""
    job = Job.model_validate(DOCUMENT).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    inner: Any = job
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = to
    return job


PLACES = [
    ("title", "fr"),
    ("clips", 0, "title", "fr"),
    ("speakers", "m", "name", "fr"),
    ("speakers", "m", "role", "fr"),
    ("details", 0, "fr"),
    ("credit", "fr"),
    ("post", "text", "fr"),
    ("post", "title", "fr"),
    ("post", "alt_text", "fr"),
    ("post", "transcript", "fr"),
    ("post", "hashtags", "fr", 0),
    ("post", "at", "x", "text", "fr"),
]


@pytest.mark.parametrize("place", PLACES)
def test_every_text_of_a_language_changes_its_digest_and_no_other(place: tuple[str | int, ...]) -> None:
    before, after = digests(), digests(changed(*place, to="autre"))
    assert before["fr"] != after["fr"] and before["en"] == after["en"]


@pytest.mark.parametrize(
    "cue", [replace(CUE, text="Eté"), replace(CUE, first_frame=11), replace(CUE, end_frame=41), replace(CUE, top=True)]
)
def test_a_captions_text_and_times_change_it_too(cue: PlacedCue) -> None:
    before, after = digests(), digests(fr=cue)
    assert before["fr"] != after["fr"] and before["en"] == after["en"]


def test_who_is_named_beside_a_film_counts_in_every_language() -> None:
    before, after = digests(), digests(changed("post", "handles", "x", 0, to="unesco"))
    assert before["fr"] != after["fr"] and before["en"] != after["en"]


def test_the_same_characters_spelt_otherwise_and_names_of_files_change_nothing() -> None:
    assert digests() == digests(fr=replace(CUE, text="E\u0301te\u0301"))
    assert digests() == digests(changed("scripts", "fr", to="other.vtt"))
    assert digests() == digests(fr=replace(CUE, line=9)), "where it stands in its file is no word"


def test_what_is_said_is_listed_by_its_place() -> None:
    order: Any = SimpleNamespace(job=Job.model_validate(DOCUMENT))
    plan: Any = SimpleNamespace(cues={}, timeline=SimpleNamespace(fps=Fraction(25)))
    assert words_of(order, plan, "en")["texts"] == {
        "title": "Climate",
        "clips.0.title": "One",
        "speakers.m.name": "The minister",
        "speakers.m.role": "Climate",
        "details.0": "Tuesday",
        "credit": "Credit",
        "post.text": "Read",
        "post.title": "Title",
        "post.hashtags": "climate",
        "post.alt_text": "Map",
        "post.handles": "x:onu",
        "post.transcript": "All",
        "post.at.x.text": "Quick",
    }
