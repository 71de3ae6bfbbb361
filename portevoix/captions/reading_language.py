"""In which language a text is, roughly: by its letters, and by the small words that each language's profile lists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from portevoix.authoring.language import Language

LEAST_WORDS = 5  # small words of another language that tell anything
TIMES = 2  # as many as of the language that the text is said to be in
LETTERS = {  # how the names of a script's letters begin in Unicode
    "Latn": ("LATIN",),
    "Arab": ("ARABIC",),
    "Cyrl": ("CYRILLIC",),
    "Hebr": ("HEBREW",),
    "Deva": ("DEVANAGARI",),
    "Thai": ("THAI",),
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Kore": ("HANGUL", "CJK"),
}


def reads_as_another(text: str, said: Language, known: Iterable[Language]) -> str:
    """What speaks against a text being in the language that it is said to be in, in words; empty where nothing does.

    A short text, or two languages that share their small words, say nothing.
    """
    letters = [unicodedata.name(character, "") for character in text if character.isalpha()]
    own = sum(name.startswith(LETTERS.get(said.script, ())) for name in letters)
    if said.script in LETTERS and letters and own * 2 < len(letters):
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
