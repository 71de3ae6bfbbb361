"""ASS and SSA: the words of their dialogue lines. Styles, positions, effects and drawings are left out."""

from __future__ import annotations

import re
from fractions import Fraction

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.cue_times import MOST_MARKUP_CHARACTERS, lenient_time, make_cue
from portevoix.captions.files.formats.format import Content, Format
from portevoix.captions.files.formats.markup import centiseconds, follow_override
from portevoix.captions.files.formats.webvtt_parser import Settings
from portevoix.captions.files.marked_text import MarkedText, MarkedTextBuilder
from portevoix.captions.files.report import FileReport

# Aegisub's order, for files whose [Events] lost their Format line.
FIELDS = ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"]
_SECTION = re.compile(r"^(?:\[(?:Script Info|Events|V4\+? Styles)\]|Dialogue:)", re.MULTILINE | re.IGNORECASE)
_PIECE = re.compile(r"\{([^}]*)\}|\\([Nnh])")
_KARAOKE = re.compile(r"\\(?:k[fot]?|K)(\d{1,9})(?!\d)")
_DRAWING = re.compile(r"\\p(\d+)(?![a-z])")


def read_ass(content: Content, report: FileReport) -> list[Cue]:
    """The cues of an ASS or SSA file by their start: the format itself keeps no order."""
    fields = FIELDS
    cues = []
    section = ""
    for number, line in enumerate(content.text.split("\n"), 1):
        kind, colon, rest = line.partition(":")
        if line.startswith("["):
            section = line.strip().lower()
        elif kind == "Format" and section == "[events]":
            fields = [name.strip().lower() for name in rest.split(",")]
            if not {"start", "end", "text"} <= set(fields) or fields[-1] != "text":
                report.fault(number, "the events' Format must name Start, End and, last, Text")
                return []
        elif kind == "Dialogue" and colon:
            cue = _dialogue(rest, fields, number, report)
            if cue:
                cues.append(cue)
    ordered = sorted(cues, key=lambda cue: (cue.start_s, cue.end_s))
    if ordered != cues:
        report.repair(1, "its dialogue lines are not in the order of their times; put in order")
    return ordered


def _dialogue(rest: str, fields: list[str], number: int, report: FileReport) -> Cue | None:
    values = dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))
    if "text" not in values:
        report.fault(number, f"has {len(values)} of the {len(fields)} fields that Format names; complete the line")
        return None
    try:
        times = lenient_time(values["start"].strip(), "0:01:02.50"), lenient_time(values["end"].strip(), "0:01:02.50")
    except ValueError as error:
        report.fault(number, str(error))
        return None
    if len(values["text"]) > MOST_MARKUP_CHARACTERS:
        report.repair(number, "is a drawing or an effect, by its length; left out")
        return None
    words, place = _words(values["text"], times[0], values.get("name", values.get("actor", "")).strip())
    return make_cue(times, words, number, report, place)


def _words(text: str, start_s: Fraction, speaker: str) -> tuple[MarkedText, Settings]:
    builder = MarkedTextBuilder()
    builder.say(speaker)
    settings: Settings = ()
    drawing = False
    moment, place = start_s, 0

    def add(words: str) -> None:
        if not drawing:
            builder.add(words)

    for match in _PIECE.finditer(text):
        add(text[place : match.start()])
        place = match.end()
        if match[2]:
            add("\u00a0" if match[2] == "h" else "\n")
            continue
        settings = follow_override(match[1], builder) or settings
        for length in _KARAOKE.findall(match[1]):
            builder.at(moment)
            moment += centiseconds(length)
        if scales := _DRAWING.findall(match[1]):
            drawing = scales[-1] != "0"
    add(text[place:])
    return builder.build(), settings


def _recognises(text: str, _: str) -> bool:
    return _SECTION.search(text) is not None


ASS = Format("an ASS script", (".ass", ".ssa"), read_ass, _recognises)
