"""In which language a text is, roughly, and whether it is in two: by its letters, and by its small words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from portevoix.authoring.language import Language
from portevoix.captions.scripts import is_of_script, letters_of

LEAST_WORDS = 5  # small words of another language that tell anything
LEAST_PAIRS = 3  # cues of two lines: fewer say nothing
TIMES = 2  # as many as of the language that the text is said to be in


def reads_as_another(text: str, said: Language, known: Iterable[Language]) -> str:
    """What speaks against a text being in the language that it is said to be in, in words; empty where nothing does.

    A short text, or two languages that share their small words, say nothing.
    """
    letters = letters_of(text)
    own = sum(is_of_script(letter, said.script) for letter in letters)
    if letters and own * 2 < len(letters):
        return f"{len(letters) - own} of {len(letters)} letters are of another script"
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {one.code: _small_words(words, one) for one in known if one.code != said.code}
    best = max(counts, key=lambda code: counts[code], default="")
    here = _small_words(words, said)
    if best and counts[best] >= max(LEAST_WORDS, TIMES * here + 1):
        return f"{counts[best]} small words of {best}, {here} of {said.code}"
    return ""


def _small_words(words: Iterable[str], language: Language) -> int:
    small = {word.casefold() for word in language.keep_with_next}
    return sum(word in small for word in words)


def second_language(texts: Sequence[str], said: Language, known: Iterable[Language]) -> str:
    """What speaks for cues of two lines being in two languages, a line each, in words; empty where nothing does."""
    pairs = [lines for text in texts if len(lines := text.split("\n")) == 2]
    if len(pairs) < LEAST_PAIRS or len(pairs) * 2 < len(texts):
        return ""
    languages = tuple(known)
    above, below = (reads_as_another("\n".join(lines), said, languages) for lines in zip(*pairs, strict=True))
    if bool(above) == bool(below):
        return ""
    return f"{len(pairs)} of {len(texts)} cues hold two languages: {'above' if above else 'below'}, {above or below}"
