"""Where a source's picture changes from one shot to the next: found once, remembered in the store."""

from __future__ import annotations

import re
from fractions import Fraction

from portevoix.sources.filter_log import log_of
from portevoix.sources.probe import Source
from portevoix.store import Store

THRESHOLD = 10  # of 100, ffmpeg's own default for scdet
WIDTH = 320  # a cut changes the whole picture: detail costs time and helps nobody


def cuts(source: Source, store: Store) -> tuple[Fraction, ...]:
    """Seconds, from the source's first picture, at which a new shot begins."""
    key = f"cuts1-{source.seen_as}"
    if not store.has(key):
        store.put(key, {}, {"seconds": [str(second) for second in _find(source, store)]})
    return tuple(Fraction(second) for second in store.facts(key)["seconds"])


def _find(source: Source, store: Store) -> list[Fraction]:
    look = f"scale={WIDTH}:-2:flags=fast_bilinear,scdet=threshold={THRESHOLD}"
    log = log_of(source, look, store, key_frames_only=False)
    start_s = source.first_picture_s if source.read_directly else source.time.zero_s
    return [Fraction(found) - start_s for found in re.findall(r"lavfi\.scd\.time: ?([\d.]+)", log)]
