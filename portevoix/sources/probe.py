"""The facts of a source file. The one module through which PyAV reads what users send."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from portevoix.errors import PortevoixError
from portevoix.ffmpeg import LARGEST_PICTURE_PX
from portevoix.sources.sniff import PICTURE_ALONE, SOUND_ALONE, demuxer_of

LARGEST_LACK_S = 1  # the last picture may stand long; a second of nothing is a file that did not arrive whole
TRANSFERS_OF_HDR = {16: "smpte2084", 18: "arib-std-b67"}
MATRICES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020nc", 10: "bt2020c"}


class UnusableSource(PortevoixError):
    """A source file that cannot be read as a moving picture; the message says why and what to do."""


@dataclass(frozen=True)
class SoundFile:
    """A file that is used for its sound alone."""

    path: Path
    digest: str
    demuxer: str


@dataclass(frozen=True)
class Source:
    """A file as it is. Sizes in stored pixels before rotation; times in seconds from the first picture."""

    path: Path
    digest: str
    demuxer: str
    width: int
    height: int
    rotation: int
    pixel_aspect: Fraction
    fps: Fraction
    frame_count: int
    duration_s: Fraction
    first_picture_s: Fraction
    variable_rate: bool
    interlaced: bool
    matrix: str | None
    full_range: bool
    hdr: str | None
    pixel_format: str
    has_sound: bool

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height as a viewer sees them, in square pixels, even."""
        width = round(self.width * self.pixel_aspect)
        width, height = (self.height, width) if self.rotation % 180 else (width, self.height)
        return width - width % 2, height - height % 2

    @property
    def upright(self) -> bool:
        """Whether it is higher than wide, as a viewer sees it."""
        width, height = self.display_size
        return height > width

    @property
    def assumed_matrix(self) -> str:
        """The colour matrix that it is read with: its tag, else BT.709 from 720 lines up, else BT.601."""
        return self.matrix or ("bt709" if self.height >= 720 or self.width >= 1280 else "smpte170m")

    @property
    def why_conform(self) -> tuple[str, ...]:
        """What keeps it from being read as it is; empty where nothing does."""
        return tuple(
            name
            for name, present in (
                ("variable frame rate", self.variable_rate),
                ("rotation", bool(self.rotation)),
                ("interlaced", self.interlaced),
                ("pixels that are not square", self.pixel_aspect != 1),
                ("high dynamic range, tone-mapped to BT.709", self.hdr is not None),
                ("odd size", bool(self.width % 2 or self.height % 2)),
            )
            if present
        )


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def probe(path: Path) -> Source:
    """Look at a file. Raises UnusableSource with a sentence for its author."""
    try:
        if path.stat().st_size == 0:
            raise UnusableSource("is empty (0 bytes); send it again")
        demuxer = demuxer_of(path)
    except FileNotFoundError:
        raise UnusableSource("does not exist; check the name and the folder") from None
    except OSError as error:
        raise UnusableSource(f"cannot be read: {error.strerror}") from None
    if demuxer in SOUND_ALONE:
        raise UnusableSource(
            "is a recording without a picture; name it under `music` or `voice_over`, or send the film"
        )
    if demuxer in PICTURE_ALONE:
        raise UnusableSource("is a photo and no film; name it as the `picture` of a point")
    if demuxer is None:
        raise UnusableSource("is no video file that is known here; send MP4, MOV, MKV, AVI or MPEG-TS")
    try:
        with av.open(str(path), format=demuxer) as container:
            return _facts(path, demuxer, container)
    except av.error.FFmpegError as error:
        raise UnusableSource(f"is damaged or cut short ({error.strerror}); send it again") from None


def probe_sound(path: Path) -> SoundFile:
    """Look at a file for its sound. Raises UnusableSource with a sentence for its author."""
    try:
        demuxer = demuxer_of(path)
        if demuxer is None or demuxer in PICTURE_ALONE:
            raise UnusableSource("is no sound file that is known here; send WAV, AIFF, FLAC, MP3, M4A, Ogg or a film")
        with av.open(str(path), format=demuxer) as container:
            if not container.streams.audio:
                raise UnusableSource("has no sound; name another file")
            if next(container.decode(audio=0), None) is None:
                raise UnusableSource("holds no sound that can be decoded; send it again")
    except FileNotFoundError:
        raise UnusableSource("does not exist; check the name and the folder") from None
    except OSError as error:
        raise UnusableSource(f"cannot be read: {error.strerror}") from None
    except av.error.FFmpegError as error:
        raise UnusableSource(f"is damaged or cut short ({error.strerror}); send it again") from None
    return SoundFile(path, digest_of(path), str(demuxer))


def _picture_times(container: Any, stream: Any) -> list[int]:
    """The time of every picture in the stream's unit, in order. Raises UnusableSource where the file is cut short."""
    times = sorted(p.pts for p in container.demux(stream) if p.pts is not None)
    if not times:
        raise UnusableSource("holds no pictures; send it again")
    held_s = (times[-1] - times[0]) * stream.time_base
    stated_s = (stream.duration or 0) * stream.time_base
    if stated_s - held_s > LARGEST_LACK_S:
        raise UnusableSource(
            f"is cut short: it says {float(stated_s):.1f} s but holds {float(held_s):.1f} s of pictures; send it again"
        )
    return times


def _facts(path: Path, demuxer: str, container: Any) -> Source:
    pictures = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
    if not pictures:
        raise UnusableSource("has no moving picture; name a video file")
    stream = pictures[0]
    context = stream.codec_context
    if not context.width or context.width * context.height > LARGEST_PICTURE_PX:
        raise UnusableSource(f"has pictures of {context.width}x{context.height}; at most 8192x4320 is read")
    times, unit = _picture_times(container, stream), stream.time_base
    fps, variable = _rate(times, unit, stream)
    container.seek(0)
    frame = next(container.decode(stream), None)
    if frame is None:
        raise UnusableSource("holds no picture that can be decoded; send it again")
    start = Fraction(container.start_time or 0, av.time_base)
    aspect = stream.sample_aspect_ratio or Fraction(1)
    return Source(
        path=path,
        digest=digest_of(path),
        demuxer=demuxer,
        width=context.width,
        height=context.height,
        rotation=int(frame.rotation) % 360,
        pixel_aspect=Fraction(aspect) if aspect else Fraction(1),
        fps=fps,
        frame_count=len(times),
        duration_s=(times[-1] - times[0]) * unit + 1 / fps,
        first_picture_s=times[0] * unit - start,
        variable_rate=variable,
        interlaced=bool(frame.interlaced_frame),
        matrix=MATRICES.get(int(frame.colorspace)),
        full_range=int(frame.color_range) == 2 or str(context.pix_fmt).startswith("yuvj"),
        hdr=TRANSFERS_OF_HDR.get(int(getattr(frame, "color_trc", 2))),
        # VP9 keeps alpha beside the picture, where this decoder does not look.
        pixel_format="yuva420p" if stream.metadata.get("alpha_mode") == "1" else str(context.pix_fmt),
        has_sound=bool(container.streams.audio),
    )


def _rate(times: list[int], unit: Fraction, stream: Any) -> tuple[Fraction, bool]:
    """The frame rate, and whether the distances between pictures differ by more than rounding."""
    stated = Fraction(stream.average_rate or stream.guessed_rate or 25)
    if len(times) < 2:
        return stated, False
    mean = (times[-1] - times[0]) * unit / (len(times) - 1)
    rate = 1 / mean
    for nominal in (24, 25, 30, 50, 60, Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001)):
        if abs(rate - nominal) * len(times) < nominal * Fraction(6, 10) and abs(rate / nominal - 1) < Fraction(1, 3000):
            rate = Fraction(nominal)
            break
    else:
        rate = stated if abs(stated / rate - 1) < Fraction(1, 1000) else rate.limit_denominator(1001)
    worst = max(abs((t - times[0]) * unit - i / rate) for i, t in enumerate(times))
    return rate, worst > max(Fraction(1, 2) / rate, 2 * unit)
