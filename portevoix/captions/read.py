"""Caption files as translators send them: WebVTT by the W3C's algorithm, SRT in its dialects.

A cue is never lost in silence: what a browser would drop is a fault with its line, what can be mended is mended and said.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from portevoix.captions.cue import CaptionFile, Cue
from portevoix.captions.encoding import decode
from portevoix.errors import Fault, InvalidInput, invalid

LARGEST_FILE_BYTES = 5_000_000
LONGEST_CUE = 2_000  # characters; a minute of speech has under 1,200
MENDED_OVERLAP_S = Fraction(1, 10)  # less is rounding of another tool; more is a mistake somebody must look at
VTT_TIME = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
SRT_TIME = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,:](\d{1,3}))?")
TAG = re.compile(r"</?(?:c|i|b|u|ruby|rt|v|lang|font|s)(?:[.\s][^<>]*)?/?>|<(?:\d+:)?\d\d:\d\d\.\d{3}>", re.IGNORECASE)
OVERRIDE = re.compile(r"\{\\[^{}]*\}")
LIKE_TIMES = re.compile(r"\s*\d{1,3}:\d\d[:.,]\d+\S*\s*\S{0,3}\s*\d{1,3}:\d\d[:.,]\d+\S*\s*")
NOT_WORDS = ("NOTE", "STYLE", "REGION")  # how a WebVTT block begins that holds no words


@dataclass
class _Reading:
    shown: Path
    faults: list[Fault] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)

    def fault(self, line: int, message: str, column: int | None = 1) -> None:
        self.faults.append(Fault(str(self.shown), line, column, message))

    def repair(self, line: int, message: str) -> None:
        self.repairs.append(f"{self.shown}:{line}: {message}")


def read_captions(path: Path, language: str, shown_as: Path | None = None) -> CaptionFile:
    """The cues of a WebVTT or SRT file. Raises InvalidInput with every fault of the file."""
    shown = shown_as or path
    data = path.read_bytes()
    if len(data) > LARGEST_FILE_BYTES:
        raise invalid(shown, f"is larger than {LARGEST_FILE_BYTES:,} bytes; a caption file is text")
    try:
        text, encoding = decode(data, language)
    except ValueError as error:
        raise invalid(shown, str(error)) from None
    reading = _Reading(shown)
    if encoding != "utf-8":
        reading.repairs.append(f"{shown}: read as {encoding}; save it as UTF-8")
    lines = text.replace("\0", "\ufffd").replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    is_vtt = bool(re.match(r"WEBVTT(?:[ \t]|$)", lines[0]))
    if path.suffix.lower() == ".vtt" and not is_vtt:
        reading.repair(1, "does not begin with WEBVTT; read as SRT")
    cues = _cues(lines, reading, is_vtt)
    cues = _in_order(cues, reading)
    if not cues and not reading.faults:
        reading.fault(1, "holds no cue; is it a caption file?")
    if reading.faults:
        raise InvalidInput(reading.faults)
    return CaptionFile(path, tuple(cues), encoding, tuple(reading.repairs))


def _cues(lines: list[str], reading: _Reading, is_vtt: bool) -> list[Cue]:
    """Every line with an arrow begins a cue, in both formats; what precedes it is its number or name."""
    starts = [number for number, line in enumerate(lines) if "-->" in line]
    # Only in a file that numbers its cues is a figure above the times a number; elsewhere it is words (2026).
    numbered = sum(start > 0 and lines[start - 1].strip().isdigit() for start in starts) * 2 > len(starts)
    cues = []
    for place, start in enumerate(starts):
        last = place + 1 == len(starts)
        stop = len(lines) if last else starts[place + 1]
        times = _times(lines[start], start + 1, reading, is_vtt)
        found = list(enumerate(lines[start + 1 : stop], start + 1))
        found = _vtt_body(found, last, reading) if is_vtt else _srt_body(found, last, numbered)
        for number, line in found:
            if LIKE_TIMES.fullmatch(line):
                reading.fault(number + 1, f"{line.strip()!r} looks like times without their arrow; write -->")
        text = _plain("\n".join(line for _, line in found), start + 1, reading, is_vtt)
        if times is None:
            continue
        if not text:
            reading.repair(start + 1, "cue without words; left out")
        elif len(text) > LONGEST_CUE:
            reading.fault(start + 2, f"has {len(text):,} characters in one cue; at most {LONGEST_CUE:,} are read")
        elif times[1] <= times[0]:
            start_s, end_s = (f"{float(t):g} s" for t in times)
            reading.fault(start + 1, f"ends ({end_s}) no later than it starts ({start_s}); correct the times")
        else:
            cues.append(Cue(*times, text, start + 1))
    return cues


Numbered = list[tuple[int, str]]


def _vtt_body(lines: Numbered, last: bool, reading: _Reading) -> Numbered:
    """A blank line ends a cue. Words after it belong to none, and a browser would drop them: here they are a fault."""
    blocks: list[Numbered] = [[]]
    for number, line in lines:
        if line.strip():
            blocks[-1].append((number, line))
        else:
            blocks.append([])
    body, rest = blocks[0], blocks[1:]
    if not last and rest and len(rest[-1]) == 1:
        rest = rest[:-1]  # the next cue's name
    elif not last and not rest and len(body) > 1 and body[-1][1].strip().isdigit():
        body = body[:-1]  # the next cue's number, without a blank line before it
    for block in rest:
        if block and not block[0][1].startswith(NOT_WORDS):
            number, words = block[0]
            reading.fault(
                number + 1, f"{words.strip()!r} stands in no cue; delete the blank line above it or begin with NOTE"
            )
    return body


def _srt_body(lines: Numbered, last: bool, numbered: bool) -> Numbered:
    """A blank line may stand inside a cue: the cue goes on up to the next one's number."""
    kept = [(number, line) for number, line in lines if line.strip()]
    return kept[:-1] if numbered and not last and kept and kept[-1][1].strip().isdigit() else kept


def _times(line: str, number: int, reading: _Reading, is_vtt: bool) -> tuple[Fraction, Fraction] | None:
    left, right = line.split("-->", 1)
    end_text = right.split()[0] if right.split() else ""
    found = []
    for text in (left.strip(), end_text):
        strict = VTT_TIME.fullmatch(text)
        match = strict or SRT_TIME.fullmatch(text)
        if match is None or int(match[2]) > 59 or int(match[3]) > 59:
            reading.fault(
                number, f"{text!r} is not a time; write 00:01:02{'.' if is_vtt else ','}500", line.find(text) + 1
            )
            return None
        if is_vtt and not strict:
            reading.repair(number, f"time {text!r} is not WebVTT's way; read all the same")
        hours, minutes, seconds, decimals = match.groups()
        found.append(
            int(hours or 0) * 3600
            + int(minutes) * 60
            + int(seconds)
            + Fraction(int(decimals or 0), 10 ** len(decimals or "0"))
        )
    return found[0], found[1]


def _plain(text: str, line: int, reading: _Reading, is_vtt: bool) -> str:
    if (bad := re.search(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]", text)) is not None:
        reading.fault(
            line + 1 + text[: bad.start()].count("\n"), f"holds the control character U+{ord(bad[0]):04X}; delete it"
        )
    text = TAG.sub("", OVERRIDE.sub("", text))
    if is_vtt:
        text = html.unescape(text)
    kept = (" ".join(part.split(" ")).strip() for part in unicodedata.normalize("NFC", text).split("\n"))
    return "\n".join(part for part in kept if part)


def _in_order(cues: list[Cue], reading: _Reading) -> list[Cue]:
    ordered: list[Cue] = []
    for cue in cues:
        if ordered and cue.start_s < ordered[-1].start_s:
            reading.fault(
                cue.line,
                f"starts at {float(cue.start_s):g} s, before the cue above it ({float(ordered[-1].start_s):g} s); put the cues in order",
            )
        elif ordered and cue.start_s < ordered[-1].end_s:
            overlap = ordered[-1].end_s - cue.start_s
            if overlap > MENDED_OVERLAP_S or cue.start_s <= ordered[-1].start_s:
                reading.fault(
                    cue.line, f"starts {float(overlap):.2f} s before the cue above it ends; shorten one of the two"
                )
            else:
                reading.repair(
                    cue.line, f"overlaps the cue above by {float(overlap):.3f} s; that one now ends where this starts"
                )
                ordered[-1] = replace(ordered[-1], end_s=cue.start_s)
        ordered.append(cue)
    return ordered
