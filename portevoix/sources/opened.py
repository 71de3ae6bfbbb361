"""A file opened with PyAV, its demuxer forced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av

from portevoix.accepted import forced


def opened(path: Path, demuxer: str) -> Any:
    """The container of a file. Its titles may be in any old encoding, and none of them is read. Raises FFmpegError."""
    options = {name: str(value) for name, value in forced(demuxer).items()}
    return av.open(f"file:{path}", format=demuxer, options=options, metadata_errors="replace")
