"""Full-width punctuation that meets other punctuation: each sign has half of its square empty."""

from __future__ import annotations

from itertools import pairwise

OPENING = frozenset("“‘（「『〈《【〔［｛〖〘")  # empty before the sign
CLOSING = frozenset("”’）」』〉》】〕］｝〗〙")  # empty after it
STOPS = frozenset("。，、．；：！？")
# Languages that are set in squares, and of each the stops that stand where the square begins, empty after the sign; the
# others stand in its middle.
AT_THE_START = {
    "zh-Hans": STOPS,
    "zh-Hant": frozenset[str](),
    "ja": frozenset("。，、．"),
    "ko": frozenset[str](),
}


def halved(text: str, language: str) -> list[int]:
    """The places of the signs that are set half as wide, so that no gap is seen between two of them: a closing one
    before any other, an opening one after any other (W3C, Requirements for Chinese Text Layout, 3.1.6; for Japanese
    Text Layout, 3.1.4).
    """
    if language not in AT_THE_START:
        return []
    closing = CLOSING | AT_THE_START[language]
    every, found = OPENING | CLOSING | STOPS, set[int]()
    for place, (one, other) in enumerate(pairwise(text)):
        if one in closing and other in every:
            found.add(place)
        elif one in OPENING | STOPS and other in OPENING:
            found.add(place + 1)
    return sorted(found)
