"""Cues in two languages of one script are seen by the small words of each."""

from __future__ import annotations

from portevoix.authoring.language import Language
from portevoix.captions.reading_language import second_language
from portevoix.library import load_library

LANGUAGES = load_library().languages
FRENCH = [
    "La ministre est dans la salle avec les deux délégations.",
    "Il y a une heure que le texte est sur la table.",
    "Nous avons le devoir de le dire à tous les pays.",
]
ENGLISH = [
    "The minister is in the room with the two delegations.",
    "It is an hour since the text was put on the table.",
    "We have the duty to say it to all of the countries.",
]
DAYS = [
    "Le lundi, la réunion est dans la salle",
    "et le mardi, elle est dans une autre.",
    "Le jeudi est un jour de repos.",
]


def _said(texts: list[str], language: str) -> str:
    said: Language = LANGUAGES[language]
    return second_language(texts, said, LANGUAGES.values())


def test_cues_with_another_language_below_are_named() -> None:
    both = [f"{one}\n{other}" for one, other in zip(FRENCH, ENGLISH, strict=True)]
    assert _said(both, "fr").startswith("3 of 3 cues hold two languages: below, ")
    assert _said(both, "en").startswith("3 of 3 cues hold two languages: above, ")


def test_two_lines_in_one_language_are_nothing_to_name() -> None:
    assert _said([f"{one}\n{other}" for one, other in zip(FRENCH, DAYS, strict=True)], "fr") == ""
    assert _said(FRENCH, "fr") == ""


def test_a_file_in_another_language_altogether_is_not_said_to_be_in_two() -> None:
    assert _said([f"{one}\n{one}" for one in ENGLISH], "fr") == ""
