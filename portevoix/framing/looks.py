"""A stretch looked through for people, decoded once: its shots, and the faces in each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction

from portevoix.framing.cuts import keep_cuts, small_view
from portevoix.framing.faces import LONGEST_PX, sightings
from portevoix.framing.greys import GREY, keep_greys
from portevoix.framing.pictures import PIECE_S, Pixels, Span, Stretch, View, pieces_of, seen_in
from portevoix.framing.shots import shots
from portevoix.framing.tracks import Sighting
from portevoix.store import Store
from portevoix.timing import nearest

LOOKS_PER_S = Fraction(5)
LEAST_LOOKS = 8  # in a shot or a stretch
LONGEST_RUN_S = 3  # of short shots, whose pictures are all in memory
MOST_AT_ONCE = 4  # pieces that are looked at: each has its pictures in memory

Look = list[Sighting]  # the faces in one picture
Shot = tuple[Fraction, Fraction, list[Look]]  # its first and last second, and the looks at it


def look(stretch: Stretch, store: Store, per_s: Fraction) -> list[Look]:
    """The faces in each of a stretch's pictures, `per_s` of them a second, and LEAST_LOOKS or more.

    Raises RenderFailed and BrokenInstallation.
    """
    large = View(max(per_s, LEAST_LOOKS / (stretch.end_s - stretch.start_s)), LONGEST_PX, "bgr24")
    looks: list[tuple[Fraction, Look]] = []
    with ThreadPoolExecutor(_at_once()) as pool:
        keep_cuts(stretch, shots(stretch, _small(stretch, large, store, pool, looks)), store)
    return [faces for _, faces in looks]


def look_through(stretch: Stretch, store: Store) -> list[Shot]:
    """The shots of a stretch and the faces in each, LOOKS_PER_S times a second and LEAST_LOOKS times or more.

    Raises RenderFailed and BrokenInstallation.
    """
    looks: list[tuple[Fraction, Look]] = []
    half = 1 / (2 * stretch.source.fps)  # a look so near to a cut may be at the picture behind it
    with ThreadPoolExecutor(_at_once()) as pool:
        found = shots(stretch, _small(stretch, View(LOOKS_PER_S, LONGEST_PX, "bgr24"), store, pool, looks))
        keep_cuts(stretch, found, store)
        short = [span for span in found.spans if LOOKS_PER_S * (span[1] - span[0]) < LEAST_LOOKS]
        closer = [shot for run in pool.map(lambda run: _closer(stretch, run, store), _runs(short)) for shot in run]
    by_start = {shot[0]: shot for shot in closer}
    return [
        by_start.get(start) or (start, end, [faces for second, faces in looks if start <= second < end - half])
        for start, end in found.spans
    ]


def _small(
    stretch: Stretch, large: View, store: Store, pool: ThreadPoolExecutor, looks: list[tuple[Fraction, Look]]
) -> Iterator[Pixels]:
    """The pictures in which cuts are looked for; what is seen in the larger ones beside them is added to `looks`."""
    views = small_view(stretch), large, GREY

    def of_piece(piece: tuple[int, int]) -> tuple[list[Pixels], list[tuple[Fraction, Look]]]:
        small, shown, grey = seen_in(stretch, piece, views, store)
        keep_greys(stretch, piece[0] // PIECE_S, grey, store)
        return [picture for _, picture in small], [(second, sightings(second, picture)) for second, picture in shown]

    pieces, count = pieces_of(stretch), _at_once()
    for first in range(0, len(pieces), count):  # not all at once: they would wait in memory
        for small, seen in pool.map(of_piece, pieces[first : first + count]):
            looks += seen
            yield from small


def _runs(spans: Sequence[Span]) -> list[list[Span]]:
    """Spans that follow each other, each run short enough to be decoded at a time."""
    runs: list[list[Span]] = []
    for span in spans:
        if runs and span[0] == runs[-1][-1][1] and span[1] - runs[-1][0][0] <= LONGEST_RUN_S:
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


def _closer(stretch: Stretch, run: Sequence[Span], store: Store) -> list[Shot]:
    """Short shots that follow each other, LEAST_LOOKS looks at each, or at all of its pictures."""
    fps = stretch.source.fps
    part = replace(stretch, start_s=run[0][0], end_s=run[-1][1])
    (shown,) = seen_in(part, (0, PIECE_S), [View(fps, LONGEST_PX, "bgr24")], store)
    found = []
    for start, end in run:
        own = [one for one in shown if start <= one[0] < end]
        chosen = dict.fromkeys(
            nearest(Fraction(number * len(own), LEAST_LOOKS)) for number in range(LEAST_LOOKS if own else 0)
        )
        found.append((start, end, [sightings(*own[min(number, len(own) - 1)]) for number in chosen]))
    return found


def _at_once() -> int:
    return min(MOST_AT_ONCE, len(os.sched_getaffinity(0)))
