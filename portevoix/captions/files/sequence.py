"""Cues of a file in their order: small overlaps are mended, larger ones are a fault, twins are joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from portevoix.captions.cue import Cue
from portevoix.captions.files.formats.times import LONGEST_CUE
from portevoix.captions.files.reading import Reading

MENDED_OVERLAP_S = Fraction(1, 10)  # less is rounding of another tool; more is a mistake somebody must look at


def in_order(cues: Iterable[Cue], reading: Reading) -> list[Cue]:
    """The cues without overlaps; what cannot be mended is a fault."""
    ordered: list[Cue] = []
    for cue in cues:
        above = ordered[-1] if ordered else None
        if above is None or cue.start_s >= above.end_s:
            ordered.append(cue)
        elif cue.start_s < above.start_s:
            reading.fault(
                cue.line,
                f"starts at {float(cue.start_s):g} s, before the cue above it ({float(above.start_s):g} s); "
                "put the cues in order",
            )
            ordered.append(cue)
        elif (cue.start_s, cue.end_s) == (above.start_s, above.end_s):
            ordered[-1] = _joined(above, cue, reading)
        else:
            ordered[-1] = _shortened(above, cue, reading)
            ordered.append(cue)
    return ordered


def _shortened(above: Cue, cue: Cue, reading: Reading) -> Cue:
    overlap = above.end_s - cue.start_s
    if overlap > MENDED_OVERLAP_S or cue.start_s <= above.start_s:
        reading.fault(cue.line, f"starts {float(overlap):.2f} s before the cue above it ends; shorten one of the two")
        return above
    reading.repair(cue.line, f"overlaps the cue above by {float(overlap):.3f} s; that one now ends where this starts")
    return replace(above, end_s=cue.start_s)


def _joined(first: Cue, second: Cue, reading: Reading) -> Cue:
    """Two cues with the same times, as one of two lines: how two speakers of one moment are often sent."""
    if first.text == second.text or first.text.endswith(f"\n{second.text}"):
        reading.repair(second.line, "is the cue above once more; left out")
        return first
    if len(first.text) + len(second.text) > LONGEST_CUE:
        reading.fault(
            second.line, "has the times of the cues above, and more words than one cue holds; correct the times"
        )
        return first
    reading.repair(second.line, "has the times of the cue above; both are one cue now")
    shift = len(first.text) + 1
    speakers = dict.fromkeys(name for name in (*first.speaker.split(", "), second.speaker) if name)
    return replace(
        first,
        text=f"{first.text}\n{second.text}",
        speaker=", ".join(speakers),
        word_times=first.word_times + tuple((place + shift, second_s) for place, second_s in second.word_times),
        italics=first.italics + tuple((start + shift, end + shift) for start, end in second.italics),
    )
