"""Damage in the range of a film that is used: everything is decoded once, strictly, before anything is made.

What a format cannot notice by itself (a bit changed in a VP8 picture, in raw samples) is not seen here either.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import av.logging

from portevoix.sources import avi_chunks, ogg_pages, transport
from portevoix.sources.film_time import HEARD_S, STREAMED, demuxed
from portevoix.sources.opened import opened
from portevoix.sources.probe import Source
from portevoix.sources.rate import GAP_STEPS
from portevoix.sources.reading import decoding, read
from portevoix.store import Store
from portevoix.timing import LEAD_S

VERSION = 3  # raise when other damage is found
STRICT = {"err_detect": "explode+crccheck+bitstream+buffer"}
ONE_FOR_EACH = ("h264", "hevc", "mpeg2video", "mpeg4", "mjpeg", "prores", "dnxhd")  # a packet is a picture there
# Decoders that notice more than ffmpeg's own. VP9 learns from each picture how the next is written, so a changed bit
# soon leads libvpx beyond the end of a picture's data; ffmpeg's own decoder shows what comes of it.
STRICTER = {"vp9": "libvpx-vp9"}
SILENT_IN_THREADS = ("hevc",)  # ffmpeg's decoders that keep their errors to themselves with several threads
# Decoders that show changes to a picture which they never had, and say nothing.
WITHOUT_KEY = ("theora", "vp8", "vp9")
BREAKS = {"avi": avi_chunks.breaks_in, "mpegts": transport.breaks_in, "ogg": ogg_pages.breaks_in}  # by demuxer
DECODED_AHEAD = 4  # pictures at most
MOST_GAPS = Fraction(1, 10)  # of the distances; a stream with more of them has a rate that changes
CHUNK_HEAD = 8  # bytes of an AVI's chunk before its content


@dataclass(frozen=True)
class Damage:
    """Seconds of the film's time at which pictures and sound are damaged, in order."""

    pictures_s: tuple[Fraction, ...] = ()
    sound_s: tuple[Fraction, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pictures_s or self.sound_s)

    def __str__(self) -> str:
        found = []
        for seconds, one, several in (
            (self.pictures_s, "picture", "pictures"),
            (self.sound_s, "piece of its sound", "pieces of its sound"),
        ):
            if len(seconds) == 1:
                found.append(f"1 damaged {one} at {float(seconds[0]):.2f} s")
            elif seconds:
                first_s, last_s = float(seconds[0]), float(seconds[-1])
                found.append(f"{len(seconds)} damaged {several} between {first_s:.2f} and {last_s:.2f} s")
        return " and ".join(found)


def known_damage(source: Source, start_s: Fraction, end_s: Fraction, heard: bool, store: Store | None) -> Damage:
    """The same as `damage_in`, found once for all jobs and rounds that share a store."""
    if store is None:
        return damage_in(source, start_s, end_s, heard)
    tracks = [source.time.picture.track, source.sound_track]
    content = f"{av.__version__} {source.digest} {tracks} {start_s} {end_s} {heard}"
    key = f"damage{VERSION}-{hashlib.sha256(content.encode()).hexdigest()}"
    if not store.has(key):
        found = damage_in(source, start_s, end_s, heard)
        written = {"pictures_s": list(map(str, found.pictures_s)), "sound_s": list(map(str, found.sound_s))}
        store.put(key, {}, written)
    facts = store.facts(key)
    return Damage(tuple(map(Fraction, facts["pictures_s"])), tuple(map(Fraction, facts["sound_s"])))


def damage_in(source: Source, start_s: Fraction, end_s: Fraction, heard: bool) -> Damage:
    """What is damaged from `start_s` up to `end_s` of a film; of its sound too where it is `heard`."""
    given = replace(source, path=source.path.resolve()), start_s, end_s, heard
    return read(look_for_damage, source.path, *given, reading=decoding(end_s - start_s))


def look_for_damage(path: Path, source: Source, start_s: Fraction, end_s: Fraction, heard: bool) -> Damage:
    """The same in this very process; `path` is the source's."""
    strictly = _Reading(source, start_s, end_s)
    picture, sound = source.time.picture.track, source.time.sound
    pictures_s = strictly.damaged("video", picture)
    pictures_s = tuple(sorted({*pictures_s, *strictly.unread(), *strictly.lost("video", picture), *strictly.broken()}))
    if not (sound and heard):
        return Damage(pictures_s)
    sound_s = {*strictly.damaged("audio", sound.track), *strictly.lost("audio", sound.track)}
    return Damage(pictures_s, tuple(sorted(sound_s)))


@dataclass(frozen=True)
class _Reading:
    """The strict reading of a range."""

    source: Source
    start_s: Fraction
    end_s: Fraction

    def damaged(self, kind: str, track: int) -> tuple[Fraction, ...]:
        """The seconds at which a track is damaged."""
        found: list[Fraction] = []
        expected = given = 0
        with opened(self.source.path, self.source.demuxer) as container:
            stream = getattr(container.streams, kind)[track]
            name = stream.codec_context.name
            decode_strictly(stream)
            decoder = _stricter(stream)
            self._reach(container)
            for packet in demuxed(container, stream):
                at_s = self._second(packet)
                if at_s is not None and at_s >= self.end_s + LEAD_S:
                    break
                expected += self._used(at_s) and not packet.is_discard
                frames, whole = _decoded(packet, decoder)
                given += sum(self._used(self._second(frame)) for frame in frames)
                wrong = [self._second(frame) for frame in frames if frame.is_corrupt]
                wrong += [] if whole else [at_s]
                found += [second for second in wrong if second is not None and self._used(second)]
            counted = kind == "video" and name in ONE_FOR_EACH and self.source.read_directly
        if counted and given < expected and not found:
            found = [self.start_s]
        return tuple(sorted(dict.fromkeys(found)))

    def unread(self) -> list[Fraction]:
        """The seconds at which the file itself is damaged, or pictures are missing: of a stream without gaps, or before
        the first key picture.
        """
        found, seconds = [], []
        av.logging.set_level(av.logging.ERROR)
        try:
            with av.logging.Capture() as said, opened(self.source.path, self.source.demuxer) as container:
                stream = container.streams.video[self.source.time.picture.track]
                if all(name != container.format.name for _, name, _ in said):
                    said.clear()  # of decoders that looked at a beginning: a stream may have been cut anywhere
                keyed = stream.codec_context.name not in WITHOUT_KEY
                for packet in demuxed(container, stream):
                    at_s = self._second(packet)
                    keyed |= packet.is_keyframe
                    if self._used(at_s) and at_s is not None:
                        found += [at_s] if said or not keyed else []
                        seconds += [] if packet.is_discard else [at_s]
                    said.clear()
                found += self._lacking(container)
        finally:
            av.logging.set_level(None)
        if self.source.demuxer not in STREAMED:
            return found
        most = Fraction(1) if self.source.demuxer == "ogg" else MOST_GAPS  # a page whose sum is wrong is left out
        return [*found, *_gaps(sorted(seconds), most), *_doubled(sorted(seconds))]

    def lost(self, kind: str, track: int) -> list[Fraction]:
        """The seconds of what an AVI's index names and the file does not hold there; others have no such index.

        Where the index itself is lost: the beginning, if there are more or fewer pieces than the film's head says.
        """
        if self.source.demuxer != "avi":
            return []
        with opened(self.source.path, "avi") as container:
            stream = getattr(container.streams, kind)[track]
            unit, zero_s = stream.time_base, self.source.time.zero_s
            named = {entry.pos + CHUNK_HEAD: entry.timestamp * unit - zero_s for entry in stream.index_entries}
            indexed, held = len(named), 0
            for packet in demuxed(container, stream):
                held += packet.pos is not None
                named.pop(packet.pos, None)
        if kind == "video" and indexed < held and stream.frames not in (0, held):
            return [self.start_s]
        return [second for second in named.values() if self._used(second)] if indexed >= held else []

    def broken(self) -> list[Fraction]:
        """The seconds at which the chunks of an AVI, the packets of a transport stream or the pages of an Ogg file lose
        their order: what follows may not be read.
        """
        breaks_in = BREAKS.get(self.source.demuxer)
        if not (places := breaks_in(self.source.path) if breaks_in else []):
            return []
        with opened(self.source.path, self.source.demuxer) as container:
            stream = container.streams.video[self.source.time.picture.track]
            seen = [(packet.pos, self._second(packet)) for packet in demuxed(container, stream)]
        before = [max((s for pos, s in seen if pos and s and pos < place), default=self.start_s) for place in places]
        return [second for second in before if self._used(second)]

    def _lacking(self, container: Any) -> list[Fraction]:
        """The film's end, where a Matroska file says that it goes on, and no words do."""
        time = self.source.time
        if self.source.demuxer != "matroska" or not container.duration or container.streams.subtitles:
            return []
        stated_s = Fraction(container.duration + (container.start_time or 0), av.time_base)
        held_s = max(time.picture.end_s, time.sound.end_s if time.sound else time.picture.end_s)
        ends = self.end_s >= self.source.duration_s
        return [time.last_s] if ends and stated_s - held_s > HEARD_S and self.source.sound_tracks[1:] == () else []

    def _reach(self, container: Any) -> None:
        if self.source.read_directly and self.start_s > LEAD_S:
            start_s = self.start_s + self.source.time.zero_s - LEAD_S
            container.seek(int(start_s * av.time_base))

    def _used(self, second: Fraction | None) -> bool:
        return second is not None and self.start_s <= second < self.end_s

    def _second(self, one: Any) -> Fraction | None:
        return None if one.pts is None else one.pts * one.time_base - self.source.time.zero_s


def _gaps(seconds: list[Fraction], most: Fraction) -> list[Fraction]:
    """Where pictures are missing between others that come at one distance; nowhere where more than `most` are.

    Among the last a gap may be short: where a stream was cut, pictures that are decoded late are missing between those
    decoded early.
    """
    steps = [after - before for before, after in pairwise(seconds)]
    if not steps:
        return []
    usual = sorted(steps)[len(steps) // 2]
    last = len(steps) - DECODED_AHEAD
    long = [
        before
        for number, (before, step) in enumerate(zip(seconds, steps, strict=False))
        if step > (GAP_STEPS if number < last else DECODED_AHEAD + GAP_STEPS) * usual
    ]
    return long if len(long) <= len(steps) * most else []


def _doubled(seconds: list[Fraction]) -> list[Fraction]:
    """Where two pictures come at one time: a part of the stream is there twice."""
    return [before for before, after in pairwise(seconds) if before == after]


def decode_strictly(stream: Any) -> None:
    """Have a stream's decoder give up at the first fault of a picture, which it then names.

    Never with several pictures side by side: there ffmpeg's decoder of H.264 may wait for ever for a picture that was
    given up, and others name the wrong one or none.
    """
    stream.codec_context.options = STRICT
    stream.thread_type = "SLICE"
    if stream.codec_context.name in SILENT_IN_THREADS:
        stream.codec_context.thread_count = 1


def _stricter(stream: Any) -> Any:
    """A decoder that notices more than the stream's own, where there is one; it knows 8 bits alone."""
    name = STRICTER.get(stream.codec_context.name)
    if name is None or str(stream.codec_context.pix_fmt).endswith(("10le", "12le")):
        return None
    decoder = av.CodecContext.create(name, "r")
    decoder.extradata = stream.codec_context.extradata
    return decoder


def _decoded(packet: Any, decoder: Any) -> tuple[list[Any], bool]:
    """A packet's frames by its stream's own decoder or another, and whether nothing of it was found damaged."""
    try:
        frames = decoder.decode(packet) if decoder and packet.size else packet.decode()
        return list(frames), not packet.is_corrupt
    except av.error.FFmpegError:
        return [], False
