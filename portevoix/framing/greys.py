"""A stretch as small grey pictures, in which all formats and languages look at the light; kept while faces are looked
for, so that nothing is decoded again.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import numpy as np
from PIL import Image

from portevoix.framing.pictures import PIECE_S, Pixels, Stretch, Timed, View, seen_in
from portevoix.store import Store
from portevoix.timing import frame_at

VERSION = 1  # raise when other pictures are kept
LOOKED_AT_PX = 128  # a field of about a letter's size: a single bright pixel dazzles nobody
GREY = View(Fraction(2), LOOKED_AT_PX, "gray")


def grey_at(stretch: Stretch, second: Fraction, store: Store) -> Pixels | None:
    """The first grey picture of a stretch from a second on, else its last; None where it is too short for one.

    Raises RenderFailed.
    """
    last = max(0, frame_at(stretch.end_s - stretch.start_s, GREY.rate) - 1)
    number = max(0, min(ceil((second - stretch.start_s) * GREY.rate), last))
    piece, place = divmod(number, PIECE_S * int(GREY.rate))
    if not store.has(_key(stretch, piece)):
        (shown,) = seen_in(stretch, (piece * PIECE_S, (piece + 1) * PIECE_S), [GREY], store)
        keep_greys(stretch, piece, shown, store)
    if not (count := store.facts(_key(stretch, piece))["pictures"]):
        return None
    with Image.open(store.path(_key(stretch, piece), ".png")) as image:
        found: Pixels = np.split(np.asarray(image), count)[min(place, count - 1)]
    return found


def keep_greys(stretch: Stretch, piece: int, shown: Timed, store: Store) -> None:
    """Keep what is shown of a piece, by its number, in the view GREY: its pictures, one below the other."""
    with store.workplace() as folder:
        if shown:
            Image.fromarray(np.concatenate([picture for _, picture in shown])).save(folder / "grey.png")
        files = {".png": folder / "grey.png"} if shown else {}
        store.put(_key(stretch, piece), files, {"pictures": len(shown)})


def _key(stretch: Stretch, piece: int) -> str:
    return f"grey{VERSION}-{stretch.name}-{piece}"
