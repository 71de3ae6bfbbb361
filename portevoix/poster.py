"""The poster of a video: a sharp, well-lit frame, with a face where there is one, or the frame that its author names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import Interpolation
from numpy.typing import NDArray
from PIL import Image

from portevoix.errors import RenderFailed
from portevoix.framing.faces import sightings
from portevoix.parts import STANDING
from portevoix.plan import Plan, VideoStep, key_of
from portevoix.render.still import within
from portevoix.sources.probe import UnusableSource
from portevoix.sources.sniff import demuxer_of
from portevoix.store import Store
from portevoix.timing import decimal, seconds_at

Span = tuple[Fraction, Fraction]
Picture = NDArray[np.uint8]
Faces = Callable[[Picture], int]

VERSION = 2  # raise when another frame would be chosen
MOVING_FRAMES = 5  # words fade in and out within them
CANDIDATES = 20
LOOKED_AT_PX = 640  # the width at which frames are compared: noise is gone, a blur that a viewer sees is not
STEADY_S = Fraction(1, 4)  # the picture so long before and after belongs to the same shot, and stands in the same light
GRID = (36, 64)  # fields of a picture in which change is measured, rows and columns
MOST_CHANGE = 14.0  # levels of 255 on average: people who move stay below 10, fades and cuts are above 20
DARKEST, BRIGHTEST = 40.0, 215.0  # mean level of 255
LEAST_CONTRAST = 18.0  # standard deviation of levels
LEAST_SHARPNESS = 0.4  # of what a quarter of the candidates reach
MIDDLE = 120.0  # the mean level of a picture in good light
SURE = 0.8  # the score of a face in good light; a hand has been taken for one with 0.74
FROZEN = 0.5  # a change of less is a card or a slide: a film of people has better
LEAST_FREE_S = Fraction(1)
EDGE = Fraction(1, 20)  # of the video at each end: it opens and closes there
AROUND_S, STEPS_AROUND = Fraction(3, 10), 4  # the choice is refined: eyes close and hands blur for a few frames
LONGEST_SIDE_PX = 1920  # that of every format; of a film in 4K more would not fit every limit, and nobody shows more
EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


@dataclass(frozen=True)
class Looked:
    """A frame, as far as it may be a poster. Levels of 255; `change` against the pictures a quarter of a second away."""

    second: Fraction
    light: float
    contrast: float
    sharpness: float
    change: float
    faces: int = 0


def choose_poster(video: Path, avoided: Sequence[Sequence[Span]] = (), faces: Faces | None = None) -> Fraction:
    """The second, from the first picture, at which the best poster begins. The same file always gives the same second.

    `avoided`: lists of spans in seconds, those first that are worst. `faces` counts them in an RGB picture (height, width, 3)
    of 640 columns. Raises UnusableSource.
    """
    with _Reader(video) as reader:
        free = free_spans(reader.duration_s, avoided)
        looked = [one for second in reader.early(spread(free, CANDIDATES), free) for one in reader.looks([second])]
        chosen = best([replace(x, faces=reader.count(x.second, faces)) for x in fit(looked)] if faces else fit(looked))
        step = AROUND_S / STEPS_AROUND
        near = (chosen.second + step * n for n in range(-STEPS_AROUND, STEPS_AROUND + 1) if n)
        inside = [second for second in near if any(start <= second < end for start, end in free)]
        rivals = fit([chosen, *reader.looks(inside)])
        if faces and chosen.faces:
            rivals = [x for x in rivals if x is chosen or reader.count(x.second, faces) >= chosen.faces]
        return max(rivals, key=lambda x: x.sharpness).second


def poster_second(plan: Plan, video: VideoStep, asked: Fraction | str, store: Store) -> Fraction:
    """The second of a video's poster, the same in all languages that have this part of the programme. Remembered.

    `asked`: a second of the programme, for the part in which it lies; the best for every other.
    """
    start_s, length_s = (
        seconds_at(video.first_frame, plan.timeline.fps),
        seconds_at(video.frame_count, plan.timeline.fps),
    )
    if isinstance(asked, Fraction) and start_s <= asked < start_s + length_s:
        return asked - start_s
    span = video.format, video.first_frame, video.frame_count
    alike = (v for v in (*plan.masters, *plan.videos) if (v.format, v.first_frame, v.frame_count) == span)
    looked_at = next(v for v in alike if store.has(v.key))
    avoided = [[(a - start_s, b - start_s) for a, b in spans] for spans in spans_of(plan)]
    key = key_of("still", {"choice": VERSION, "video": looked_at.key, "avoided": avoided})
    if not store.has(key):
        second = choose_poster(store.path(looked_at.key, ".mp4"), avoided, faces_in)
        store.put(key, {}, {"second": str(second)})
    return Fraction(store.facts(key)["second"])


def faces_in(picture: Picture) -> int:
    """How many faces one RGB picture shows, of those that need no second look."""
    seen = sightings(Fraction(0), np.ascontiguousarray(picture[:, :, ::-1]))
    return sum(face.score >= SURE for face in seen)


def spans_of(plan: Plan) -> list[list[Span]]:
    """What a poster avoids, the worst first, in seconds of the programme: words and cards that come and go and pictures that
    change; cards that stand, and the ground; captions that stand, in any language.
    """
    timeline = plan.timeline
    cues = [cue for placed in plan.cues.values() for cue in placed.cues]
    edges = [edge for card in timeline.cards for edge in (card.first_frame, card.end_frame)]
    edges += [edge for cue in cues for edge in (cue.first_frame, cue.end_frame)]
    edges += [scene.first_frame for scene in timeline.scenes]
    grounds = [(scene.first_frame, scene.end_frame) for scene in timeline.scenes if scene.picture.of_house]
    ways = [(scene.first_frame, scene.end_frame) for scene in timeline.scenes if scene.into]
    moving = [(edge - MOVING_FRAMES, edge + MOVING_FRAMES) for edge in edges]
    cards = [(card.first_frame, card.end_frame) for card in timeline.cards if card.what not in STANDING] + grounds
    captions = [(cue.first_frame, cue.end_frame) for cue in cues]

    def seconds(frames: list[tuple[int, int]]) -> list[Span]:
        found = {(seconds_at(max(first, 0), timeline.fps), seconds_at(end, timeline.fps)) for first, end in frames}
        return sorted(found)

    return [seconds(moving + ways), seconds(cards), seconds(captions)]


def make_poster(video: str, second: Fraction, limit: int, store: Store) -> tuple[str, Path]:
    """The frame that stands at `second` of a stored video as a JPEG of at most `limit` bytes. Returns its key and file.

    Its longer side is at most `LONGEST_SIDE_PX`; the store's facts say `width` and `height`.
    Raises RenderFailed where the video has ended by then, or where no quality fits.
    """
    key = key_of("still", {"video": video, "second": second, "limit": limit, "longest side": LONGEST_SIDE_PX})
    if not store.has(key):
        with _Reader(store.path(video, ".mp4")) as reader:
            if not 0 <= second < reader.duration_s:
                raise RenderFailed(
                    f"the poster is to be the frame at {decimal(second, 2)} s, but the video lasts "
                    f"{decimal(reader.duration_s, 2)} s; name an earlier time"
                )
            picture = Image.fromarray(reader.picture(second))
        picture.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.LANCZOS)
        with store.workplace() as folder:
            (folder / "poster.jpg").write_bytes(within(picture, limit))
            facts = {"limit": limit, "second": str(second), "width": picture.width, "height": picture.height}
            store.put(key, {".jpg": folder / "poster.jpg"}, facts)
    return key, store.path(key, ".jpg")


def free_spans(duration_s: Fraction, avoided: Sequence[Sequence[Span]]) -> list[Span]:
    """Where a poster may be taken: outside of all spans, else of all but those of the last lists, else anywhere."""
    for count in range(len(avoided), -1, -1):
        spans = [span for one in avoided[:count] for span in one]
        for edge in (duration_s * EDGE, Fraction(0)):
            free = _without((edge, duration_s - edge), spans)
            if sum(end - start for start, end in free) >= min(LEAST_FREE_S, duration_s / 2):
                return free
    return [(Fraction(0), duration_s)]


def _without(whole: Span, avoided: Iterable[Span]) -> list[Span]:
    free, at = [], whole[0]
    for start, end in sorted(avoided):
        if start > at:
            free.append((at, min(start, whole[1])))
        at = max(at, end)
    free.append((at, whole[1]))
    return [(start, end) for start, end in free if start < end]


def spread(spans: Sequence[Span], count: int) -> list[Fraction]:
    """`count` seconds at even distances over the spans as if they followed each other."""
    total = sum((end - start for start, end in spans), Fraction(0))
    found: list[Fraction] = []
    passed = Fraction(0)
    for start, end in spans:
        until = passed + end - start
        while len(found) < count and (at := total * (2 * len(found) + 1) / (2 * count)) < until:
            found.append(start + at - passed)
        passed = until
    return found


def fit(looked: Sequence[Looked]) -> list[Looked]:
    """Those that break the fewest rules of light, contrast and steadiness (none, where there are such), and are not blurred."""

    def broken(x: Looked) -> int:
        return (
            (not DARKEST <= x.light <= BRIGHTEST)
            + (x.contrast < LEAST_CONTRAST)
            + (not FROZEN <= x.change <= MOST_CHANGE)
        )

    fewest = min(broken(x) for x in looked)
    lit = [x for x in looked if broken(x) == fewest]
    return [x for x in lit if x.sharpness >= LEAST_SHARPNESS * _sharp(lit)]


def best(looked: Sequence[Looked]) -> Looked:
    """A frame with a face before one without; then sharpness and light together; then the first.

    Sharpness counts up to what is usual: beyond it is text, or leaves, and no better picture.
    """
    enough = _sharp(looked)

    def worth(x: Looked) -> float:
        light = ((x.light - MIDDLE) / (BRIGHTEST - MIDDLE)) ** 2
        return float(np.log1p(min(x.sharpness, enough))) - light

    return max(looked, key=lambda x: (x.faces > 0, worth(x), -x.second))


def _sharp(looked: Sequence[Looked]) -> float:
    """The sharpness that a quarter of the frames reach: half of a film may be out of focus, its best scenes are not."""
    return float(np.percentile([x.sharpness for x in looked], 75))


class _Reader:
    """Single pictures of a video, by second from its first picture."""

    def __init__(self, video: Path) -> None:
        demuxer = demuxer_of(video)
        try:
            self._container: Any = av.open(str(video), format=demuxer)
            self._stream: Any = self._container.streams.video[0]
            self._stream.thread_type = "AUTO"
            first = next(self._container.decode(self._stream))
        except (av.error.FFmpegError, IndexError, StopIteration):
            raise UnusableSource(f"{video.name} holds no picture that can be decoded; render it again") from None
        self._unit = Fraction(self._stream.time_base)
        self._first: int = first.pts
        self._frame_s = 1 / Fraction(self._stream.average_rate)
        self._seen: dict[Fraction, Picture] = {}
        self._matrix = "ITU709" if int(first.colorspace) == 1 or first.height >= 720 else "ITU601"
        stated = (self._stream.duration or 0) * self._unit
        self.duration_s: Fraction = stated or Fraction(self._container.duration or 0, av.time_base)

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def early(self, seconds: Sequence[Fraction], free: Sequence[Span]) -> list[Fraction]:
        """The seconds, moved to soon after the key frame before them where that is as good: less is decoded there."""
        found: dict[Fraction, None] = {}
        for second in seconds:
            self._container.seek(self._pts(second), stream=self._stream)
            key = next(packet.pts for packet in self._container.demux(self._stream) if packet.pts is not None)
            soon = (key - self._first) * self._unit + STEADY_S
            moved = soon < second and soon not in found and any(start <= soon < end for start, end in free)
            found[soon if moved else second] = None
        return list(found)

    def looks(self, seconds: Sequence[Fraction]) -> list[Looked]:
        """Measure the frames at `seconds` against what stands a quarter of a second before and after."""
        around = {second: (max(second - STEADY_S, Fraction(0)), second, second + STEADY_S) for second in seconds}
        wanted = sorted({at for three in around.values() for at in three})
        levels: dict[Fraction, NDArray[np.float64]] = {}
        for at, frame in zip(wanted, self._frames(wanted), strict=True):
            levels[at] = self._small(frame, "gray").astype(np.float64)
            if at in around:
                self._seen[at] = self._small(frame, "rgb24")
        found = []
        for second, three in around.items():
            before, here, after = (levels[at] for at in three)
            change = max(float(np.abs(_fields(here) - _fields(other)).mean()) for other in (before, after))
            edges = 4 * here[1:-1, 1:-1] - here[:-2, 1:-1] - here[2:, 1:-1] - here[1:-1, :-2] - here[1:-1, 2:]
            found.append(Looked(second, float(here.mean()), float(here.std()), float(edges.var()), change))
        return found

    def count(self, second: Fraction, faces: Faces) -> int:
        """How many faces the frame at `second`, which was looked at, shows."""
        return faces(self._seen[second])

    def picture(self, second: Fraction) -> Picture:
        """The frame at `second` in its own size."""
        (frame,) = self._frames((second,))
        return self._converted(frame, frame.width, frame.height, "rgb24")

    def _pts(self, second: Fraction) -> int:
        """The time stamp in the middle of the frame that stands at `second`."""
        return int(self._first + (second + self._frame_s / 2) / self._unit)

    def _frames(self, seconds: Sequence[Fraction]) -> Iterator[Any]:
        """The frame that stands at each of the rising `seconds`; the last one where the video has ended."""
        if not seconds:
            return
        wanted = [self._first + (second + self._frame_s / 2) / self._unit for second in seconds]
        self._container.seek(self._pts(seconds[0]), stream=self._stream)
        shown = None
        for frame in self._container.decode(self._stream):
            while wanted and shown is not None and frame.pts > wanted[0]:
                wanted.pop(0)
                yield shown
            if not wanted:
                return
            shown = frame
        for _ in wanted:
            yield shown

    def _small(self, frame: Any, pixels: str) -> Picture:
        return self._converted(frame, LOOKED_AT_PX, frame.height * LOOKED_AT_PX // frame.width, pixels)

    def _converted(self, frame: Any, width: int, height: int, pixels: str) -> Picture:
        converted: Picture = frame.reformat(
            width, height, pixels, src_colorspace=self._matrix, dst_colorspace=self._matrix, interpolation=EXACT
        ).to_ndarray()
        return converted


def _luma(picture: Picture) -> NDArray[np.float64]:
    return np.asarray(picture @ np.array([0.2126, 0.7152, 0.0722]))


def _fields(luma: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of the fields of `GRID`: what moves a little within one is no change."""
    rows, columns = luma.shape[0] // GRID[0], luma.shape[1] // GRID[1]
    kept = luma[: rows * GRID[0], : columns * GRID[1]]
    return np.asarray(kept.reshape(GRID[0], rows, GRID[1], columns).mean(axis=(1, 3)))
