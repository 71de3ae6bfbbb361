"""Where the picture of a stretch changes from one shot to the next; kept while faces are looked for, so that nothing is
decoded again.
"""

from __future__ import annotations

from fractions import Fraction

from portevoix.framing.pictures import Stretch, View, pictures
from portevoix.framing.shots import WIDTH_PX, Shots, shots
from portevoix.store import Store

VERSION = 2  # raise when other cuts are found


def cuts(stretch: Stretch, store: Store) -> tuple[Fraction, ...]:
    """The seconds of the source, within the stretch, at which the whole picture becomes another at once.

    Raises RenderFailed where the source cannot be decoded.
    """
    return _kept(stretch, "cuts", store)


def shot_starts(stretch: Stretch, store: Store) -> tuple[Fraction, ...]:
    """The seconds of the source, within the stretch, at which another shot begins, by a cut or out of black.

    Raises RenderFailed where the source cannot be decoded.
    """
    return _kept(stretch, "shots", store)


def _kept(stretch: Stretch, what: str, store: Store) -> tuple[Fraction, ...]:
    if not store.has(_key(stretch)):
        small = small_view(stretch)
        shown = pictures(stretch, small.rate, small.longest_px, small.pixels, store)
        keep_cuts(stretch, shots(stretch, (picture for _, picture in shown)), store)
    return tuple(Fraction(second) for second in store.facts(_key(stretch))[what])


def small_view(stretch: Stretch) -> View:
    """The view in which cuts are looked for: each picture."""
    return View(stretch.source.fps, WIDTH_PX, "bgr24")


def keep_cuts(stretch: Stretch, found: Shots, store: Store) -> None:
    """Keep where the shots of a stretch begin, apart from its first one."""
    seconds = {"shots": [start for start, _ in found.spans[1:]], "cuts": found.cuts}
    store.put(_key(stretch), {}, {what: [str(second) for second in some] for what, some in seconds.items()})


def _key(stretch: Stretch) -> str:
    return f"cuts{VERSION}-{stretch.name}"
