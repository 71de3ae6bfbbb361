"""What one of ffmpeg's filters writes to the log about a source."""

from __future__ import annotations

from portevoix import ffmpeg
from portevoix.sources.probe import Source, by_own_clock
from portevoix.store import Store

DEADLINE_S = 600


def log_of(source: Source, filters: str, store: Store) -> str:
    """What `filters` say of the source's key frames. Nothing is encoded."""
    options = [
        word for name, value in ffmpeg.input_options(source.demuxer).items() for word in (f"-{name}", str(value))
    ]
    arguments = ["-v", "info", "-skip_frame", "nokey", *options, *by_own_clock(source), "-i", f"file:{source.path}"]
    arguments += ["-map", f"0:v:{source.time.picture.track}"]
    with store.workplace() as folder:
        return ffmpeg.run([*arguments, "-vf", filters, "-f", "null", "-"], folder, DEADLINE_S, encodes=False)
