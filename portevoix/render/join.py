"""Chunks and sound become one file, without encoding again. The module that writes packets with PyAV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from portevoix.errors import RenderFailed


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


def join(chunks: Sequence[Path], sound: Path | None, fps: Fraction, frame_count: int, out: Path) -> None:
    """Write `out`: MP4, `moov` first, no edit list, the first picture and the first sample at 0.

    Raises RenderFailed where chunks differ in their parameter sets or do not add up to `frame_count` pictures.
    """
    options = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"}
    with av.open(str(out), "w", format="mp4", options=options) as target:
        with av.open(str(chunks[0]), format="mp4") as first:
            video = target.add_stream_from_template(first.streams.video[0])
            sets = first.streams.video[0].codec_context.extradata
        video.time_base = 1 / fps
        voice = av.open(str(sound), format="aac") if sound else None
        audio = target.add_stream_from_template(voice.streams.audio[0]) if voice else None
        written = 0
        packets = voice.demux(voice.streams.audio[0]) if voice else iter(())
        sound_end_s, clock = Fraction(0), 0
        for chunk in chunks:
            with av.open(str(chunk), format="mp4") as container:
                stream = container.streams.video[0]
                if stream.codec_context.extradata != sets:
                    raise RenderFailed(
                        f"chunk {chunk.stem[:12]} was encoded with other parameter sets; delete it and render again"
                    )
                pictures = [packet for packet in container.demux(stream) if packet.size]
                rank = {pts: place for place, pts in enumerate(sorted(p.pts for p in pictures))}
                delay = max(place - rank[p.pts] for place, p in enumerate(pictures))
                for place, packet in enumerate(pictures):
                    packet.stream, packet.time_base = video, 1 / fps
                    packet.pts, packet.dts = written + rank[packet.pts], written + place - delay
                    packet.duration = 1
                    target.mux(packet)
                    # Sound goes in beside its pictures, so that a player reads the file in one sweep.
                    while audio is not None and sound_end_s < (written + place) / fps:
                        piece = next(packets, None)
                        if piece is None:
                            break
                        if piece.size:
                            clock, sound_end_s = _mux_sound(target, audio, piece, clock)
                written += len(pictures)
        if audio is not None:
            for piece in packets:
                if piece.size:
                    clock, sound_end_s = _mux_sound(target, audio, piece, clock)
        if voice:
            voice.close()
    if written != frame_count:
        raise RenderFailed(
            f"the joined file has {written} pictures instead of {frame_count}; delete its chunks and render again"
        )


def _mux_sound(
    target: av.container.OutputContainer, audio: av.AudioStream, piece: av.Packet, clock: int
) -> tuple[int, Fraction]:
    piece.stream, piece.time_base = audio, Fraction(1, audio.rate)
    piece.pts = piece.dts = clock
    piece.duration = 1024
    target.mux(piece)
    return clock + 1024, Fraction(clock + 1024, audio.rate)
