"""A platform's rules for a caption file beside a video, and the file against the video's length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from portevoix.authoring.language import Language
from portevoix.authoring.placement import Placement
from portevoix.captions.cue import CaptionFile
from portevoix.captions.reading_language import reads_as_another
from portevoix.delivery.checks.verdict import Check, judged, within

DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
AFTER_END_S = Fraction(1, 10)  # a cue may end that long after its film: a rounded time


def sidecar_checks(
    path: Path, captions: CaptionFile, placement: Placement, languages: Iterable[Language], film_s: Fraction | None
) -> list[Check]:
    """Format, name, encoding and size of a caption file; its last cue, where the film's length in seconds is known."""
    if not placement.sidecars:
        remedy = "burn the captions into the picture"
        return [Check(f"{placement.name}: caption file", "fail", path.name, "none", remedy)]
    endings = sorted({Path(pattern).suffix for pattern in placement.sidecars})
    checks = [
        _judged("caption format", path.suffix in endings, path.suffix, " or ".join(endings), "convert it"),
        _name(path, placement, languages),
        _judged(
            "caption encoding", captions.encoding.startswith("utf-8"), captions.encoding, "utf-8", "save it as UTF-8"
        ),
    ]
    if (limit := placement.max_sidecar_bytes) is not None:
        size = path.stat().st_size
        checks.append(_judged("caption bytes", size <= limit, size, within(None, limit), "shorten it"))
    if film_s is not None:
        end_s, last_s = max(cue.end_s for cue in captions.cues), film_s + AFTER_END_S
        checks.append(_judged("last cue (s)", end_s <= last_s, end_s, within(None, float(last_s)), "time it anew"))
    return [_dated(check, placement) for check in checks]


def language_checks(path: Path, captions: CaptionFile, languages: Sequence[Language]) -> list[Check]:
    """Whether captions are in the language that their name says, as far as letters and small words tell; nothing where
    the name says none.
    """
    said = named_language(path, languages)
    if said is None:
        return []
    against = reads_as_another("\n".join(cue.text for cue in captions.cues), said, languages)
    remedy = "name it after its language, or choose the file of that language"
    return [_judged("caption language", not against, against or said.code, f"{said.code}, as its name says", remedy)]


def named_language(path: Path, languages: Iterable[Language]) -> Language | None:
    """The language whose code, or a platform's, stands before a caption file's ending; None where none does."""
    named = path.stem.rpartition(".")[2]
    return next((one for one in languages if named in (one.code, *one.locales.values())), None)


def plain_words(text: str) -> str:
    """A cue's words alone: without its line ends, and the marks that only say in which direction it is read."""
    return " ".join(DIRECTION_MARKS.sub("", text).split())


def _judged(rule: str, good: bool, measured: object, wanted: str, remedy: str, otherwise: str = "fail") -> Check:
    check = judged(rule, good, measured, wanted, otherwise)
    return check if good else replace(check, remedy=remedy)


def _name(path: Path, placement: Placement, languages: Iterable[Language]) -> Check:
    """Whether it is called what the platform wants, or, where it wants nothing, what our own are called."""
    languages = list(languages)
    locales = sorted(_locale(language, placement) for language in languages)
    known = "|".join(map(re.escape, locales))
    named = [re.escape(p).replace(r"\{name\}", ".+").replace(r"\{locale\}", f"({known})") for p in placement.sidecars]
    good = any(re.fullmatch(pattern, path.name) for pattern in named)
    said = named_language(path, languages)
    locale = _locale(said, placement) if said else locales[0]
    example = placement.sidecars[0].format(name="film", locale=locale)
    remedy = f"name it after its language, such as {example}"
    return _judged("caption name", good, path.name, example, remedy, "fail" if placement.sidecar_names_bind else "warn")


def _locale(language: Language, placement: Placement) -> str:
    return language.locales.get(placement.platform, language.code)


def _dated(check: Check, placement: Placement) -> Check:
    rule = "max_sidecar_bytes" if check.rule == "caption bytes" else "sidecars"
    source = placement.source_of(rule)
    return replace(
        check,
        rule=f"{placement.name}: {check.rule}",
        source=source.title,
        read_on=source.read_on.isoformat(),
        confidence=source.confidence,
    )
