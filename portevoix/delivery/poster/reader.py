"""Single pictures of a video, by second from its first picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

import av
from av.video.reformatter import Interpolation
from PIL import Image

from portevoix.accepted import FILMS
from portevoix.sources.opened import opened
from portevoix.sources.probe import UnusableSource
from portevoix.sources.sniff import demuxer_of

TimeSpan = tuple[Fraction, Fraction]
EXACT = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


class Reader:
    """An open video; a context manager. Raises UnusableSource where nothing can be decoded."""

    def __init__(self, video: Path) -> None:
        demuxer = demuxer_of(video)
        if demuxer not in FILMS:
            raise UnusableSource(f"{video.name} is no film that is known here; render it again")
        try:
            self._container: Any = opened(video, demuxer)
            self._stream: Any = self._container.streams.video[0]
            self._stream.thread_type = "AUTO"
            first = next(self._container.decode(self._stream))
        except (av.error.FFmpegError, IndexError, StopIteration):
            raise UnusableSource(f"{video.name} holds no picture that can be decoded; render it again") from None
        self._unit = Fraction(self._stream.time_base)
        self._first: int = first.pts
        self._frame_s = 1 / Fraction(self._stream.average_rate)
        self._matrix = "ITU709" if int(first.colorspace) == 1 or first.height >= 720 else "ITU601"
        stated = (self._stream.duration or 0) * self._unit
        self.duration_s: Fraction = stated or Fraction(self._container.duration or 0, av.time_base)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def picture(self, second: Fraction) -> Image.Image:
        """The frame at `second` in its own size."""
        (frame,) = self.frames((second,))
        shown: Image.Image = self.converted(frame, frame.width, frame.height, "rgb24").to_image()
        return shown

    def _pts(self, second: Fraction) -> int:
        """The time stamp in the middle of the frame that stands at `second`."""
        return int(self._first + (second + self._frame_s / 2) / self._unit)

    def frames(self, seconds: Sequence[Fraction]) -> Iterator[Any]:
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

    def converted(self, frame: Any, width: int, height: int, pixels: str) -> Any:
        """A frame in another size and format of pixels, its colours kept."""
        return frame.reformat(
            width, height, pixels, src_colorspace=self._matrix, dst_colorspace=self._matrix, interpolation=EXACT
        )
