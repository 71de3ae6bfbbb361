"""What a caption hides at many places at once is what it hides at each of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portevoix.plan.faces import (
    FREE,
    GLIMPSE,
    Box,
    SeenFace,
    covered,
    enlarged,
    eyes_and_mouth,
    mostly_over_eyes_or_mouth,
    over_eyes_or_mouth,
    share,
)
from portevoix.plan.hiding import CLASH, OFTEN, Hidden

EDGES = st.tuples(*(st.floats(0, 1000) for _ in range(2)), *(st.floats(0, 600) for _ in range(2)))
BOXES = st.lists(EDGES.map(lambda e: (e[0], e[1], e[0] + e[2], e[1] + e[3])), max_size=4)


def looks(face: Box) -> Box:
    """From a face's eyes to its mouth."""
    eyes, mouth = eyes_and_mouth(face)
    return min(eyes[0], mouth[0]), eyes[1], max(eyes[2], mouth[2]), mouth[3]


@given(BOXES, BOXES, BOXES, st.sampled_from([0.0, 17.3]))
def test_many_places_are_weighed_as_each_of_them(
    boxes: list[Box], faces: list[Box], cards: list[Box], air: float
) -> None:
    seen = [SeenFace(n, box, 0, (0, 0, 1600, 1600)) for n, box in enumerate(faces)]
    found = Hidden(seen, cards).at(boxes, air)
    for box, (price, often) in zip(boxes, found, strict=True):
        near = sum(over_eyes_or_mouth(enlarged(box, air), [face]) > GLIMPSE for face in seen) / max(1, len(seen))
        assert often == pytest.approx(near)
        hidden, clash = covered(box, seen), max((share(box, card) for card in cards), default=0.0)
        middle = sum(share(box, looks(face.box)) for face in seen) / max(1, len(seen))
        expected = (hidden if hidden > FREE else 0) + mostly_over_eyes_or_mouth(box, seen) + middle + OFTEN * near
        assert price == pytest.approx(expected + (CLASH + clash if clash else 0))


def test_words_on_a_forehead_hide_less_than_words_on_a_nose() -> None:
    face = SeenFace(0, (0, 0, 1000, 1300), 0, (0, 0, 1080, 1920))
    boxes: list[Box] = [(100, 660, 900, 760), (100, 300, 900, 400)]
    (nose, _), (forehead, often) = Hidden([face], []).at(boxes, 0)
    assert forehead < nose and often == 0
