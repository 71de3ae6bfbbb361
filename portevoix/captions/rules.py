"""What a subtitler looks for before signing: a rule each, its strictness set per language. Pure: cues in, findings out.

`docs/captions.md` gives each rule's source. A rule that is `off` is not run; an `error` blocks approval.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from portevoix.authoring.caption_style import Rhythm
from portevoix.authoring.language import Language, Strictness
from portevoix.captions.breaks import words_of
from portevoix.captions.cue import Cue
from portevoix.captions.dialogue import turns_of
from portevoix.captions.scripts import is_of_script, letters_of
from portevoix.timing import nearest

LARGE_NUMBER = 13  # smaller ones are written in words in many languages
WORDS_FASTER = 25 / 17  # Subtitle Edit's profile for shorts beside the one for films: the eye rests on one place
NOT_OF_WORDS = "too long", "line count", "lonely word"  # rules for what stands whole: a few words at once go on
SHORT_WORD = 0.25  # of a full line: a longer word may stand alone on its line
CUT_FRAMES = 7  # Netflix: a cue begins or ends on a cut, or leaves it by more than this
SAME_SCRIPT_WORDS = 3  # fewer words (a name, an exclamation) may well be the same in two languages
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.|://|\bwww\.|[\w-]\.[a-z]{2,}(?:/|\W*$)|^[@#]\w", re.IGNORECASE)
LATIN_NAME = re.compile(r"[\W\d_]*[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ'’.-]*[\W\d_]*")
MOST_NAMES = 4  # of a cue; more capitals are a sentence in capitals


@dataclass(frozen=True)
class Finding:
    """What a rule found: at which second, in which line of the file (0 where unknown), and what to do."""

    rule: str
    strictness: Strictness
    start_s: Fraction
    line: int
    text: str
    message: str


def of_plan(rule: str, language: Language, start_s: Fraction, what: str, message: str) -> Finding:
    """A finding in what is planned, not in a file of captions. `what`: the card or caption that it is about."""
    return Finding(rule, language.strictness(rule), start_s, 0, what, message)


def finding_line(finding: Finding, file: str) -> str:
    """The finding as a line: file, line, rule and what to do."""
    place = f"{file}:{finding.line}" if finding.line else file
    return f"{place}: {finding.rule} ({finding.strictness}): {finding.message}"


@dataclass(frozen=True)
class Reviewed:
    """One language's cues, with what the rules compare them to.

    `lines`: the lines that a cue takes in a format, one list for each cue that it becomes on screen; empty where it
    does not fit at all. `beside`: another language's cues of the same picture. `glossary`: names, each by language
    code. `cuts_s`: where the picture changes. `end_s`: where it ends. `rhythm`: how much of a cue stands at once.
    """

    cues: Sequence[Cue]
    language: Language
    fps: Fraction = Fraction(25)
    format: str = ""
    lines: Callable[[Cue], list[list[str]]] | None = None
    beside: tuple[Language, Sequence[Cue]] | None = None
    glossary: Sequence[Mapping[str, str]] = ()
    cuts_s: Sequence[Fraction] = ()
    end_s: Fraction | None = None
    rhythm: Rhythm = "sentences"
    strictness: Mapping[str, Strictness] = field(default_factory=dict)


def review(reviewed: Reviewed) -> list[Finding]:
    """Every finding, by time."""
    found: list[Finding] = []
    for rule, check in CHECKS.items():
        strictness = reviewed.strictness.get(rule) or reviewed.language.strictness(rule)
        if strictness != "off" and not (reviewed.rhythm == "words" and rule in NOT_OF_WORDS):
            found += [Finding(rule, strictness, c.start_s, c.line, c.text, message) for c, message in check(reviewed)]
    return sorted(found, key=lambda f: (f.start_s, f.rule))


Found = Iterator[tuple[Cue, str]]


def _up(seconds: float) -> float:
    """Tenths of a second that are enough: what is asked for is never what is there already."""
    return math.ceil(seconds * 10) / 10


def _reading_speed(r: Reviewed) -> Found:
    for cue in r.cues:
        length, shown = r.language.length(cue.text), cue.end_s - cue.start_s
        speed = length / float(shown)
        readable = r.language.reading_speed_cps * (WORDS_FASTER if r.rhythm == "words" else 1)
        if speed > readable:
            excess = length - float(shown) * readable
            yield (
                cue,
                f"{_up(speed)} characters a second; {readable:.3g} can be read: give it {_up(length / readable)} s "
                f"instead of {math.floor(shown * 10) / 10}, or take {math.ceil(excess)} characters out",
            )


def _too_short(r: Reviewed) -> Found:
    for cue in r.cues:
        length_s = cue.end_s - cue.start_s
        if float(length_s) < r.language.shortest_cue_s:
            stands_s = math.floor(length_s * 100) / 100
            yield cue, f"stands {stands_s} s; less than {r.language.shortest_cue_s:g} s is not seen"


def _too_long(r: Reviewed) -> Found:
    longest_s = r.language.longest_cue_s
    for cue in r.cues:
        length_s = float(cue.end_s - cue.start_s)
        if length_s > longest_s:
            yield cue, f"stands {_up(length_s)} s; after {longest_s:g} s it is read twice: split it"


def _gap(r: Reviewed) -> Found:
    for before, cue in pairwise(r.cues):
        frames = (cue.start_s - before.end_s) * r.fps
        if 0 < frames < r.language.gap_frames:
            least = r.language.gap_frames
            yield cue, f"begins {float(frames):.1f} frames after the one above; leave {least} frames, or none"


def _overlap(r: Reviewed) -> Found:
    for before, cue in pairwise(r.cues):
        if cue.start_s < before.end_s:
            yield (
                cue,
                f"begins {float(before.end_s - cue.start_s):.2f} s before the one above ends; shorten one of the two",
            )


def _after_the_end(r: Reviewed) -> Found:
    for cue in r.cues:
        if r.end_s is not None and cue.end_s > r.end_s + 1 / r.fps:
            yield cue, f"ends at {float(cue.end_s):.2f} s; the picture ends at {float(r.end_s):.2f} s"


def _line_count(r: Reviewed) -> Found:
    for cue in r.cues if r.lines else ():
        assert r.lines is not None
        shown = r.lines(cue)
        if not shown:
            yield cue, f"cannot be set in {r.format}: it holds a letter of no font, or a word wider than a line"
        elif len(shown) > 1:
            most = r.language.lines[r.format]
            split = " | ".join(" / ".join(lines) for lines in shown)
            yield cue, f"does not fit {most} lines in {r.format}; it is shown as {len(shown)} cues: {split}"


def _lonely_word(r: Reviewed) -> Found:
    for cue in r.cues if r.lines and r.language.line_breaker == "spaces" else ():
        assert r.lines is not None
        if turns_of(cue.text.split("\n"), r.language):
            continue  # a speaker's answer is often one word
        for lines in r.lines(cue):
            for line in lines if len(lines) > 1 else ():
                short = r.language.length(line) < SHORT_WORD * r.language.characters_per_line[r.format]
                if short and len(line.split()) == 1:
                    yield cue, f"{line!r} stands alone on its line in {r.format}; shorten or reword the cue"


def _over_a_cut(r: Reviewed) -> Found:
    for cue in r.cues:
        for cut in r.cuts_s:
            late, early = (nearest(second * r.fps) for second in (cue.end_s - cut, cut - cue.start_s))
            at = f"the cut at {float(cut):.2f} s"
            if 0 < late <= CUT_FRAMES:
                yield cue, f"ends {late} frames after {at}; end it on the cut"
            elif 0 < early <= CUT_FRAMES:
                yield cue, f"begins {early} frames before {at}; begin it on the cut"


def _untranslated(r: Reviewed) -> Found:
    other = {_plain(cue.text) for cue in r.beside[1]} if r.beside else set()
    for cue in r.cues:
        letters = letters_of(_without_names(cue.text))
        own = sum(is_of_script(c, r.language.script) for c in letters)
        if len(words_of(cue.text, r.language)) >= SAME_SCRIPT_WORDS and _plain(cue.text) in other:
            assert r.beside is not None
            yield cue, f"is the same as in {r.beside[0].english_name}; translate it"
        elif len(letters) >= 8 and own < len(letters) / 3 and r.language.script != "Latn":
            yield cue, f"has hardly a letter of {r.language.english_name}'s script; translate it"


def _without_names(text: str) -> str:
    """The words without addresses, and without Latin names where they are few: neither is translated everywhere."""
    words = [word for word in text.split() if not ADDRESS.search(word)]
    names = [word for word in words if LATIN_NAME.fullmatch(word)]
    return " ".join(word for word in words if word not in names) if len(names) <= MOST_NAMES else " ".join(words)


def _numbers(r: Reviewed) -> Found:
    for cue, theirs in _together(r):
        mine, other = _numbers_in(cue.text), _numbers_in(theirs)
        if missing := sorted(n for n in mine if n not in other and _counts(n)):
            assert r.beside is not None
            there = ", ".join(sorted(other)) or "no number"
            yield (
                cue,
                f"says {', '.join(missing)}, which {r.beside[0].english_name} has not here ({there}); compare the two",
            )


def _names(r: Reviewed) -> Found:
    code = r.language.code
    for cue, theirs in _together(r):
        assert r.beside is not None
        for names in r.glossary:
            there, here = names.get(r.beside[0].code, ""), names.get(code, "")
            if there and here and _plain(there) in _plain(theirs) and _plain(here) not in _plain(_near(r.cues, cue)):
                yield cue, f"{r.beside[0].english_name} names {there!r} here; the glossary's word for it is {here!r}"


def _together(r: Reviewed) -> Iterator[tuple[Cue, str]]:
    """Each cue with the other language's words of its time.

    A second more on both sides is looked at: translators shift words a little.
    """
    if r.beside is None:
        return
    for cue in r.cues:
        words = [c.text for c in r.beside[1] if c.start_s < cue.end_s + 1 and cue.start_s - 1 < c.end_s]
        if words:
            yield cue, "\n".join(words)


def _near(cues: Sequence[Cue], cue: Cue) -> str:
    return "\n".join(c.text for c in cues if c.start_s < cue.end_s + 1 and cue.start_s - 1 < c.end_s)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _numbers_in(text: str) -> set[str]:
    """Numbers in one writing: Latin digits, a point before decimals, nothing between thousands."""
    latin = "".join(
        str(unicodedata.digit(c)) if c.isdigit() and unicodedata.digit(c, None) is not None else c for c in text
    )
    found = re.findall(r"\d+(?:[\s\u00a0\u202f.,'’٬٫]\d+)*", latin)
    return {_one_writing(number) for number in found}


def _one_writing(number: str) -> str:
    groups = re.split(r"[^\d]", number)
    if len(groups) > 1 and all(len(group) == 3 for group in groups[1:]):
        return "".join(groups)
    return ".".join(groups)


def _counts(number: str) -> bool:
    return "." in number or int(number) >= LARGE_NUMBER


CHECKS: dict[str, Callable[[Reviewed], Found]] = {
    "reading speed": _reading_speed,
    "too short": _too_short,
    "too long": _too_long,
    "gap": _gap,
    "overlap": _overlap,
    "after the end": _after_the_end,
    "line count": _line_count,
    "lonely word": _lonely_word,
    "over a cut": _over_a_cut,
    "untranslated": _untranslated,
    "number differs": _numbers,
    "name differs": _names,
}
