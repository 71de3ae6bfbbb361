"""What a delivered file really is."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from pydantic import TypeAdapter

from portevoix.sources.damage import STRICT
from portevoix.sources.probe import UnusableSource
from portevoix.sources.sniff import demuxer_of


@dataclass(frozen=True)
class Measured:
    """Facts of a video file. Sizes in pixels, durations in seconds, rates in kbit/s."""

    width: int
    height: int
    frames: int
    fps: Fraction
    constant_rate: bool
    first_picture_s: Fraction
    duration_s: Fraction
    longest_gop_s: Fraction
    video_codec: str
    profile: str
    pixel_format: str
    # Primaries, transfer, matrix (ITU-T H.273 numbers; 1 = BT.709), range (1 = limited).
    colour: tuple[int, int, int, int]
    video_kbps: float
    audio_codec: str | None
    audio_profile: str | None
    audio_rate_hz: int
    audio_channels: int
    edit_list: bool
    moov_first: bool
    bytes: int
    decoded: bool | None = None  # whether it was decoded to its end without a fault; None: it was not tried
    sound_s: Fraction | None = None  # of the sound track


_PLAIN = TypeAdapter(Measured)


def written(measured: Measured) -> dict[str, Any]:
    """A measurement as plain values, to be kept beside its file."""
    plain: dict[str, Any] = _PLAIN.dump_python(measured, mode="json")
    return plain


def read_measured(plain: dict[str, Any]) -> Measured:
    """What `written` wrote."""
    return _PLAIN.validate_python(plain)


def measure(path: Path) -> Measured:
    """Measure every packet of a file. Raises UnusableSource."""
    demuxer = demuxer_of(path) if path.exists() else None
    if demuxer != "mov":
        raise UnusableSource("is not an MP4 or MOV file" if path.exists() else "does not exist")
    with av.open(str(path), format="mov") as container:
        if not container.streams.video:
            raise UnusableSource("has no picture")
        facts = {**_rhythm(container), **_codecs(container)}
    boxes = _boxes(path)
    moov_first = "moov" in boxes and boxes.index("moov") < boxes.index("mdat")
    return Measured(
        **facts, edit_list="elst" in boxes, moov_first=moov_first, bytes=path.stat().st_size, decoded=_decodes(path)
    )


def _decodes(path: Path) -> bool:
    """Whether every picture and all sound can be decoded, strictly."""
    try:
        for kind in ("video", "audio"):
            with av.open(str(path), format="mov") as container:
                for stream in getattr(container.streams, kind)[:1]:
                    stream.codec_context.options = STRICT
                    stream.thread_type = "AUTO"
                    if any(frame.is_corrupt for frame in container.decode(stream)):
                        return False
    except av.error.FFmpegError:
        return False
    return True


def _rhythm(container: Any) -> dict[str, Any]:
    """What a file's packets say: how many pictures there are, and when."""
    video = container.streams.video[0]
    packets = [p for p in container.demux(video) if p.size]
    times, unit = sorted(p.pts for p in packets), video.time_base
    several = len(times) > 1
    fps = Fraction(len(times) - 1) / ((times[-1] - times[0]) * unit) if several else Fraction(video.average_rate)
    end = times[-1] * unit + 1 / fps
    duration = end - times[0] * unit
    keys = [p.pts * unit for p in packets if p.is_keyframe]
    return {
        "frames": len(times),
        "fps": fps.limit_denominator(1001),
        "constant_rate": len({after - before for before, after in pairwise(times)}) <= 1,
        "first_picture_s": times[0] * unit,
        "duration_s": duration,
        "longest_gop_s": max(after - before for before, after in pairwise([*keys, end])),
        "video_kbps": float(sum(p.size for p in packets) * 8 / duration / 1000),
    }


def _codecs(container: Any) -> dict[str, Any]:
    """What a file's streams and its first picture say."""
    video, sound = container.streams.video[0], next(iter(container.streams.audio), None)
    container.seek(0)
    frame, context = next(container.decode(video)), video.codec_context
    return {
        "width": context.width,
        "height": context.height,
        "video_codec": context.name,
        "profile": str(context.profile),
        "pixel_format": str(context.pix_fmt),
        "colour": tuple(int(n) for n in (frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range)),
        "audio_codec": sound and sound.codec_context.name,
        "audio_profile": sound and str(sound.codec_context.profile),
        "audio_rate_hz": sound.rate if sound else 0,
        "audio_channels": sound.channels if sound else 0,
        "sound_s": sound and sound.duration and sound.duration * sound.time_base,
    }


def _boxes(path: Path) -> list[str]:
    """Names of the file's boxes in order, with those inside `moov`, `trak` and `edts`."""
    found: list[str] = []
    with path.open("rb") as file:
        _walk(file, path.stat().st_size, found)
    return found


def _walk(file, end: int, found: list[str]) -> None:  # type: ignore[no-untyped-def]
    while file.tell() + 8 <= end:
        start = file.tell()
        size, kind = struct.unpack(">I4s", file.read(8))
        if size == 1:
            size = struct.unpack(">Q", file.read(8))[0]
        found.append(kind.decode("latin-1"))
        stop = start + size if size else end
        if kind in (b"moov", b"trak", b"edts"):
            _walk(file, stop, found)
        file.seek(max(stop, start + 8))
