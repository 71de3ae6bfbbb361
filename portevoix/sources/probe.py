"""The facts of a source file, as PyAV reads them of what users send."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from portevoix.sources.film_time import FilmTime, Packet, Presented, film_time, jump_in, packets_of, shown
from portevoix.sources.opened import opened
from portevoix.sources.rate import rate_of
from portevoix.sources.reading import read
from portevoix.sources.sniff import MAY_BE_FILM, PICTURE_ALONE, SOUND_ALONE, demuxer_of
from portevoix.sources.tracks import Tracks, first_picture, named, picture_of, sizes_of, sound_of
from portevoix.sources.unusable import UnusableSource

__all__ = ["Source", "Tracks", "UnusableSource", "by_own_clock", "digest_of", "probe"]

SLOWEST_RATE = 1  # pictures a second
LONGEST_FILM_S = 100 * 3600  # a time beyond it is a mistake of a writer
LARGEST_LACK_S = 1  # the last picture may stand long; a second of nothing is a file that did not arrive whole
TRANSFERS_OF_HDR = {16: "smpte2084", 18: "arib-std-b67"}
STANDS = Fraction(3, 2)  # of a picture's usual time: a last one that lasts longer stands
ORDINARY, ANY_TRACKS = FilmTime(), Tracks()
NO_PICTURE = "is a recording without a picture; name it under `music` or `voice_over`, or send the film"
MATRICES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 9: "bt2020nc", 10: "bt2020c"}


@dataclass(frozen=True)
class Source:
    """A file as it is. Sizes in stored pixels before rotation; times in seconds from where the film's time begins.

    `first_picture_s`: of a film that is read directly, its first picture after the container's start.
    """

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
    time: FilmTime = ORDINARY
    sound_tracks: tuple[str, ...] = ()

    @property
    def read_directly(self) -> bool:
        """Whether it may be read from any key frame on; else only from its beginning, by its own clock."""
        return not self.time.odd

    @property
    def sound_track(self) -> int:
        """The number of the sound track that is heard, from 0."""
        return self.time.sound.track if self.time.sound else 0

    @property
    def seen_as(self) -> str:
        """Its digest, and how its pictures are read where that is not directly."""
        return self.digest if self.read_directly else f"{self.digest}-exact{self.time.picture.track}"

    @property
    def heard_as(self) -> str:
        """Its digest, and how its sound is read where that is not directly or not the first track."""
        if self.read_directly and not self.sound_track:
            return self.digest
        return f"{self.seen_as}-sound{self.sound_track}"

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height as a viewer sees them, in square pixels, even."""
        width = round(self.width * self.pixel_aspect)
        width, height = (self.height, width) if self.rotation % 180 else (width, self.height)
        return width - width % 2, height - height % 2

    @property
    def has_alpha(self) -> bool:
        """Whether parts of its pictures are transparent."""
        return self.pixel_format.startswith(("yuva", "rgba", "argb", "bgra", "abgr", "gbrap", "ya8", "ya16"))

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
        shaped = tuple(
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
        return shaped + self.time.odd


def by_own_clock(source: Source) -> list[str]:
    """ffmpeg's options before a film that is not read directly: its times stay, also where a size changes."""
    return [] if source.read_directly else ["-copyts", "-reinit_filter", "0"]


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def probe(path: Path, tracks: Tracks = ANY_TRACKS) -> Source:
    """Look at a film. Raises UnusableSource with a sentence for its author."""
    try:
        demuxer = demuxer_of(path)
        if path.stat().st_size == 0:
            raise UnusableSource("is empty (0 bytes); send it again")
    except FileNotFoundError:
        raise UnusableSource("does not exist; check the name and the folder") from None
    except OSError as error:
        raise UnusableSource(f"cannot be read: {error.strerror}") from None
    if demuxer in SOUND_ALONE and demuxer not in MAY_BE_FILM:
        raise UnusableSource(NO_PICTURE)
    if demuxer in PICTURE_ALONE:
        raise UnusableSource("is a photo and no film; name it as the `picture` of a point")
    if demuxer is None:
        raise UnusableSource("is no video file that is known here; send MP4, MOV, MKV, AVI or MPEG-TS")
    return replace(_known(_File.at(path), demuxer, tracks), path=path)


def look_at_film(path: Path, demuxer: str, tracks: Tracks) -> Source:
    """Look at a film in this very process. Raises UnusableSource."""
    try:
        return _looked_at(path, demuxer, tracks)
    except av.error.FFmpegError:
        raise UnusableSource("is damaged or cut short; send it again") from None


@dataclass(frozen=True)
class _File:
    """A file by what differs where its bytes do: each round of a job has a name of its own for it."""

    path: Path = field(compare=False)
    identity: tuple[int, int, int, int]

    @classmethod
    def at(cls, path: Path) -> _File:
        stat = path.stat()
        return cls(path, (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns))


@functools.lru_cache(maxsize=256)
def _known(file: _File, demuxer: str, tracks: Tracks) -> Source:
    """A film, looked at once in this process. Raises UnusableSource."""
    return read(look_at_film, file.path, demuxer, tracks)


def _looked_at(path: Path, demuxer: str, tracks: Tracks) -> Source:
    """Raises UnusableSource, FFmpegError."""
    with opened(path, demuxer) as container:
        if demuxer in MAY_BE_FILM and not container.streams.video:
            raise UnusableSource(NO_PICTURE)
        stream = picture_of(container, tracks.picture)
        sounds = list(container.streams.audio)
        packets = packets_of(container, [stream, *sounds])
        pictures = packets[stream.index]
        _check_whole(pictures, (stream.duration or 0) * stream.time_base, demuxer)
        number = list(container.streams.video).index(stream)
        frame = first_picture(path, demuxer, number)
        sound = sound_of(path, demuxer, tracks.sound) if tracks.sound != 0 else None
        heard = sound and _heard(*sound, packets[sounds[sound[0]].index])
        sizes = sizes_of(path, demuxer, number, (frame.width, frame.height))
        return _facts(path, demuxer, container, stream, frame, _Timed(number, pictures, heard, sizes))


def _check_whole(packets: Sequence[Packet], stated_s: Fraction, demuxer: str) -> None:
    """Raises UnusableSource where a stream lacks its end, or is two."""
    if not packets:
        raise UnusableSource("holds no pictures; send it again")
    jump = jump_in(packets, demuxer)
    if jump:
        before, after = (float(second - packets[0].dts_s) for second in jump)
        if abs(after) > LONGEST_FILM_S:
            raise UnusableSource("has times that cannot be right; export it again")
        raise UnusableSource(
            f"is two recordings joined: its clock jumps from {before:.2f} to {after:.2f} s; "
            "send them apart, or export it again"
        )
    held_s = max(p.pts_s + p.duration_s for p in packets) - min(p.pts_s for p in packets)
    if stated_s - held_s > LARGEST_LACK_S:
        raise UnusableSource(
            f"is cut short: it says {float(stated_s):.1f} s but holds {float(held_s):.1f} s of pictures; send it again"
        )


def _heard(track: int, begins_s: Fraction, packets: Sequence[Packet]) -> Presented:
    return Presented(track, begins_s, max(p.pts_s + p.duration_s for p in packets if not p.discarded))


@dataclass(frozen=True)
class _Timed:
    """A film's streams in time: the number of the picture track with its packets, the sound, the sizes."""

    track: int
    pictures: Sequence[Packet]
    sound: Presented | None
    sizes: tuple[tuple[int, int], ...]

    def account(self, seen: Sequence[Packet], fps: Fraction, demuxer: str) -> FilmTime:
        """The film's time. `seen`: the packets that are presented, in order."""
        last, odd = seen[-1], []
        stands = last.duration_s > STANDS / fps
        if any(packet.discarded for packet in self.pictures):
            odd.append("an edit list that cuts")
        if len(seen) < sum(not packet.discarded for packet in self.pictures):
            odd.append("pictures at its beginning that lack what they are made from")
        if stands:
            odd.append(f"a last picture that stands for {float(last.duration_s):.2f} s")
        end_s = last.pts_s + (last.duration_s if stands else 1 / fps)
        picture = Presented(self.track, seen[0].pts_s, end_s)
        return film_time(demuxer, picture, self.sound, last.pts_s, self.sizes, odd)


def _facts(path: Path, demuxer: str, container: Any, stream: Any, frame: Any, timed: _Timed) -> Source:
    context, unit = stream.codec_context, stream.time_base
    seen = shown(timed.pictures, _time_of(frame, timed.pictures, unit))
    times = [round(packet.pts_s / unit) for packet in seen]
    fps, variable = rate_of(times, unit, stream)
    if fps < SLOWEST_RATE and len(times) > 1:
        raise UnusableSource(f"shows a picture every {float(1 / fps):,.0f} s; at least one a second is read")
    time = timed.account(seen, fps, demuxer)
    start = Fraction(container.start_time or 0, av.time_base)
    aspect = stream.sample_aspect_ratio or Fraction(1)
    width, height = max(timed.sizes, key=lambda size: size[0] * size[1])
    return Source(
        path=path,
        digest=digest_of(path),
        demuxer=demuxer,
        width=width,
        height=height,
        rotation=int(frame.rotation) % 360,
        pixel_aspect=Fraction(aspect) if aspect else Fraction(1),
        fps=fps,
        frame_count=len(times),
        duration_s=time.end_s,
        first_picture_s=times[0] * unit - start,
        variable_rate=variable,
        interlaced=bool(frame.interlaced_frame),
        matrix=MATRICES.get(int(frame.colorspace)),
        full_range=int(frame.color_range) == 2 or str(context.pix_fmt).startswith("yuvj"),
        hdr=TRANSFERS_OF_HDR.get(int(getattr(frame, "color_trc", 2))),
        # VP9 keeps alpha beside the picture, where this decoder does not look.
        pixel_format="yuva420p" if stream.metadata.get("alpha_mode") == "1" else str(context.pix_fmt),
        has_sound=timed.sound is not None,
        time=time,
        sound_tracks=tuple(named(track) for track in container.streams.audio),
    )


def _time_of(frame: Any, packets: Sequence[Packet], unit: Fraction) -> Fraction:
    """When the first picture is seen that can be decoded."""
    if frame.pts is None:
        return min(packet.pts_s for packet in packets if not packet.discarded)
    return Fraction(frame.pts * unit)
