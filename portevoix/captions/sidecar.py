"""Caption files beside the film. The one module through which webvtt-py is used."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import webvtt

from portevoix.captions.cue import Cue
from portevoix.timing import clock

RIGHT_TO_LEFT_MARK = "\u200f"


def write_sidecar(cues: Iterable[Cue], path: Path, direction: str) -> None:
    """Write `.vtt` or `.srt`, by the path's ending: UTF-8, LF, whole or not at all."""
    kind = path.suffix.removeprefix(".")
    file = webvtt.WebVTT()
    for cue in cues:
        text = "\n".join(_marked(line, direction) for line in cue.text.split("\n"))
        # webvtt-py does not escape; quotation marks need none in cue text.
        text = html.escape(text, quote=False) if kind == "vtt" else text.replace("-->", "→")
        file.captions.append(webvtt.Caption(clock(cue.start_s), clock(cue.end_s), text.split("\n")))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    with partial.open("w", encoding="utf-8", newline="\n") as handle:
        file.write(handle, format=kind)
    partial.replace(path)


def _marked(line: str, direction: str) -> str:
    """Players take a line's direction from its first letter: an Arabic line that begins in Latin needs a mark."""
    first = next((unicodedata.bidirectional(c) for c in line if unicodedata.bidirectional(c) in {"L", "R", "AL"}), "")
    starts_neutral = bool(line) and unicodedata.bidirectional(line[0]) not in {"R", "AL"}
    return RIGHT_TO_LEFT_MARK + line if direction == "rtl" and (first == "L" or starts_neutral) else line
