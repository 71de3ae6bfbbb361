"""The music's beats on the programme's clock, where clips are cut on them, and what an author is told of that."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from portevoix.order import Order
from portevoix.store import Store
from portevoix.timeline.model import CutsOnBeat, WhyOff
from portevoix.timeline.on_beat import Pulse

REASONS: dict[WhyOff, str] = {
    "beatless": "the music has none there",
    "short": "it would leave too little of the clip",
    "spoken": "a word would be cut short",
}


def pulse_of(order: Order, store: Store) -> Pulse | None:
    """The beats on which clips end; None where the recipe or the job does not ask for it, or there is no music."""
    music, bed = order.music, order.bed
    asked = order.recipe.cuts == "on_beat" if bed is None or bed.on_beat is None else bed.on_beat
    if not (asked and music and bed and order.job.clips):
        return None
    from portevoix.captions.aligning.spoken import spoken_in  # here: both need NumPy, and few plans need them
    from portevoix.sources.beats import beats

    found = tuple(bed.at_s + beat - bed.start_s for beat in beats(music, store) if beat >= bed.start_s)
    heard = order.recipe.sound.treatment != "silent"
    spoken = {
        number: spoken_in(source, store)
        for number, (clip, source) in enumerate(zip(order.job.clips, order.sources, strict=False))
        if found and heard and source.has_sound and not clip.mute
    }
    return Pulse(music.path.name, found, spoken)


def cuts_noted(cuts: CutsOnBeat | None) -> Iterator[str]:
    """How many clips end on a beat, how far the others are off, and why."""
    if cuts is None:
        return
    if not cuts.beats:
        yield f"{cuts.music}: has no beat that can be told; the clips end where they would without music"
        return
    yield f"{cuts.music}: {cuts.met} of {cuts.met + len(cuts.off)} cuts lie on a beat"
    reasons = sorted(cuts.off, key=lambda off: off.why)
    for why, group in groupby(reasons, key=lambda off: off.why):
        off = list(group)
        clips, furthest = ", ".join(str(one.number) for one in off), max(one.off_s for one in off)
        if len(off) == 1:
            yield f"{cuts.music}: after clip {clips} the cut is {furthest:.2f} s off the beat: {REASONS[why]}"
        else:
            yield f"{cuts.music}: after clips {clips} the cut is up to {furthest:.2f} s off the beat: {REASONS[why]}"
