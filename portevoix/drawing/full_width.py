"""Full-width punctuation that meets other punctuation: each sign has half of its square empty."""

from __future__ import annotations

from itertools import pairwise

OPENING = frozenset("“‘（「『〈《【〔［｛〖〘")  # empty before the sign
CLOSING = frozenset("”’）」』〉》】〕］｝〗〙")  # empty after it
STOPS = frozenset("。，、．；：！？")  # at the square's foot, empty after the sign
# Languages that are set in squares; of these, whose stops stand in the middle of them.
SQUARES, CENTRED = ("zh-Hans", "zh-Hant", "ja"), ("zh-Hant",)


def halved(text: str, language: str) -> list[int]:
    """The places of the signs that are set half as wide, so that no gap is seen between two of them: a closing one
    before any other, an opening one after any other (W3C, Requirements for Chinese Text Layout, 3.1.6).
    """
    if language not in SQUARES:
        return []
    closing = CLOSING if language in CENTRED else CLOSING | STOPS
    every, found = OPENING | CLOSING | STOPS, set[int]()
    for place, (one, other) in enumerate(pairwise(text)):
        if one in closing and other in every:
            found.add(place)
        elif one in OPENING | STOPS and other in OPENING:
            found.add(place + 1)
    return sorted(found)
