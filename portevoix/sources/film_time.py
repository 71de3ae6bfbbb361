"""When a film's streams are presented, as a player shows them: stated once, and read by all who read the film."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

HEARD_S = Fraction(1, 5)  # less sound before the first or after the last picture is an encoder's padding
LARGEST_STEP_BACK_S = Fraction(1, 2)  # of a stream's clock: pictures are decoded in another order, but not so far
LARGEST_GAP_S = 10  # of a transport stream's clock; longer is another recording
CLOCKS_THAT_JUMP = ("mpegts", "mpeg")  # demuxers of streams that are joined and cut as they are
# Demuxers whose streams ffmpeg begins at 0 each by itself, where it is asked for one alone.
STREAMED = {"mpegts": "a transport stream", "mpeg": "a program stream", "ogg": "an Ogg stream"}


@dataclass(frozen=True)
class Presented:
    """A stream of a film: its number among those of its kind, and its seconds on the file's own clock."""

    track: int
    start_s: Fraction
    end_s: Fraction


@dataclass(frozen=True)
class FilmTime:
    """What is presented when. `zero_s`: where the film's time begins on the file's own clock.

    `last_s`: when the last picture comes, in the film's time. `sizes`: width and height of the pictures,
    in the order in which they come. `odd`: what reading the file from a key frame on cannot express, in the words of a
    note; empty for an ordinary film.
    """

    zero_s: Fraction = Fraction(0)
    picture: Presented = Presented(0, Fraction(0), Fraction(0))
    sound: Presented | None = None
    last_s: Fraction = Fraction(0)
    sizes: tuple[tuple[int, int], ...] = ()
    odd: tuple[str, ...] = ()

    @property
    def end_s(self) -> Fraction:
        """Where it ends, in the film's time: with its last picture, or with its sound where that goes on."""
        end_s = self.picture.end_s
        if self.sound and self.sound.end_s > end_s + HEARD_S:
            end_s = self.sound.end_s
        return end_s - self.zero_s


@dataclass(frozen=True)
class Packet:
    """A packet as it lies in the file, its times in seconds of the file's clock."""

    pts_s: Fraction
    dts_s: Fraction
    duration_s: Fraction
    discarded: bool


def demuxed(container: Any, streams: Any) -> Iterator[Any]:
    """The packets of streams, in the file's order, at the end an empty one for each. Raises FFmpegError.

    PyAV stumbles at the end of a file in which one more stream begins on the way: it has given all packets by then.
    """
    try:
        yield from container.demux(streams)
    except IndexError:
        return


def packets_of(container: Any, streams: Sequence[Any]) -> dict[int, list[Packet]]:
    """By a stream's index, its packets in the file's order. Raises FFmpegError."""
    found: dict[int, list[Packet]] = {stream.index: [] for stream in streams}
    for packet in demuxed(container, streams):
        pts, dts = packet.pts, packet.dts
        if packet.size and (pts is not None or dts is not None):
            first, second = pts if pts is not None else dts, dts if dts is not None else pts
            unit = packet.stream.time_base
            found[packet.stream.index].append(
                Packet(first * unit, second * unit, (packet.duration or 0) * unit, packet.is_discard)
            )
    return found


def jump_in(packets: Iterable[Packet], demuxer: str) -> tuple[Fraction, Fraction] | None:
    """The seconds between which a stream's clock jumps: back, or (where streams are joined as they are) far ahead."""
    for before, after in pairwise(packets):
        step = after.dts_s - before.dts_s
        if step < -LARGEST_STEP_BACK_S or (demuxer in CLOCKS_THAT_JUMP and step > LARGEST_GAP_S):
            return before.dts_s, after.dts_s
    return None


def shown(packets: Iterable[Packet], first_s: Fraction) -> list[Packet]:
    """The packets that are presented, in the order of their time, from `first_s` on."""
    return sorted((p for p in packets if not p.discarded and p.pts_s >= first_s), key=lambda p: p.pts_s)


def film_time(
    demuxer: str,
    picture: Presented,
    sound: Presented | None,
    last_s: Fraction,
    sizes: tuple[tuple[int, int], ...],
    found: Sequence[str],
) -> FilmTime:
    """The account of a film. `last_s`: when its last picture comes, on the file's clock.

    `found`: what is odd about its pictures already.
    """
    leads = sound is not None and sound.start_s < picture.start_s - HEARD_S
    zero_s = sound.start_s if sound and leads else picture.start_s
    odd = list(found)
    if demuxer in STREAMED:
        odd.append(STREAMED[demuxer])
    if leads:
        odd.append(f"sound {float(picture.start_s - zero_s):.2f} s before the first picture, which stands until then")
    if sound and sound.end_s > picture.end_s + HEARD_S:
        odd.append(
            f"sound {float(sound.end_s - picture.end_s):.2f} s after the last picture, which stands until its end"
        )
    if len(sizes) > 1:
        odd.append("a size that changes: " + ", then ".join(f"{width}x{height}" for width, height in sizes))
    if picture.track:
        odd.append("a picture that is not the first track")
    return FilmTime(zero_s, picture, sound, last_s - zero_s, sizes, tuple(odd))
