"""Bytes to text: UTF-8 first, then UTF-16 and UTF-32, then what the file's language was written in before UTF-8."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

# Python's names. Windows's table stands first: of two that read a file equally well the first is taken.
LEGACY = {
    "ar": ("cp1256", "iso8859-6"),
    "fa": ("cp1256",),
    "ur": ("cp1256",),
    "he": ("cp1255", "cp862"),
    "ru": ("cp1251", "koi8-r", "cp866", "iso8859-5"),
    "uk": ("cp1251", "koi8-u"),
    "bg": ("cp1251",),
    "be": ("cp1251",),
    "mk": ("cp1251",),
    "sr": ("cp1251", "cp1250", "iso8859-2"),
    "el": ("cp1253", "iso8859-7"),
    "th": ("cp874",),
    "zh": ("gb18030", "big5hkscs"),
    "ja": ("cp932", "euc_jp", "iso2022_jp"),
    "ko": ("cp949",),
    "tr": ("cp1254",),
    "az": ("cp1254",),
    "vi": ("cp1258",),
    "lt": ("cp1257",),
    "lv": ("cp1257",),
    "et": ("cp1257",),
    "pl": ("cp1250", "iso8859-2"),
    "cs": ("cp1250", "iso8859-2"),
    "sk": ("cp1250", "iso8859-2"),
    "hu": ("cp1250", "iso8859-2"),
    "ro": ("cp1250", "iso8859-16"),
    "hr": ("cp1250", "iso8859-2"),
    "fr": ("cp1252", "iso8859-15"),
    "en": ("cp1252",),
    "es": ("cp1252",),
    "de": ("cp1252",),
    "it": ("cp1252",),
    "pt": ("cp1252",),
    "nl": ("cp1252",),
    "sv": ("cp1252",),
    "da": ("cp1252",),
    "no": ("cp1252",),
    "nb": ("cp1252",),
    "fi": ("cp1252",),
}
SCRIPTS = {
    "ar": ("ARABIC",),
    "fa": ("ARABIC",),
    "ur": ("ARABIC",),
    "he": ("HEBREW",),
    "el": ("GREEK",),
    "th": ("THAI",),
    "ru": ("CYRILLIC",),
    "uk": ("CYRILLIC",),
    "bg": ("CYRILLIC",),
    "be": ("CYRILLIC",),
    "mk": ("CYRILLIC",),
    "sr": ("CYRILLIC", "LATIN"),
    "zh": ("CJK",),
    "ja": ("CJK", "HIRAGANA", "KATAKANA"),
    "ko": ("HANGUL", "CJK"),
}
# Letters beyond ASCII that a language's own spelling has; others come from names.
SPELLING = {
    "fr": "àâæçéèêëîïôœùûüÿ",
    "de": "äöüß",
    "es": "áéíñóúü",
    "it": "àèéìîòù",
    "pt": "àáâãçéêíóôõúü",
    "tr": "âçğıîİöşüû",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "hu": "áéíóöőúüű",
    "ro": "ăâîșțşţ",
    "hr": "čćđšž",
    "sr": "čćđšž",
}
# The commonest letters of a text and the least share of them that is believed: about half of what running text has.
COMMONEST = {
    "ru": ("оеаинтсрвл", 0.4),
    "uk": ("оанивтеріс", 0.4),
    "el": ("αοιετσνηυράέίό", 0.4),
    "he": ("יוהלאמרתשב", 0.4),
    "ar": ("الينموترب", 0.4),
    "fa": ("اینردهمويت", 0.4),
    "ko": ("이다는의을에가고지하기도로사", 0.08),
    "zh": ("的一是不了人我在有他这這们們中大来來上个個到说說你", 0.05),
}
CEDILLAS = str.maketrans("şţŞŢ", "șțȘȚ")
BY_COMMONEST = 0.2  # of a score is how much of a text its language's commonest letters are
_BACK_TO_FRONT = re.compile(r"\b(?=[^\W\d_]*[^\x00-\x7f])[^\W\d_]{2,}\b")  # words with a letter beyond ASCII
_MARKED_WITHIN = re.compile(r"(?<=[^\W\d_])[«»](?=[^\W\d_])")
_DASHED_WITHIN = re.compile(r"(?<=[a-z])[–—](?=[a-z])|(?<=[a-z])[—](?= )")
LOW_MARKS = "‚„†‡ˆ˜¤"  # of cp1252, where older tables have letters: they follow no letter
RUNNING_TEXT = 60  # letters from which their shares mean something
LEAST_SCORE = 0.6  # of 1; below it an encoding is not believed
SAMPLE = 50_000  # characters that an encoding is judged by
JIS_SHIFT = b"\x1b$"  # how a file of ASCII bytes says that Japanese letters follow
ALIKE = 0.05  # of a score: two readings so near to each other are asked about
HOW_TO_NAME = "`encoding: {LANGUAGE: NAME}` in the job, --encoding on the command line"
NULS = 0.15  # share of zero bytes in one half of UTF-16: digits and line ends are many in every caption file


def decode(data: bytes, language: str, named: str = "") -> tuple[str, str]:
    """Text and the name of its encoding: the one that its author `named`, else what it can only be.

    Raises ValueError where none of the language's encodings fits, or two fit and read other letters.
    """
    if named:
        return _as_named(data, named)
    wide = _wide(data)
    if wide:
        return _decode_wide(data, wide)
    if JIS_SHIFT in data and language == "ja":
        return _as_named(data, "iso2022_jp")
    try:
        return data.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > 3 and not data[: error.start].isascii():
            raise ValueError(
                f"ends in the middle of a letter (byte {error.start}); it did not arrive whole, send it again"
            ) from None
        found = [
            (_score(text, language), -place, text, name) for place, (text, name) in enumerate(_readings(data, language))
        ]
        score, _, text, name = max(found, default=(0.0, 0, "", ""))
        if score < LEAST_SCORE:
            raise ValueError(
                f"is not UTF-8 (byte {error.start}) and no older encoding of {language!r} fits; save it as UTF-8, or "
                f"name its encoding: {HOW_TO_NAME}"
            ) from None
        if also := [
            (n, other) for s, _, other, n in found if s > max(score - ALIKE, LEAST_SCORE) and not _same(other, text)
        ]:
            both = " or ".join(f"{n} ({_excerpt(other)!r})" for n, other in [(name, text), *also])
            raise ValueError(f"is not UTF-8 and may be {both}; name the right one: {HOW_TO_NAME}") from None
        return text, name


def _as_named(data: bytes, named: str) -> tuple[str, str]:
    try:
        return data.decode(named).removeprefix("\ufeff"), codecs.lookup(named).name
    except LookupError:
        raise ValueError(f"cannot be read as {named!r}, which is no encoding that is known; try cp1252") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"is not {named} (byte {error.start}); name another encoding, or save it as UTF-8") from None


def _same(one: str, other: str) -> bool:
    """Whether two readings say the same: Romanian's older table has cedillas for its commas."""
    return one.translate(CEDILLAS) == other.translate(CEDILLAS)


def _excerpt(text: str) -> str:
    """The first line of a text with a letter beyond ASCII, in a few words."""
    line = next((line.strip() for line in text.splitlines() if not line.isascii()), "")
    return line[:40]


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32 by its mark, or by where its zero bytes lie; empty for anything else."""
    marks = (
        (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's mark does, so it is asked for first
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    )
    marked = next((name for mark, name in marks if data.startswith(mark)), "")
    if marked or b"\0" not in data:
        return marked
    sample = data[:SAMPLE]
    share = [sample[place::4].count(0) / max(1, len(sample[place::4])) for place in range(4)]
    if min(share[2:]) > 0.9:
        return "utf-32-le"
    if min(share[:2]) > 0.9:
        return "utf-32-be"
    even, odd = (share[0] + share[2]) / 2, (share[1] + share[3]) / 2
    if odd > NULS and even < odd / 10:
        return "utf-16-le"
    return "utf-16-be" if even > NULS and odd < even / 10 else ""


def _decode_wide(data: bytes, name: str) -> tuple[str, str]:
    unit = 4 if "32" in name else 2
    if len(data) % unit:
        raise ValueError(
            f"is {name.upper()} and ends in the middle of a letter; it did not arrive whole, send it again"
        )
    try:
        return data.decode(name).removeprefix("\ufeff"), name
    except UnicodeDecodeError as error:
        raise ValueError(
            f"is not whole {name.upper()} (byte {error.start}); send it again, or save it as UTF-8"
        ) from None


def _readings(data: bytes, language: str) -> Iterator[tuple[str, str]]:
    for name in LEGACY.get(language.split("-")[0], ()):
        try:
            yield data.decode(name), name
        except UnicodeDecodeError:
            continue


def _score(text: str, language: str) -> float:
    """1 where every letter is of the language's script and every word is written as words are; less with each that is
    not.
    """
    base = language.split("-")[0]
    text = text[:SAMPLE]
    counts = Counter(text)
    if any(
        0x80 <= ord(c) < 0xA0 or "\u2500" <= c < "\u25a0" or unicodedata.category(c) in {"Co", "Cn"} for c in counts
    ):
        return 0.0  # control characters, frames and blocks of a terminal, nothing at all
    letters = {c: count for c, count in counts.items() if ord(c) > 127 and c.isalpha()}
    total = sum(letters.values())
    if not letters:
        odd = any(a.isalpha() and b in LOW_MARKS for a, b in pairwise(text)) or len(_DASHED_WITHIN.findall(text)) > 1
        return 0.0 if base in SCRIPTS or odd else 1.0  # only quotation marks and dashes lie beyond ASCII
    commonest, least = COMMONEST.get(base, ("", 0.0))
    common = sum(count for c, count in letters.items() if c.lower() in commonest)
    if total >= RUNNING_TEXT and common < least * total:
        return 0.0
    scripts = SCRIPTS.get(base, ("LATIN",))
    fitting = sum(count for c, count in letters.items() if unicodedata.name(c, "").startswith(scripts) and _common(c))
    against = sum(_oddness(a, b, base) for a, b in pairwise(text)) + 2 * len(_MARKED_WITHIN.findall(text))
    against += sum(len(word) for word in _BACK_TO_FRONT.findall(text) if word[0].islower() and word[1:].isupper())
    return (fitting - against + BY_COMMONEST * (common - total)) / total if commonest else (fitting - against) / total


def _oddness(a: str, b: str, language: str) -> float:
    """How unlike two neighbours in a text of the language `a` and `b` are."""
    script = SCRIPTS.get(language, ("LATIN",))[0]
    if script != "CJK" and ((a.isalpha() and (_sign(b) or b in LOW_MARKS)) or (_sign(a) and b.islower())):
        return 2.0  # a sign within a word
    if not a.isalpha() or not b.isalpha():
        return 0.0
    if a.islower() and b.isupper() and max(a, b) > "\x7f":
        return 3.0  # a wrong table swaps capitals and small letters
    if "LATIN" in SCRIPTS.get(language, ()):
        kinds = {unicodedata.name(c, "").split(" ")[0] for c in (a, b)}
        foreign = kinds == {"LATIN"} and b > "\x7f" and b.lower() not in SPELLING[language]
        return 2.0 if len(kinds) > 1 else float(foreign)
    if language in SCRIPTS:
        return 2.0 if script != "CJK" and (ord(a) < 128) != (ord(b) < 128) else 0.0
    if ord(b) < 128 or b.lower() in SPELLING.get(language, ""):
        return 0.0
    return 0.1 if ord(a) < 128 else 1.0  # a name has one foreign letter, a wrong table whole words of them


def _sign(character: str) -> bool:
    return "¡" <= character <= "¿" and character not in "¡¿ª°²³º«»·"


def _common(letter: str) -> bool:
    """Han by a wrong table are rare ones: a text's own lie in the first level of GB 2312, Big5 or JIS X 0208."""
    if not "\u4e00" <= letter <= "\u9fff":
        return not "\uff61" <= letter <= "\uff9f"  # half-width kana: Japanese read by the wrong one of its tables
    return any(
        (code := letter.encode(table, "ignore")) and first <= code[0] <= last
        for table, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("euc_jp", 0xB0, 0xCF))
    )
