"""Chunks and sound become one file, without encoding again. The module that writes packets with PyAV."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import av
from av.bitstream import BitStreamFilterContext

from portevoix.errors import RenderFailed
from portevoix.timing import sample_near

AAC_FRAME_SAMPLES = 1_024
WHOLE = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"}  # `moov` first, no edit list
# Pictures that decoding runs ahead of showing, as B-frames in a pyramid need. The whole file has one delay: a still
# chunk without B-frames needs less, and with mixed delays decoding times would run backwards at a join.
DELAY = 2


class Listed(NamedTuple):
    """A packet of a chunk's file: where its bytes lie, and its `place` in the order of showing. Listed in the order of
    decoding.
    """

    offset: int
    size: int
    place: int
    key_frame: bool


@dataclass(frozen=True)
class EncodedChunk:
    """A chunk's file and what it really holds. Known packet by packet, so that a join opens it as plain bytes.

    `sha256`: of its packets' bytes; `decoded`: whether these were decoded to their end when it was made.
    """

    path: Path
    parameter_sets: str
    packets: tuple[Listed, ...]
    sha256: str
    decoded: bool = False

    @property
    def frames(self) -> int:
        """How many pictures it holds."""
        return len(self.packets)

    @property
    def video_bytes(self) -> int:
        """The bytes of its pictures."""
        return sum(packet.size for packet in self.packets)

    @property
    def delay(self) -> int:
        """How many pictures decoding runs ahead of showing."""
        return max(number - packet.place for number, packet in enumerate(self.packets))

    def facts(self) -> dict[str, Any]:
        """What is kept beside the file, as plain values."""
        return {
            "frames": self.frames,
            "video_bytes": self.video_bytes,
            "parameter_sets": self.parameter_sets,
            "packets": self.packets,
            "sha256": self.sha256,
            "decoded": self.decoded,
        }

    @classmethod
    def kept(cls, path: Path, facts: dict[str, Any]) -> EncodedChunk:
        """The chunk whose `facts` these are."""
        if "sha256" not in facts:  # made before chunks were decoded by themselves
            return look_at_chunk(path)
        listed = tuple(Listed(*packet) for packet in facts["packets"])
        return cls(path, facts["parameter_sets"], listed, facts["sha256"], facts["decoded"])


def look_at_chunk(path: Path) -> EncodedChunk:
    """Count a chunk's pictures. An encoder's exit code does not say that its file is whole; its packets do."""
    with av.open(str(path), format="mp4") as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        rank = {pts: place for place, pts in enumerate(sorted(p.pts for p in packets))}
        listed = tuple(Listed(p.pos, p.size, rank[p.pts], p.is_keyframe) for p in packets)
        sets = (stream.codec_context.extradata or b"").hex()
        return EncodedChunk(path, sets, listed, _digest(packets))


def holds(joined: Path, chunks: Sequence[EncodedChunk], fps: Fraction) -> bool:
    """Whether a joined file's pictures are its chunks' packets, byte for byte, each at its time, and no others."""
    with av.open(str(joined), format="mp4") as container:
        video, first = container.streams.video[0], 0
        if (video.codec_context.extradata or b"").hex() != chunks[0].parameter_sets:
            return False
        packets = (packet for packet in container.demux(video) if packet.size)
        for chunk in chunks:
            held = list(islice(packets, chunk.frames))
            places = [packet.pts * video.time_base * fps for packet in held]
            wanted = [first + listed.place for listed in chunk.packets]
            if places != wanted or _digest(held) != chunk.sha256:
                return False
            first += chunk.frames
        return next(packets, None) is None


def _digest(packets: Iterable[av.Packet]) -> str:
    sha256 = hashlib.sha256()
    for packet in packets:
        sha256.update(packet)
    return sha256.hexdigest()


def join(chunks: Sequence[EncodedChunk], sound: Path | None, fps: Fraction, frame_count: int, out: Path) -> None:
    """Write `out`: MP4, `moov` first, no edit list, the first picture and the first sample at 0.

    Raises RenderFailed where chunks differ in their parameter sets, do not add up to `frame_count` pictures, are cut
    short, or decode further ahead than `DELAY`.
    """
    written = _write(chunks, sound, fps, out, WHOLE, frame_count / fps)
    if written != frame_count:
        raise RenderFailed(
            f"the joined file has {written} pictures instead of {frame_count}; delete its chunks and render again"
        )


def copy_with_tags(joined: Path, out: Path, said: Mapping[str, str], language: str) -> None:
    """Write a joined file again, every packet as it is and at its time, with what it says of itself.

    `said`: by FFmpeg's names for metadata (`title`, `artist`, `copyright`); `language`: of its tracks, ISO 639-2.
    """
    with av.open(str(joined), format="mp4") as given, av.open(str(out), "w", format="mp4", options=WHOLE) as target:
        target.metadata.update(said)
        tracks = {}
        for track in given.streams:
            tracks[track.index] = made = target.add_stream_from_template(track)
            made.time_base = track.time_base
            made.metadata["language"] = language
        for packet in given.demux():
            if packet.size:
                packet.stream = tracks[packet.stream.index]
                target.mux(packet)


def stream(chunks: Iterable[EncodedChunk], sound: Path | None, fps: Fraction, out: Path) -> int:
    """Write `out` as chunks come, each of whose GOPs can be played as soon as it is there. Returns the pictures
    written.

    A fragmented MP4, for the eye alone: browsers play it while it grows. Raises RenderFailed as `join` does.
    """
    options = {
        "movflags": "+frag_keyframe+delay_moov+default_base_moof+negative_cts_offsets",
        "use_editlist": "0",
        "flush_packets": "1",
    }
    return _write(chunks, sound, fps, out, options)


def _write(
    chunks: Iterable[EncodedChunk],
    sound: Path | None,
    fps: Fraction,
    out: Path,
    options: dict[str, str],
    length_s: Fraction | None = None,
) -> int:
    written = 0
    chunks = iter(chunks)
    first_chunk = next(chunks)
    with ExitStack() as opened:
        target = opened.enter_context(av.open(str(out), "w", format="mp4", options=options))
        first = opened.enter_context(av.open(str(first_chunk.path), format="mp4")).streams.video[0]
        video = target.add_stream_from_template(first)
        video.time_base = 1 / fps
        voice = _Voice.open(sound, target, opened, length_s) if sound else None
        for chunk in chain([first_chunk], chunks):
            for number, packet in enumerate(_packets(chunk, first_chunk.parameter_sets), written):
                packet.stream, packet.time_base, packet.duration = video, 1 / fps, 1
                packet.pts, packet.dts = packet.pts + written, packet.dts + written
                target.mux(packet)
                if voice:  # beside its pictures, so that a player reads the file in one sweep
                    voice.mux_until(number / fps)
            written += chunk.frames
        if voice:
            voice.mux_until(None)
    return written


def _packets(chunk: EncodedChunk, parameter_sets: str) -> Iterator[av.Packet]:
    """A chunk's packets, their times counted in its own pictures. Raises RenderFailed."""
    name = chunk.path.stem[:12]
    if chunk.parameter_sets != parameter_sets:
        raise RenderFailed(f"{name} was encoded with other parameter sets; delete it and render again")
    if chunk.delay > DELAY:
        raise RenderFailed(f"{name} decodes {chunk.delay} pictures ahead; delete it and render again")
    content = chunk.path.read_bytes()
    for number, listed in enumerate(chunk.packets):
        packet = av.Packet(content[listed.offset : listed.offset + listed.size])
        if packet.size != listed.size:
            raise RenderFailed(f"{name} is cut short; delete it and render again")
        packet.pts, packet.dts, packet.is_keyframe = listed.place, number - DELAY, listed.key_frame
        yield packet


@dataclass
class _Voice:
    """The sound's packets on their way into the file."""

    packets: Iterator[av.Packet]
    stream: av.AudioStream
    target: av.container.OutputContainer
    end: int | None  # the sample at which the pictures end; None where that is not known yet
    samples: int = 0

    @classmethod
    def open(
        cls, sound: Path, target: av.container.OutputContainer, opened: ExitStack, length_s: Fraction | None
    ) -> _Voice:
        source = opened.enter_context(av.open(str(sound), format="aac"))
        template = source.streams.audio[0]
        stream = target.add_stream_from_template(template)
        # The muxer adds this filter by itself only where it writes the header last.
        bare = BitStreamFilterContext("aac_adtstoasc", template, stream)
        end = None if length_s is None else sample_near(length_s, stream.rate)
        return cls((p for packet in source.demux(template) for p in bare.filter(packet) if p.size), stream, target, end)

    def mux_until(self, second: Fraction | None) -> None:
        """Write packets up to `second` of the programme; None: all that are left."""
        while second is None or Fraction(self.samples, self.stream.rate) < second:
            packet = next(self.packets, None)
            if packet is None:
                return
            left = AAC_FRAME_SAMPLES if self.end is None else self.end - self.samples
            if left <= 0:
                return
            packet.stream, packet.time_base = self.stream, Fraction(1, self.stream.rate)
            packet.pts = packet.dts = self.samples
            packet.duration = min(AAC_FRAME_SAMPLES, left)  # the last ends with the pictures
            self.target.mux(packet)
            self.samples += AAC_FRAME_SAMPLES
