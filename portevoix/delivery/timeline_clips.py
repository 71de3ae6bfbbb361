"""An editor's timeline read by OpenTimelineIO: the clips of its first video track, and what is left out of it.

An EDL counts by its films' own time code; the other formats say where each film's begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path, PureWindowsPath
from typing import Any
from urllib.parse import unquote, urlsplit

import opentimelineio as otio  # type: ignore[import-untyped]

from portevoix.errors import PortevoixError, invalid
from portevoix.sandbox import Limits, Reading, call
from portevoix.timing import parse_rate

READ = {".otio": "otio_json", ".edl": "cmx_3600", ".xml": "fcp_xml"}
WITH_DROPPED_FRAMES = (Fraction(30000, 1001), Fraction(60000, 1001))  # SMPTE ST 12-1 drops time codes of these alone
_MODE = re.compile(r"\s*FCM:\s*(NON-)?DROP", re.IGNORECASE)
_TIME_CODE = re.compile(r"\b(\d\d:\d\d:\d\d):(\d\d)\b")
# 5,000 clips take 5 s and 120 MB. Some JSON ends the process in which OpenTimelineIO 0.18 reads it (SIGSEGV): a name
# that an object has twice, or 100,000 lists in each other.
TIMELINE = Reading(Limits(memory_bytes=1_000_000_000, cpu_s=60, time_s=120, file_bytes=0), ("opentimelineio",))


@dataclass(frozen=True)
class TimelineClip:
    """A clip of a timeline that was read: its film's possible names, and its part of the film in seconds.

    `by_time_code`: counted by the film's own time code, else from its first frame.
    """

    names: tuple[str, ...]
    start_s: Fraction
    end_s: Fraction
    by_time_code: bool


def placed_clips(path: Path, fps: Fraction) -> tuple[list[TimelineClip], list[str]]:
    """The clips of a timeline's first video track, and a sentence for each thing of it that is left out. Raises
    InvalidInput.
    """
    return call(read_clips, (path.absolute(), fps), [path], TIMELINE, lambda said: invalid(path, said))


def read_clips(path: Path, fps: Fraction) -> tuple[list[TimelineClip], list[str]]:
    """The same, in the process that calls it. Raises PortevoixError with what is wrong, without the file's name."""
    try:
        return _read(path, fps)
    except PortevoixError:
        raise
    except Exception as error:  # an adapter stumbles at any time: what it read is looked at late
        what = str(error).replace(str(path), path.name)[:200] or type(error).__name__
        raise PortevoixError(f"cannot be read as a timeline: {what}") from None


def _read(path: Path, fps: Fraction) -> tuple[list[TimelineClip], list[str]]:
    timelines = _timelines(path, fps)
    tracks = timelines[0].video_tracks() if timelines else []
    if not tracks:
        raise PortevoixError("has no video track; put the cut on the first one")
    notes = [f"sequence {one.name} is left out: a job has one cut" for one in timelines[1:]]
    others = [track.name or str(number) for number, track in enumerate(tracks[1:], 2)]
    notes += [f"track {name} is left out: a job has one row of clips" for name in others]
    placed: list[TimelineClip] = []
    for item in tracks[0]:
        why = _left_out(item)
        if why:
            notes.append(f"{why} is left out{_after(placed)}")
        else:
            placed.append(_placed(item))
            notes += [f"{item.name}: {what} is left out" for what in _without(item)]
    return placed, notes + _sounds(timelines[0], placed)


def time_code_s(time_code: str, fps: Fraction) -> Fraction | None:
    """The seconds of a film's time code, counted in its frames; None where it is none, or its rate has none."""
    try:
        return seconds_of(otio.opentime.from_timecode(time_code, float(fps)))
    except ValueError:
        return None


def seconds_of(time: otio.opentime.RationalTime) -> Fraction:
    """A time exactly: rates such as 23.976 are meant as 24000/1001."""
    return Fraction(time.value).limit_denominator(1000) / parse_rate(f"{time.rate:.3f}".rstrip("0").rstrip("."))


def _timelines(path: Path, fps: Fraction) -> Sequence[otio.schema.Timeline]:
    kind = READ[path.suffix.lower()]
    if kind == "cmx_3600":
        text = _with_dropped_frames(path.read_text("utf-8-sig", errors="replace"), fps)
        read = otio.adapters.read_from_string(text, kind, rate=float(fps))
    else:
        read = otio.adapters.read_from_file(str(path), kind)
    if isinstance(read, otio.schema.Timeline):
        return [read]
    # A file may hold several, or a bare value of JSON.
    several = read if isinstance(read, Iterable) else ()
    return [one for one in several if isinstance(one, otio.schema.Timeline)]


def _with_dropped_frames(text: str, fps: Fraction) -> str:
    """An EDL whose time codes show by themselves which of them drop frames: the adapter reads no `FCM` line.

    Raises ValueError where the rate has no such time codes.
    """
    lines, drops = [], False
    for line in text.splitlines():
        mode = _MODE.match(line)
        drops = not mode[1] if mode else drops
        if drops and fps not in WITH_DROPPED_FRAMES:
            raise ValueError(f"it drops frames (`{line.strip()}`), as 29.97 and 59.94 alone do; name its rate")
        lines.append(_TIME_CODE.sub(r"\1;\2", line) if drops and not line.startswith("*") else line)
    return "\n".join(lines) + "\n"


def _left_out(item: Any) -> str:
    """What an item of a track is, where a job's clips have nothing like it."""
    if not isinstance(item, otio.schema.Clip):
        return f"a {type(item).__name__.lower()} of the first track"
    if not item.enabled or str(_of_final_cut(item).get("enabled", "")).upper() == "FALSE":
        return f"{item.name}, which is switched off,"
    if isinstance(item.media_reference, otio.schema.GeneratorReference):
        return f"{item.name}, which the editor's program draws,"
    if item.source_range is None and getattr(item.media_reference, "available_range", None) is None:
        return f"{item.name}, whose part of its film the file does not say,"
    return ""


def _after(placed: Sequence[TimelineClip]) -> str:
    return f" (after clip {len(placed)})" if placed else " (before clip 1)"


def _without(clip: otio.schema.Clip) -> Iterator[str]:
    """The parts of a clip that are lost when it is taken."""
    for effect in clip.effects:
        if isinstance(effect, otio.schema.FreezeFrame):
            yield "its freeze frame"
        elif isinstance(effect, otio.schema.LinearTimeWarp):
            yield f"its speed of {effect.time_scalar:.0%}"
        else:
            yield f"its effect {effect.effect_name or effect.name}".rstrip()
    if "cdl" in clip.metadata:
        yield "its grading (CDL)"
    yield from (f"the marker {marker.name!r}" for marker in clip.markers)


def _sounds(timeline: otio.schema.Timeline, placed: Sequence[TimelineClip]) -> list[str]:
    """A sentence for each sound that no clip's film brings with it."""
    known = {name for one in placed for name in one.names}
    clips = [clip for track in timeline.audio_tracks() for clip in track.find_clips()]
    others = {names[0]: None for names in map(_names, clips) if names and not known & set(names)}
    return [f"the sound of {name} is left out: name it under `music` or `voice_over`" for name in others]


def _placed(clip: otio.schema.Clip) -> TimelineClip:
    known = getattr(clip.media_reference, "available_range", None)
    begins = seconds_of(known.start_time) if known else Fraction(0)
    start_s = seconds_of(clip.trimmed_range().start_time) - begins
    return TimelineClip(_names(clip), start_s, start_s + seconds_of(clip.trimmed_range().duration), known is None)


def _names(clip: otio.schema.Clip) -> tuple[str, ...]:
    """What its film may be called, the surest first: its address, which may be one of Windows; its name; its reel."""
    url = getattr(clip.media_reference, "target_url", "") or ""
    path = unquote(urlsplit(url).path) if "://" in url else url
    reel = str(dict(clip.metadata.get("cmx_3600", {})).get("reel", ""))
    return tuple(name for name in (PureWindowsPath(path).name, clip.name, reel.rstrip(".")) if name)


def _of_final_cut(clip: otio.schema.Clip) -> dict[str, Any]:
    return dict(clip.metadata.get("fcp_xml", {}))
