"""Time codes, seconds and frames. The programme's time is rounded to frames, samples and milliseconds here.

Seconds are `Fraction`; frames are `int` and count from 0 at the first frame of the output.
"""

from __future__ import annotations

import re
from fractions import Fraction

LEAD_S = Fraction(1, 2)  # decoded before what is wanted: the first picture and sample are right then, whatever the rate
_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+)(?:[.,](\d{1,9}))?")


def parse_time(value: str | int | float | Fraction) -> Fraction:
    """Seconds of `90`, `90.5`, `1:30`, `1:30.5` or `0:01:30.500`. Raises ValueError for anything else."""
    if isinstance(value, Fraction):
        return value
    match = _CLOCK.fullmatch(str(value).strip())
    if match is None:
        raise ValueError(f"{value!r} is not a time; write seconds (90.5), minutes (1:30.5) or hours (0:01:30.5)")
    hours, minutes, seconds, decimals = match.groups()
    if (minutes is not None and int(seconds) > 59) or (hours is not None and int(minutes) > 59):
        raise ValueError(f"{value!r} is not a time: minutes and seconds go up to 59")
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    return whole + Fraction(int(decimals), 10 ** len(decimals)) if decimals else Fraction(whole)


def parse_rate(value: str | int | float | Fraction) -> Fraction:
    """Frames per second of `25`, `24000/1001` or `23.976` (read as 24000/1001). Raises ValueError outside 1 to 120."""
    try:
        rate = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{value!r} is not a frame rate; write 25 or 24000/1001") from None
    for nominal in (24, 30, 60):
        exact = Fraction(nominal * 1000, 1001)
        if rate.denominator != 1 and abs(rate - exact) < Fraction(1, 200):
            return exact
    if not 1 <= rate <= 120:
        raise ValueError(f"{value!r} frames a second is outside 1 to 120")
    return rate


def nearest(value: Fraction) -> int:
    """The nearest whole number; halves go up, so that equal distances always round the same way."""
    return (value + Fraction(1, 2)).__floor__()


def frame_at(seconds: Fraction, fps: Fraction) -> int:
    """The frame whose start lies nearest to `seconds`; frame 0 starts at 0 s."""
    return nearest(seconds * fps)


def frames_within(seconds: Fraction, fps: Fraction) -> int:
    """The most frames that last no longer than `seconds`."""
    return (seconds * fps).__floor__()


def frames_covering(seconds: Fraction, fps: Fraction) -> int:
    """The fewest frames that last at least `seconds`."""
    return (seconds * fps).__ceil__()


def frames_of_move(seconds: float, fps: Fraction) -> int:
    """How many frames a movement of about `seconds` takes; halves go to the even number."""
    return round(seconds * float(fps))


def millisecond_before(seconds: Fraction) -> Fraction:
    """The last whole millisecond that is not after `seconds`."""
    return Fraction((seconds * 1000).__floor__(), 1000)


def millisecond_at(seconds: Fraction) -> Fraction:
    """The whole millisecond nearest to `seconds`."""
    return Fraction(nearest(seconds * 1000), 1000)


def millisecond_after(seconds: Fraction) -> Fraction:
    """The first whole millisecond that is not before `seconds`."""
    return Fraction((seconds * 1000).__ceil__(), 1000)


def seconds_at(frame: int, fps: Fraction) -> Fraction:
    """The second at which `frame` starts."""
    return Fraction(frame) / fps


def sample_at(frame: int, fps: Fraction, rate_hz: int) -> int:
    """The sound sample at the start of `frame`."""
    return nearest(Fraction(frame * rate_hz) / fps)


def sample_near(seconds: Fraction, rate_hz: int) -> int:
    """The sound sample nearest to `seconds`."""
    return nearest(seconds * rate_hz)


def decimal(seconds: Fraction, digits: int = 6) -> str:
    """`seconds` as the decimal text that ffmpeg reads, rounded to `digits` places (at most one microsecond off)."""
    scaled = nearest(seconds * 10**digits)
    sign, scaled = ("-", -scaled) if scaled < 0 else ("", scaled)
    return f"{sign}{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}"


def clock(seconds: Fraction, separator: str = ".") -> str:
    """`seconds` as `HH:MM:SS.mmm`, the time code of WebVTT (and, with a comma, of SRT)."""
    milliseconds = nearest(seconds * 1000)
    minutes, ms = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{ms // 1000:02d}{separator}{ms % 1000:03d}"
