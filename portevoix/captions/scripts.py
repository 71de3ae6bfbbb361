"""Which letters belong to a script, by their names in Unicode."""

from __future__ import annotations

import unicodedata

from portevoix.authoring.language import Script

# How the names of its letters begin.
LETTERS: dict[Script, tuple[str, ...]] = {
    "Latn": ("LATIN",),
    "Cyrl": ("CYRILLIC",),
    "Grek": ("GREEK",),
    "Arab": ("ARABIC",),
    "Hebr": ("HEBREW",),
    "Deva": ("DEVANAGARI",),
    "Thai": ("THAI",),
    "Hans": ("CJK",),
    "Hant": ("CJK",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Kore": ("HANGUL", "CJK"),
}


def letters_of(text: str) -> list[str]:
    """The letters of a text, in their order; marks, figures and spaces are none."""
    return [character for character in text if character.isalpha()]


def is_of_script(letter: str, script: Script) -> bool:
    """Whether a letter is one of a script's."""
    return unicodedata.name(letter, "").startswith(LETTERS[script])
