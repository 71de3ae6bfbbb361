"""The room that a card leaves its words: the measure of a render, before anything is rendered."""

from __future__ import annotations

from typing import Any

import pytest

from portevoix.library import Library
from portevoix.store import Store
from service.http.draft import JobDraft
from service.http.text_limits import Cards, cards_of

ALERT: dict[str, Any] = {
    "recipe": "alert",
    "title": {"fr": "Essai"},
    "text": {"fr": "Ceci est un essai."},
    "accounts": ["ministere"],
}


def test_the_room_that_is_said_is_the_room_that_there_is(library: Library, store: Store) -> None:
    cards = cards_of(JobDraft(document=ALERT), library, store)
    assert cards and cards.refusals() == []
    room = cards.room(("title",), "fr")
    assert room and 20 < room.most < 200
    words = f"{library.languages['fr'].sample} " * 9
    for length, fits in ((room.most, True), (room.most + 1, False)):
        title = words[:length].strip()
        given = cards_of(JobDraft(document={**ALERT, "title": {"fr": title}}), library, store)
        assert given and (given.refusals() == []) == fits, length


def test_words_that_do_not_fit_are_named_at_their_place(library: Library, store: Store) -> None:
    cards = cards_of(JobDraft(document={**ALERT, "title": {"fr": "Un titre trop long " * 20}}), library, store)
    assert cards
    (refusal,) = cards.refusals()
    assert refusal.place == ("title", "fr") and "shorten it" in refusal.message


@pytest.mark.parametrize("lacks", ["recipe", "accounts"])
def test_a_draft_that_says_too_little_has_no_cards_yet(library: Library, store: Store, lacks: str) -> None:
    assert cards_of(JobDraft(document={k: v for k, v in ALERT.items() if k != lacks}), library, store) is None


def test_what_stands_on_no_card_has_no_room(library: Library, store: Store) -> None:
    cards = cards_of(JobDraft(document=ALERT), library, store)
    assert cards and cards.room(("headline",), "fr") is None


@pytest.mark.parametrize(("credit", "place"), [("all", ("credit",)), ("own", ("credit", "fr"))])
def test_the_credit_on_a_picture_is_measured_as_it_will_be_drawn(
    library: Library, store: Store, credit: str, place: tuple[str, ...]
) -> None:
    def given(words: str) -> Cards:
        line = words if credit == "all" else {"fr": words}
        cards = cards_of(JobDraft(document={**ALERT, "picture": "a.jpg", "credit": line}), library, store)
        assert cards
        return cards

    room = given("Ada").room(("credit",), "fr")
    assert room and 40 < room.most < 400
    words = f"{library.languages['fr'].sample} " * 9
    assert given(words[: room.most].strip()).refusals() == []
    (refusal,) = given(words[: room.most + 1].strip()).refusals()
    assert refusal.place == place and "the credit of the picture" in refusal.message
