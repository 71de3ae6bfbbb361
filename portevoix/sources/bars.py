"""Black bars round a picture: found once per source, remembered in the store."""

from __future__ import annotations

import re

from portevoix.sources.filter_log import log_of
from portevoix.sources.probe import Source
from portevoix.store import Store

DARKEST_PICTURE = 24  # of 255: above the noise of compressed black, below any picture
LEAST_BAR = 0.02  # of a side: less is an edge of the picture, not a bar


def picture_area(source: Source, store: Store) -> tuple[int, int, int, int] | None:
    """x, y, width and height of the picture inside its bars, in stored pixels; None where there are no bars."""
    if source.why_conform:
        return None
    key = f"bars1-{source.digest}"
    if not store.has(key):
        store.put(key, {}, {"area": _find(source, store)})
    area = store.facts(key)["area"]
    return tuple(area) if area else None


def _find(source: Source, store: Store) -> tuple[int, int, int, int] | None:
    log = log_of(source, f"cropdetect=limit={DARKEST_PICTURE}:round=2:reset=0:skip=0", store)
    found = re.findall(r"crop=(\d+):(\d+):(\d+):(\d+)", log)
    if not found:
        return None
    width, height, x, y = (int(number) for number in found[-1])
    if width >= source.width * (1 - LEAST_BAR) and height >= source.height * (1 - LEAST_BAR):
        return None
    if width < source.width / 4 or height < source.height / 4:
        return None  # a mostly dark picture, not a framed one
    # One line inside the edge: scaled pictures blend into their bars there.
    return x + 2 * (x > 0), y + 2 * (y > 0), width - 4 * (width < source.width), height - 4 * (height < source.height)
