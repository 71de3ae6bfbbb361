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
    colour: tuple[
        int, int, int, int
    ]  # primaries, transfer, matrix (ITU-T H.273 numbers; 1 = BT.709), range (1 = limited)
    video_kbps: float
    audio_codec: str | None
    audio_profile: str | None
    audio_rate_hz: int
    audio_channels: int
    edit_list: bool
    moov_first: bool
    bytes: int


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
    boxes = _boxes(path)
    with av.open(str(path), format="mov") as container:
        if not container.streams.video:
            raise UnusableSource("has no picture")
        video = container.streams.video[0]
        packets = [p for p in container.demux(video) if p.size]
        times = sorted(p.pts for p in packets)
        keys = [p.pts for p in packets if p.is_keyframe]
        steps = {b - a for a, b in pairwise(times)}
        unit = video.time_base
        fps = (
            Fraction(len(times) - 1) / ((times[-1] - times[0]) * unit)
            if len(times) > 1
            else Fraction(video.average_rate)
        )
        end = times[-1] * unit + 1 / fps
        ends = [*(k * unit for k in keys[1:]), end]
        container.seek(0)
        frame = next(container.decode(video))
        context = video.codec_context
        sound = container.streams.audio[0] if container.streams.audio else None
        duration = end - times[0] * unit
        return Measured(
            context.width,
            context.height,
            len(times),
            fps.limit_denominator(1001),
            len(steps) <= 1,
            times[0] * unit,
            duration,
            max(e - k * unit for k, e in zip(keys, ends, strict=True)),
            context.name,
            str(context.profile),
            str(context.pix_fmt),
            (int(frame.color_primaries), int(frame.color_trc), int(frame.colorspace), int(frame.color_range)),
            float(sum(p.size for p in packets) * 8 / duration / 1000),
            sound and sound.codec_context.name,
            sound and str(sound.codec_context.profile),
            sound.rate if sound else 0,
            sound.channels if sound else 0,
            "elst" in boxes,
            "moov" in boxes and boxes.index("moov") < boxes.index("mdat"),
            path.stat().st_size,
        )


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
