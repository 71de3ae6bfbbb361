"""What caption programs leave in a file beside its words: rolling lines, credits, marks, a second language.

What is understood is mended; the rest is named, so that nobody burns it unseen.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from portevoix.captions.cue import Cue
from portevoix.captions.files.report import FileReport

LEAST_ROLLING = 3  # cues that repeat the line before and go on: fewer may be meant
TOUCHING_S = Fraction(1, 2)
LEAST_BILINGUAL = 3
_CREDIT = re.compile(
    r"\b(?:sub(?:title|bed|s)[sd]?|caption(?:s|ed)|translat(?:ed|ion)|sync(?:ed|hroni[sz]ed)?|sous-titr\w+|traduction"
    r"|untertitel\w*|übersetzung|subt[ií]tul\w+|traducción|legendas?|tradução|sottotitoli|субтитры|перевод)"
    r"(?: and \w+)? ?(?:by|par|von|por|di|:)|(?:字幕|翻译|翻譯|ترجمة|זמן) ?[:：]"
    r"|\b(?:www\.)?(?:opensubtitles|addic7ed|subscene|podnapisi|yify|yts|amara|zimuku)\.\w{2,}"
    r"|\bSubtitle Edit\b|\bAegisub\b",
    re.IGNORECASE,
)
_MARKS = (
    (re.compile(r"\{\\\w[^{}\n]{0,20}"), "an override of ASS"),
    (re.compile(r"\\[Nnh](?![a-z])"), "an escape of ASS"),
    (
        re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|lrm|rlm|#\d{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE),
        "a reference of HTML",
    ),
    (re.compile(r"</?(?:i|b|u|font|span|br|c|v|p)(?:[ .][^<>\n]{0,40})?/?>", re.IGNORECASE), "a tag"),
    (re.compile(r"\{[yY]:[a-z,]+\}|(?<=\S)\|(?=\S)"), "a mark of MicroDVD"),
)
_SCRIPTS = (
    "LATIN",
    "CYRILLIC",
    "GREEK",
    "ARABIC",
    "HEBREW",
    "DEVANAGARI",
    "THAI",
    "HANGUL",
    "CJK",
    "HIRAGANA",
    "KATAKANA",
)


def unrolled(cues: Sequence[Cue], report: FileReport) -> Sequence[Cue]:
    """Each line once, where a file rolls: where most cues repeat the line before, as video sites' own captions do."""
    pairs = list(pairwise(cues))
    rolls = [_repeated(above, cue) for above, cue in pairs]
    growing = [cue for (_, cue), count in zip(pairs, rolls, strict=True) if 0 < count < len(cue.text.split("\n"))]
    if len(growing) < LEAST_ROLLING or sum(map(bool, rolls)) * 2 < len(pairs):
        for cue in growing:
            if len(cue.text.split("\n")[0].split()) > 1:
                report.repair(
                    cue.line, "begins with the line of the cue above once more; kept, look whether it is meant"
                )
        return cues
    report.repair(cues[0].line, "rolls: its cues repeat the line before, as a video site's do; each line is read once")
    found = [replace(cues[0], settings=())]
    for (_, cue), count in zip(pairs, rolls, strict=True):
        found[-1] = (
            replace(found[-1], end_s=min(found[-1].end_s, cue.start_s))
            if cue.start_s > found[-1].start_s
            else found[-1]
        )
        fresh = _without_lines(cue, count)
        if fresh.text:
            found.append(fresh)
        else:
            found[-1] = replace(found[-1], end_s=max(found[-1].end_s, cue.end_s))
    return found


def _repeated(above: Cue, cue: Cue) -> int:
    """How many of the first lines of `cue` are the last ones of the cue above, which it follows at once."""
    if cue.start_s - above.end_s > TOUCHING_S:
        return 0
    old, new = ([" ".join(line.split()) for line in one.text.split("\n")] for one in (above, cue))
    return next((count for count in range(min(len(old), len(new)), 0, -1) if old[-count:] == new[:count]), 0)


def _without_lines(cue: Cue, count: int) -> Cue:
    gone = sum(len(line) + 1 for line in cue.text.split("\n")[:count])
    return replace(
        cue,
        text=cue.text[gone:],
        settings=(),
        word_times=tuple((place - gone, second) for place, second in cue.word_times if place >= gone),
        italics=tuple((max(0, start - gone), end - gone) for start, end in cue.italics if end > gone),
    )


def look_behind_blank_line(body: Sequence[str], first_line: int, report: FileReport) -> None:
    """Words behind a blank line belong to the cue where they may be meant; a credit there is a fault."""
    blank = next((n for n, line in enumerate(body) if n and not line.strip() and any(map(str.strip, body[:n]))), None)
    words = [(n, line.strip()) for n, line in enumerate(body) if blank is not None and n > blank and line.strip()]
    if not words:
        return
    number, line = words[0]
    if any(_CREDIT.search(words) for _, words in words):
        report.fault(
            first_line + number, f"{line[:60]!r} is a credit in no cue of its own; delete it, or give it times"
        )
    else:
        report.repair(
            first_line + number, f"{line[:60]!r} stands below a blank line; read as words of the cue above it"
        )


def look_for_leftovers(cues: Sequence[Cue], report: FileReport) -> None:
    """Marks, credits and second languages that are still among the words."""
    for cue in cues:
        for pattern, name in _MARKS:
            if found := pattern.search(cue.text):
                report.repair(
                    cue.line, f"{found[0]!r} looks like {name} and stays as it stands; delete it if it is one"
                )
        if _CREDIT.search(cue.text):
            report.repair(cue.line, f"{cue.text[:60]!r} looks like a credit of the captions; delete the cue if it is")
    _look_for_two_languages(cues, report)


def _look_for_two_languages(cues: Sequence[Cue], report: FileReport) -> None:
    pairs = Counter(pair for cue in cues if (pair := _scripts_of_lines(cue.text)))
    pair, count = pairs.most_common(1)[0] if pairs else ((), 0)
    if count >= LEAST_BILINGUAL and count * 2 >= len(cues):
        named = " and ".join(script.capitalize() for script in pair)
        report.repair(
            cues[0].line,
            f"{count} of {len(cues)} cues hold two languages, in {named} letters; send a file for each",
        )


def _scripts_of_lines(text: str) -> tuple[str, ...]:
    """The scripts of a cue's lines in their order, where each line has one and there are two in all."""
    found = list(dict.fromkeys(_script(line) for line in text.split("\n")))
    return tuple(found) if len(found) == 2 and all(found) else ()


def _script(line: str) -> str:
    """The script that most letters of a line are in; empty where hardly any is."""
    names = [unicodedata.name(character, "") for character in line if character.isalpha()]
    counts = Counter(next((script for script in _SCRIPTS if name.startswith(script)), "") for name in names)
    japanese = counts["HIRAGANA"] + counts["KATAKANA"]
    if japanese:
        counts["CJK"] += japanese
        counts["HIRAGANA"] = counts["KATAKANA"] = 0
    script, count = counts.most_common(1)[0] if counts else ("", 0)
    return script if count >= 2 and count * 4 >= 3 * len(names) else ""
