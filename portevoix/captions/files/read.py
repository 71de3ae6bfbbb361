"""Caption files as translators send them: their kind by their content, their cues in order, every mistake at once.

A cue is never lost in silence: what a player would drop is a fault with its line, what can be mended is mended and
said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from portevoix.captions.cue import CaptionFile, Cue
from portevoix.captions.files.budget import look_for_too_many
from portevoix.captions.files.confined import confined, wants_confining
from portevoix.captions.files.encoding import decode
from portevoix.captions.files.formats.cue_times import MOST_CUE_CHARACTERS
from portevoix.captions.files.formats.format import Content
from portevoix.captions.files.formats.ttml import TTML
from portevoix.captions.files.kinds import office_format, text_format, wrong_name
from portevoix.captions.files.leftovers import look_for_leftovers, unrolled
from portevoix.captions.files.letters import clean, look_for_double_encoding, look_for_visual_order
from portevoix.captions.files.report import FileReport
from portevoix.errors import Fault, InvalidInput, invalid
from portevoix.files import check_regular

LARGEST_FILE_BYTES = 5_000_000
MENDED_OVERLAP_S = Fraction(1, 10)  # less is rounding of another tool; more is a mistake somebody must look at


def read_captions(path: Path, language: str, shown_as: Path | None = None, encoding: str = "") -> CaptionFile:
    """The cues of a caption file in any of the formats that are read. Raises InvalidInput with every fault of the file.

    `language` chooses the column of a table with several and, for a file that is not Unicode, the old encodings that
    are tried, where its author names no `encoding`. `shown_as` is the name in faults and repairs.
    """
    shown = shown_as or path
    if not wants_confining(path):
        return parse_captions(path, language, shown, encoding)
    found = confined(captions_or_faults, path, language, shown, encoding)
    if found.file is None:
        raise InvalidInput(found.faults)
    return replace(found.file, path=path)


@dataclass(frozen=True)
class CaptionsRead:
    """The captions of a file, or else what is wrong with it."""

    file: CaptionFile | None
    faults: tuple[Fault, ...] = ()


def captions_or_faults(path: Path, language: str, shown: Path, encoding: str) -> CaptionsRead:
    """Both as values, to be carried from one process to another."""
    try:
        return CaptionsRead(parse_captions(path, language, shown, encoding))
    except InvalidInput as error:
        return CaptionsRead(None, tuple(error.faults))


def parse_captions(path: Path, language: str, shown: Path, encoding: str) -> CaptionFile:
    """The same in this very process. Raises InvalidInput."""
    report = FileReport(shown)
    content = open_content(path, language, report, encoding)
    cues = _in_order(unrolled(content.format.read(content, report), report), report)
    look_for_visual_order(cues, report)
    look_for_leftovers(cues, report)
    if not cues and not report.faults:
        report.fault(1, "holds no cue; is it a caption file?")
    look_for_too_many(cues, report)
    report.stop_at_faults()
    return CaptionFile(path, tuple(cues), content.encoding, report.repairs)


def open_content(path: Path, language: str, report: FileReport, named: str = "") -> Content:
    """The content of a file and its format. Raises InvalidInput where it is neither text nor an office file."""
    try:
        check_regular(path)
        data = path.read_bytes() if path.stat().st_size <= LARGEST_FILE_BYTES else None
    except OSError as error:
        raise invalid(report.shown, f"cannot be read ({error.strerror})") from None
    if data is None:
        raise invalid(report.shown, f"is larger than {LARGEST_FILE_BYTES:,} bytes; a caption file is text")
    try:
        office = office_format(data)
        text, encoding = ("", "utf-8") if office else decode(data, language, named)
        text = re.sub(r"\r*\n|\r", "\n", text.removeprefix("\ufeff"))
        format = office or text_format(text, path.suffix.lower())
    except ValueError as error:
        raise invalid(report.shown, str(error)) from None
    if encoding != "utf-8":
        report.repair(1, f"read as {encoding}; save it as UTF-8")
    if misnamed := wrong_name(format, path.suffix):
        report.repair(1, misnamed)
    look_for_double_encoding(text, report)
    # XML's own reader refuses control characters, and JSON's strings are cleaned when their escapes are resolved.
    return Content(format, data, text if format is TTML else clean(text, report), encoding, language)


def _in_order(cues: Iterable[Cue], report: FileReport) -> list[Cue]:
    """The cues without overlaps; what cannot be mended is a fault."""
    ordered: list[Cue] = []
    for cue in cues:
        above = ordered[-1] if ordered else None
        if above is None or cue.start_s >= above.end_s:
            ordered.append(cue)
        elif cue.start_s < above.start_s:
            report.fault(
                cue.line,
                f"starts at {float(cue.start_s):g} s, before the cue above it ({float(above.start_s):g} s); "
                "put the cues in order",
            )
            ordered.append(cue)
        elif (cue.start_s, cue.end_s) == (above.start_s, above.end_s):
            ordered[-1] = _joined(above, cue, report)
        else:
            ordered[-1] = _shortened(above, cue, report)
            ordered.append(cue)
    return ordered


def _shortened(above: Cue, cue: Cue, report: FileReport) -> Cue:
    overlap = above.end_s - cue.start_s
    if overlap > MENDED_OVERLAP_S or cue.start_s <= above.start_s:
        report.fault(cue.line, f"starts {float(overlap):.2f} s before the cue above it ends; shorten one of the two")
        return above
    report.repair(cue.line, f"overlaps the cue above by {float(overlap):.3f} s; that one now ends where this starts")
    return replace(above, end_s=cue.start_s)


def _joined(first: Cue, second: Cue, report: FileReport) -> Cue:
    """Two cues with the same times, as one of two lines: how two speakers of one moment are often sent."""
    if first.text == second.text or first.text.endswith(f"\n{second.text}"):
        report.repair(second.line, "is the cue above once more; left out")
        return first
    if len(first.text) + len(second.text) > MOST_CUE_CHARACTERS:
        report.fault(
            second.line, "has the times of the cues above, and more words than one cue holds; correct the times"
        )
        return first
    report.repair(second.line, "has the times of the cue above; both are one cue now")
    shift = len(first.text) + 1
    speakers = dict.fromkeys(name for name in (*first.speaker.split(", "), second.speaker) if name)
    return replace(
        first,
        text=f"{first.text}\n{second.text}",
        speaker=", ".join(speakers),
        word_times=first.word_times + tuple((place + shift, second_s) for place, second_s in second.word_times),
        italics=first.italics + tuple((start + shift, end + shift) for start, end in second.italics),
    )
