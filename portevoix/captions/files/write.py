"""Caption files beside the film. The one module through which webvtt-py is used: it writes WebVTT.

Its SRT writer takes words in angle brackets for tags and drops them, so SRT is written here.
"""

from __future__ import annotations

import html
import io
import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import webvtt

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.cuejson import json_text
from portevoix.captions.files.formats.markup import without_marks
from portevoix.captions.files.formats.ttml_out import ttml_text
from portevoix.timing import clock

RIGHT_TO_LEFT_MARK = "\u200f"
ENDINGS = (".vtt", ".srt", ".sbv", ".ttml", ".dfxp", ".json")


def write_sidecar(cues: Iterable[Cue], path: Path, direction: str, language: str = "und") -> None:
    """Write a caption file by the path's ending (one of ENDINGS): UTF-8, LF, whole or not at all.

    `language` stands in TTML alone. Times are rounded to the millisecond. Raises ValueError for another ending.
    """
    kind = path.suffix.removeprefix(".")
    # A blank line would end the cue, another line separator is no line's end to every player.
    whole = [
        replace(cue, text=_plain_lines(cue.text), italics=(), word_times=()) if _BLANK.search(cue.text) else cue
        for cue in cues
    ]
    if kind == "vtt":
        text = _vtt(whole, direction)
    elif kind == "srt":
        text = _srt(whole, direction)
    elif kind == "sbv":
        text = _sbv(whole, direction)
    elif kind in {"ttml", "dfxp"}:
        text = ttml_text(whole, language, direction)
    elif kind == "json":
        text = json_text(whole)
    else:
        raise ValueError(f"{path.name}: no caption file ends in {path.suffix!r}; write one of {', '.join(ENDINGS)}")
    _put(text, path)


_BLANK = re.compile(r"^\s*$|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", re.MULTILINE)


def _plain_lines(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.strip())


def _put(text: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _vtt(cues: Iterable[Cue], direction: str) -> str:
    file = webvtt.WebVTT()
    for cue in cues:
        lines = [_marked(line, direction) for line in _vtt_words(cue).split("\n")]
        settings = " ".join(f"{name}:{value}" for name, value in cue.settings if _is_word(name) and _is_word(value))
        identifier = " ".join(cue.identifier.replace("-->", "→").split()) or None
        file.captions.append(webvtt.Caption(clock(cue.start_s), clock(cue.end_s), lines, identifier, settings))
    handle = io.StringIO()
    file.write(handle, format="vtt")
    return handle.getvalue().rstrip("\n") + "\n"


def _is_word(text: str) -> bool:
    return bool(text) and not re.search(r"[\s:]|-->", text)


def _vtt_words(cue: Cue) -> str:
    """The words with their italics, word times and speaker as WebVTT's tags, everything else escaped."""
    marks: dict[int, list[str]] = {}
    for start, end in cue.italics:
        marks.setdefault(end, []).insert(0, "</i>")
        marks.setdefault(start, []).append("<i>")
    for place, second in cue.word_times:
        if cue.start_s <= second < cue.end_s:  # a cue that was moved without them keeps none
            marks.setdefault(place, []).append(f"<{clock(second)}>")
    edges = sorted({0, len(cue.text), *marks})
    parts = ["".join(marks.get(0, ()))]
    for start, end in pairwise(edges):
        parts += [_escaped(cue.text[start:end]), *marks.get(end, ())]
    voice = f"<v {_escaped(' '.join(cue.speaker.split()))}>" if cue.speaker else ""
    return voice + "".join(parts)


def _escaped(text: str) -> str:
    """Brackets that would be a tag, and braces that tools for SRT would take for one."""
    return html.escape(text, quote=False).replace("{\\", "&#123;\\")


def _srt(cues: Iterable[Cue], direction: str) -> str:
    blocks = (
        f"{number}\n{clock(cue.start_s, ',')} --> {clock(cue.end_s, ',')}\n{_srt_words(cue, direction)}\n"
        for number, cue in enumerate(cues, 1)
    )
    return "\n".join(blocks)


def _srt_words(cue: Cue, direction: str) -> str:
    place = 0
    text = "{\\an8}" if dict(cue.settings).get("line", "").split(",")[0] in {"0", "0%"} else ""
    for start, end in cue.italics:
        text += f"{without_marks(cue.text[place:start])}<i>{without_marks(cue.text[start:end])}</i>"
        place = end
    text += without_marks(cue.text[place:])
    return "\n".join(_marked(line, direction) for line in text.split("\n"))


def _sbv(cues: Iterable[Cue], direction: str) -> str:
    def lines(cue: Cue) -> str:
        return "\n".join(_marked(line, direction) for line in without_marks(cue.text).split("\n"))

    return "\n".join(f"{_sbv_time(cue.start_s)},{_sbv_time(cue.end_s)}\n{lines(cue)}\n" for cue in cues)


def _sbv_time(second: Fraction) -> str:
    return clock(second).removeprefix("0")


def _marked(line: str, direction: str) -> str:
    """Players take a line's direction from its first letter: an Arabic line that begins in Latin needs a mark."""
    first = next((unicodedata.bidirectional(c) for c in line if unicodedata.bidirectional(c) in {"L", "R", "AL"}), "")
    starts_neutral = bool(line) and unicodedata.bidirectional(line[0]) not in {"R", "AL"}
    return RIGHT_TO_LEFT_MARK + line if direction == "rtl" and (first == "L" or starts_neutral) else line
