"""WebVTT as it is delivered. The one module that uses webvtt-py."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from itertools import pairwise

import webvtt

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.markup import with_direction_mark
from portevoix.timing import clock


def webvtt_text(cues: Sequence[Cue], _: str, direction: str) -> str:
    """The cues as WebVTT."""
    file = webvtt.WebVTT()
    for cue in cues:
        lines = [with_direction_mark(line, direction) for line in _tagged(cue).split("\n")]
        settings = " ".join(f"{name}:{value}" for name, value in cue.settings if _is_word(name) and _is_word(value))
        identifier = " ".join(cue.identifier.replace("-->", "→").split()) or None
        file.captions.append(webvtt.Caption(clock(cue.start_s), clock(cue.end_s), lines, identifier, settings))
    handle = io.StringIO()
    file.write(handle, format="vtt")
    return handle.getvalue().rstrip("\n") + "\n"


def _is_word(text: str) -> bool:
    return bool(text) and not re.search(r"[\s:]|-->", text)


def _tagged(cue: Cue) -> str:
    """The words with their italics, word times and speaker as WebVTT's tags, everything else escaped."""
    marks: dict[int, list[str]] = {}
    for start, end in cue.italics:
        marks.setdefault(end, []).insert(0, "</i>")
        marks.setdefault(start, []).append("<i>")
    for place, second in cue.word_times:
        if cue.start_s <= second < cue.end_s:  # a cue that was moved without them keeps none
            marks.setdefault(place, []).append(f"<{clock(second)}>")
    edges = sorted({0, len(cue.text), *marks})
    pieces = ["".join(marks.get(0, ()))]
    for start, end in pairwise(edges):
        pieces += [_escaped(cue.text[start:end]), *marks.get(end, ())]
    voice = f"<v {_escaped(' '.join(cue.speaker.split()))}>" if cue.speaker else ""
    return voice + "".join(pieces)


def _escaped(text: str) -> str:
    """Brackets that would be a tag, and what tools for SRT and ASS would take for an override or an escape."""
    return re.sub(r"\\(?=[Nnh])", "&#92;", html.escape(text, quote=False).replace("{\\", "&#123;\\"))
