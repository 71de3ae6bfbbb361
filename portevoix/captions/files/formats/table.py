"""A table of cues: a row each, columns start, end, perhaps speaker, and one of words for each language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

from portevoix.authoring.language import Language, load_languages
from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.cue_times import lenient_time, make_cue
from portevoix.captions.files.formats.markup import read_marks
from portevoix.captions.files.letters import clean
from portevoix.captions.files.report import FileReport

LANGUAGES = Path(__file__).parents[3] / "languages"
HEADER_WITHIN = 30  # rows; above it teams write what the film is
LONGEST_CELL = 20_000  # characters
# What teams call their columns, in the languages that the library has words for.
START = {
    "start",
    "begin",
    "in",
    "from",
    "start time",
    "time in",
    "tc in",
    "timecode in",
    "début",
    "debut",
    "anfang",
    "beginn",
    "von",
    "inicio",
    "início",
    "inizio",
    "начало",
    "البداية",
    "بداية",
    "开始",
    "開始",
    "开始时间",
}
END = {
    "end",
    "out",
    "to",
    "end time",
    "time out",
    "tc out",
    "timecode out",
    "fin",
    "ende",
    "bis",
    "final",
    "fim",
    "fine",
    "конец",
    "النهاية",
    "نهاية",
    "结束",
    "結束",
    "结束时间",
}
SPEAKER = {
    "speaker",
    "voice",
    "who",
    "locuteur",
    "locutrice",
    "orateur",
    "intervenant",
    "sprecher",
    "hablante",
    "говорящий",
    "المتحدث",
    "说话人",
    "発話者",
}
WORDS = {
    "text",
    "words",
    "caption",
    "captions",
    "subtitle",
    "subtitles",
    "script",
    "texte",
    "sous-titre",
    "sous-titres",
    "untertitel",
    "texto",
    "текст",
    "النص",
    "字幕",
    "文本",
    "台词",
}

Cell = str | Fraction | None  # a number counts seconds


@dataclass(frozen=True)
class Row:
    """Cells of one row; `line` is its place in the file or sheet, from 1."""

    line: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class _Columns:
    start: int
    end: int
    words: int
    speaker: int | None


def is_header(cells: Iterable[Cell]) -> bool:
    """Whether a row names both times."""
    labels = [_label(cell) for cell in cells]
    return any(label in START for label in labels) and any(label in END for label in labels)


def read_table(rows: list[Row], language: str, report: FileReport) -> list[Cue]:
    """The cues of the language's column."""
    header = next((place for place, row in enumerate(rows[:HEADER_WITHIN]) if is_header(row.cells)), None)
    if header is None:
        report.fault(
            1, "has no row with the columns start and end; name them so, and each column of words by its language"
        )
        return []
    columns = _columns(rows[header], language, report)
    if columns is None:
        return []
    found = (_cue(row, columns, report) for row in rows[header + 1 :])
    return [cue for cue in found if cue]


def _columns(row: Row, language: str, report: FileReport) -> _Columns | None:
    labels = [_label(cell) for cell in row.cells]
    named = {label: place for place, label in reversed(list(enumerate(labels))) if label}
    start, end = (next(named[label] for label in labels if label in known) for known in (START, END))
    speaker = next((named[label] for label in labels if label in SPEAKER), None)
    others = [place for place, label in enumerate(labels) if label and place not in {start, end, speaker}]
    fitting = [place for place in others if _names_of(language) & _labels_in(labels[place])]
    fitting = fitting or [place for place in others if _is_locale_of(labels[place], language)]
    words = [place for place in others if labels[place] in WORDS]
    if not fitting and len(words) == 1 and not any(_is_any_language(labels[place]) for place in others):
        fitting = words
    if len(fitting) == 1:
        return _Columns(start, end, fitting[0], speaker)
    there = ", ".join(repr(str(row.cells[place])) for place in others) or "none but the times"
    what = f"has {len(fitting)} columns" if fitting else "has no column"
    report.fault(row.line, f"{what} for the language {language!r}; its columns of words are {there}")
    return None


def _label(cell: Cell) -> str:
    text = unicodedata.normalize("NFC", cell) if isinstance(cell, str) else ""
    return " ".join(text.replace("_", "-").casefold().strip(" \t\n:*\ufeff").split())


def _labels_in(label: str) -> set[str]:
    """`french`, `fr` and the whole of `French (fr)`."""
    return {label, *(label.strip() for label in re.split(r"[()\[\]/|,;–—]|\s-\s", label))} - {""}


@cache
def _profiles() -> dict[str, Language]:
    return load_languages(LANGUAGES)


def _names(profile: Language) -> set[str]:
    names = (profile.code, *profile.aliases, profile.name, profile.english_name, *profile.locales.values())
    return {_label(name) for name in names}


def profile_of(language: str) -> Language | None:
    """The profile of a language by its code or an alias."""
    asked = _label(language)
    profiles = _profiles().values()
    return next((found for found in profiles if asked in {_label(c) for c in (found.code, *found.aliases)}), None)


def _names_of(language: str) -> set[str]:
    """What a column of the language may be called: its code and aliases, its own and English name, its locales."""
    profile = profile_of(language)
    return {_label(language)} | (_names(profile) if profile else set())


def _is_any_language(label: str) -> bool:
    return any(_names(profile) & _labels_in(label) for profile in _profiles().values())


def _is_locale_of(label: str, language: str) -> bool:
    """`fr-CA` serves `fr` where no column is plain French; `zh-Hant` does not serve `zh`, another profile's alias."""
    base = _label(language).split("-")[0]
    return re.fullmatch(rf"{re.escape(base)}-[a-z0-9-]+", label) is not None and not _is_any_language(label)


def _cue(row: Row, columns: _Columns, report: FileReport) -> Cue | None:
    cells = {name: _cell(row, getattr(columns, name)) for name in ("start", "end", "words", "speaker")}
    if all(cell in {None, ""} for cell in cells.values()):
        return None
    text = _as_text(cells["words"])
    if len(text) > LONGEST_CELL:
        report.fault(row.line, f"has {len(text):,} characters in one cell; a caption has a few dozen")
        return None
    times = []
    for name in ("start", "end"):
        try:
            times.append(_time(cells[name]))
        except ValueError as error:
            report.fault(row.line, f"{name}: {error}")
    if len(times) < 2:
        return None
    words, settings = read_marks(clean(text, report, row.line), row.line, report)
    speaker = " ".join(_as_text(cells["speaker"]).split()) or words.speaker
    return make_cue((times[0], times[1]), replace(words, speaker=speaker), row.line, report, settings)


def _cell(row: Row, place: int | None) -> Cell:
    cell = row.cells[place] if place is not None and place < len(row.cells) else None
    return (
        cell.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(cell, str) else cell
    )


def _as_text(cell: Cell) -> str:
    if isinstance(cell, Fraction):
        return str(cell.numerator) if cell.denominator == 1 else format(float(cell), "g")
    return cell or ""


def _time(cell: Cell) -> Fraction:
    if isinstance(cell, Fraction):
        if cell < 0:
            raise ValueError(f"{float(cell):g} is before the film's beginning; correct it")
        return cell
    if not cell:
        raise ValueError("is empty; write 00:01:02.500")
    if re.fullmatch(r"\d{1,6}(?:[.,]\d{1,9})?", cell):
        return Fraction(cell.replace(",", "."))
    return lenient_time(cell)
