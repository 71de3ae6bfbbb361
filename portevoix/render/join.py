"""Chunks and sound become one file, without encoding again. The module that writes packets with PyAV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from av.bitstream import BitStreamFilterContext

from portevoix.errors import RenderFailed

AAC_FRAME_SAMPLES = 1_024
MOST_DELAY = 2  # pictures that decoding runs ahead of showing, with B-frames in a pyramid: x264 needs no more


@dataclass(frozen=True)
class ChunkFacts:
    """What a chunk's file really holds, counted on its packets."""

    frames: int
    video_bytes: int
    parameter_sets: str


def look_at_chunk(path: Path) -> ChunkFacts:
    """Count a chunk's pictures. An encoder's exit code does not say that its file is whole; its packets do."""
    with av.open(str(path), format="mp4") as container:
        stream = container.streams.video[0]
        sizes = [packet.size for packet in container.demux(stream) if packet.size]
        return ChunkFacts(len(sizes), sum(sizes), (stream.codec_context.extradata or b"").hex())


@dataclass(frozen=True)
class _Pictures:
    """A chunk's packets in the order of decoding, each with its place in the order of showing."""

    packets: list[av.Packet]
    places: list[int]
    parameter_sets: bytes

    @property
    def delay(self) -> int:
        """How many pictures decoding runs ahead of showing."""
        return max(number - place for number, place in enumerate(self.places))


def _pictures(path: Path) -> _Pictures:
    with av.open(str(path), format="mp4") as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        rank = {pts: place for place, pts in enumerate(sorted(p.pts for p in packets))}
        return _Pictures(packets, [rank[p.pts] for p in packets], stream.codec_context.extradata or b"")


def join(chunks: Sequence[Path], sound: Path | None, fps: Fraction, frame_count: int, out: Path) -> None:
    """Write `out`: MP4, `moov` first, no edit list, the first picture and the first sample at 0.

    Raises RenderFailed where chunks differ in their parameter sets or do not add up to `frame_count` pictures.
    """
    # One delay for the whole file: a still chunk without B-frames has a smaller one of its own, and decoding times would
    # run backwards at its join.
    delay = max(_pictures(chunk).delay for chunk in chunks)
    options = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"}
    written = _write(chunks, sound, fps, delay, out, options)
    if written != frame_count:
        raise RenderFailed(
            f"the joined file has {written} pictures instead of {frame_count}; delete its chunks and render again"
        )


def stream(chunks: Iterable[Path], sound: Path | None, fps: Fraction, out: Path) -> int:
    """Write `out` as chunks come, each of whose GOPs can be played as soon as it is there. Returns the pictures written.

    A fragmented MP4, for the eye alone: browsers play it while it grows. Raises RenderFailed as `join` does.
    """
    options = {"movflags": "+frag_keyframe+delay_moov+default_base_moof+negative_cts_offsets", "use_editlist": "0",
               "flush_packets": "1"}  # fmt: skip
    return _write(chunks, sound, fps, MOST_DELAY, out, options)


def _write(
    chunks: Iterable[Path], sound: Path | None, fps: Fraction, delay: int, out: Path, options: dict[str, str]
) -> int:
    written = 0
    chunks = iter(chunks)
    first_chunk = next(chunks)
    with ExitStack() as opened:
        target = opened.enter_context(av.open(str(out), "w", format="mp4", options=options))
        first = opened.enter_context(av.open(str(first_chunk), format="mp4")).streams.video[0]
        video = target.add_stream_from_template(first)
        video.time_base = 1 / fps
        voice = _Voice.open(sound, target, opened) if sound else None
        for chunk in chain([first_chunk], chunks):
            pictures = _pictures(chunk)
            if pictures.parameter_sets != first.codec_context.extradata:
                raise RenderFailed(
                    f"{chunk.stem[:12]} was encoded with other parameter sets; delete it and render again"
                )
            for number, (packet, place) in enumerate(zip(pictures.packets, pictures.places, strict=True)):
                packet.stream, packet.time_base, packet.duration = video, 1 / fps, 1
                packet.pts, packet.dts = written + place, written + number - delay
                target.mux(packet)
                if voice:  # beside its pictures, so that a player reads the file in one sweep
                    voice.mux_until((written + number) / fps)
            written += len(pictures.packets)
        if voice:
            voice.mux_until(None)
    return written


@dataclass
class _Voice:
    """The sound's packets on their way into the file."""

    packets: Iterator[av.Packet]
    stream: av.AudioStream
    target: av.container.OutputContainer
    samples: int = 0

    @classmethod
    def open(cls, sound: Path, target: av.container.OutputContainer, opened: ExitStack) -> _Voice:
        source = opened.enter_context(av.open(str(sound), format="aac"))
        template = source.streams.audio[0]
        stream = target.add_stream_from_template(template)
        # The muxer finds this filter by itself where it writes the header last, and only there.
        bare = BitStreamFilterContext("aac_adtstoasc", template, stream)
        return cls((p for packet in source.demux(template) for p in bare.filter(packet) if p.size), stream, target)

    def mux_until(self, second: Fraction | None) -> None:
        """Write packets up to `second` of the programme; None: all that are left."""
        while second is None or Fraction(self.samples, self.stream.rate) < second:
            packet = next(self.packets, None)
            if packet is None:
                return
            packet.stream, packet.time_base = self.stream, Fraction(1, self.stream.rate)
            packet.pts = packet.dts = self.samples
            packet.duration = AAC_FRAME_SAMPLES
            self.target.mux(packet)
            self.samples += AAC_FRAME_SAMPLES
