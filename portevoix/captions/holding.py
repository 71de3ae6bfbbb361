"""What never parts and keeps its own order: numbers that people dial, times, dates, amounts, names, addresses.

One place for captions, cards, names, caption files and texts beside a film. What a language adds stands in its profile
under `never_part`; the names of months are CLDR's. The one module of the engine that uses Babel.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

from portevoix.authoring.language import Language, NeverPart

NO_BREAK = "\u00a0"
ISOLATE, END_OF_ISOLATE = "\u2066", "\u2069"
MARKS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
OPENS, CLOSES = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068"), frozenset("\u202c\u2069")
# Embeddings of Unicode's older kind end with PDF, isolates with PDI; neither ends the other.
CLOSED_BY = {opening: "\u2069" if opening >= "\u2066" else "\u202c" for opening in OPENS}

FEWEST_DIALLED = 6  # figures of a telephone number that is written in groups
SPACE = "[ \u00a0\u202f\u2009\n]"
NUMBER = rf"\d{{1,3}}(?:{SPACE}\d{{3}})+(?:[.,٫]\d+)?(?!\d)|\d+(?:[.,٫٬'’]\d+)*"
# The Arabic sign of percent (٪) is no such sign: it stands where the script puts it.
SIGNS = (
    "km/h|km²|m²|m³|km|cm|mm|kg|mg|ha|kWh|MWh|GWh|TWh|MW|GW|kW|Mt|Gt|Md€|Mds€|M€|k€|%|‰|°\\s?[CF]|°|€|£|¥|\\$|₽|₪|₹|₩|₺|₴"
    "|EUR|USD|GBP|CHF|m|g|t|l|h|s|min|V|W"
)
CURRENCIES = r"US\$|CA\$|A\$|€|£|¥|\$|₽|₪|₹|₩|₺|₴|EUR|USD|GBP|CHF"
GAP = r"(?:[ \u00a0\u202f\u2009\n]?[./\-\u2010\u2011\u2013][ \u00a0\u202f\u2009\n]?|[ \u00a0\u202f\u2009\n])"
GROUP = r"(?:\(\d+\)\d*|\d+)"
# What reads from left to right in every language, the longer forms first.
ADDRESS = (
    r"https?://[!-~]*[\w/]|www\.[!-~]*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w@.])(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[!-~]*[\w/]|/)?(?![\w@])"
)
HANDLE = r"(?<![\w.])[@#][a-z]\w*(?:\.\w+)*"
DATE = r"(?<![\d.,/-])\d{1,4}(?P<dot>[./-])\d{1,2}(?P=dot)\d{1,4}(?![\d/-])"
PHONE = rf"(?<![\d.,])(?:(?:\+|00){SPACE}?{GROUP}(?:{GAP}{GROUP})*|{GROUP}(?:{GAP}{GROUP})+)(?!\d)"
TIME = (
    rf"(?<!\d)\d{{1,2}}(?::\d{{2}}){{1,2}}(?:{SPACE}?[ap]\.?m\b\.?)?(?!\d)"
    rf"|(?<!\d)\d{{1,2}}{SPACE}?(?:h(?:{SPACE}?\d{{2}})?\b|[ap]\.?m\b\.?)"
)
# Arabic and Hebrew write short words and a number as one: the letter before a figure may be one of theirs.
BEFORE = r"(?<![\dA-Za-z.,:/])"
AMOUNT = rf"{BEFORE}[+\-−±]?(?:{NUMBER}){SPACE}?(?:{SIGNS})(?![^\W\d_])|(?:{CURRENCIES}){SPACE}?(?:{NUMBER})"
SIGNED = r"(?<![\dA-Za-z.,:/)-])[+\-−±]\d+(?:[.,٫]\d+)?(?![\d-])|°[CF]\b"
PHONES = re.compile(PHONE)
LEFT_TO_RIGHT = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (ADDRESS, DATE, TIME, AMOUNT, SIGNED))
LATIN_HANDLE, ANY_HANDLE = re.compile(HANDLE, re.IGNORECASE | re.ASCII), re.compile(r"(?<![\w.])[@#]\w+(?:\.\w+)*")
GROUPED = re.compile(NUMBER)


@dataclass(frozen=True)
class Held:
    """A stretch of a text, `start` up to, not including, `end`. `isolated`: it reads from left to right everywhere."""

    start: int
    end: int
    isolated: bool


def held_in(text: str, language: Language) -> list[Held]:
    """The stretches that no line's end may part, in their order, without overlaps that differ.

    Marks of direction within a stretch do not hide it. A stretch that is wider than a line may be parted all the same.
    """
    plain, places = _without_marks(text)
    found: list[tuple[int, int, bool]] = [(*span, True) for span in _left_to_right(plain)]
    found += [(*span, False) for span in _of_language(plain, language)]
    held = (Held(places[start], places[end - 1] + 1, isolated) for start, end, isolated in found if end > start)
    return sorted(held, key=lambda one: (one.start, -one.end))


def dialled(text: str) -> str:
    """The last telephone number of a text as it is written there; empty where there is none."""
    plain, _ = _without_marks(text)
    found = [number[0].strip() for number in PHONES.finditer(plain) if _is_dialled(number[0])]
    return found[-1] if found else ""


def before_dialled(text: str, number: str) -> str:
    """What a text says before the `number` that it ends with; all of it where it ends otherwise."""
    plain, places = _without_marks(text)
    ending = plain.rstrip(" .。।")
    if not number or not ending.endswith(number):
        return text
    return text[: places[len(ending) - len(number)]].rstrip(" \u00a0\u202f" + "".join(MARKS))


def written(at: datetime, language: Language) -> str:
    """A day and a time as a language writes them."""
    locale = Locale.parse(language.code.replace("-", "_"))
    day, time = format_date(at, "medium", locale), format_time(at.timetz(), "short", locale=locale)
    return str(locale.datetime_formats["medium"]).replace("'", "").replace("{1}", day).replace("{0}", time)


def kept_places(text: str, places: Iterable[int], language: Language) -> list[int]:
    """Of the places at which a line may end, those within no held stretch."""
    held = [(one.start, one.end) for one in held_in(text, language)]
    return [place for place in places if not any(start < place < end for start, end in held)]


def joined(text: str, language: Language) -> str:
    """The text with spaces that do not break within what never parts."""
    characters = list(text)
    for held in held_in(text, language):
        for place in range(held.start, held.end):
            if characters[place] in " \n":
                characters[place] = NO_BREAK
    return "".join(characters)


def loosened(text: str, language: Language) -> str:
    """The text as `joined` found it: for a stretch that is wider than a line."""
    characters = list(text)
    for held in held_in(text, language):
        for place in range(held.start, held.end):
            if characters[place] == NO_BREAK:
                characters[place] = " "
    return "".join(characters)


def isolated(text: str, direction: str) -> list[str]:
    """Each character of a text as it is set: what reads from left to right is isolated from right-to-left words round
    it, whatever marks its author typed.

    Marks within and beside such a stretch fall away, with the mark that opens or closes them. Nothing changes where a
    text has neither a right-to-left letter nor a mark.
    """
    characters = list(text)
    if direction != "rtl" and not any(c in MARKS or unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in text):
        return characters
    plain, places = _without_marks(text)
    spans = [
        (places[start], places[end - 1] + 1)
        for whole in _outermost(_left_to_right(plain))
        for start, end in _by_line(plain, *whole)
    ]
    for place in _fallen_marks(text, spans):
        characters[place] = ""
    for start, end in spans:
        characters[start] = ISOLATE + characters[start]
        characters[end - 1] += END_OF_ISOLATE
    return characters


def _without_marks(text: str) -> tuple[str, list[int]]:
    """The text without marks of direction, and the place of each of its characters in the whole one."""
    places = [place for place, character in enumerate(text) if character not in MARKS]
    return "".join(text[place] for place in places), places


def _left_to_right(plain: str) -> Iterator[tuple[int, int]]:
    for pattern in LEFT_TO_RIGHT:
        yield from (found.span() for found in pattern.finditer(plain))
    yield from (found.span() for found in PHONES.finditer(plain) if _is_dialled(found[0]))
    yield from (found.span() for found in LATIN_HANDLE.finditer(plain))
    yield from (found.span() for found in GROUPED.finditer(plain) if re.search(SPACE, found[0]))


def _is_dialled(groups: str) -> bool:
    """Whether groups of figures are a telephone number: a sign or a nought begins it, or there are many."""
    figures = sum(character.isdigit() for character in groups)
    parts = len(re.findall(r"\d+", groups))
    if groups[0] == "+" or groups.startswith(("00", "0", "(")) or unicodedata.digit(groups[0], -1) == 0:
        return figures >= FEWEST_DIALLED
    three_and_four = re.fullmatch(r"\d{3}-\d{4}", groups) is not None
    return three_and_four or (parts >= 3 and figures > FEWEST_DIALLED)


def _outermost(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans without those that touch a longer or earlier one: what overlaps becomes one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _by_line(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A span's part on each line: an isolate ends with its line."""
    for line in plain[start:end].split("\n"):
        if line:
            yield start, start + len(line)
        start += len(line) + 1


def _fallen_marks(text: str, spans: list[tuple[int, int]]) -> set[int]:
    """Marks within the spans or right beside them, with their partners, and those that nothing closes or opens."""
    fallen: set[int] = set()
    for start, end in spans:
        beside = "".join("m" if character in MARKS else "." for character in text)
        first, last = len(beside[:start].rstrip("m")), len(text) - len(beside[end:].lstrip("m"))
        fallen.update(place for place in range(first, last) if text[place] in MARKS)
    partners, lone = _pairs(text)
    return fallen | lone | {partners[place] for place in fallen if place in partners}


def _pairs(text: str) -> tuple[dict[int, int], set[int]]:
    """The places of the marks that belong together, each by the other, and the marks without a partner."""
    open_marks: list[int] = []
    partners: dict[int, int] = {}
    for place, character in enumerate(text):
        if character in OPENS:
            open_marks.append(place)
        elif character in CLOSES:
            matching = next((o for o in reversed(open_marks) if CLOSED_BY[text[o]] == character), None)
            if matching is not None:
                open_marks.remove(matching)
                partners |= {matching: place, place: matching}
    paired = OPENS | CLOSES
    return partners, {n for n, character in enumerate(text) if character in paired and n not in partners}


def _of_language(plain: str, language: Language) -> Iterator[tuple[int, int]]:
    """What the language's own words hold together, and tags in its own letters."""
    yield from (found.span() for found in ANY_HANDLE.finditer(plain))
    for pattern in _patterns(language.never_part, language.code, language.line_breaker == "spaces"):
        yield from (found.span() for found in pattern.finditer(plain))


@functools.lru_cache(maxsize=64)
def _patterns(held: NeverPart, code: str, spaced: bool) -> tuple[re.Pattern[str], ...]:
    sources = [*_counted(held, spaced), *(_phrase(phrase) for phrase in held.phrases), *_dates(code)]
    if held.negation:
        opens, closes = (_one_of(words) for words in held.negation)
        sources.append(rf"(?<!\w)(?:{opens})(?:{SPACE}|(?<=['’]))[\w'’-]+{SPACE}(?:{closes})(?!\w)")
    cased = [*_titles(held, spaced), *(_names(held.particles) if spaced else ())]
    return (*(re.compile(s, re.IGNORECASE) for s in sources), *(re.compile(s) for s in cased))


def _counted(held: NeverPart, spaced: bool) -> Iterator[str]:
    """Numbers with what they count, and with the word before them."""
    ends, begins = (r"(?![^\W\d_])", r"\b") if spaced else ("", "")
    if held.units:
        one = rf"(?:{NUMBER}){SPACE}?(?:{_one_of(held.units)})"
        yield rf"{BEFORE}{one}(?:{SPACE}?{one})*{ends}"
    if held.clock:
        yield rf"{BEFORE}\d{{1,2}}(?:[.:]\d{{2}})?{SPACE}?(?:{_one_of(held.clock)})(?:{SPACE}?\d{{1,2}})?{ends}"
    if held.before_numbers:
        yield rf"{begins}(?:{_one_of(held.before_numbers)}){SPACE}?(?:{NUMBER})"


def _dates(code: str) -> Iterator[str]:
    """Days, months in words and years, in either order."""
    if months := _months(code):
        joint = rf"(?:{SPACE}(?:de|del)(?={SPACE}))?"
        day = r"\d{1,2}(?:er|\.|º|ª|st|nd|rd|th)?"
        yield rf"(?<!\d){day}{joint}{SPACE}?(?:{months})\.?(?:{joint}{SPACE}\d{{4}})?(?!\w)"
        yield rf"(?<!\w)(?:{months})\.?{joint}{SPACE}(?:{day}(?:,?{SPACE}\d{{4}})?|\d{{4}})(?!\d)"


def _titles(held: NeverPart, spaced: bool) -> Iterator[str]:
    if held.titles:
        yield rf"(?<!\w)(?:{_one_of(held.titles)}){SPACE if spaced else f'{SPACE}?'}\S+"


def _names(particles: tuple[str, ...]) -> Iterator[str]:
    """A name's particles with what follows: Alexandre | de La Rochefoucauld."""
    if particles:
        some, capital = _one_of(particles), r"[^\W\d_a-zß-ÿа-яёіїєґ]"
        within = rf"(?:(?:{some}|der|den|la|las|los|La|Le|Las|Los|Von|Van|Der|De|Al|El){SPACE})*"
        yield rf"(?<=\w{SPACE})(?:{some}){SPACE}{within}{capital}[\w'’-]+"


def _phrase(phrase: str) -> str:
    ends = r"\w+" if phrase[-1] in "'’" else r"(?!\w)"
    return rf"(?<!\w)(?:{_one_of([phrase])}){ends}"


def _one_of(words: Iterable[str]) -> str:
    """The words as one choice, the longest first, with any space and either apostrophe."""
    longest_first = sorted(words, key=len, reverse=True)
    parts = ([re.escape(part).replace("'", "['’]") for part in word.split()] for word in longest_first)
    return "|".join(SPACE.join(word) for word in parts)


@functools.cache
def _months(code: str) -> str:
    """The names of the months, in full and short, as a choice; none where CLDR does not know the language."""
    try:
        known = Locale.parse(code.replace("-", "_")).months
    except (UnknownLocaleError, ValueError):
        return ""
    widths = [use[width] for use in known.values() for width in ("wide", "abbreviated")]
    names = {str(name).rstrip(".") for width in widths for name in width.values()}
    return _one_of(name for name in names if not name[0].isdigit())
