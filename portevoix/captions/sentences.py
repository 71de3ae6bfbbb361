"""Where sentences end: Unicode's rules, and the abbreviations, initials and ordinals that those do not know."""

from __future__ import annotations

import re
from typing import Literal

from portevoix.authoring.language import Language
from portevoix.captions.breaks import unicode_sentences

CLOSING = "\"'»”’)]」』）"
SENTENCE_MARKS, COMMA_MARKS = ".!?…。！？؟।", ",;:،؛，；、：—–"
# Followed by more of their sentence; one that may end a sentence (etc., no.) is left to ICU.
ABBREVIATIONS = frozenset(
    {
        "m",
        "mm",
        "mme",
        "mlle",
        "mgr",
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "ste",
        "vs",
        "cf",
        "n°",
        "sr",
        "sra",
        "srta",
        "ud",
        "uds",
        "hr",
        "fr",
        "nr",
        "bzw",
        "vgl",
        "гг",
        "ул",
        "им",
        "тов",
    }
)
Ending = Literal["sentence", "comma", "word"]


def sentences_of(text: str, language: Language) -> list[str]:
    """The text in sentences, each with the space after it.

    They are ICU's (Unicode annex 29), but an initial, a title, an abbreviation and a German ordinal end none.
    """
    found: list[str] = []
    for sentence in unicode_sentences(text, language):
        if found and (sentence[0].islower() or sentence[0] in CLOSING or goes_on(found[-1], language)):
            found[-1] += sentence
        else:
            found.append(sentence)
    return found


def goes_on(sentence: str, language: Language) -> bool:
    """Whether the point at the end of `sentence` is an abbreviation's or an ordinal's, and more of it follows."""
    match = re.search(r"([^\W_]+|n°)\.\s*$", sentence.casefold())
    if match is None:
        return False
    word = match[1]
    return (len(word) == 1 and word.isalpha()) or word in ABBREVIATIONS or (word.isdigit() and language.code == "de")


def ending_of(text: str, language: Language) -> Ending:
    """What a text ends with: a sentence, a phrase (`comma`), or a word in the middle of one."""
    if text.rstrip().endswith(" -"):
        return "comma"
    if goes_on(text, language):
        return "word"
    last = text.rstrip(CLOSING + " \u00a0\u202f")[-1:]
    return "sentence" if last and last in SENTENCE_MARKS else "comma" if last and last in COMMA_MARKS else "word"
