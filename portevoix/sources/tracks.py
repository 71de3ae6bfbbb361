"""The tracks of a film: which of them are used, and a first look at each, decoded. A module that reads with PyAV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from portevoix.accepted import KNOWN_DECODERS, LARGEST_PICTURE_PX, LEAST_SIDE_PX, PIXEL_FORMATS
from portevoix.sources.film_time import demuxed
from portevoix.sources.opened import opened
from portevoix.sources.unusable import UnusableSource

LOOKS_APART_S = 1  # where every picture is a key frame, the size is looked at in one each second
FIRST_SOUND_S = 1  # of a sound track is decoded before it is used


@dataclass(frozen=True)
class Tracks:
    """The tracks that an author means: numbers from 1 among the film's pictures and among its sounds; None: any."""

    picture: int | None = None
    sound: int | None = None


def named(stream: Any) -> str:
    """A stream's codec, as ffmpeg calls it."""
    context = stream.codec_context
    return context.name if context else "a codec that is not known"


def decodable(stream: Any) -> bool:
    """Whether a render would decode it: of the known decoders, and with what a decoder needs to begin."""
    return named(stream) in KNOWN_DECODERS


def picture_of(container: Any, wanted: int | None) -> Any:
    """The picture track that is meant, else the first that is no cover. Raises UnusableSource."""
    pictures = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
    if not pictures:
        raise UnusableSource("has no moving picture; name a video file")
    if wanted is not None and wanted > len(pictures):
        raise UnusableSource(f"has no picture track {wanted}; it has {len(pictures)}")
    preferred = [s for s in pictures if s.disposition & s.disposition.default and decodable(s)]
    stream = pictures[wanted - 1] if wanted else next(iter([*preferred, *filter(decodable, pictures), *pictures]))
    if not decodable(stream):
        raise UnusableSource(
            f"has its picture as {named(stream)}, which is not read here; export it again as H.264 or ProRes"
        )
    context = stream.codec_context
    if not context.width or context.width * context.height > LARGEST_PICTURE_PX:
        raise UnusableSource(f"has pictures of {context.width}x{context.height}; at most 8192x4320 is read")
    return stream


def sound_of(path: Path, demuxer: str, wanted: int | None) -> tuple[int, Fraction] | None:
    """The sound track that is meant, from 0, and when it is first heard; None where the film has no sound at all.

    Of those that can be decoded the first that is flagged as the default, else the first. Raises UnusableSource.
    """
    with opened(path, demuxer) as container:
        sounds = list(container.streams.audio)
        names = [named(stream) for stream in sounds]
        flagged = [bool(s.disposition & s.disposition.default) for s in sounds]
    if wanted is not None and wanted > len(sounds):
        raise UnusableSource(f"has no sound track {wanted}; it has {len(sounds) or 'none'}")
    order = sorted(range(len(sounds)), key=lambda n: not flagged[n]) if wanted is None else [wanted - 1]
    for number in order:
        begins_s = _first_heard(path, demuxer, number) if names[number] in KNOWN_DECODERS else None
        if begins_s is not None:
            return number, begins_s
    if not sounds:
        return None
    raise UnusableSource(
        f"has sound that cannot be decoded here ({', '.join(names[n] for n in order)}); "
        "export it again with AAC or PCM, or set `mute: true`"
    )


def _first_heard(path: Path, demuxer: str, number: int) -> Fraction | None:
    """When a sound track begins; None where nothing of its first second can be decoded."""
    tried_s = begins_s = None
    with opened(path, demuxer) as container:
        for packet in demuxed(container, container.streams.audio[number]):
            heard_s = _heard_in(packet)
            begins_s = heard_s if begins_s is None else begins_s
            if packet.pts is None:
                continue
            at_s = packet.pts * packet.time_base
            tried_s = at_s if tried_s is None else tried_s
            if at_s - tried_s > FIRST_SOUND_S:
                break
    return begins_s


def _heard_in(packet: Any) -> Fraction | None:
    """When the sound of a packet begins; None where it gives none: the first of a stream that was cut may be half."""
    try:
        times = [frame.pts * frame.time_base for frame in packet.decode() if frame.pts is not None]
    except av.error.FFmpegError:
        return None
    return Fraction(times[0]) if times else None


def first_picture(path: Path, demuxer: str, number: int) -> Any:
    """The first picture that a decoder gives. Raises UnusableSource, FFmpegError."""
    with opened(path, demuxer) as container:
        stream = container.streams.video[number]
        for packet in demuxed(container, stream):
            try:
                for frame in packet.decode():
                    return _usable(frame)
            except av.error.InvalidDataError:
                continue  # before the first key frame of a stream that was cut anywhere
    raise UnusableSource("holds no picture that can be decoded; send it again")


def _usable(frame: Any) -> Any:
    if frame.format.name not in PIXEL_FORMATS:
        raise UnusableSource(f"has pixels as {frame.format.name}, which are not read here; export it again as H.264")
    if min(frame.width, frame.height) < LEAST_SIDE_PX:
        raise UnusableSource(f"has pictures of {frame.width}x{frame.height}; at least {LEAST_SIDE_PX} a side is read")
    return frame


def sizes_of(path: Path, demuxer: str, number: int, first: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """The sizes of the pictures in the order in which they come, `first` before all; looked at in key frames."""
    found = [first]
    with opened(path, demuxer) as container:
        stream = container.streams.video[number]
        stream.codec_context.skip_frame = "NONKEY"
        looked_s: Fraction | None = None
        for packet in demuxed(container, stream):
            if not packet.is_keyframe:
                looked_s = None
            if packet.pts is None or not packet.is_keyframe:
                continue
            at_s = packet.pts * stream.time_base
            if looked_s is not None and 0 <= at_s - looked_s < LOOKS_APART_S:
                continue
            looked_s = at_s
            found += _sizes_in(packet)
        found += _sizes_in(av.Packet(), stream)
    return tuple(dict.fromkeys(found))


def _sizes_in(packet: Any, ending: Any = None) -> list[tuple[int, int]]:
    try:
        frames: Sequence[Any] = ending.codec_context.decode(None) if ending else packet.decode()
    except av.error.FFmpegError:
        return []  # that it is damaged is found where it is used
    return [(frame.width, frame.height) for frame in frames]
