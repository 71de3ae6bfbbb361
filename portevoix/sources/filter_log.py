"""What one of ffmpeg's filters writes to the log about a source."""

from __future__ import annotations

from portevoix import ffmpeg
from portevoix.sources.probe import Source
from portevoix.store import Store

DEADLINE_S = 600


def log_of(source: Source, filters: str, store: Store, key_frames_only: bool = True) -> str:
    """What `filters` say of the source's pictures. Nothing is encoded."""
    options = [
        word for name, value in ffmpeg.input_options(source.demuxer).items() for word in (f"-{name}", str(value))
    ]
    skipped = ["-skip_frame", "nokey"] if key_frames_only else []
    arguments = ["-v", "info", *skipped, *options, "-i", f"file:{source.path}", "-map", "0:v:0"]
    with store.workplace() as folder:
        return ffmpeg.run([*arguments, "-vf", filters, "-f", "null", "-"], folder, DEADLINE_S, encodes=False)
