"""A text too long for its card is told with the length that fits."""

from __future__ import annotations

import re

import pytest

from portevoix.authoring.job import Job
from portevoix.drawing.artist import Artist, DrawnJob
from portevoix.drawing.canvas import Canvas
from portevoix.library import Library
from portevoix.timeline.card_names import named
from portevoix.timeline.cards import AnyCard, Notice, Opening, Point, Quote

LONG = {
    "fr": "Climat : ce qui change pour les pays les plus exposés, " * 8,
    "ar": "المناخ: ما الذي يتغير بالنسبة إلى البلدان، " * 13,
}
BOTH = [(Opening(), "title"), (Quote("ground"), "quote"), (Point(0), "text")]
# A notice takes longer than all the others: in one language.
CARDS = [(Notice(), "text", "fr"), *((card, key, code) for card, key in BOTH for code in LONG)]


def job(code: str, key: str, text: str) -> Job:
    words: dict[str, object] = {"title": {code: "Titre"}, "text": {code: "Mots"}, "quote": {code: "Mots"}}
    words |= {"points": [{"text": {code: text}}]} if key == "text" else {}
    return Job.model_validate({"recipe": "alert", "languages": [code], **words, key: {code: text}})


@pytest.mark.parametrize(("card", "key", "code"), CARDS)
def test_the_length_that_is_told_fits_and_one_more_character_does_not(
    artist: Artist, library: Library, card: AnyCard, key: str, code: str
) -> None:
    canvas, language = Canvas.of_format("square", False), library.languages[code]

    def faults(text: str) -> list[str]:
        artist.faults.clear()
        artist.card(card, DrawnJob(job(code, key, text), code, language, canvas))
        return [fault.message for fault in artist.faults]

    (said,) = faults(LONG[code])
    assert f"has {len(LONG[code])} characters; in square, {named(card)} in {language.english_name} holds" in said
    (most,) = (int(n) for n in re.findall(r"holds (\d+) of them; shorten it", said))
    assert faults(LONG[code][:most].rstrip()) == []
    longer = next(n for n in range(most + 1, len(LONG[code])) if LONG[code][n - 1] != " ")
    assert faults(LONG[code][:longer]) != []


def test_where_two_texts_are_too_long_each_is_measured_beside_a_short_one(artist: Artist, library: Library) -> None:
    asked = Job.model_validate(
        {"recipe": "alert", "languages": ["fr"], "title": {"fr": LONG["fr"]}, "text": {"fr": LONG["fr"] * 2}}
    )
    artist.card(Notice(), DrawnJob(asked, "fr", library.languages["fr"], Canvas.of_format("square", False)))
    (fault,) = artist.faults
    assert re.search(r"holds \d+ of them beside short other texts; shorten it", fault.message)
