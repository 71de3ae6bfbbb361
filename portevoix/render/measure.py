"""What a delivered file really is."""

from __future__ import annotations

import hashlib
import os
import struct
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from pydantic import TypeAdapter

from portevoix.sources.damage import decode_strictly
from portevoix.sources.opened import opened
from portevoix.sources.probe import UnusableSource
from portevoix.sources.sniff import demuxer_of

UNFILTERED = {"skip_loop_filter": "all"}  # it finds nothing: a fault lies in the bits; a quarter of the time
STATING = ("mov", "matroska")  # of these, those that state a length; it is worked out of the others' packets
UNREACHED_S = Fraction(1, 2)  # of a stated length: writers round it, and count sound that is never heard
FILMS = ("mov", "matroska", "mpegts", "mpeg", "avi")  # the demuxers of what is measured


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
    # What is so of every file of ours, also of those that were measured before it was looked for.
    container: str = "mp4"
    chroma: str = "4:2:0"
    closed_gop: bool = True
    interlaced: bool = False
    rotation: int = 0  # degrees by which a player turns the pictures
    audio_kbps: float | None = None
    cut_short: bool = False  # whether it says that it goes on after its end
    first_luma: float | None = None  # of the first picture, on average: 0 is black, 255 white
    key_frames: tuple[int, ...] = ()  # the numbers of the pictures that can be shown without another; () not looked for
    sound_sha256: str = ""  # of its sound's packets

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height as a player turns it."""
        return (self.height, self.width) if self.rotation % 180 else (self.width, self.height)


_PLAIN = TypeAdapter(Measured)


def written(measured: Measured) -> dict[str, Any]:
    """A measurement as plain values, to be kept beside its file."""
    plain: dict[str, Any] = _PLAIN.dump_python(measured, mode="json")
    return plain


def read_measured(plain: dict[str, Any]) -> Measured:
    """What `written` wrote."""
    return _PLAIN.validate_python(plain)


def measure(path: Path, pictures: bool | None = None) -> Measured:
    """Measure every packet of a file. Raises UnusableSource.

    `pictures`: whether they can all be decoded, where that is known; else they are decoded here. The sound always is.
    """
    demuxer = demuxer_of(path) if path.is_file() else None
    if demuxer not in FILMS:
        raise UnusableSource("is no film that is known here" if path.is_file() else "does not exist")
    try:
        with opened(path, demuxer) as container:
            if not container.streams.video:
                raise UnusableSource("has no picture")
            facts = {**_rhythm(container), **_sound(container), **_codecs(container)}
            goes_on = demuxer in STATING and _goes_on(container)
    except av.error.FFmpegError as error:
        if demuxer == "mov" and _boxes(path)[1]:
            raise UnusableSource("is cut short; send it again") from None
        raise UnusableSource(f"cannot be read: {error.strerror or error}; send it again") from None
    whole = pictures_decoded(path, demuxer) is not None if pictures is None else pictures
    decoded = whole and _decoded(path, demuxer, "audio", {}) is not None
    packaging = _packaging(path, demuxer)
    packaging["cut_short"] = packaging["cut_short"] or goes_on
    return Measured(**facts, **packaging, bytes=path.stat().st_size, decoded=decoded)


def _packaging(path: Path, demuxer: str) -> dict[str, Any]:
    """What the file's boxes say; of other files than MP4, only their kind."""
    if demuxer != "mov":
        with path.open("rb") as file:
            webm = b"webm" in file.read(64)
        kind = {"container": "webm" if webm else demuxer, "edit_list": False, "moov_first": True}
        return {**kind, "cut_short": demuxer == "matroska" and _segment_goes_on(path)}
    boxes, cut_short = _boxes(path)
    with path.open("rb") as file:
        brand = file.read(12)[4:]
    return {
        "container": "mov" if brand == b"ftypqt  " or not brand.startswith(b"ftyp") else "mp4",
        "edit_list": "elst" in boxes,
        "cut_short": cut_short,
        "moov_first": "mdat" not in boxes or "moov" in boxes[: boxes.index("mdat")],
    }


def pictures_decoded(path: Path, demuxer: str = "mov") -> int | None:
    """How many pictures of a file can be decoded, strictly; None where one of them has a fault."""
    return _decoded(path, demuxer, "video", UNFILTERED)


def _decoded(path: Path, demuxer: str, kind: str, options: dict[str, str]) -> int | None:
    count = 0
    try:
        with opened(path, demuxer) as container:
            for stream in getattr(container.streams, kind)[:1]:
                decode_strictly(stream)
                stream.codec_context.options = {**stream.codec_context.options, **options}
                for frame in container.decode(stream):
                    if frame.is_corrupt:
                        return None
                    count += 1
    except av.error.FFmpegError:
        return None
    return count


def _rhythm(container: Any) -> dict[str, Any]:
    """What a file's packets say: how many pictures there are, and when."""
    video = container.streams.video[0]
    packets = [p for p in container.demux(video) if p.size and p.pts is not None]
    if not packets:
        raise UnusableSource("holds no picture; send it again")
    times, unit = sorted(p.pts for p in packets), video.time_base
    several = len(times) > 1
    fps = Fraction(len(times) - 1) / ((times[-1] - times[0]) * unit) if several else Fraction(video.average_rate)
    end = times[-1] * unit + 1 / fps
    duration = end - times[0] * unit
    shown = {pts: number for number, pts in enumerate(times)}
    key_frames = sorted(shown[p.pts] for p in packets if p.is_keyframe)
    keys = [times[number] * unit for number in key_frames] or [times[0] * unit]
    return {
        "frames": len(times),
        "fps": fps.limit_denominator(1001),
        "constant_rate": _constant(times, unit),
        "first_picture_s": times[0] * unit,
        "duration_s": duration,
        "longest_gop_s": max(after - before for before, after in pairwise([*keys, end])),
        "key_frames": tuple(key_frames),
        "closed_gop": _closed(packets),
        "video_kbps": float(sum(p.size for p in packets) * 8 / duration / 1000),
    }


def _constant(times: list[int], unit: Fraction) -> bool:
    """Whether all pictures are equally far apart, but for the rounding of a clock in milliseconds."""
    steps = [after - before for before, after in pairwise(times)]
    rounding = 1 if unit == Fraction(1, 1000) else 0
    return not steps or max(steps) - min(steps) <= rounding


def _closed(packets: list[Any]) -> bool:
    """Whether no picture that follows a key frame in the file is shown before it."""
    key = packets[0].pts
    for packet in packets:
        if packet.is_keyframe:
            key = packet.pts
        elif packet.pts < key:
            return False
    return True


def _goes_on(container: Any) -> bool:
    """Whether a file states a length that none of its tracks reaches."""
    container.seek(0)
    seen = [packet for packet in container.demux() if packet.size and packet.pts is not None]
    if not seen or not container.duration:
        return False
    ends = max((packet.pts + (packet.duration or 0)) * packet.time_base for packet in seen)
    return Fraction(container.duration + (container.start_time or 0), av.time_base) - ends > UNREACHED_S


def _segment_goes_on(path: Path) -> bool:
    """Whether a Matroska file's segment states more bytes than there are (RFC 8794: an element is its name, its size
    and its content).
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        for name in (b"\x1aE\xdf\xa3", b"\x18S\x80g"):
            if file.read(4) != name or not (first := file.read(1)):
                return False
            length = 9 - first[0].bit_length()  # the zeros before its first one tell how many bytes follow
            stated = int.from_bytes(first + file.read(length - 1)) & ((1 << 7 * length) - 1)
            begins = file.tell()
            file.seek(stated, os.SEEK_CUR)
    return stated != (1 << 7 * length) - 1 and begins + stated > size  # all ones: not known


def _sound(container: Any) -> dict[str, Any]:
    """How many bits its sound takes, and a digest of them."""
    sound = next(iter(container.streams.audio), None)
    if sound is None:
        return {}
    container.seek(0)
    size, ticks, digest = 0, 0, hashlib.sha256()
    for packet in container.demux(sound):
        if packet.size:
            size, ticks = size + packet.size, ticks + (packet.duration or 0)
            digest.update(packet)
    length = ticks * sound.time_base
    kbps = float(size * 8 / length / 1000) if length else None
    return {"audio_kbps": kbps, "sound_sha256": digest.hexdigest()}


def _codecs(container: Any) -> dict[str, Any]:
    """What a file's streams and its first picture say."""
    video, sound = container.streams.video[0], next(iter(container.streams.audio), None)
    container.seek(0)
    frame, context = next(container.decode(video), None), video.codec_context
    if frame is None:
        raise UnusableSource("holds no picture that can be decoded; send it again")
    return {
        "width": context.width,
        "height": context.height,
        "video_codec": context.codec.canonical_name,
        "profile": str(context.profile),
        "pixel_format": str(context.pix_fmt),
        "chroma": _chroma(str(context.pix_fmt)),
        "interlaced": bool(frame.interlaced_frame),
        "rotation": int(frame.rotation) % 360,
        "first_luma": round(float(frame.to_ndarray(format="gray8").mean()), 1),
        "colour": tuple(int(n) for n in (frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range)),
        "audio_codec": sound and sound.codec_context.codec.canonical_name,
        "audio_profile": sound and str(sound.codec_context.profile),
        "audio_rate_hz": sound.rate if sound else 0,
        "audio_channels": sound.channels if sound else 0,
        "sound_s": sound and sound.duration and sound.duration * sound.time_base,
    }


def _chroma(pixel_format: str) -> str:
    """How a pixel format samples its colours; its own name where that is not known."""
    for digits in ("420", "422", "444"):
        if digits in pixel_format:
            return ":".join(digits)
    return "4:2:0" if pixel_format in ("nv12", "nv21", "p010le") else pixel_format


def _boxes(path: Path) -> tuple[list[str], bool]:
    """Names of the file's boxes in order, with those inside `moov`, `trak` and `edts`; whether it is cut short."""
    found: list[str] = []
    size = path.stat().st_size
    with path.open("rb") as file:
        _walk(file, size, found)
        return found, file.tell() != size


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
