"""Bytes to text: UTF-8 first, then byte-order marks, then what the file's language was written in before UTF-8."""

from __future__ import annotations

import codecs
import unicodedata

LEGACY = {
    "ar": ("cp1256", "iso8859-6"), "ru": ("cp1251", "koi8-r"), "zh": ("gb18030",), "zh-Hans": ("gb18030",),
    "fr": ("cp1252",), "en": ("cp1252",), "es": ("cp1252",), "de": ("cp1252",),
}  # fmt: skip
SCRIPT_WORD = {"ar": "ARABIC", "ru": "CYRILLIC", "zh": "CJK", "zh-Hans": "CJK"}
LEAST_SHARE = 0.6  # of the letters beyond ASCII must be of the language's script, else the encoding is not believed


def decode(data: bytes, language: str) -> tuple[str, str]:
    """Text and the name of its encoding. Raises ValueError where none of the language's encodings fits."""
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return data.decode(name), name
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        for name in LEGACY.get(language, ("cp1252",)):
            try:
                text = data.decode(name)
            except UnicodeDecodeError:
                continue
            if _believable(text, SCRIPT_WORD.get(language, "LATIN")):
                return text, name
        raise ValueError(
            f"is not UTF-8 (byte {error.start}) and no older encoding of {language!r} fits; save it as UTF-8"
        ) from None


def _believable(text: str, script: str) -> bool:
    letters = [c for c in text if ord(c) > 127 and c.isalpha()]
    if any(0x80 <= ord(c) < 0xA0 for c in text):
        return False
    fitting = sum(unicodedata.name(c, "").startswith(script) for c in letters)
    return fitting >= LEAST_SHARE * max(len(letters), 1)
