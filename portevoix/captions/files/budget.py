"""How much one script may say: what is planned takes time by its words, for every language and format."""

from __future__ import annotations

from collections.abc import Sequence

from portevoix.captions.cue import Block, Cue
from portevoix.captions.files.report import FileReport

MOST_CUES = 20_000  # of a day's recording: one every four seconds
MOST_LETTERS = 500_000  # about nine hours of speech; a slot of a worker plans them for two minutes


def look_for_too_many(spoken: Sequence[Cue | Block], report: FileReport) -> None:
    """A fault where a script has more cues or letters than are planned."""
    letters = sum(len(one.text) for one in spoken)
    if len(spoken) > MOST_CUES:
        report.fault(None, f"has {len(spoken):,} cues; at most {MOST_CUES:,} are read: divide the programme")
    if letters > MOST_LETTERS:
        report.fault(None, f"has {letters:,} letters; at most {MOST_LETTERS:,} are read: divide the programme")
