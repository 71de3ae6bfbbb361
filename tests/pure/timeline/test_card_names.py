"""What cards are called."""

from __future__ import annotations

import re
from typing import get_args

from portevoix.timeline.card_names import NAMES, named
from portevoix.timeline.cards import AnyCard, Chapter, LowerThird, Opening


def test_every_card_has_a_plain_name_that_is_no_key() -> None:
    union, _ = get_args(AnyCard)
    assert {card.kind for card in get_args(union)} == set(NAMES)
    assert all(re.fullmatch(r"the [a-z’ ]+", name) for name in NAMES.values())
    assert len(set(NAMES.values())) == len(NAMES)


def test_a_clips_title_is_no_chapter() -> None:
    assert named(Chapter("clip", 0)) == "the title of a clip"
    assert [named(card) for card in (Chapter("point", 0), Opening(), LowerThird("ada"))] == [
        "the chapter’s card",
        "the title",
        "the name",
    ]
