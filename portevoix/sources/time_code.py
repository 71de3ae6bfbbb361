"""The time code of a film's first frame, as cameras write it and editors' lists count by it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av

from portevoix.sources.opened import opened
from portevoix.sources.reading import read
from portevoix.sources.sniff import demuxer_of
from portevoix.sources.unusable import UnusableSource


def time_code_of(path: Path) -> tuple[str, Fraction] | None:
    """A film's first time code and the rate that it counts at; None where there is none."""
    try:
        return read(look_at_time_code, path)
    except UnusableSource:
        return None


def look_at_time_code(path: Path) -> tuple[str, Fraction] | None:
    """The same in this very process. Raises UnusableSource."""
    demuxer = demuxer_of(path)
    if demuxer is None:
        return None
    try:
        with opened(path, demuxer) as container:
            rates = [Fraction(stream.average_rate) for stream in container.streams.video if stream.average_rate]
            said = [part.metadata.get("timecode") for part in (*container.streams, container)]
    except av.error.FFmpegError:
        raise UnusableSource("is damaged or cut short; send it again") from None
    found = [str(one) for one in said if one]
    return (found[0], rates[0]) if found and rates else None
