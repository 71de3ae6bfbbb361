"""A text that is too long for its card: how much of it would fit."""

from __future__ import annotations

import bisect
from collections.abc import Callable

from portevoix.drawing.frame import TextTooLong

SHORT = 12  # characters of a text that is never the one to be shortened
NAMED = 60  # characters of a text that name it

Words = tuple[str, ...]


def length_that_fits(words: Words, draw: Callable[[Words], object], where: str) -> str | None:
    """A sentence that says which of the words to shorten, and to which length; None where no length is enough.

    `draw` raises TextTooLong where words do not fit. `where` stands in the sentence: "in wide, the title".
    """
    longest_first = sorted(range(len(words)), key=lambda n: -len(words[n]))
    # The longest text is the one to shorten, where that is enough; else each is measured beside short ones.
    for others, beside in ((None, ""), (SHORT, " beside short other texts")):
        for number in (n for n in longest_first if len(words[n]) > SHORT):
            text = words[number]
            if most := _most(words, number, others, draw):
                begin = text if len(text) <= NAMED else f"{text[:NAMED]}…"
                return f"{begin!r} has {len(text)} characters; {where} holds {most} of them{beside}; shorten it"
    return None


def _most(words: Words, number: int, others: int | None, draw: Callable[[Words], object]) -> int:
    """The most characters of text `number` that fit while the other texts have `others` at most; 0 for none."""

    def too_long(length: int) -> bool:
        tried = tuple(w[:length].rstrip() if n == number else w[:others] for n, w in enumerate(words))
        try:
            draw(tried)
        except TextTooLong:
            return True
        return False

    return bisect.bisect_left(range(1, len(words[number])), True, key=too_long)
