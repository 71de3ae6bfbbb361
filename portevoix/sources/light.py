"""How bright a source gets where captions stand: measured once per source, remembered in the store."""

from __future__ import annotations

import re

from portevoix.sources.filter_log import log_of
from portevoix.sources.probe import Source
from portevoix.store import Store

GRID = "32:9"  # the half picture in fields of about a word's size: a single bright pixel dazzles nobody


def brightest(source: Source, half: str, store: Store) -> str:
    """The brightest field in the `half` (upper, lower) of any key frame, as a grey #rrggbb."""
    key = f"light1-{half}-{source.digest}"
    if not store.has(key):
        store.put(key, {}, {"level": _find(source, half, store)})
    level = store.facts(key)["level"]
    return f"#{level:02x}{level:02x}{level:02x}"


def _find(source: Source, half: str, store: Store) -> int:
    crop = f"crop=iw:ih/2:0:{'0' if half == 'upper' else 'ih/2'}"
    range_ = "pc" if source.full_range else "tv"
    scale = f"scale={GRID}:flags=area:in_range={range_}:out_range=pc"
    measured = "signalstats,metadata=print:key=lavfi.signalstats.YMAX"
    log = log_of(source, f"{crop},{scale},format=gray,{measured}", store)
    return max((int(level) for level in re.findall(r"YMAX=(\d+)", log)), default=255)
