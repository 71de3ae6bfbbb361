"""Channels of a recording folded to left and right. A module that reads files with PyAV."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

from portevoix.errors import RenderFailed
from portevoix.sources.opened import opened
from portevoix.sources.reading import read

HALF = 1 / sqrt(2)  # -3 dB
# ITU-R BS.775, table 2: centre and surrounds at -3 dB, the low-frequency effects left out. A single rear centre is
# taken as both surrounds at -3 dB each.
SHARES = {
    "FL": (1.0, 0.0),
    "FR": (0.0, 1.0),
    "FC": (HALF, HALF),
    "LFE": (0.0, 0.0),
    "BL": (HALF, 0.0),
    "BR": (0.0, HALF),
    "SL": (HALF, 0.0),
    "SR": (0.0, HALF),
    "BC": (0.5, 0.5),
    "FLC": (1.0, 0.0),
    "FRC": (0.0, 1.0),
    "DL": (1.0, 0.0),
    "DR": (0.0, 1.0),
}
USUAL_ORDER = {
    2: ("FL", "FR"),
    6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}


def channels_of(path: Path, demuxer: str, track: int = 0) -> tuple[str, ...]:
    """The names of a sound track's channels, in order; a name that says nothing where the file gives none.

    Raises RenderFailed.
    """
    return read(look_at_channels, path, demuxer, track, refusal=lambda said: RenderFailed(f"{path.name} {said}"))


def look_at_channels(path: Path, demuxer: str, track: int) -> tuple[str, ...]:
    """The same in this very process."""
    with opened(path, demuxer) as container:
        layout = container.streams.audio[track].layout
        if not layout.channels:  # of a transport stream whose sound begins late
            layout = next(container.decode(audio=track)).layout
        return tuple(str(channel.name) for channel in layout.channels)


def shares(channels: tuple[str, ...]) -> list[tuple[float, float]]:
    """How much of each channel goes to the left and to the right.

    One channel is as loud in both. Channels without known names are taken in the usual order of their number (2, 5.1,
    7.1); with any other number each may be a microphone of its own, and all are heard alike in both.
    """
    if len(channels) == 1:
        return [(1.0, 1.0)]
    named = channels if all(name in SHARES for name in channels) else USUAL_ORDER.get(len(channels))
    return [SHARES[name] for name in named] if named else [(1 / len(channels),) * 2] * len(channels)


def fold(channels: tuple[str, ...]) -> str:
    """The filter that folds `channels` to stereo."""
    sides = zip(*shares(channels), strict=True)
    sums = ["+".join(f"{share:.6f}*c{number}" for number, share in enumerate(side)) for side in sides]
    return f"pan=stereo|c0={sums[0]}|c1={sums[1]}"
