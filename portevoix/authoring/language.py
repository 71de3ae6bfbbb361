"""The language profile: how one language is set, broken into lines and read. One YAML file each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from portevoix.authoring.document import Authored
from portevoix.authoring.folder import load_files
from portevoix.authoring.values import FORMATS
from portevoix.errors import Fault, InvalidInput
from portevoix.timing import millisecond_after

Script = Literal["Latn", "Cyrl", "Grek", "Arab", "Hebr", "Deva", "Thai", "Hans", "Hant", "Jpan", "Kore"]  # ISO 15924

# How each platform writes a language. X takes two capitals and cannot tell the two Chinese scripts apart.
LOCALE_FORMS = {
    "facebook": (r"[a-z]{2}_[A-Z]{2}", "fr_FR"),
    "linkedin": (r"[a-z]{2}_[A-Z]{2}", "fr_FR"),
    "x": (r"[A-Z]{2}", "FR"),
    "youtube": (r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", "fr, pt-BR or zh-Hant"),
}
TO_FIND_S = Fraction(1, 2)  # until the eye has found a text: a house figure
WITH_SIDECARS = ("facebook", "x", "youtube")  # platforms whose placements name files by their locale


def _words(words: tuple[str, ...]) -> tuple[str, ...]:
    for word in words:
        if word != word.lower() or not word or any(c.isspace() for c in word):
            raise ValueError(f"{word!r} is not one word in lower case; lines are compared without regard to capitals")
        if words.count(word) > 1:
            raise ValueError(f"{word!r} stands twice; take one out")
    return words


def _characters(characters: str) -> str:
    for character in characters:
        if characters.count(character) > 1:
            raise ValueError(f"{character!r} stands twice; take one out")
    return characters


def _locales(locales: dict[str, str]) -> dict[str, str]:
    for platform, locale in locales.items():
        if platform not in LOCALE_FORMS:
            raise ValueError(f"the platform {platform!r} is not known; known: {', '.join(LOCALE_FORMS)}")
        form, example = LOCALE_FORMS[platform]
        if not re.fullmatch(form, locale):
            raise ValueError(f"{locale!r} is not a locale of {platform}, which writes {example}")
    if missing := [platform for platform in WITH_SIDECARS if platform not in locales]:
        raise ValueError(f"{', '.join(missing)} is missing; caption files are named after it")
    return locales


def _by_format(values: dict[str, int]) -> dict[str, int]:
    if set(values) != set(FORMATS):
        raise ValueError(f"has {', '.join(values) or 'nothing'}; write one number for each of {', '.join(FORMATS)}")
    return values


Strictness = Literal["off", "warning", "error"]
# What is looked for in captions and in the plan, and how strict by default. What makes a caption unreadable or wrong
# is an error.
RULES: dict[str, Strictness] = {
    "reading speed": "warning",
    "too short": "warning",
    "too long": "warning",
    "gap": "warning",
    "overlap": "error",
    "after the end": "error",
    "line count": "warning",
    "lonely word": "warning",
    "over a cut": "warning",
    "untranslated": "error",
    "number differs": "error",
    "name differs": "error",
    "over a face": "warning",
    "over other words": "warning",
    "left out": "warning",
    "flash frame": "warning",
}


def _rules(rules: dict[str, Strictness]) -> dict[str, Strictness]:
    for rule in rules:
        if rule not in RULES:
            raise ValueError(f"the rule {rule!r} is not known; known: {', '.join(RULES)}")
    return rules


def _phrases(phrases: tuple[str, ...]) -> tuple[str, ...]:
    for phrase in phrases:
        if not phrase or phrase != " ".join(phrase.split()):
            raise ValueError(f"{phrase!r} is not words with one space between them")
        if phrases.count(phrase) > 1:
            raise ValueError(f"{phrase!r} stands twice; take one out")
    return phrases


Words = Annotated[tuple[str, ...], AfterValidator(_words)]
Phrases = Annotated[tuple[str, ...], AfterValidator(_phrases)]
Characters = Annotated[str, AfterValidator(_characters)]
Sign = Annotated[str, Field(min_length=1, max_length=1)]


FIGURES = {
    "latn": "0123456789",
    "arab": "٠١٢٣٤٥٦٧٨٩",
    "arabext": "۰۱۲۳۴۵۶۷۸۹",
    "deva": "०१२३४५६७८९",
    "thai": "๐๑๒๓๔๕๖๗๘๙",
}


class Quotes(Authored):
    """The marks round a quotation and round one inside it."""

    opening: Sign
    closing: Sign
    inner_opening: Sign
    inner_closing: Sign


class DialogueDash(Authored):
    """What begins the line of a new speaker: on both lines, or on the second only."""

    character: Sign
    space: bool
    speakers: Literal["both", "second"]


class NeverPart(Authored):
    """The language's own words that no line's end may part from what they belong to. `docs/languages.md` has each key.

    Figures with signs, telephone numbers, addresses and dates are known in every language.
    """

    titles: Phrases = ()
    particles: Phrases = ()
    before_numbers: Phrases = ()
    units: Phrases = ()
    clock: Phrases = ()
    phrases: Phrases = ()
    negation: tuple[Phrases, Phrases] | None = None


class Language(Authored):
    """A language's rules. Widths are decided in pixels; characters a line are the subtitlers' planning aid.

    `docs/languages.md` says what each key decides. `counts`: what counts as one character in reading speed and line
    length. "characters": each one. "letters": each one but the marks above and below. "full_width": as "letters", but
    one that is not full-width counts half.
    """

    code: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
    aliases: tuple[str, ...] = ()
    name: Annotated[str, Field(min_length=1)]
    english_name: Annotated[str, Field(min_length=1)]
    direction: Literal["ltr", "rtl"]
    script: Script
    line_breaker: Literal["spaces", "dictionary"]
    characters_per_line: Annotated[dict[str, Annotated[int, Field(ge=5, le=80)]], AfterValidator(_by_format)]
    lines: Annotated[dict[str, Annotated[int, Field(ge=1, le=4)]], AfterValidator(_by_format)]
    counts: Literal["characters", "letters", "full_width"]
    reading_speed_cps: Annotated[float, Field(ge=2, le=40)]
    shortest_cue_s: Annotated[float, Field(ge=0.2, le=5)]
    longest_cue_s: Annotated[float, Field(ge=2, le=20)]
    gap_frames: Annotated[int, Field(ge=0, le=12)]
    quotes: Quotes
    dialogue_dash: DialogueDash
    digits: Literal["latn", "arab", "arabext", "deva", "thai"]
    italics: Literal["allowed", "never"]
    nouns_with_capitals: bool = False
    keep_with_next: Words = ()
    keep_with_previous: Words = ()
    narrow_space_before: Characters = ""
    never_begins_line: Characters = ""
    never_part: NeverPart = NeverPart()
    straight_quotes: Literal["own", "kept"] = "own"
    apostrophe: Sign = "’"
    update: Annotated[str, Field(pattern=r"\{number\}")] = "Update {number}"  # of an alert
    draft: Annotated[str, Field(min_length=1, max_length=14)] = "DRAFT"  # the mark in a draft's picture
    never_ends_line: Characters = ""
    rules: Annotated[dict[str, Strictness], AfterValidator(_rules)] = {}
    locales: Annotated[dict[str, str], AfterValidator(_locales)]
    sample: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _a_cue_may_be_as_long_as_the_shortest(self) -> Language:
        if self.longest_cue_s < self.shortest_cue_s:
            raise ValueError(f"longest_cue_s {self.longest_cue_s} is below shortest_cue_s {self.shortest_cue_s}")
        return self

    def length(self, text: str) -> float:
        """How many characters `text` counts for, line breaks and marks of direction left out."""
        seen = [(c, unicodedata.category(c)) for c in unicodedata.normalize("NFC", text)]
        left_out = {"Cc", "Cf"} if self.counts == "characters" else {"Cc", "Cf", "Mn", "Me"}
        counted = [c for c, category in seen if category not in left_out]
        if self.counts == "full_width":
            return sum(1 if unicodedata.east_asian_width(c) in {"W", "F"} else 0.5 for c in counted)
        return len(counted)

    def strictness(self, rule: str) -> Strictness:
        """How strict a rule is in this language."""
        return self.rules.get(rule) or RULES[rule]

    def figures(self, number: int) -> str:
        """A whole number in the language's own digits."""
        return str(number).translate(str.maketrans(FIGURES["latn"], FIGURES[self.digits]))


def load_languages(*folders: Path) -> dict[str, Language]:
    """All profiles of some folders by code; a later folder's replaces one of the same code.

    Raises InvalidInput with the faults of every file, also where two languages share a name.
    """
    filed = load_files(Language, folders, "code")
    names: dict[str, str] = {}
    faults: list[Fault] = []
    for code, one in filed.items():
        for name in (code, *one.value.aliases):
            if name in names:
                taken = f"{name!r} already names the language of {names[name]}.yaml"
                faults.append(one.document.fault(("aliases",), taken))
            names[name] = code
    if faults:
        raise InvalidInput(faults)
    return {code: one.value for code, one in filed.items()}


def reading_seconds(texts: Mapping[str, str], languages: Mapping[str, Language]) -> Fraction:
    """How long a text without speech stands: what its slowest language needs to read it, and half a second to find it.

    `texts` by language code. Characters over the language's reading speed, never under its shortest cue.
    """
    needed = [
        max(languages[code].length(text) / languages[code].reading_speed_cps, languages[code].shortest_cue_s)
        for code, text in texts.items()
    ]
    return millisecond_after(Fraction(max(needed))) + TO_FIND_S
