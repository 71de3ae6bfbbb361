"""Text without times: no captions yet."""

from __future__ import annotations

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.format import Content, Format
from portevoix.captions.files.report import FileReport

NO_TIMES = "holds words without times; `portevoix captions align` gives them times by the film's sound"


def _read(_: Content, report: FileReport) -> list[Cue]:
    if not report.faults:
        report.fault(1, NO_TIMES)
    return []


TEXT = Format("a text without times", (".txt", ".md"), _read)
