"""Where somebody speaks in a film, told from crowds, rain and music: found once, remembered in the store."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from portevoix.captions.aligning.speech import (
    HOP_S,
    RATE_HZ,
    SMOOTH_FRAMES,
    Decibels,
    Interval,
    Samples,
    levels,
    sound_of,
    stretches,
)
from portevoix.sources.probe import Source
from portevoix.store import Store

# A voice falls quiet between syllables and words: within two seconds its level changes by 13 dB or more (our own
# measurement, on thirty recordings), that of a crowd, of applause or of music by less than 10.
LEAST_CHANGE_DB = 12.0
AROUND_S = Fraction(1)


def spoken_in(source: Source, store: Store) -> tuple[Interval, ...]:
    """From when to when somebody speaks without a pause, in seconds of the film's time. Raises RenderFailed."""
    key = f"spoken1-{source.heard_as}"
    if not store.has(key):
        with store.workplace() as folder:
            found = spoken(sound_of(source, folder))
        store.put(key, {}, {"seconds": [[str(edge) for edge in stretch] for stretch in found]})
    return tuple((Fraction(start), Fraction(end)) for start, end in store.facts(key)["seconds"])


def spoken(samples: Samples) -> list[Interval]:
    """The same of samples at 16 kHz."""
    level = np.convolve(levels(samples, RATE_HZ), np.ones(SMOOTH_FRAMES) / SMOOTH_FRAMES, mode="same")
    return [stretch for stretch in stretches(samples, RATE_HZ) if _changes(level, stretch)]


def _changes(level: Decibels, stretch: Interval) -> bool:
    first, end = (int(edge / HOP_S) for edge in (max(stretch[0] - AROUND_S, Fraction(0)), stretch[1] + AROUND_S))
    quiet, loud = np.percentile(level[first:end], (10, 90))
    return bool(loud - quiet >= LEAST_CHANGE_DB)
