"""Where one shot ends and the next begins. The one module that uses PySceneDetect."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from portevoix.framing.pictures import Pixels, Span, Stretch
from portevoix.loading import loading
from portevoix.timing import frames_within

WIDTH_PX = 256  # a cut changes the whole picture: detail costs time and helps nobody
SHORTEST_S = Fraction(1, 3)  # a shorter change is a flash, not a shot
BLACK = 12  # of 255, PySceneDetect's own default: a fade passes below it
# Of 255, more than at the picture before: on five real films, hard cuts change by 16 levels or more on average, in the
# dark too, fades and the noise of black by 6 or less.
CUT = 8


@dataclass(frozen=True)
class Shots:
    """`spans`: the first and last second of each shot, end to end. `cuts`: the seconds at which one of them begins and
    the whole picture becomes another at once.
    """

    spans: tuple[Span, ...]
    cuts: tuple[Fraction, ...]


def shots(stretch: Stretch, shown: Iterable[Pixels]) -> Shots:
    """The shots of a stretch: they end at hard cuts, and at fades through black.

    `shown`: its pictures at the source's rate, WIDTH_PX wide.
    """
    with loading:  # here: it takes a second to load, since it loads MoviePy too
        from scenedetect.common import FrameTimecode  # type: ignore[import-untyped]
        from scenedetect.detectors import ContentDetector, ThresholdDetector  # type: ignore[import-untyped]

    rate = stretch.source.fps
    shortest = max(1, frames_within(SHORTEST_S, rate))
    detectors = (
        ContentDetector(min_scene_len=shortest),
        ThresholdDetector(threshold=BLACK, min_scene_len=shortest),
    )
    found: set[int] = set()
    changes, before = [0.0], None
    last = FrameTimecode(0, fps=float(rate))
    for number, picture in enumerate(shown):
        last = FrameTimecode(number, fps=float(rate))
        for detector in detectors:
            found.update(cut.frame_num for cut in detector.process_frame(last, picture))
        changes.append(0.0 if before is None else float(np.abs(picture.astype(np.int16) - before).mean()))
        before = picture
    for detector in detectors:
        found.update(cut.frame_num for cut in detector.post_process(last))
    edges, cuts = [stretch.start_s], []
    for number in sorted(found):
        second = stretch.start_s + number / rate
        if second - edges[-1] >= SHORTEST_S and stretch.end_s - second > 0:
            edges.append(second)
            if changes[number + 1] - changes[number] >= CUT:
                cuts.append(second)
    return Shots(tuple(zip(edges, [*edges[1:], stretch.end_s], strict=True)), tuple(cuts))
