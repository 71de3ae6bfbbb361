"""Cues as JSON: a list of objects with `start_s`, `end_s` (seconds), `text`, and what else a cue has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.cue_times import make_cue
from portevoix.captions.files.formats.format import Content, Format, Writing, head_of
from portevoix.captions.files.letters import clean
from portevoix.captions.files.marked_text import MarkedText
from portevoix.captions.files.report import FileReport
from portevoix.timing import decimal

MOST_DIGITS = 30  # of a number; more is no time, and costs time
_LIST = re.compile(r"\[\s*[\]{]")


def read_json(content: Content, report: FileReport) -> list[Cue]:
    """The cues of a JSON file, each with the line that it begins on."""
    text = content.text
    if not text.lstrip().startswith("["):
        report.fault(1, 'is no list of cues; write [{"start_s": 1.5, "end_s": 3, "text": "…"}]')
        return []
    cues = []
    for value, line in _values(text, report):
        try:
            cue = _cue(value, line, report)
        except (KeyError, TypeError, ValueError, AttributeError):
            report.fault(line, 'is no cue; write {"start_s": 1.5, "end_s": 3, "text": "…"}')
            continue
        if cue:
            cues.append(cue)
    return cues


def json_text(cues: Sequence[Cue], *_: str) -> str:
    """The cues as JSON, one to a line; times are rounded to the millisecond."""
    return "[\n" + ",\n".join("  " + _object(cue) for cue in cues) + "\n]\n"


def _object(cue: Cue) -> str:
    fields: dict[str, Any] = {"text": cue.text, "settings": dict(cue.settings)}
    for name in ("speaker", "identifier"):
        if getattr(cue, name):
            fields[name] = getattr(cue, name)
    if cue.italics:
        fields["italics"] = cue.italics
    rest = json.dumps(fields, ensure_ascii=False)[1:-1]
    if cue.word_times:
        times = ", ".join(f"[{place}, {decimal(second, 3)}]" for place, second in cue.word_times)
        rest += f', "word_times": [{times}]'
    return f'{{"start_s": {decimal(cue.start_s, 3)}, "end_s": {decimal(cue.end_s, 3)}, {rest}}}'


def _values(text: str, report: FileReport) -> Iterator[tuple[Any, int]]:
    decoder = json.JSONDecoder(parse_float=_number, parse_int=_number, parse_constant=_number)
    place = text.index("[") + 1
    line = text.count("\n", 0, place) + 1
    last = place
    try:
        while True:
            while text[place].isspace():
                place += 1
            if text[place] == "]":
                return
            line += text.count("\n", last, place)
            last = place
            value, place = decoder.raw_decode(text, place)
            yield value, line
            while text[place].isspace():
                place += 1
            if text[place] not in ",]":
                raise ValueError("a comma is missing")
            place += text[place] == ","
    except (ValueError, IndexError, RecursionError) as error:
        reason = getattr(error, "msg", "it ends too early" if isinstance(error, IndexError) else str(error))
        report.fault(getattr(error, "lineno", text.count("\n", 0, place) + 1), f"is not JSON ({reason}); correct it")


def _number(text: str) -> Fraction:
    if len(text) > MOST_DIGITS or "e" in text.lower() or not text.lstrip("-")[:1].isdigit():
        raise ValueError(f"{text[:MOST_DIGITS]!r} is no number of seconds")
    return Fraction(text)


def _cue(value: dict[str, Any], line: int, report: FileReport) -> Cue | None:
    words = MarkedText(
        clean(_string(value["text"]), report, line),
        tuple((int(start), int(end)) for start, end in value.get("italics", ())),
        tuple((int(place), _second(second)) for place, second in value.get("word_times", ())),
        _string(value.get("speaker", "")),
    )
    words = _within(words)
    settings = tuple((_string(name), _string(setting)) for name, setting in value.get("settings", {}).items())
    times = _second(value["start_s"]), _second(value["end_s"])
    return make_cue(times, words, line, report, settings, _string(value.get("identifier", "")))


def _within(words: MarkedText) -> MarkedText:
    lines = [line.strip() for line in words.text.split("\n")]
    text = "\n".join(line for line in lines if line)
    whole = len(text)
    if text != words.text or any(not 0 <= start < end <= whole for start, end in words.italics):
        return MarkedText(text, speaker=words.speaker)
    if any(not 0 <= place <= whole for place, _ in words.word_times):
        return MarkedText(text, words.italics, speaker=words.speaker)
    return words


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _second(value: Any) -> Fraction:
    if not isinstance(value, Fraction) or value < 0:
        raise TypeError
    return value


def _recognises(text: str, suffix: str) -> bool:
    head = head_of(text)
    return bool(_LIST.match(head)) or (suffix == ".json" and head[:1] in {"[", "{"})


JSON = Format(
    "a JSON file",
    (".json",),
    read_json,
    _recognises,
    written=Writing(
        (".json",), json_text, frozenset({"top", "settings", "speaker", "identifier", "word_times", "italics"})
    ),
)
