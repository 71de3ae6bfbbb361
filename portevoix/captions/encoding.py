"""Bytes to text: UTF-8 first, then byte-order marks, then what the file's language was written in before UTF-8."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

LEGACY = {
    "ar": ("cp1256", "iso8859-6"), "ru": ("cp1251", "koi8-r"), "zh": ("gb18030",), 
    "fr": ("cp1252",), "en": ("cp1252",), "es": ("cp1252",), "de": ("cp1252",),
}  # fmt: skip
SCRIPT_WORD = {"ar": "ARABIC", "ru": "CYRILLIC", "zh": "CJK", "zh-Hans": "CJK"}
LEAST_SCORE = 0.6  # of 1; below it an encoding is not believed


def decode(data: bytes, language: str) -> tuple[str, str]:
    """Text and the name of its encoding. Raises ValueError where none of the language's encodings fits."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return data.decode(name), name
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        found = [
            (_score(text, language), -place, text, name) for place, (text, name) in enumerate(_readings(data, language))
        ]
        score, _, text, name = max(found, default=(0.0, 0, "", ""))
        if score >= LEAST_SCORE:
            return text, name
        raise ValueError(
            f"is not UTF-8 (byte {error.start}) and no older encoding of {language!r} fits; save it as UTF-8"
        ) from None


def _readings(data: bytes, language: str) -> Iterator[tuple[str, str]]:
    for name in LEGACY.get(language, LEGACY.get(language.split("-")[0], ())):
        try:
            yield data.decode(name), name
        except UnicodeDecodeError:
            continue


def _score(text: str, language: str) -> float:
    """1 where every letter is of the language's script and every word is written as words are; less with each that is not."""
    if any(0x80 <= ord(c) < 0xA0 or unicodedata.category(c) in {"Co", "Cn"} for c in text):
        return 0.0
    script = SCRIPT_WORD.get(language.split("-")[0], "LATIN")
    letters = [c for c in text if ord(c) > 127 and c.isalpha()]
    if not letters:
        return 1.0 if script == "LATIN" else 0.0  # only quotation marks and dashes lie beyond ASCII
    fitting = sum(unicodedata.name(c, "").startswith(script) for c in letters)
    # A wrong table swaps capitals and small letters, or mixes alphabets within a word.
    odd = sum(
        (a.islower() and b.isupper())
        or (a.isalpha() and b.isalpha() and (ord(a) < 128) != (ord(b) < 128) and script != "LATIN")
        for a, b in pairwise(text)
    )
    return (fitting - 2 * odd) / len(letters)
